"""Intervals hold their own figure; what cannot be computed is a dash."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from drmine.evaluation.scores import (
    figures_table,
    label_figures,
    mean_with_interval,
    reliability,
)
from drmine.evaluation.shipped import as_text
from drmine.evaluation.shipped_figures import Judged, shipped_figures
from drmine.finding_gold import GoldFindings
from drmine.records import Annotation
from drmine.taxonomy import load_taxonomy

LABELS = [f"label{n}" for n in range(8)]


def test_a_worked_example_of_sets_of_labels() -> None:
    gold = [{"a"}, {"a", "b"}, set(), {"b"}, {"a", "b"}]
    said = [{"a", "b", "c"}, {"a"}, set(), {"c"}, set()]
    figures = label_figures(gold, said, ["a", "b", "c", "never"], ["a", "never"])

    def told(row: dict) -> list[float]:
        return [row[name] for name in ("precision", "recall", "f1", "n_gold", "n_said")]

    # 2 right, 3 wrong, 4 missed
    assert told(figures["micro"]) == [0.4, 0.3333, 0.3636, 6, 5]
    assert told(figures["labels"]["a"]) == [1.0, 0.6667, 0.8, 3, 2]
    assert told(figures["labels"]["b"]) == [0, 0, 0, 3, 1]
    assert told(figures["labels"]["never"]) == [None, None, None, 0, 0]
    # a label that was never right is a failure, one that never occurs says nothing
    assert (figures["macro_f1"]["value"], figures["macro_f1"]["n_labels"]) == (0.2667, 3)
    assert (figures["macro_f1_core"]["value"], figures["macro_f1_core"]["n_labels"]) == (0.8, 1)
    # the shares of the records: 1/3, 1, 1, 0, 0; 1, 1/2, 1, 0, 0; 1/2, 2/3, 1, 0, 0
    example = figures["example_based"]
    assert [example[k]["value"] for k in ("precision", "recall", "f1")] == [0.4667, 0.5, 0.4333]
    assert figures["exact"]["value"] == 0.2


def test_every_total_of_the_printed_table_has_its_interval() -> None:
    gold = [{"a"}, {"a", "b"}, set(), {"b"}, {"a", "b"}] * 4
    said = [{"a", "b"}, {"a"}, set(), {"b"}, set()] * 4
    figures = label_figures(gold, said, ["a", "b"])
    rows = {line[:28].strip(): line for line in figures_table(figures).splitlines()}
    for name, ends in (
        ("micro", figures["micro"]["f1_95"]),
        ("macro F1", figures["macro_f1"]["value_95"]),
        ("example-based", figures["example_based"]["f1"]["value_95"]),
        ("all labels of a record right", figures["exact"]["value_95"]),
    ):
        assert f"  {ends[0]:.2f}-{ends[1]:.2f}" in rows[name], name


def test_the_interval_of_a_mean_of_many_is_the_normal_one() -> None:
    """Half of 400: 1.96 times the root of 0.25 / 400."""
    low, high = mean_with_interval(np.tile([0.0, 1.0], 200))["value_95"]
    assert (low, high) == pytest.approx((0.5 - 0.049, 0.5 + 0.049), abs=0.005)


def test_a_record_of_many_figures_weighs_as_many_and_is_one_to_draw() -> None:
    """Ten records with nine right each, ten with one that is wrong: 90 of 100."""
    values, records = [1.0] * 90 + [0.0] * 10, [str(n // 9) for n in range(90)]
    found = mean_with_interval(np.array(values), records + [str(n) for n in range(10, 20)])
    assert found["value"] == 0.9
    assert 0.7 < found["value_95"][0] < 0.9 < found["value_95"][1]
    assert mean_with_interval(np.ones(5), ["one"] * 5)["value_95"] == [0.2065, 1.0]


def test_a_score_that_claims_too_much_here_and_too_little_there_is_not_calibrated() -> None:
    """Three of 0.16, of which a third is right, and one of 0.95 that is wrong."""
    found = reliability([0.16, 0.16, 0.16, 0.95], [True, False, False, False])
    # 3 / 4 of 1/3 - 0.16, and 1 / 4 of 0.95
    assert found["expected_calibration_error"] == pytest.approx(0.3675, abs=5e-5)
    assert [(one["from"], one["n"]) for one in found["table"]] == [(0.1, 3), (0.9, 1)]
    assert reliability([1.0], [True])["table"][0]["to"] == 1.0


def test_rare_labels_that_are_all_right_have_an_interval_that_holds_the_figure() -> None:
    gold = [{label} for label in LABELS] + [set()] * 12
    macro = label_figures(gold, gold, LABELS)["macro_f1"]
    # Wilson's interval of 1 of 1 begins at 0.2065, and 2p / (1 + p) of it is 0.3423
    assert macro == {"value": 1.0, "value_95": [0.3423, 1.0], "n_labels": 8}


@pytest.mark.parametrize(("n", "low"), [(1, 0.2065), (3, 0.4385), (20, 0.8389)])
def test_a_perfect_figure_of_few_is_not_said_to_be_certain(n: int, low: float) -> None:
    """Resampling showed 1.00 [1.00, 1.00], be it of a single record."""
    figures = label_figures([{"label0"}] * n, [{"label0"}] * n, ["label0"])
    assert figures["micro"]["precision_95"] == figures["micro"]["recall_95"] == [low, 1.0]
    assert figures["exact"]["value_95"] == [low, 1.0]
    assert figures["micro"]["f1_95"] == [pytest.approx(2 * low / (1 + low), abs=1e-4), 1.0]
    assert mean_with_interval(np.zeros(n))["value_95"] == [0.0, pytest.approx(1 - low, abs=1e-4)]
    missed = label_figures([{"label0"}] * n, [set()] * n, ["label0"])["micro"]
    assert missed["recall_95"] == [0.0, pytest.approx(1 - low, abs=1e-4)]
    assert missed["precision_95"] == [0.0, 1.0]  # nothing was said


@pytest.mark.parametrize("n", [1, 7, 40])
def test_the_interval_of_a_perfect_figure_is_wilsons(n: int) -> None:
    low, high = proportion_confint(n, n, method="wilson")
    found = mean_with_interval(np.ones(n))["value_95"]
    assert found == pytest.approx([low, high], abs=1e-4)


def test_figures_of_one_record_are_drawn_together() -> None:
    values = np.tile([0.0, 1.0], 10).repeat(3)
    records = [str(n // 3) for n in range(60)]
    apart, together = mean_with_interval(values), mean_with_interval(values, records)
    assert apart["value"] == together["value"] == 0.5
    assert together["n"] == 60
    widths = [high - low for low, high in (apart["value_95"], together["value_95"])]
    assert widths[1] > 1.5 * widths[0]


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


def test_a_record_whose_study_type_nobody_gave_is_no_error_of_its_period() -> None:
    said = Annotation("99000001", False, 0.01, (), "animal", 0.9)
    judged = [
        Judged(GoldFindings(said.pmid, "", "test", False, kind, ()), 2015, said, frozenset())
        for kind in ("animal", None)
    ]
    figures = shipped_figures(judged, load_taxonomy())
    of_period = figures["by_period"]["after 2010"]["study_type_accuracy"]
    assert of_period == figures["study_type_accuracy"]
    assert (of_period["value"], of_period["n"]) == (1.0, 1)
