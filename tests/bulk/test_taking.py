"""Sieved apart and taken in order, files end in the store that `drmine import` makes of them."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest
from bulk_samples import FIRST_PMID, OFF_TOPIC, ON_TOPIC, article, bulk_file, content, year_of_files

from drmine.bulk.job import begin_bulk
from drmine.bulk.sieve import sieve
from drmine.bulk.sources import Source
from drmine.bulk.taking import Taking
from drmine.imports import import_files
from drmine.pubmed.files import nlm_order
from drmine.records import Record
from drmine.settings import Settings
from drmine.store import Store


class Stopped(Exception):
    """Stands for a process that is killed."""


def bulk(workspace: Path, paths: list[Path], stop_after: int | None = None) -> list[bool]:
    """Do what the flow does, without Prefect; return which files were taken anew."""
    taken = []
    with begin_bulk(str(workspace)) as job:
        folder = str(job.folder)
        sources = [Source(str(path)) for path in nlm_order(paths)]
        waiting = list(enumerate(sources))
        random.Random(len(paths)).shuffle(waiting)
        done = {place: sieve(source, folder) for place, source in waiting}
        taking = Taking(job.store, job.run.id)
        for place, source in enumerate(sources):
            if place == stop_after:
                raise Stopped
            sieved = done[place]
            if again := taking.wanted(sieved):
                sieved = sieve(source, folder, wanted=sorted(again))
            taken.append(taking.take(sieved) is not None)
    return taken


def imported(workspace: Path, paths: list[Path]) -> dict[str, list[str]]:
    settings = Settings(workspace=workspace)
    assert import_files(settings, paths, keep_all=False, say=lambda text: None) == 0
    return content(workspace)


@pytest.mark.parametrize("seed", range(8))
def test_the_store_is_that_of_import(either_database, tmp_path, seed):
    paths = year_of_files(tmp_path / "files", 6, seed)
    bulk(tmp_path / "bulk", paths)
    assert content(tmp_path / "bulk") == imported(tmp_path / "import", paths)


@pytest.mark.parametrize("seed", range(8, 12))
def test_a_run_that_was_stopped_goes_on_to_the_same_store(either_database, tmp_path, seed):
    paths = year_of_files(tmp_path / "files", 6, seed)
    with pytest.raises(Stopped):
        bulk(tmp_path / "bulk", paths, stop_after=3)
    assert bulk(tmp_path / "bulk", paths) == [False, False, False, True, True, True]
    assert content(tmp_path / "bulk") == imported(tmp_path / "import", paths)


@pytest.mark.parametrize("seed", range(12, 20))
def test_a_run_that_was_killed_within_a_file_goes_on_to_the_same_store(
    either_database, tmp_path, seed, monkeypatch
):
    paths = year_of_files(tmp_path / "files", 5, seed)
    apply, calls = Store.apply, []

    def apply_half(self, entries, *arguments, **options):
        calls.append(1)
        if len(calls) < 3:
            return apply(self, entries, *arguments, **options)
        entries = list(entries)
        apply(self, entries[: len(entries) // 2 + 1], *arguments, **options)
        raise Stopped

    with monkeypatch.context() as patched, pytest.raises(Stopped):
        patched.setattr(Store, "apply", apply_half)
        bulk(tmp_path / "bulk", paths)
    bulk(tmp_path / "bulk", paths)
    assert content(tmp_path / "bulk") == imported(tmp_path / "import", paths)


def test_a_second_run_takes_nothing(either_database, tmp_path):
    paths = year_of_files(tmp_path / "files", 6, 20)
    bulk(tmp_path / "bulk", paths)
    before = content(tmp_path / "bulk")
    assert bulk(tmp_path / "bulk", paths) == [False] * 6
    assert content(tmp_path / "bulk") == before


def test_a_record_revised_off_the_topic_does_not_stay_as_it_was(either_database, tmp_path):
    first = bulk_file(tmp_path / "pubmed26n0001.xml.gz", [article(FIRST_PMID, ON_TOPIC)])
    later = bulk_file(
        tmp_path / "pubmed26n0002.xml.gz", [article(FIRST_PMID, OFF_TOPIC, revised="2024-02-01")]
    )
    bulk(tmp_path / "bulk", [first, later])
    (row,) = content(tmp_path / "bulk")["records"]
    assert OFF_TOPIC in row


def test_a_deleted_record_that_comes_back_off_the_topic_is_back(either_database, tmp_path):
    gone = bulk_file(
        tmp_path / "pubmed26n0001.xml.gz", [article(FIRST_PMID, ON_TOPIC)], (FIRST_PMID,)
    )
    back = bulk_file(
        tmp_path / "pubmed26n0002.xml.gz", [article(FIRST_PMID, OFF_TOPIC, revised="2024-02-01")]
    )
    for path in (gone, back):
        bulk(tmp_path / "bulk", [path])
        found = content(tmp_path / "bulk")["records"]
        assert found == imported(tmp_path / "import", [path])["records"]
    assert OFF_TOPIC in found[0]


def test_a_file_that_comes_late_is_missed_by_none_after_it(either_database, tmp_path):
    paths = year_of_files(tmp_path / "files", 5, 30)
    bulk(tmp_path / "bulk", [paths[0], *paths[2:]])
    bulk(tmp_path / "bulk", paths)
    expected = imported(tmp_path / "import", paths)
    found = content(tmp_path / "bulk")
    assert found["records"] == expected["records"]
    assert found["deletions"] == expected["deletions"]


def test_a_changed_file_without_a_number_and_all_after_it_are_taken_again(
    either_database, tmp_path
):
    def write(name: str, title: str) -> Path:
        return bulk_file(tmp_path / name, [article(FIRST_PMID, title)])

    one, two = write("one.xml.gz", ON_TOPIC + " 1"), write("two.xml.gz", ON_TOPIC + " 2")
    assert bulk(tmp_path / "bulk", [one, two]) == [True, True]
    write("one.xml.gz", ON_TOPIC + " 3")
    assert bulk(tmp_path / "bulk", [one, two]) == [True, True]
    (row,) = content(tmp_path / "bulk")["records"]
    assert ON_TOPIC + " 2" in row


def test_files_after_a_changed_one_are_taken_again_also_by_the_run_after_a_killed_one(
    either_database, tmp_path
):
    def write(name: str, title: str) -> Path:
        return bulk_file(tmp_path / name, [article(FIRST_PMID, title)])

    paths = [write(f"{n}.xml.gz", f"{ON_TOPIC} {n}") for n in range(3)]
    assert bulk(tmp_path / "bulk", paths) == [True] * 3
    write("1.xml.gz", f"{ON_TOPIC} changed")
    with pytest.raises(Stopped):
        bulk(tmp_path / "bulk", paths, stop_after=2)
    assert bulk(tmp_path / "bulk", paths) == [False, False, True]
    assert content(tmp_path / "bulk")["records"] == imported(tmp_path / "import", paths)["records"]
    assert bulk(tmp_path / "bulk", paths) == [False] * 3


def test_a_new_database_is_filled_again(tmp_path):
    paths = year_of_files(tmp_path / "files", 3, 40)
    bulk(tmp_path / "bulk", paths)
    before = content(tmp_path / "bulk")
    for path in (tmp_path / "bulk").glob("drmine.sqlite*"):
        path.unlink()
    assert bulk(tmp_path / "bulk", paths) == [True] * 3
    assert content(tmp_path / "bulk") == before


def test_a_record_that_a_new_baseline_lacks_keeps_its_place_in_the_old_year(tmp_path):
    """By this the page on bulk files tells how to find what PubMed has deleted meanwhile."""
    kept, off, online, gone, deleted = (FIRST_PMID + n for n in range(5))
    files = tmp_path / "files"

    def write(name, pmids, gone=(), *, title=ON_TOPIC):
        return bulk_file(files / name, [article(one, title) for one in pmids], gone)

    old = [
        write("pubmed26n0001.xml.gz", (kept, off, online, gone, deleted)),
        write("pubmed26n1400.xml.gz", (), (deleted,)),
    ]
    new = [
        write("pubmed27n0001.xml.gz", (kept, online)),
        write("pubmed27n0002.xml.gz", (off,), title=OFF_TOPIC),
    ]

    def places(workspace):
        with sqlite3.connect(workspace / "drmine.sqlite") as store:
            rows = store.execute("SELECT pmid, file_order FROM records WHERE NOT is_deleted")
            return {int(pmid): place[:3] for pmid, place in rows}

    expected = {kept: "27n", online: "27n", off: "27n", gone: "26n"}
    for read in (bulk, imported):
        workspace = tmp_path / read.__name__
        read(workspace, old)
        # from PubMed since, and newer than the baseline
        with Store.open(workspace / "drmine.sqlite") as store:
            newer = Record(pmid=str(online), title=ON_TOPIC, revised="2027-01-05")
            store.upsert_records([newer], "r")
        read(workspace, new)
        assert places(workspace) == expected


@pytest.mark.parametrize("seed", range(20, 24))
def test_updates_that_were_read_before_the_baseline_was_whole_are_looked_at_again(tmp_path, seed):
    paths = year_of_files(tmp_path / "files", 6, seed)
    bulk(tmp_path / "bulk", [paths[0], *paths[4:]])
    bulk(tmp_path / "bulk", paths)
    stands = {}
    for name in ("bulk", "import"):
        if name == "import":
            imported(tmp_path / name, paths)
        with Store.open(tmp_path / name / "drmine.sqlite") as store:
            stands[name] = {one.pmid: (one.title, one.revised) for one in store.iter_records()}
    assert stands["bulk"] == stands["import"]
