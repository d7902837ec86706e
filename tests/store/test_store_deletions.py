"""A deletion is of the version that it names, in whatever order it is read."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from store_samples import record

from drmine.pubmed.entries import Deletion
from drmine.store import Store

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
