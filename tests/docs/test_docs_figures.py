"""The pages count training records, and name thresholds, as they are in the files."""

from __future__ import annotations

import json
import re

from pages import DOCS, ROOT

from drmine.classify import thresholds

CLASSIFYING = " ".join((DOCS / "classifying.md").read_text(encoding="utf-8").split())
ERRORS = " ".join((DOCS / "errors.md").read_text(encoding="utf-8").split())
MODEL = ROOT / "src" / "drmine" / "classify" / "model.json"


def n_records(*patterns: str) -> int:
    """Return how many training records files of these names hold."""
    folder, n = ROOT / "annotations" / "training", 0
    for path in (p for one in patterns for p in folder.glob(f"{one}.jsonl")):
        with path.open(encoding="utf-8") as lines:
            n += sum(1 for _ in lines)
    return n


def test_training_records_are_counted_as_there_are() -> None:
    for patterns, words in (
        (("stances_*", "results_*"), r"`stances_\*` and `results_\*` \(([\d,]+)\)"),
        (("several_*",), r"`several_\*` \(([\d,]+)\)"),
        (("retold_*",), r"`retold_\*` \(([\d,]+)\)"),
    ):
        (told,) = re.findall(words, CLASSIFYING)
        assert int(told.replace(",", "")) == n_records(*patterns), patterns


def test_thresholds_are_told_as_the_shipped_model_has_them() -> None:
    about, low, high = re.search(
        r"\*about drug response\* from (\.\d+) up, a hypothesis is assigned from about (\.\d) to "
        r"(\.\d) up",
        ERRORS,
    ).groups()  # type: ignore[union-attr]
    assert float(about) == thresholds.ABOUT_DRUG_RESPONSE
    chosen = json.loads(MODEL.read_text(encoding="utf-8"))["thresholds"].values()
    assert (float(low), float(high)) == (round(min(chosen), 1), round(max(chosen), 1))
