"""Trend tests on yearly series: plain arrays in, plain values out."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pymannkendall
from scipy import stats

# the parts by their places: statsmodels.api brings plots and time series along, half a second
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.stats.multitest import multipletests
from statsmodels.tools.sm_exceptions import ModelWarning
from statsmodels.tools.tools import add_constant

from drmine.trends.poisson_slope import poisson_slope

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one test says; ``estimate`` with its 95 % interval is in ``unit``."""

    statistic: float | None = None
    p_value: float | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    model: str = ""
    reason: str = ""


def mann_kendall(values: np.ndarray) -> Outcome:
    """Test for a monotonic trend; the estimate is Kendall's tau.

    References
    ----------
    Mann HB. Nonparametric tests against trend. Econometrica 1945;13:245-259.
    doi:10.2307/1907187. Kendall MG. Rank correlation methods. Griffin 1975.
    Software: Hussain MM, Mahmud I. pyMannKendall. J Open Source Softw
    2019;4:1556. doi:10.21105/joss.01556
    """
    if is_constant(values):
        return Outcome(0.0, 1.0, 0.0, unit="kendall_tau")
    return _from_z(pymannkendall.original_test(values, alpha=ALPHA))


def mann_kendall_hamed_rao(values: np.ndarray) -> Outcome:
    """Mann-Kendall with the variance corrected for autocorrelated ranks.

    Too liberal in series as short as ours (``benchmarks/coverage_simulation``
    has the numbers), so it stands beside :func:`drmine.trends.statistics_ar1.mann_kendall_ar1`.

    References
    ----------
    Hamed KH, Rao AR. A modified Mann-Kendall trend test for autocorrelated
    data. J Hydrol 1998;204:182-196. doi:10.1016/S0022-1694(97)00125-X
    """
    if is_constant(values):
        return Outcome(0.0, 1.0, 0.0, unit="kendall_tau")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        result = pymannkendall.hamed_rao_modification_test(values, alpha=ALPHA)
    if not np.isfinite(result.z) or result.var_s <= 0:
        return Outcome(
            unit="kendall_tau",
            estimate=float(result.Tau),
            reason="The corrected variance is not positive.",
        )
    return _from_z(result)


def theil_sen(years: np.ndarray, values: np.ndarray) -> Outcome:
    """Median slope per year with its 95 % interval.

    References
    ----------
    Theil H. A rank-invariant method of linear and polynomial regression
    analysis. Proc K Ned Akad Wet 1950;53:386-392. Sen PK. Estimates of the
    regression coefficient based on Kendall's tau. J Am Stat Assoc
    1968;63:1379-1389. doi:10.1080/01621459.1968.10480934
    """
    slope, _, low, high = stats.theilslopes(values, years, 1 - ALPHA)
    return Outcome(estimate=float(slope), low=float(low), high=float(high), unit="per_year")


def count_trend(years: np.ndarray, n: np.ndarray, of: np.ndarray) -> Outcome:
    """Annual percent change of a rate: log-linear count model with offset ``log(of)``.

    Poisson, or negative binomial (NB2) where the regression test for
    overdispersion rejects Poisson at 5 %.

    Parameters
    ----------
    years, n, of
        Years, counts, and what they are counted among (all above 0).

    References
    ----------
    McCullagh P, Nelder JA. Generalized linear models. Chapman & Hall 1989.
    doi:10.1201/9780203753736. Overdispersion: Cameron AC, Trivedi PK.
    Regression-based tests for overdispersion in the Poisson model. J Econom
    1990;46:347-364. doi:10.1016/0304-4076(90)90014-K
    """
    if n.sum() == 0:
        return Outcome(unit="percent_per_year", reason="Every count is 0.")
    if not n[1:].any() or not n[:-1].any():
        # the likelihood has no maximum then: where its search ends, errors look small
        return Outcome(
            unit="percent_per_year",
            reason="All counts lie in one year at the end of the series; there is no finite slope.",
        )
    design = add_constant(years - years.mean(), has_constant="add")
    offset = np.log(of)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", ModelWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        fitted = GLM(n, design, family=families.Poisson(), offset=offset).fit()
        model = "poisson"
        if is_overdispersed(n, fitted.fittedvalues):
            from statsmodels.discrete.discrete_model import NegativeBinomial

            start = np.append(fitted.params, 0.1)
            wider = NegativeBinomial(n, design, offset=offset).fit(
                start_params=start, disp=False, maxiter=200
            )
            if wider.mle_retvals["converged"] and np.isfinite(wider.bse).all():
                fitted, model = wider, "negative_binomial"
            else:
                fitted = GLM(n, design, family=families.Poisson(), offset=offset).fit(scale="X2")
                model = "quasi_poisson"
        slope, error = float(fitted.params[1]), float(fitted.bse[1])
        if model != "negative_binomial":
            slope, error = poisson_slope(design, offset, n, fitted.params)
            error *= float(np.sqrt(fitted.scale))
    if not (np.isfinite(slope) and np.isfinite(error) and error > 0):
        return Outcome(unit="percent_per_year", reason="The model has no finite solution.")
    z = slope / error
    half = stats.norm.ppf(1 - ALPHA / 2) * error
    return Outcome(
        statistic=z,
        p_value=float(2 * stats.norm.sf(abs(z))),
        estimate=percent_change(slope),
        low=percent_change(slope - half),
        high=percent_change(slope + half),
        unit="percent_per_year",
        model=model,
    )


def odds_trend(years: np.ndarray, n: np.ndarray, of: np.ndarray) -> Outcome:
    """Annual percent change of the odds of ``n`` in ``of``: logistic regression on the year.

    Standard errors are widened by Pearson's dispersion where it exceeds 1
    (quasi-binomial); the interval and p value then use Student's t.

    References
    ----------
    McCullagh P, Nelder JA. Generalized linear models, chapter 4. Chapman & Hall
    1989. doi:10.1201/9780203753736
    """
    unit = "percent_odds_per_year"
    if n.sum() == 0 or (n == of).all():
        return Outcome(unit=unit, reason="Every finding points the same way.")
    centred = years - years.mean()
    design = add_constant(centred, has_constant="add")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        fitted = GLM(np.column_stack([n, of - n]), design, families.Binomial()).fit()
    slope, error = float(fitted.params[1]), float(fitted.bse[1])
    # early years all one way and late years all the other: the slope has no upper bound
    if not fitted.converged or not np.isfinite(error) or error * np.ptp(years) > 50:
        return Outcome(unit=unit, reason="The years part the two sides; there is no finite slope.")
    freedom = len(years) - 2
    dispersion = max(1.0, float(fitted.pearson_chi2) / freedom)
    error *= float(np.sqrt(dispersion))
    law = stats.t(freedom) if dispersion > 1 else stats.norm
    half = float(law.ppf(1 - ALPHA / 2)) * error
    return Outcome(
        statistic=slope / error,
        p_value=float(2 * law.sf(abs(slope / error))),
        estimate=percent_change(slope),
        low=percent_change(slope - half),
        high=percent_change(slope + half),
        unit=unit,
        model="quasi_binomial" if dispersion > 1 else "binomial",
    )


def is_overdispersed(n: np.ndarray, expected: np.ndarray) -> bool:
    """Whether counts vary more than Poisson: Cameron-Trivedi regression test, one-sided, 5 %."""
    if len(n) < 4:
        return False
    excess = ((n - expected) ** 2 - n) / expected
    slope = float(expected @ excess / (expected @ expected))
    residuals = excess - slope * expected
    variance = float(residuals @ residuals) / (len(n) - 1) / float(expected @ expected)
    if variance <= 0:
        return False
    return bool(stats.t.sf(slope / np.sqrt(variance), df=len(n) - 1) < ALPHA)


def adjusted(p_values: np.ndarray) -> np.ndarray:
    """Adjust p values of one family.

    References
    ----------
    Benjamini Y, Hochberg Y. Controlling the false discovery rate. J R Stat Soc
    B 1995;57:289-300. doi:10.1111/j.2517-6161.1995.tb02031.x
    """
    return np.asarray(multipletests(p_values, alpha=ALPHA, method="fdr_bh")[1])


def _from_z(result: object) -> Outcome:
    z = float(result.z)  # type: ignore[attr-defined]
    # the library takes 1 - cdf, which is 0 from |z| = 8.3 on
    p_value = float(2 * stats.norm.sf(abs(z)))
    return Outcome(z, p_value, float(result.Tau), unit="kendall_tau")  # type: ignore[attr-defined]


def is_constant(values: np.ndarray) -> bool:
    """Whether a series never changes: tests have nothing to rank then."""
    return bool(np.ptp(values) == 0)


def percent_change(slope: float) -> float:
    """Return the annual percent change of a log-linear slope."""
    return float(100 * np.expm1(np.clip(slope, -50, 50)))
