"""What counts as truth: reviews before gold, of the judged text, nothing that the model learned."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from drmine.annotations import text_digest
from drmine.errors import InputError
from drmine.evaluation.truth import gather_truths, reviewed
from drmine.records import Record
from drmine.review.decisions.decision import DecidedFinding, Decision
from drmine.review.decisions.files import append_decisions
from drmine.settings import Settings
from drmine.store import Store

FIRST = 99_000_001


def record(n: int, **changes: object) -> Record:
    return Record(str(FIRST + n), **{"title": f"Invented {n}", "abstract": "Text.", "year": 2001,
                                     "invented": True, **changes})  # type: ignore[arg-type]  # fmt: skip


def gold_line(n: int, digest: str | None = None) -> str:
    row = {
        "pmid": record(n).pmid, "text_sha256": digest or text_digest(record(n).text),
        "about_drug_response": True, "study_type": "animal", "findings": [],
    }  # fmt: skip
    return json.dumps(row) + "\n"


def decided(n: int, reviewer: str = "anna", **changes: object) -> Decision:
    values: dict[str, object] = {
        "about_drug_response": False, "text_sha256": text_digest(record(n).text),
        "sample": "random",
    }  # fmt: skip
    return Decision(record(n).pmid, reviewer, "reject", **{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch) -> Settings:
    monkeypatch.delenv("DRMINE_REVIEWS", raising=False)
    with Store.open(tmp_path / "drmine.sqlite") as store:
        store.upsert_records([record(n) for n in range(5)], "run")
    (tmp_path / "annotated.jsonl").write_text(
        json.dumps(record(5).to_json()) + "\n" + json.dumps(record(0).to_json()) + "\n{cut"
    )
    return Settings(workspace=tmp_path)


def test_reviews_beat_gold_and_texts_must_be_those_that_were_judged(
    settings, tmp_path, monkeypatch
) -> None:
    card = SimpleNamespace(card={"trained_on": {"pmids": [record(4).pmid]}})
    monkeypatch.setattr("drmine.classify.model.shipped_model", lambda: card)
    gold = tmp_path / "gold.jsonl"
    gold.write_text(gold_line(0) + gold_line(1) + gold_line(2, "f" * 64) + gold_line(4)
                    + gold_line(5) + gold_line(6))  # fmt: skip
    append_decisions(tmp_path / "reviews", [decided(0), decided(3, text_sha256="")])
    found = gather_truths(settings, gold, None)
    by_pmid = {one.findings.pmid: one for one in found.truths}
    assert list(by_pmid) == [record(n).pmid for n in (0, 1, 3, 5)]
    assert by_pmid[record(0).pmid].findings.about is False
    assert by_pmid[record(0).pmid].sample == "random"
    assert by_pmid[record(1).pmid].sample == "gold"
    assert found.trained_on == 1
    assert found.without_text == [record(2).pmid, record(6).pmid]
    assert found.records[record(5).pmid].title == "Invented 5"


def test_decisions_on_the_present_text_are_the_truth_whatever_was_settled_before(
    settings, tmp_path
) -> None:
    old = decided(1, "carl", round="adjudication", text_sha256="0" * 64)
    append_decisions(tmp_path / "reviews", [old, decided(1, about_drug_response=True)])
    (one,) = gather_truths(settings, None, tmp_path / "reviews").truths
    assert one.findings.about is True


def test_what_settles_a_difference_keeps_the_sample_of_the_record() -> None:
    settled = decided(
        0, "cora", round="adjudication", sample="disagreement", about_drug_response=True,
        findings=(DecidedFinding("target", "mixed"),),
    )  # fmt: skip
    (one,) = reviewed([decided(0), decided(0, "bert"), settled])
    assert (one.sample, one.findings.about) == ("random", True)


def test_a_record_of_the_random_sample_stays_in_it_whoever_else_decides() -> None:
    (one,) = reviewed([decided(0), decided(0, "bert", sample="chosen")])
    assert one.sample == "random"
    # drawn at random only after it was settled
    drawn = decided(1, "cora", round="adjudication")
    (one,) = reviewed([decided(1, sample="uncertain"), decided(1, "bert", sample="new"), drawn])
    assert one.sample == "random"


def test_a_gold_file_that_is_not_there_is_said(settings, tmp_path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        gather_truths(settings, tmp_path / "none.jsonl", None)
    assert gather_truths(settings, None, tmp_path / "nobody").truths == []


def test_gold_of_a_hypothesis_that_there_is_not_is_no_figure(tmp_path):
    from drmine.evaluation.shipped import evaluate_shipped

    row = {
        "pmid": "99000001", "text_sha256": text_digest("A\nB"), "study_type": "animal",
        "about_drug_response": True,
        "findings": [{"id": "transportr", "stance": "supports", "evidence": None}],
    }  # fmt: skip
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps(row) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="names transportr, no hypothesis of the taxonomy"):
        evaluate_shipped(Settings(workspace=tmp_path), gold=gold, texts=[], part="all")
