"""Several processes on one store, and processes that are killed while they write."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select, text
from store_samples import content, record
from writer_process import write

from drmine.store import Store
from drmine.store.engine import reading
from drmine.store.schema import runs

SCRIPT = Path(__file__).with_name("writer_process.py")
SECONDS = 60
N = 300


def start(address: str, first: int, last: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), address, str(first), str(last)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended_runs(store: Store) -> list[str]:
    with reading(store._engine) as connection:
        ended = select(runs.c.id).where(runs.c.ended.is_not(None))
        return list(connection.execute(ended).scalars())


@pytest.fixture(scope="module")
def clean_run(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The content after one run that nobody disturbed."""
    address = f"sqlite:///{tmp_path_factory.mktemp('clean') / 'clean.sqlite'}"
    write(address, 0, N)
    with Store.open(address) as store:
        return content(store)


def test_two_processes_open_and_fill_a_new_store_at_once(
    address: str, clean_run: dict[str, list[str]]
) -> None:
    writers = [start(address, 0, 200), start(address, 100, N)]
    for writer in writers:
        _, errors = writer.communicate(timeout=SECONDS)
        assert writer.returncode == 0, errors
    with Store.open(address) as store:
        assert store.counts()["records"] + store.counts()["deleted"] == N
        # what both wrote, each deleted and revived in its own time: one more run settles it
        write(address, 0, N)
        assert content(store) == clean_run


def test_threads_share_one_store(address: str) -> None:
    with Store.open(address) as store:
        threads = [
            Thread(target=store.upsert_records, args=([record(n) for n in range(k, 600)], f"r{k}"))
            for k in (0, 100, 200)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS)
        assert store.counts()["records"] == 600


@pytest.mark.parametrize("line", [1, 4])
def test_a_run_that_is_killed_and_started_again_ends_like_one_clean_run(
    address: str, clean_run: dict[str, list[str]], line: int
) -> None:
    writer = start(address, 0, N)
    assert writer.stdout is not None
    for _ in range(line + 1):
        writer.stdout.readline()
    # into the middle of the transaction that follows
    time.sleep(0.004 * (line + 1))
    writer.kill()
    writer.communicate(timeout=SECONDS)
    assert writer.returncode != 0
    with Store.open(address) as store:
        assert store.counts()["records"] < N
        assert not ended_runs(store)
    write(address, 0, N)
    with Store.open(address) as store:
        assert content(store) == clean_run
        assert len(ended_runs(store)) == 1
        if address.startswith("sqlite"):
            with reading(store._engine) as connection:
                assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
                assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def test_a_process_killed_while_it_opens_a_new_store_leaves_one_that_opens(
    tmp_path: Path,
) -> None:
    for n in range(3):
        address = f"sqlite:///{tmp_path / f'{n}.sqlite'}"
        writer = start(address, 0, 10)
        give_up = time.monotonic() + SECONDS
        while not (tmp_path / f"{n}.sqlite").exists() and time.monotonic() < give_up:
            time.sleep(0.001)
        time.sleep(0.03 * n)
        writer.kill()
        writer.communicate(timeout=SECONDS)
        write(address, 0, 10)
        with Store.open(address) as store:
            assert store.counts()["records"] == 7
