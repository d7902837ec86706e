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


def test_numbered_files_can_be_read_in_any_order(address: str) -> None:
    files = {
        "2026n0001": [record(), record(1), record(2), Deletion(record(3).pmid)],
        "2026n0002": [record(1, revised="2024-09-01", title="Newer."), Deletion(record(2).pmid),
                      record(3)],
        # the same revision date with another text: only the files tell which is the newer
        "2026n0003": [record(2, revised="2024-10-01"), Deletion(record().pmid), Deletion("1"),
                      record(1, revised="2024-09-01", title="Newest."), Deletion(record(3).pmid)],
    }  # fmt: skip
    results = []
    with Store.open(address) as store:
        for n, order in enumerate(itertools.permutations(files)):
            for name in order:
                moved = [
                    Deletion(str(int(e.pmid) + 1000 * n))
                    if isinstance(e, Deletion)
                    else replace(e, pmid=str(int(e.pmid) + 1000 * n))
                    for e in files[name]
                ]
                store.apply(moved, "run", file_order=name)
            mine = [store.get_record(str(99_000_001 + 1000 * n + i)) for i in range(4)]
            results.append([one and (one.title, one.revised) for one in mine])
        n_versions = store.counts()["older_versions"]
    expected = [None, ("Newest.", "2024-09-01"), (record(2).title, "2024-10-01"), None]
    assert results == 6 * [expected]
    assert n_versions == 6 * 2


FIRST, SECOND = record(title="First."), record(title="Second.", version=2)
LIVES, GOES, BOTH = "Second.", "First.", None
"""What is current after the deletion of the first version, the second, and both."""


@pytest.mark.parametrize(
    ("deleted", "current"), [((1,), LIVES), ((2,), GOES), ((1, 2), BOTH), ((None,), BOTH)]
)
def test_a_deletion_is_of_the_version_that_it_names(
    store: Store, deleted: tuple[int | None, ...], current: str | None
) -> None:
    pmid = record().pmid
    files = [
        ("2026n0001", [FIRST]),
        ("2026n0002", [SECOND]),
        ("2026n0003", [Deletion(pmid, version) for version in deleted]),
    ]
    for n, order in enumerate(itertools.permutations(files)):
        there = str(99_000_100 + n)
        for name, entries in order:
            store.apply([replace(one, pmid=there) for one in entries], "run", file_order=name)
        found = store.get_record(there)
        assert (found and found.title) == current, [name for name, _ in order]
        versions = store.counts()["older_versions"]
        assert versions == n + 1


def test_an_older_version_in_a_later_file_does_not_save_one_that_is_deleted(store: Store) -> None:
    files = [
        ("2026n0001", SECOND),
        ("2026n0002", Deletion(SECOND.pmid, 2)),
        ("2026n0003", FIRST),
    ]
    for n, order in enumerate(itertools.permutations(files)):
        there = str(99_000_200 + n)
        for name, entry in order:
            store.apply([replace(entry, pmid=there)], "run", file_order=name)
        found = store.get_record(there)
        assert found and found.title == "First.", [name for name, _ in order]


def test_after_a_deletion_of_all_versions_the_one_that_comes_is_current(store: Store) -> None:
    store.apply([SECOND], "one", file_order="2026n0001")
    store.apply([Deletion(SECOND.pmid)], "two", file_order="2026n0002")
    store.apply([FIRST], "three", file_order="2026n0003")
    assert store.get_record(FIRST.pmid) == FIRST


def test_a_deletion_of_the_newest_version_brings_back_the_older_one(store: Store) -> None:
    store.upsert_records([FIRST], "one")
    store.upsert_records([SECOND], "two")
    assert store.apply([Deletion(FIRST.pmid, 2)], "three").deleted == 0
    assert store.get_record(FIRST.pmid) == FIRST
    store.upsert_records([record(title="Third.", version=3)], "four")
    assert store.apply([Deletion(FIRST.pmid, 3), Deletion(FIRST.pmid, 1)], "five").deleted == 1
    assert store.get_record(FIRST.pmid) is None
    # what PubMed serves again is back, as ever
    store.upsert_records([SECOND], "six")
    assert store.get_record(FIRST.pmid) == SECOND


def test_an_older_version_that_pubmed_serves_is_back_where_only_the_newer_one_is_deleted(
    store: Store,
) -> None:
    store.upsert_records([SECOND], "one")
    assert store.apply([Deletion(FIRST.pmid, 2)], "two").deleted == 1
    store.upsert_records([FIRST], "three")
    assert store.get_record(FIRST.pmid) == FIRST
    assert store.counts()["older_versions"] == 1


def test_a_version_that_was_deleted_with_all_others_does_not_come_back_for_a_newer_one(
    store: Store,
) -> None:
    for entry in (FIRST, Deletion(FIRST.pmid), SECOND, Deletion(FIRST.pmid, 2)):
        store.apply([entry], "run")
    assert store.known_pmids() == set()


def test_of_older_versions_the_latest_revision_of_the_newest_comes_back(store: Store) -> None:
    # what the newest one says can be dated before the older ones
    for version, month in ((1, 4), (2, 3)):
        for day in range(1, 7):
            stamp = {"version": version, "revised": f"2024-0{month}-0{day}"}
            store.upsert_records([record(title=f"{version}, {day}", **stamp)], "run")
    store.apply([record(version=3), Deletion(record().pmid, 3)], "run", batch=1)
    assert (back := store.get_record(record().pmid)) is not None and back.title == "2, 6"


def test_an_older_file_read_again_does_not_bring_a_deleted_record_back(store: Store) -> None:
    store.apply([record()], "one", file_order="2026n0001")
    assert store.apply([Deletion(record().pmid)], "two", file_order="2026n0002").deleted == 1
    store.apply([record()], "three", file_order="2026n0001")
    assert store.known_pmids() == set()


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


def test_a_revision_date_far_ahead_does_not_keep_later_revisions_out(store: Store) -> None:
    first = record()
    misdated = replace(first, title="Dated by mistake.", revised="2099-05-05")
    corrected = replace(first, title="Corrected.", revised="2024-06-01")
    # a mistaken date is no reason to leave out what is new, and none to keep it for good
    assert store.upsert_records([first, misdated], "one") == UpsertCounts(new=1, changed=1)
    assert store.get_record(first.pmid) == misdated
    assert store.upsert_records([corrected], "two") == UpsertCounts(changed=1)
    assert store.get_record(first.pmid) == corrected
    # an old file that is read again has it once more
    again = store.upsert_records([misdated], "later", file_order="2024n0001")
    assert again == UpsertCounts(older=1)
    assert store.get_record(first.pmid) == corrected
    # what has dates that can be true goes by them
    assert store.upsert_records([first], "three") == UpsertCounts(older=1)


def test_what_is_fetched_takes_the_place_of_a_misdated_text_of_an_old_file(store: Store) -> None:
    fetched = record(revised="2024-06-01")
    misdated = replace(fetched, title="Dated by mistake.", revised="2099-05-05")
    store.upsert_records([fetched], "one")
    store.upsert_records([misdated], "two", file_order="2024n0001")
    assert store.upsert_records([fetched], "three") == UpsertCounts(changed=1)
    assert store.get_record(fetched.pmid) == fetched


def test_files_with_a_revision_date_far_ahead_can_be_read_in_any_order(address: str) -> None:
    contents = [("2024-01-01", "One."), ("2099-05-05", "Two."), ("2024-06-01", "Three.")]
    with Store.open(address) as store:
        for n, order in enumerate(itertools.permutations(enumerate(contents))):
            for number, (revised, title) in order:
                one = record(title=title, revised=revised, pmid=str(99_000_100 + n))
                store.upsert_records([one], "run", file_order=f"2024n{number:04d}")
            current = store.get_record(str(99_000_100 + n))
            assert current is not None and current.title == "Three."
