"""Intervals hold their own figure; what cannot be computed is a dash."""

from __future__ import annotations

import pytest

from drmine.evaluation.scores import label_figures

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
