"""Models of counts and of odds against published worked examples, base R and simulation.

Values "by R" were printed by R 4.2.2 (packages base, stats and datasets).
"""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.discrete.discrete_model import NegativeBinomial
from statsmodels.regression.linear_model import OLS

from drmine.trends import statistics, statistics_ar1

# Collisions of trains with road vehicles and million train-km, Great Britain, 1975 to 2003:
# Agresti A. An introduction to categorical data analysis, 2nd ed. Wiley 2007, table 3.4
TRAIN_YEARS = np.arange(1975, 2004, dtype=float)
TRAIN_KM = np.array(
    [436, 426, 425, 430, 426, 430, 417, 372, 401, 389, 418, 414, 397, 443, 436, 431, 439, 430, 425,
     415, 423, 437, 463, 487, 505, 503, 508, 516, 518], dtype=float)  # fmt: skip
COLLISIONS = np.array(
    [2, 12, 8, 4, 3, 2, 2, 3, 7, 3, 5, 13, 6, 4, 4, 2, 6, 4, 4, 4, 2, 2, 1, 4, 2, 3, 4, 3, 3],
    dtype=float)  # fmt: skip


def test_count_model_as_in_agresti_2007() -> None:
    """Section 3.3.5: Poisson slope -0.0329, standard error 0.0108; further digits by R."""
    result = statistics.count_trend(TRAIN_YEARS, COLLISIONS, TRAIN_KM)
    assert result.model == "poisson"
    assert np.log1p(result.estimate / 100) == pytest.approx(-0.0329179814332, abs=1e-8)
    width = np.log1p(result.high / 100) - np.log1p(result.low / 100)
    assert width / (2 * 1.959963985) == pytest.approx(0.0107590923634, abs=5e-8)
    assert result.p_value == pytest.approx(2.21669755572e-03, rel=1e-4)


def test_count_model_turns_negative_binomial_on_overdispersed_counts() -> None:
    rng = np.random.default_rng(1)
    years = np.arange(1980.0, 2020)
    of = np.full(40, 200.0)
    n = rng.negative_binomial(1.5, 1.5 / (1.5 + 30), size=40).astype(float)
    assert statistics.count_trend(years, n, of).model == "negative_binomial"
    assert statistics.count_trend(years, rng.poisson(30, 40).astype(float), of).model == "poisson"


def test_overdispersion_is_found_as_by_a_regression_in_series_of_eight_years_too() -> None:
    """Cameron and Trivedi: ((n - m)^2 - n) / m on m without intercept, one-sided t test."""
    rng = np.random.default_rng(3)
    said = []
    for _ in range(400):
        expected = np.exp(rng.uniform(0, 2, rng.integers(8, 12)))
        size = rng.choice([2.0, 1e6])
        n = rng.negative_binomial(size, size / (size + expected)).astype(float)
        fitted = OLS(((n - expected) ** 2 - n) / expected, expected).fit()
        is_wide = fitted.tvalues[0] > 0 and fitted.pvalues[0] / 2 < 0.05
        assert statistics.is_overdispersed(n, expected) == is_wide
        said.append(is_wide)
    assert 20 < sum(said) < 380


def test_counts_that_never_change_are_poisson_counts() -> None:
    one = statistics.count_trend(np.arange(2000.0, 2012), np.full(12, 5.0), np.full(12, 50.0))
    assert one.model == "poisson"
    assert one.estimate == pytest.approx(0, abs=1e-9)


def test_where_the_negative_binomial_does_not_settle_the_errors_are_widened_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Counts that read the same backwards have slope 0, and each year expects the mean, 13."""

    class Unsettled:
        mle_retvals = {"converged": False}  # noqa: RUF012
        bse = np.ones(3)

    monkeypatch.setattr(NegativeBinomial, "fit", lambda *_, **__: Unsettled())
    n = np.array([40.0, 0, 2, 1, 30, 5, 5, 30, 1, 2, 0, 40])
    one = statistics.count_trend(np.arange(2000.0, 2012), n, np.full(12, 100.0))
    assert one.model == "quasi_poisson"
    # Pearson's dispersion over 10 degrees of freedom; the squares of the years' distances are 143
    dispersion = ((n - 13) ** 2 / 13).sum() / 10
    error = np.sqrt(dispersion / (13 * 143))
    assert one.high == pytest.approx(100 * np.expm1(1.959964 * error), rel=1e-5)


def test_a_thousandfold_a_year_is_told_in_full() -> None:
    assert statistics.percent_change(np.log(1000)) == pytest.approx(99_900)


def test_count_model_finds_the_annual_change_that_was_put_in() -> None:
    years = np.arange(1990.0, 2020)
    of = np.linspace(300, 900, 30)
    n = np.round(of * 0.05 * 1.04 ** (years - 1990))
    assert statistics.count_trend(years, n, of).estimate == pytest.approx(4.0, abs=0.15)


@pytest.mark.parametrize("n_years", [12, 36, 76])
def test_the_error_of_counts_that_begin_late_is_as_by_r(n_years: int) -> None:
    """As by R's glm for 36 years; zeros before add nothing, however many. It was 0.40 and 0.0."""
    n = np.zeros(n_years)
    n[-2:] = 1, 5
    one = statistics.count_trend(np.arange(1990.0, 1990 + n_years), n, np.full(n_years, 10.0))
    slope, low = np.log1p(one.estimate / 100), np.log1p(one.low / 100)
    assert slope == pytest.approx(1.94591, abs=1e-4)
    assert (slope - low) / 1.959964 == pytest.approx(0.92582, abs=1e-4)


def test_count_model_of_zeros_says_why_there_is_nothing() -> None:
    result = statistics.count_trend(np.arange(10.0), np.zeros(10), np.full(10, 50.0))
    assert result.estimate is None and "0" in result.reason


FINDING_YEARS = np.arange(2000.0, 2012)
DECIDED = np.array([5.0, 4, 6, 6, 8, 8, 6, 8, 7, 6, 8, 7])


def test_odds_model_as_by_r() -> None:
    """glm(cbind(n, of - n) ~ yr, binomial) on invented counts."""
    n = np.array([4.0, 3, 5, 4, 6, 5, 3, 4, 3, 2, 3, 2])
    result = statistics.odds_trend(FINDING_YEARS, n, DECIDED)
    assert (result.estimate, result.low, result.high) == pytest.approx(
        (-20.64824452736, -31.93097788127, -7.49534956436), rel=1e-6
    )
    assert result.p_value == pytest.approx(0.00312033631167, rel=1e-5)
    assert result.model == "binomial"


def test_odds_model_of_unsteady_findings_as_by_r() -> None:
    """The same with quasibinomial and Student's t, on counts that jump to and fro."""
    n = np.array([5.0, 0, 6, 1, 8, 0, 6, 8, 0, 6, 0, 1])
    result = statistics.odds_trend(FINDING_YEARS, n, DECIDED)
    assert (result.estimate, result.low, result.high) == pytest.approx(
        (-16.7703622269, -46.4137400083, 29.2714327313), rel=1e-5
    )
    assert result.p_value == pytest.approx(0.374810960748, rel=1e-5)
    assert result.model == "quasi_binomial"


@pytest.mark.parametrize(
    ("n", "reason"),
    [
        (np.zeros(12), "points the same way"),
        (DECIDED, "points the same way"),
        (np.where(FINDING_YEARS < 2006, 0, DECIDED), "part the two sides"),
        # one year between them holds both: the slope is as endless
        (np.array([0.0, 0, 0, 0, 0, 0, 3, 8, 7, 6, 8, 7]), "part the two sides"),
    ],
)
def test_odds_model_without_a_finite_answer_says_why(n: np.ndarray, reason: str) -> None:
    result = statistics.odds_trend(FINDING_YEARS, n, DECIDED)
    assert reason in result.reason and result.estimate is None


def test_the_count_models_interval_holds_the_truth_under_autocorrelation() -> None:
    """36 years of 80 to 600 records, autocorrelation 0.6: the plain interval fails one in three."""
    rng = np.random.default_rng(13)
    years, of = np.arange(1990.0, 2026.0), np.round(np.linspace(80, 600, 36))
    held = {"count_trend": 0, "count_trend_ar1": 0}
    for _ in range(300):
        noise = rng.normal(size=36)
        for step in range(1, 36):
            noise[step] = 0.6 * noise[step - 1] + 0.8 * noise[step]
        share = 0.1 * np.exp(0.02 * np.arange(-18, 18) + 0.4 * noise)
        n = rng.binomial(of.astype(int), np.minimum(share, 0.95)).astype(float)
        for test in (statistics.count_trend, statistics_ar1.count_trend_ar1):
            one = test(years, n, of)
            held[test.__name__] += one.low <= 100 * np.expm1(0.02) <= one.high
    assert held["count_trend"] < 0.8 * 300
    assert 0.91 * 300 <= held["count_trend_ar1"] <= 0.99 * 300


@pytest.mark.parametrize("place", [0, -1])
def test_counts_of_the_first_or_last_year_alone_have_no_finite_slope(place: int) -> None:
    """The likelihood has no maximum; where its search ends, p was 0 and the interval narrow."""
    years, of = np.arange(1995.0, 2025), np.full(30, 50.0)
    n = np.zeros(30)
    n[place] = 12
    for outcome in (
        statistics.count_trend(years, n, of),
        statistics_ar1.count_trend_ar1(years, n, of),
    ):
        assert outcome.estimate is None and outcome.p_value is None
        assert "no finite slope" in outcome.reason
    n[14] = 1
    assert statistics.count_trend(years, n, of).estimate is not None
