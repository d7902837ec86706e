"""What one server was asked says nothing of what another holds, be the query the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from stepwise import invented, refresh

from drmine.demo.server import EutilsServer
from drmine.refresh import fetch, job


def counted(manifest: dict[str, object]) -> tuple[object, int, int]:
    counts = manifest["counts"]
    assert isinstance(counts, dict)
    return manifest["is_complete"], counts["planned"], counts["store_records"]


def test_another_server_is_asked_for_everything(
    pubmed: EutilsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as a refresh from PubMed does in the workspace of a demonstration
    assert counted(refresh(tmp_path)) == (True, 6, 6)
    pubmed.put(invented(7), invented(8))
    monkeypatch.setenv("DRMINE_EUTILS_URL", pubmed.url.replace("127.0.0.1", "localhost"))
    assert counted(refresh(tmp_path)) == (True, 8, 8)
    assert counted(refresh(tmp_path)) == (True, 0, 8)


def test_the_plan_of_a_stopped_run_is_of_its_server(
    pubmed: EutilsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with job.begin(str(tmp_path), query="epilep*[tiab]", offline=False, full=False) as (begun, _):
        assert fetch.plan_fetch(begun) == 1
    pubmed.delete("99000001")
    pubmed.put(invented(7))
    monkeypatch.setenv("DRMINE_EUTILS_URL", pubmed.url.replace("127.0.0.1", "localhost"))
    manifest = refresh(tmp_path)
    assert counted(manifest) == (True, 6, 6)
    assert not manifest["notes"]
