"""`drmine explain` labels anew: it says where trend files and report hold something else."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from review_samples import fill, record, relabel

from drmine.errors import InputError
from drmine.explain import explain_record
from drmine.refresh.label import classifier
from drmine.settings import Settings
from drmine.store import Store

PMID = record(0).pmid


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("DRMINE_REVIEWS", raising=False)
    monkeypatch.delenv("DRMINE_DATABASE_URL", raising=False)
    fill(tmp_path / "drmine.sqlite", [record(0)]).close()
    return Settings(workspace=tmp_path)


def test_labels_of_another_version_are_told_from_those_shown(settings: Settings) -> None:
    said = "were made by another version or setting, until the next `drmine refresh`"
    assert said in explain_record(settings, pmid=PMID)
    with Store.open(settings) as store:
        relabel(store, [PMID], classifier().fingerprint)
    assert "trend files" not in explain_record(settings, pmid=PMID)


def test_labels_of_an_earlier_text_are_told_too(settings: Settings) -> None:
    with Store.open(settings) as store:
        relabel(store, [PMID], classifier().fingerprint)
        revised = dataclasses.replace(record(0), abstract="Another text.", revised="2030-01-01")
        store.upsert_records([revised], "another-run")
    assert "were made from an earlier text" in explain_record(settings, pmid=PMID)


def test_a_record_that_no_run_has_labelled_is_not_in_the_trend_files(settings: Settings) -> None:
    with Store.open(settings) as store:
        store.upsert_records([record(1)], "another-run")
    assert "Not labelled yet" in explain_record(settings, pmid=record(1).pmid)


def test_a_deleted_record_is_not_said_to_be_unknown(settings: Settings) -> None:
    with Store.open(settings) as store:
        store.delete_records([PMID], "another-run")
    with pytest.raises(InputError, match="marked as deleted"):
        explain_record(settings, pmid=PMID)
