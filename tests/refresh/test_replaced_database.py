"""Manifests outlive the database: one that is new, older or another is filled from the start."""

from __future__ import annotations

from pathlib import Path

import pytest
from stepwise import invented, refresh

from drmine.bulk.job import begin_bulk
from drmine.demo.server import EutilsServer
from drmine.errors import DrmineError
from drmine.refresh import fetch, job


def counted(manifest: dict[str, object]) -> tuple[object, int, int]:
    counts = manifest["counts"]
    assert isinstance(counts, dict)
    return manifest["is_complete"], counts["planned"], counts["store_records"]


def move_away(workspace: Path) -> Path:
    away = workspace / "away"
    away.mkdir()
    for file in workspace.glob("drmine.sqlite*"):
        file.rename(away / file.name)
    return away


def test_a_store_that_was_moved_away_is_filled_from_the_beginning(
    pubmed: EutilsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DRMINE_DATABASE_URL", raising=False)
    assert counted(refresh(tmp_path)) == (True, 6, 6)
    assert counted(refresh(tmp_path)) == (True, 0, 6)
    away = move_away(tmp_path)
    assert counted(refresh(tmp_path)) == (True, 6, 6)
    # a run that the older store does not know is no base for it: the one before is
    (tmp_path / "drmine.sqlite").unlink()
    for file in away.iterdir():
        file.rename(tmp_path / file.name)
    assert counted(refresh(tmp_path)) == (True, 0, 6)


def test_another_database_is_filled_from_the_beginning(
    address: str, pubmed: EutilsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRMINE_DATABASE_URL", f"sqlite:///{tmp_path / 'first.sqlite'}")
    assert counted(refresh(tmp_path)) == (True, 6, 6)
    monkeypatch.setenv("DRMINE_DATABASE_URL", address)
    assert counted(refresh(tmp_path)) == (True, 6, 6)
    assert counted(refresh(tmp_path)) == (True, 0, 6)


def test_a_stopped_run_goes_on_with_another_database(
    pubmed: EutilsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DRMINE_DATABASE_URL", raising=False)
    assert counted(refresh(tmp_path)) == (True, 6, 6)
    pubmed.put(invented(7, entered="2099-01-01", revised="2099-01-01"))
    with job.begin(str(tmp_path), query="epilep*[tiab]", offline=False, full=False) as (begun, _):
        assert fetch.plan_fetch(begun) == 1
    move_away(tmp_path)
    manifest = refresh(tmp_path)
    assert manifest["run"] == begun.run_id
    assert counted(manifest) == (True, 7, 7)


def test_a_store_that_cannot_be_opened_leaves_no_run_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DRMINE_DATABASE_URL", raising=False)
    (tmp_path / "drmine.sqlite").write_text("this is no database, whatever its name says", "utf-8")
    refused = pytest.raises(DrmineError)
    with refused, job.begin(str(tmp_path), query=None, offline=True, full=False):
        pass
    with refused, begin_bulk(str(tmp_path)):
        pass
    assert not list((tmp_path / "runs").iterdir())
