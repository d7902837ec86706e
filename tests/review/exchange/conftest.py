"""A workspace with a queue to be exported, and tables of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from exchange_samples import fill, pmid, record, task
from sheet_files import write

from drmine.review.queue.entries import QueueEntry, write_queue


@pytest.fixture
def workspace(either_database: str, tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.delenv("DRMINE_REVIEWS", raising=False)
    fill(tmp_path / "drmine.sqlite", [record(n) for n in range(3)]).close()
    entries = [QueueEntry(pmid(0), "random", 7.5), QueueEntry(pmid(1), "uncertain"),
               QueueEntry(pmid(2), "new"), QueueEntry(pmid(9), "new")]  # fmt: skip
    write_queue(tmp_path / "review", entries, {})
    return tmp_path


@pytest.fixture(params=["csv", "xlsx"])
def sheet(request, tmp_path) -> Path:
    return write(tmp_path, request.param, [task(0), task(1)])
