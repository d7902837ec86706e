"""Training takes in what reviewers decided."""

from __future__ import annotations

import json
from pathlib import Path

from drmine.annotations import text_digest
from drmine.classify.train_shipped import reviewed_examples
from drmine.review.decisions import DecidedFinding, Decision, append_decision

TEXT = {"pmid": "99000991", "title": "An invented title", "abstract": "An invented abstract."}
DIGEST = text_digest(f"{TEXT['title']}\n{TEXT['abstract']}")


def _decide(folder: Path, digest: str = DIGEST) -> None:
    finding = DecidedFinding("transporter", "refutes", "congenital", (0, 5))
    append_decision(
        folder,
        Decision(TEXT["pmid"], "anna", "change", True, "animal", (finding,), text_sha256=digest),
    )


def test_a_decision_becomes_an_example_unless_its_record_is_set_aside(tmp_path: Path) -> None:
    texts = tmp_path / "texts.jsonl"
    texts.write_text(json.dumps(TEXT) + "\n", encoding="utf-8")
    _decide(tmp_path / "reviews")
    [example] = reviewed_examples(tmp_path / "reviews", texts, set())
    assert example.about and example.findings[0].stance == "refutes"
    assert reviewed_examples(tmp_path / "reviews", texts, {TEXT["pmid"]}) == []


def test_a_decision_on_another_text_teaches_nothing(tmp_path: Path) -> None:
    texts = tmp_path / "texts.jsonl"
    texts.write_text(json.dumps(TEXT) + "\n", encoding="utf-8")
    _decide(tmp_path / "reviews", "0" * 64)
    assert reviewed_examples(tmp_path / "reviews", texts, set()) == []
