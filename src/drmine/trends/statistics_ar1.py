"""The tests to cite: they allow for the memory of a series."""

from __future__ import annotations

import numpy as np
import pymannkendall
from scipy import stats

from drmine.trends.persistence import p_value, persistent_deviation, persistent_z
from drmine.trends.statistics import (
    ALPHA,
    Outcome,
    count_trend,
    is_constant,
    percent_change,
)


def mann_kendall_ar1(values: np.ndarray) -> Outcome:
    """Mann-Kendall for series with autocorrelation, calibrated to hold its 5 %.

    The statistic is the calibrated z of :func:`drmine.trends.persistence.persistent_z`,
    the estimate Kendall's tau; ``model`` gives the autocorrelation allowed for.

    References
    ----------
    A test calibrated over its nuisance parameters: Elliott G, Mueller UK, Watson
    MW. Econometrica 2015;83:771-811. doi:10.3982/ECTA10535. Bias of the
    autocorrelation: Matalas NC, Sankarasubramanian A. Effect of persistence on
    trend detection via regression. Water Resour Res 2003;39:1342.
    doi:10.1029/2003WR002292
    """
    if is_constant(values):
        return Outcome(0.0, 1.0, 0.0, unit="kendall_tau", model="rho=0.00")
    z, rho = persistent_z(values)
    return Outcome(
        statistic=z,
        p_value=p_value(z, len(values)),
        estimate=float(pymannkendall.original_test(values, alpha=ALPHA).Tau),
        unit="kendall_tau",
        model=f"rho={rho:.2f}",
    )


def theil_sen_ar1(years: np.ndarray, values: np.ndarray) -> Outcome:
    """Median slope per year with a 95 % interval that allows for autocorrelation.

    The ends of Sen's interval are moved away from the slope by the factor by
    which :func:`mann_kendall_ar1` widens the standard deviation of S. (To read
    the interval off the ranks with the wider deviation would end at slopes
    between neighbouring years, which are noise.)

    References
    ----------
    Sen PK. J Am Stat Assoc 1968;63:1379-1389. doi:10.1080/01621459.1968.10480934
    """
    if is_constant(values):
        return Outcome(estimate=0.0, low=0.0, high=0.0, unit="per_year", model="rho=0.00")
    slope, _, low, high = stats.theilslopes(values, years, 1 - ALPHA)
    factor, rho = _widening(values)
    return Outcome(
        estimate=float(slope),
        low=float(slope - factor * (slope - low)),
        high=float(slope + factor * (high - slope)),
        unit="per_year",
        model=f"rho={rho:.2f}",
    )


def count_trend_ar1(years: np.ndarray, n: np.ndarray, of: np.ndarray) -> Outcome:
    """Return the count model with an interval and p value that allow for autocorrelation.

    The standard error is multiplied by the factor by which
    :func:`mann_kendall_ar1` widens the standard deviation of S over the same
    shares. Unlike the slope of Theil and Sen it is not zero where half of the
    years hold no count.

    References
    ----------
    As for :func:`drmine.trends.statistics.count_trend` and
    :func:`mann_kendall_ar1`; to widen a standard error by the variance
    inflation of autocorrelated data is the way of
    Matalas NC, Sankarasubramanian A. Water Resour Res 2003;39:1342.
    doi:10.1029/2003WR002292
    """
    plain = count_trend(years, n, of)
    ends = [end for end in (plain.estimate, plain.low, plain.high) if end is not None]
    if plain.statistic is None or len(ends) < 3:
        return plain
    shares = n / of
    factor, rho = (1.0, 0.0) if is_constant(shares) else _widening(shares)
    middle, low, high = (float(np.log1p(end / 100)) for end in ends)
    z = plain.statistic / factor
    return Outcome(
        statistic=z,
        p_value=p_value(z, len(years)),
        estimate=plain.estimate,
        low=percent_change(middle - factor * (middle - low)),
        high=percent_change(middle + factor * (high - middle)),
        unit=plain.unit,
        model=f"{plain.model} rho={rho:.2f}",
    )


def _widening(values: np.ndarray) -> tuple[float, float]:
    """How much wider the memory of a series makes its S, at least 1, and the autocorrelation."""
    deviation, rho = persistent_deviation(values)
    independent = float(np.sqrt(pymannkendall.original_test(values, alpha=ALPHA).var_s))
    return max(1.0, deviation / independent), rho
