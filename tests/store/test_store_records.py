"""Records in the store: nothing lost, nothing twice, never old over new."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from store_samples import content, record

from drmine.pubmed.entries import Deletion
from drmine.store import Store, UpsertCounts


def test_a_record_comes_out_as_it_went_in(store: Store) -> None:
    full = record(
        1, version=2, pmcid="PMC1", vernacular_title="Ein erfundener Titel",
        other_abstracts=("spa: Un texto inventado.",), retraction="expression_of_concern",
        is_erratum=True, is_book=True, year=None, updates=("UpdateOf:99000002",),
    )  # fmt: skip
    store.upsert_records([full], "run")
    assert store.get_record(full.pmid) == full


def test_characters_that_no_database_takes_are_replaced_one_by_one(store: Store) -> None:
    strange = record(title="a\x00b\ud800c 😀", keywords=("\x00",))
    assert store.upsert_records([strange, record(1)], "run").new == 2
    stored = store.get_record(strange.pmid)
    assert stored is not None and stored.title == "a\ufffdb\ufffdc 😀"
    assert len(stored.title) == len(strange.title)
    assert store.upsert_records([strange], "run").unchanged == 1


def test_it_counts_new_changed_unchanged_and_older(store: Store) -> None:
    first = record()
    newer = replace(first, title="Another title.", revised="2024-05-01")
    assert store.upsert_records([first, record(1)], "one") == UpsertCounts(new=2)
    assert store.upsert_records([newer, record(1)], "two") == UpsertCounts(changed=1, unchanged=1)
    assert store.upsert_records([first], "three") == UpsertCounts(older=1)
    assert store.get_record(first.pmid) == newer


def test_one_call_may_bring_several_versions_of_a_record(store: Store) -> None:
    versions = [record(title=f"Title {v}.", version=v) for v in (2, 1, 3, 3)]
    counts = store.upsert_records([*versions, record(1), *versions], "run")
    assert counts == UpsertCounts(new=2, changed=1, unchanged=3, older=3)
    assert store.get_record(versions[0].pmid) == versions[2]


def test_a_new_revision_date_alone_is_kept_but_is_no_change(store: Store) -> None:
    later = record(revised="2025-01-01")
    store.upsert_records([record()], "one")
    assert store.upsert_records([later], "two") == UpsertCounts(unchanged=1)
    assert store.get_record(later.pmid) == later
    assert store.counts()["older_versions"] == 0


def test_the_newest_version_wins_and_all_are_kept_in_any_order(address: str) -> None:
    versions = [
        record(title="First.", revised="2024-01-01"),
        record(title="Second.", revised="2024-06-01"),
        record(title="Third.", version=2, revised="2023-01-01"),
        record(title="First.", version=2, revised="2025-01-01"),
    ]
    seen = []
    with Store.open(address) as store:
        for n, order in enumerate(itertools.permutations(versions)):
            of_this_order = [replace(one, pmid=str(99_000_100 + n)) for one in order]
            store.upsert_records(of_this_order, "run")
            current = store.get_record(of_this_order[0].pmid)
            assert current is not None
            assert (current.title, current.revised) == ("First.", "2025-01-01")
        for name, rows in content(store).items():
            if name in ("records", "record_versions"):
                seen.append(len(rows))
    assert seen == [24, 48] or seen == [48, 24]


def test_old_content_stays_in_the_history(store: Store) -> None:
    store.upsert_records([record()], "one")
    store.upsert_records([record(abstract="Rewritten.", version=2)], "two")
    (kept,) = content(store)["record_versions"]
    assert "30 % did not respond" in kept


@pytest.mark.parametrize("file", [None, "2026n0001"])
def test_the_same_input_again_changes_nothing(store: Store, file: str | None) -> None:
    entries = [
        record(), record(1), Deletion(record(1).pmid), record(2), Deletion("99000999"),
        record(version=2, title="Newer."), Deletion(record(2).pmid), record(2, version=3),
        record(title="Same date, other text."),
    ]  # fmt: skip
    store.apply(entries, "one", file_order=file)
    before = content(store)
    again = store.apply(entries, "two", file_order=file)
    assert content(store) == before and (file is None or again.deleted == 0)


def test_deleted_records_are_kept_and_left_out(store: Store) -> None:
    store.upsert_records([record(), record(1)], "one")
    assert store.delete_records([record().pmid, record().pmid], "two") == 1
    assert store.delete_records([record().pmid], "three") == 0
    assert store.get_record(record().pmid) is None
    assert store.get_record(record().pmid, include_deleted=True) == record()
    assert list(store.iter_records()) == [record(1)]
    assert list(store.iter_records([record().pmid])) == []
    assert store.known_pmids() == {record(1).pmid}
    assert store.pending_pmids("f") == [record(1).pmid]
    counts = store.counts()
    assert (counts["records"], counts["deleted"], counts["deletions"]) == (1, 1, 1)


def test_a_deleted_record_that_pubmed_serves_again_is_back(store: Store) -> None:
    store.upsert_records([record()], "one")
    store.delete_records([record().pmid], "two")
    assert store.upsert_records([record()], "three") == UpsertCounts(changed=1)
    assert store.get_record(record().pmid) == record()


def test_an_older_version_does_not_bring_a_deleted_record_back(store: Store) -> None:
    store.upsert_records([record(version=2, title="Newer.")], "one")
    store.delete_records([record().pmid], "two")
    assert store.upsert_records([record()], "three") == UpsertCounts(older=1)
    assert store.known_pmids() == set()


def test_the_deletion_of_an_unknown_record_does_no_harm(store: Store) -> None:
    assert store.delete_records(["99000005"], "one") == 0
    assert store.counts()["deletions"] == 1
    store.upsert_records([record(4)], "two")
    assert store.known_pmids() == {"99000005"}


def test_apply_keeps_the_order_of_records_and_deletions(store: Store) -> None:
    gone, back = record(), record(1)
    entries = [gone, back, Deletion(gone.pmid), Deletion(back.pmid), back]
    counts = store.apply(entries, "run", batch=100)
    assert (counts.new, counts.changed, counts.deleted) == (2, 1, 2)
    assert store.known_pmids() == {back.pmid}
    assert counts.describe() == "2 new, 1 changed, 0 unchanged, 2 deleted"


def test_records_come_in_the_order_asked_for(store: Store) -> None:
    pmids = [str(n) for n in (9, 10, 99_000_003, 1_000)]
    store.upsert_records([record(pmid=pmid) for pmid in pmids], "run")
    assert [r.pmid for r in store.iter_records()] == ["9", "10", "1000", "99000003"]
    asked = ["1000", "4", "9", "10"]
    assert [r.pmid for r in store.iter_records(asked)] == ["1000", "9", "10"]


def test_reading_record_by_record_does_not_stop_a_writer(store: Store) -> None:
    store.upsert_records((record(n) for n in range(1200)), "run")
    seen = 0
    for one in store.iter_records():
        if seen % 400 == 0:
            store.upsert_records([replace(one, version=2)], "run")
        seen += 1
    assert seen == 1200


@pytest.mark.parametrize("n", [1, 499, 500, 501, 1001])
def test_no_record_is_lost_at_the_edge_of_a_chunk(store: Store, n: int) -> None:
    store.upsert_records((record(i) for i in range(n)), "run")
    assert sum(1 for _ in store.iter_records()) == n


def test_what_an_unread_source_raises_leaves_whole_chunks(store: Store) -> None:
    def source():  # type: ignore[no-untyped-def]
        yield from (record(i) for i in range(700))
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError):
        store.upsert_records(source(), "run")
    assert store.counts()["records"] == 500
