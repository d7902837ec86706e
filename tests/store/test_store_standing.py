"""How a store stands is counted as a refresh counts it."""

from __future__ import annotations

from store_samples import annotation, record

from drmine.store import Store


def test_records_are_counted_by_what_they_lack(store: Store) -> None:
    store.upsert_records([record(n) for n in range(8)], "run-1")
    store.save_annotations([annotation(n) for n in range(4)], "now", "run-1")
    store.save_annotations([annotation(4)], "older", "run-1")
    # failed with what labels now, though it has an older label; and with what labelled before
    store.save_failures([(record(4).pmid, "tagging", "x"), (record(4).pmid, "b", "y")], "now", "r")
    store.save_failures([(record(5).pmid, "tagging", "x")], "older", "r")
    store.upsert_records([record(0, abstract="Another text.", revised="2024-05-01")], "run-2")
    store.delete_records([record(1).pmid], "run-2")
    found = store.standing("now")
    assert (found.records, found.deleted, found.labelled) == (7, 1, 4)
    assert (found.present, found.set_aside, found.without) == (2, 1, 3)
    assert found.to_label == len(store.pending_pmids("now")) == 4
    other = store.standing("other")
    assert (other.present, other.to_label) == (0, len(store.pending_pmids("other")))
    unknown = store.standing(None)
    assert (unknown.present, unknown.to_label, unknown.set_aside) == (None, None, 2)


def test_the_mark_of_a_store_is_another_one_after_each_change(store: Store) -> None:
    marks = [store.mark()]

    def changed() -> bool:
        marks.append(store.mark())
        return marks[-1] != marks[-2]

    store.upsert_records([record(), record(1)], "20260101-000000-0000")
    assert changed()
    store.upsert_records([record()], "20260102-000000-0000")
    assert not changed()
    store.save_annotations([annotation()], "now", "20260102-000000-0000")
    assert changed()
    store.upsert_records([record(title="Another.", revised="2024-05-01")], "20260103-000000-0000")
    assert changed()
    store.delete_records([record(1).pmid], "20260104-000000-0000")
    assert changed()
    store.upsert_records([record(1)], "20260105-000000-0000")
    assert changed()
    store.delete_records([record(2).pmid], "20260106-000000-0000")
    assert not changed(), "it was never here"
    store.delete_records([record(1).pmid], "20260107-000000-0000")
    assert changed()
    # one comes back and another goes: as many as before
    store.upsert_records([record(1)], "20260108-000000-0000")
    store.delete_records([record().pmid], "20260108-000000-0000")
    assert changed()
