"""Eight writers at once, on both databases, end in what one writer alone would have left."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from store_samples import content, record
from writer_process import write

from drmine.store import Store

SCRIPT = Path(__file__).with_name("writer_process.py")
WRITERS = 8
# a writer works in pieces of a hundred, from its first record on
OWN = SHARED = 100
SECONDS = 120


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The content after one writer that did all the work."""
    address = f"sqlite:///{tmp_path_factory.mktemp('alone') / 'alone.sqlite'}"
    write(address, 0, WRITERS * OWN + SHARED)
    with Store.open(address) as store:
        return content(store)


def test_eight_processes_open_migrate_and_fill_one_new_database(
    address: str, alone: dict[str, list[str]]
) -> None:
    # each shares its last records with the next one, so that they meet
    parts = [(n * OWN, (n + 1) * OWN + SHARED) for n in range(WRITERS)]
    writers = [
        subprocess.Popen(
            [sys.executable, str(SCRIPT), address, str(first), str(last)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        for first, last in parts
    ]  # fmt: skip
    for writer in writers:
        _, errors = writer.communicate(timeout=SECONDS)
        assert writer.returncode == 0, errors
    with Store.open(address) as store:
        counts = store.counts()
        assert counts["records"] + counts["deleted"] == WRITERS * OWN + SHARED
        # who came last to a shared record decides whether it counts as deleted: one run settles it
        write(address, 0, WRITERS * OWN + SHARED)
        assert content(store) == alone


def test_no_update_is_lost_when_all_write_the_same_records(address: str) -> None:
    last = 20 + WRITERS
    with Store.open(address) as store:

        def revise(version: int) -> None:
            with Store.open(address) as mine:
                for n in range(50):
                    newer = record(n, title=f"Version {version}.", version=version)
                    mine.upsert_records([newer], f"run-{version}")

        threads = [Thread(target=revise, args=(20 + n,)) for n in range(1, WRITERS + 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS)
        assert {r.title for r in store.iter_records()} == {f"Version {last}."}
        assert store.counts()["records"] == 50
