"""What a bulk run left out is said by the runs that work on its records."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from stepwise import invented, refresh

from drmine.demo.server import EutilsServer
from drmine.refresh.history import NO_YEAR, complete_through, lacking_files
from drmine.store import Store

BULK = "20240101-000000-0000"
COUNTS = {"files": 3, "failed": 0, "unreadable": 4}


def bulk_run(workspace: Path, **failed: int) -> None:
    """Have a bulk run take a record; without a count of failed files it is not at its end."""
    with Store.open(workspace / "drmine.sqlite") as store:
        store.start_run("bulk", run_id=BULK)
        store.upsert_records([invented(1)], BULK)
        if failed:
            store.finish_run(BULK, is_complete=False, counts=COUNTS | failed)


@pytest.fixture(autouse=True)
def own_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DRMINE_DATABASE_URL", raising=False)


def test_an_offline_refresh_after_a_bulk_run_that_left_files_out_is_a_part(tmp_path: Path) -> None:
    bulk_run(tmp_path)
    stopped = refresh(tmp_path, offline=True)
    assert not stopped["is_complete"]
    assert f"The bulk run {BULK} was stopped, or is still at work" in stopped["problems"][0]
    bulk_run(tmp_path, failed=1)
    (said,) = refresh(tmp_path, offline=True)["problems"]
    assert said.startswith(f"1 of 3 files of the bulk run {BULK} could not be taken in (runs/")
    # single records that nobody can read are named by the bulk run, and hold up nothing
    bulk_run(tmp_path, failed=0)
    assert refresh(tmp_path, offline=True)["is_complete"]


def test_no_year_of_them_is_whole(tmp_path: Path) -> None:
    today = date(2026, 11, 1)
    assert complete_through([], "", "2026-10-31", today) == 2025
    assert complete_through([], "", "2026-10-31", today, lacks_files=True) == NO_YEAR
    # what a search has brought is there, whatever files lack
    assert complete_through([], "2026-10-30", "2026-10-31", today, lacks_files=True) == 2025
    bulk_run(tmp_path)
    with Store.open(tmp_path / "drmine.sqlite") as store:
        assert lacking_files(store) is not None


def test_a_search_that_brought_all_makes_up_for_files(pubmed: EutilsServer, tmp_path: Path) -> None:
    bulk_run(tmp_path, failed=1)
    assert refresh(tmp_path)["is_complete"]
    assert refresh(tmp_path, offline=True)["is_complete"]
