"""A record that cannot be labelled: said in each run, without the labels of its older text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from stepwise import invented, refresh

from drmine.classify.classifier import Classifier, Failure
from drmine.demo.server import EutilsServer
from drmine.records import Annotation, Record
from drmine.refresh import outputs
from drmine.store import Store

BAD = "99000002"


@pytest.fixture
def no_label(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the classifier fail on one record whose title is bad."""
    label = Classifier.label

    def fails(self: Classifier, records: Iterable[Record]) -> Iterator[Annotation | Failure]:
        for record in records:
            if "bad" in record.title:
                yield Failure(record.pmid, "tagging", "boom")
            else:
                yield from label(self, [record])

    monkeypatch.setattr(Classifier, "label", fails)


def test_it_is_listed_as_missing_as_long_as_it_fails(
    address: str, pubmed: EutilsServer, no_label: None, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("DRMINE_DATABASE_URL", address)
    pubmed.put(invented(2, title="A bad title on epilepsy"))
    first, second = refresh(tmp_path), refresh(tmp_path, offline=True)
    assert first["counts"]["labelled"] == 5 and "labelled" not in second["counts"]
    for manifest in (first, second):
        assert manifest["is_complete"] is False and manifest["missing"] == [BAD]
        assert manifest["problems"] == [f"1 record could not be labelled: {BAD} (boom)"]
        said = outputs.what_to_do(manifest)
        assert "could not be labelled" in said and "records are missing" not in said
    # all was fetched: the next search counts back from that run, and clears nothing up twice
    third = refresh(tmp_path)
    assert third["counts"]["planned"] == 0 and third["missing"] == [BAD]
    assert not list(tmp_path.glob("runs/*/plan.json"))
    # a text that can be labelled ends it
    pubmed.put(invented(2, revised="2099-01-01", entered="2099-01-01"))
    last = refresh(tmp_path)
    assert last["is_complete"] and last["missing"] == [] and last["problems"] == []


def test_the_labels_of_its_older_text_are_counted_nowhere(
    pubmed: EutilsServer, no_label: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DRMINE_DATABASE_URL", raising=False)
    assert refresh(tmp_path)["counts"]["store_annotated"] == 6
    worse = invented(2, title="A bad title on epilepsy", revised="2099-01-01", entered="2099-01-01")
    pubmed.put(worse)
    manifest = refresh(tmp_path)
    assert manifest["counts"]["store_annotated"] == 5 and manifest["missing"] == [BAD]


def test_a_deleted_record_is_not_listed(
    pubmed: EutilsServer, no_label: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DRMINE_DATABASE_URL", raising=False)
    pubmed.put(invented(2, title="A bad title on epilepsy"))
    assert refresh(tmp_path)["missing"] == [BAD]
    with Store.open(tmp_path / "drmine.sqlite") as store:
        store.delete_records([BAD], "deletion")
    assert refresh(tmp_path, offline=True)["is_complete"]
