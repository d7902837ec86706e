"""Which of two contents is the newer one: dates, numbers of files, and dates by mistake."""

from __future__ import annotations

import itertools
from dataclasses import replace

from store_samples import record

from drmine.pubmed.entries import Deletion
from drmine.store import Store, UpsertCounts


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
