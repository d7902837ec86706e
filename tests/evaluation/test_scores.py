"""Intervals hold their own figure; what cannot be computed is a dash."""

from __future__ import annotations

import pytest

from drmine.evaluation.scores import label_figures
from drmine.evaluation.shipped import Judged, as_text, shipped_figures
from drmine.finding_gold import GoldFindings
from drmine.records import Annotation
from drmine.taxonomy import load_taxonomy

LABELS = [f"label{n}" for n in range(8)]


def test_rare_labels_that_are_all_right_have_an_interval_that_holds_the_figure() -> None:
    gold = [{label} for label in LABELS] + [set()] * 12
    macro = label_figures(gold, gold, LABELS)["macro_f1"]
    assert macro == {"value": 1.0, "value_95": [1.0, 1.0], "n_labels": 8}


@pytest.mark.parametrize("n_right", range(0, 9, 2))
def test_the_interval_of_a_mean_over_rare_labels_holds_it(n_right: int) -> None:
    gold = [{label} for label in LABELS] + [set()] * 12
    said = [one if n < n_right else set() for n, one in enumerate(gold)]
    macro = label_figures(gold, said, LABELS)["macro_f1"]
    low, high = macro["value_95"]
    assert low <= macro["value"] == n_right / 8 <= high


def test_where_no_record_is_called_relevant_there_is_no_calibration_but_a_dash() -> None:
    gold = GoldFindings("99000001", "", "test", False, "other", ())
    judged = [
        Judged(gold, 2015, Annotation("99000001", False, 0.01, (), "other", 0.9), frozenset())
    ]
    figures = shipped_figures(judged, load_taxonomy())
    text = as_text({"part": "test", "n_trained_on": 0, "n_without_text": 0, **figures})
    assert "expected calibration error, hypotheses: – (n = 0)" in text
    assert "expected calibration error, about_drug_response: 0.010 (n = 1)" in text
