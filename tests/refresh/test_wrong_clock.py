"""A run whose clock ran ahead keeps nothing out of the runs after it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from stepwise import invented, refresh

from drmine.demo.faults import Faults
from drmine.demo.server import EutilsServer
from drmine.pubmed import harvest
from drmine.refresh import job as refresh_job

LATER = (datetime.now(UTC).date() + timedelta(3000)).isoformat()


def put_ahead(path: Path) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | {"searched_on": LATER}))


def test_a_search_of_a_day_to_come_is_not_counted_from(
    pubmed: EutilsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DRMINE_DATABASE_URL", raising=False)
    run = refresh(tmp_path)["run"]
    put_ahead(tmp_path / "runs" / run / "manifest.json")
    today = datetime.now(UTC).date().isoformat()
    pubmed.put(invented(7, entered=today, revised=today))
    assert refresh(tmp_path)["counts"]["store_records"] == 7
    # and the one after counts from that one
    assert refresh(tmp_path)["counts"]["planned"] == 1


def test_a_plan_of_a_day_to_come_is_not_gone_on_with_for_ever(
    pubmed: EutilsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DRMINE_DATABASE_URL", raising=False)
    pubmed.faults = Faults.script([None] + ["500"] * 100)
    run = refresh(tmp_path)["run"]
    put_ahead(tmp_path / "runs" / run / "plan.json")
    pubmed.faults = None
    pubmed.put(invented(7))
    assert refresh(tmp_path)["counts"]["store_records"] == 7


def test_a_search_is_of_the_day_that_the_server_has(
    pubmed: EutilsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ahead(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(30)

    today = datetime.now(UTC).date()
    with monkeypatch.context() as patched:
        patched.setattr(harvest, "datetime", Ahead)
        patched.setattr(refresh_job, "datetime", Ahead)
        manifest = refresh(tmp_path)
    assert date.fromisoformat(manifest["searched_on"]) - today <= timedelta(1)
    notes = " ".join(manifest["notes"])
    assert manifest["is_complete"] and "30 days ahead" in notes
    # the search was made by this very run
    assert "went on" not in notes and f"as of {manifest['searched_on']}; the next run" in notes
    assert "ahead" not in " ".join(refresh(tmp_path)["notes"])
