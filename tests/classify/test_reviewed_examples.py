"""Training takes in what reviewers decided, and never what is set aside for testing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drmine.annotations import text_digest
from drmine.classify import train_shipped
from drmine.classify.train_shipped import decided_records, real_examples
from drmine.review.decisions.decision import DecidedFinding, Decision
from drmine.review.decisions.files import append_decision

TEXT = {"pmid": "99000991", "title": "An invented title", "abstract": "An invented abstract."}
DIGEST = text_digest(f"{TEXT['title']}\n{TEXT['abstract']}")


@pytest.fixture
def annotations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(train_shipped, "ANNOTATIONS", tmp_path)
    (tmp_path / "gold").mkdir()
    (tmp_path / "texts.jsonl").write_text(json.dumps(TEXT) + "\n", encoding="utf-8")
    finding = DecidedFinding("transporter", "refutes", "congenital", (0, 5))
    append_decision(
        tmp_path / "reviews",
        Decision(TEXT["pmid"], "anna", "change", True, "animal", (finding,), text_sha256=DIGEST),
    )
    return tmp_path


def _gold(annotations: Path, part: str) -> None:
    row = {
        "pmid": TEXT["pmid"], "text_sha256": DIGEST, "part": part, "about_drug_response": False,
        "study_type": "other", "findings": [],
    }  # fmt: skip
    (annotations / "gold" / "findings.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")


def test_a_reviewers_decision_beats_the_gold(annotations: Path) -> None:
    _gold(annotations, "dev")
    decided, n_reviewed = decided_records()
    [example] = real_examples(decided, annotations / "texts.jsonl")
    assert n_reviewed == 1 and example.about
    assert example.findings[0].stance == "refutes"


def test_the_test_part_is_never_learned_from_whoever_decided_on_it(annotations: Path) -> None:
    _gold(annotations, "test")
    assert decided_records() == ([], 0)


def test_a_decision_on_another_text_teaches_nothing(annotations: Path) -> None:
    _gold(annotations, "dev")
    changed = json.dumps(TEXT | {"abstract": "Another abstract."})
    (annotations / "texts.jsonl").write_text(changed + "\n", encoding="utf-8")
    assert real_examples(decided_records()[0], annotations / "texts.jsonl") == []
