"""What decides a label belongs to its fingerprint: rules in code as much as the model's files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import drmine.classify
from drmine.classify import classifier as module
from drmine.classify.classifier import Classifier, code_digest

SOURCES = Path(drmine.classify.__file__).parent


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    for path in [*SOURCES.glob("*.py"), *SOURCES.glob("*.tsv")]:
        shutil.copy(path, tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["thresholds.py", "origin.py", "study_type.py", "lexicon.tsv"])
def test_another_rule_is_another_digest(sources: Path, name: str) -> None:
    with (sources / name).open("a", encoding="utf-8") as file:
        file.write("# another rule\n")
    assert code_digest(sources) != code_digest()


def test_what_trains_is_no_part_of_it(sources: Path) -> None:
    with (sources / "train_shipped.py").open("a", encoding="utf-8") as file:
        file.write("# another way to train\n")
    assert code_digest(sources) == code_digest()


def test_labels_of_other_rules_are_told_from_those_of_these(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    labeller = Classifier()
    before = labeller.fingerprint, labeller.code_fingerprint
    monkeypatch.setattr(module, "code_digest", lambda: "0" * 64)
    assert labeller.fingerprint != before[0]
    assert labeller.code_fingerprint != before[1]
