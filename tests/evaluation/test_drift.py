"""Drift: an exact test, within samples, adjusted for how often it is made."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from drmine.evaluation.current import Outcome, drifted, figures, report
from drmine.evaluation.drift import MIN_EACH, Trial, compare_errors, exact_p, holm, p_text
from drmine.evaluation.job import headline
from drmine.evaluation.markdown import as_markdown

IDS = ("transporter", "target")
LEFT_OUT = {"trained_on": 3, "without_text": 2}


def trials(late_wrong: int, late: int, wrong: int, before: int, stratum: str = "") -> list[Trial]:
    return [
        *(Trial(True, n >= late_wrong, stratum) for n in range(late)),
        *(Trial(False, n >= wrong, stratum) for n in range(before)),
    ]


@given(*[st.integers(0, 12)] * 4)
def test_with_one_stratum_it_is_fishers_test(a, b, c, d) -> None:
    expected = fisher_exact([[a, b], [c, d]], alternative="greater")[1]
    assert math.isclose(exact_p(trials(a, a + b, c, c + d)), expected, abs_tol=1e-9)


def test_a_change_of_what_is_reviewed_is_no_drift() -> None:
    # of late only uncertain records were looked at, and on those the machine always errs more
    mixed = trials(0, 0, 5, 100, "random") + trials(20, 40, 10, 20, "uncertain")
    pooled = [Trial(one.is_late, one.is_right) for one in mixed]
    assert exact_p(pooled) < 0.001
    assert exact_p(mixed) > 0.5


def test_it_raises_false_alarms_as_rarely_as_it_says() -> None:
    rng = np.random.default_rng(3)
    alarms = 0
    for _ in range(400):
        right = rng.random(160) > 0.2
        alarms += (
            exact_p([Trial(n >= 100, bool(r), str(n % 2)) for n, r in enumerate(right)]) < 0.05
        )
    assert alarms <= 400 * 0.05 + 3 * math.sqrt(400 * 0.05 * 0.95)


def test_too_few_are_not_compared() -> None:
    assert compare_errors(trials(5, MIN_EACH - 1, 0, 50)) is None
    assert compare_errors([]) is None


def test_samples_that_have_one_side_alone_are_no_test() -> None:
    """200 of the gold came before, 80 random decisions are the latest: nothing is comparable."""
    apart = trials(0, 0, 4, 200, "gold") + trials(50, 80, 0, 0, "random")
    assert compare_errors(apart) is None
    few = apart + trials(0, 0, 0, MIN_EACH - 1, "random")
    assert compare_errors(few) is None
    enough = apart + trials(0, 0, 0, MIN_EACH, "random")
    found = compare_errors(enough)
    assert found is not None
    assert (found["n_before"], found["n_late"], found["errors_before"]) == (MIN_EACH, 80, 0)
    assert found["p"] == exact_p(enough) < 0.001


def test_where_nothing_could_be_tested_no_drift_is_not_said() -> None:
    rows = [outcome(n, sample="gold", decided="", year=2005) for n in range(200)]
    rows += [outcome(200 + n, right=n >= 50) for n in range(80)]
    found = report(rows, IDS)
    assert found["drift"]["tests"] == []
    assert headline(found).endswith(". Too few decisions to test for drift.")
    steady = [outcome(n) for n in range(150)]
    assert headline(report(steady, IDS)).endswith(". No drift.")


def test_holm() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


def outcome(n: int, *, right: bool = True, **changes: Any) -> Outcome:
    values: dict[str, Any] = {
        "pmid": str(99_000_001 + n), "year": 2005, "sample": "random",
        "decided": f"2026-01-01T00:{n // 60:02}:{n % 60:02}+00:00", "gold_about": True,
        "said_about": right, "gold_study_type": "animal", "said_study_type": "animal",
        "gold": {"target": "supports"}, "said": {"target": "supports"} if right else {},
    }  # fmt: skip
    return Outcome(**(values | changes))


def test_late_errors_are_drift_and_early_ones_are_not() -> None:
    late = [outcome(n, right=n < 100 or n % 2 == 0) for n in range(150)]
    found = report(late, IDS, latest=50)
    assert [test["measure"] for test in found["drift"]["tests"] if test["is_drift"]] == [
        "about_drug_response", "hypotheses",
    ]  # fmt: skip
    said = drifted(found)
    assert said[0].startswith("about_drug_response: 25 of 50 wrong, before 0 of 100 (the latest 50")
    early = [outcome(n, right=n >= 50 or n % 2 == 0) for n in range(150)]
    assert drifted(report(early, IDS, latest=50)) == []


def test_a_new_vocabulary_of_the_literature_is_drift() -> None:
    rows = [outcome(n, right=n < 60, year=1990 if n < 60 else 2020, decided="") for n in range(90)]
    found = report(rows, IDS)
    assert list(found["by_period"]) == ["before 2000", "after 2010"]
    assert found["by_period"]["after 2010"]["n_records"] == 30
    assert "records of after 2010 against earlier ones" in drifted(found)[0]
    # an unadjusted p of that size would not do with a stricter threshold
    assert drifted(report(rows, IDS, threshold=1e-40)) == []


def test_each_figure_says_on_how_many_records_it_rests() -> None:
    rows = [
        outcome(0), outcome(1, right=False), outcome(2, gold_study_type=None),
        outcome(3, said={"target": "refutes", "transporter": "mixed"}),
        outcome(4, gold_about=False, said_about=False, gold={}, said={}),
    ]  # fmt: skip
    found = figures(rows, IDS)
    assert found["n_records"] == 5 and found["n_findings"] == 4
    assert found["about_drug_response"]["recall"] == 0.75
    assert (found["stance_accuracy"]["value"], found["stance_accuracy"]["n"]) == (0.6667, 3)
    assert found["study_type_accuracy"]["n"] == 4
    assert found["hypotheses_micro"]["f1"] == pytest.approx(2 * 3 / (2 * 3 + 1 + 1))
    assert found["hypotheses_macro_f1"]["n_labels"] == 2


def test_the_page_tells_figures_drift_and_what_was_left_out() -> None:
    late = [outcome(n, right=n < 100 or n % 2 == 0, year=None) for n in range(150)]
    page = as_markdown({**report(late, IDS, latest=50), "left_out": LEFT_OUT})
    assert "**Drift.**" in page and "| all | 150 | 0.91 [" in page
    assert "3 records that the model was trained on; 2 whose judged text" in page
    assert "| sample: random | 150 |" in page and "| no year | 150 |" in page
    assert "not what is missed" in page and "not weighted" in page
    calm = as_markdown({**report(late[:5], IDS), "left_out": LEFT_OUT})
    assert "Too few decisions to test for drift" in calm
    nothing = as_markdown({**report([], IDS), "left_out": LEFT_OUT})
    assert "| all | 0 | – (0) |" in nothing


@pytest.mark.parametrize(("p", "words"), [(0.01234, "0.0123"), (1e-9, "<0.0001"), (1.0, "1.0000")])
def test_no_p_value_is_told_as_0(p: float, words: str) -> None:
    assert p_text(p) == words
