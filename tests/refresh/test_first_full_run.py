"""The first full run over a store that files have filled brings what PubMed revised since."""

from __future__ import annotations

from pathlib import Path

import pytest
from stepwise import invented, refresh

from drmine.demo.server import EutilsServer
from drmine.refresh import fetch, job
from drmine.store import Store


def test_a_retraction_since_the_files_is_taken_by_the_first_full_run(
    address: str, pubmed: EutilsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRMINE_DATABASE_URL", address)
    with Store.open(address) as store:
        store.upsert_records([invented(n) for n in range(1, 7)], "bulk", file_order="20n000001")
    types = ("Journal Article", "Retracted Publication")
    pubmed.put(invented(3, retraction="retracted", publication_types=types, revised="2022-01-01"))
    manifest = refresh(tmp_path, full=True)
    assert manifest["is_complete"] and manifest["counts"]["planned"] == 6
    with Store.open(address) as store:
        record = store.get_record("99000003")
    assert record is not None and record.retraction == "retracted"
    # from here on it fetches what is new or changed, and no more
    assert refresh(tmp_path, full=True)["counts"]["planned"] == 0


def test_a_first_full_run_that_was_stopped_fetches_nothing_twice(
    pubmed: EutilsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DRMINE_DATABASE_URL", raising=False)
    pubmed.put(*(invented(n) for n in range(1, 251)))
    with job.begin(str(tmp_path), query="epilep*[tiab]", offline=False, full=True) as (begun, _):
        assert fetch.plan_fetch(begun) == 2
        fetch.store_records(begun, fetch.fetch_planned(begun, 0))
    pubmed.requests.clear()
    manifest = refresh(tmp_path, full=True)
    assert manifest["is_complete"] and manifest["counts"]["store_records"] == 250
    assert [(one.tool, len(one.ids)) for one in pubmed.requests] == [("efetch", 50)]
