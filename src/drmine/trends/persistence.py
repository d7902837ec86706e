"""Mann-Kendall for persistent series: S against noise with memory, calibrated to its level."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy import stats

TABLE = Path(__file__).with_name("persistence.json")
"""Written by ``python -m drmine.trends.calibrate_persistence``."""

LEVEL = 0.05
MIN_AUTOCORRELATION, MAX_AUTOCORRELATION = -0.3, 0.9
"""Estimates beyond these count as these; below, they tell of chance alone."""
N_COEFFICIENTS = 6
_SOFTNESS = 0.2
"""Width (in the logarithm) over which :func:`scale` bends into its floor."""
_HIGHEST = 10.0
"""The logarithm of a factor that nothing passes; more would only overflow."""


def persistent_z(values: np.ndarray) -> tuple[float, float]:
    """Return the calibrated z of S, and the autocorrelation that it allows for.

    S, with the continuity correction, over :func:`persistent_deviation`.
    """
    values = np.asarray(values, dtype=float)
    deviation, rho = persistent_deviation(values)
    return float(raw_scores(values[None, :])[0][0]) / deviation, rho


def persistent_deviation(values: np.ndarray) -> tuple[float, float]:
    """Return the calibrated standard deviation of S, and the autocorrelation that it allows for.

    The deviation of S over independent values (with Kendall's correction for
    ties) times a factor of the autocorrelations at lags one and two
    (:func:`scale`). They are those of the residuals from the Theil-Sen line,
    corrected for their small-sample bias (Matalas and Sankarasubramanian 2003);
    two, since shares of few records carry sampling noise on top, which lowers
    both but not their ratio. The factor is chosen by simulation such that 5 % of
    series without trend lie beyond 1.96, whatever their autocorrelation (0 to
    0.7) and sampling noise: a test calibrated over its nuisance parameters.

    Parameters
    ----------
    values
        One value a year, eight or more, not all equal.

    Returns
    -------
    tuple of float
        The deviation, and the larger of the autocorrelation at lag one and the root of that at lag
        two, at least 0.
    """
    values = np.asarray(values, dtype=float)
    n = len(values)
    _, first, second = raw_scores(values[None, :])
    _, ties = np.unique(values, return_counts=True)
    variance = independent_variance(n) - float((ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    floor, coefficients = _calibration(n)
    factor = min(widest(n), float(scale(floor, coefficients, first, second)[0]))
    rho = max(0.0, float(first[0]), float(np.sqrt(max(0.0, float(second[0])))))
    return float(np.sqrt(variance)) * factor, rho


def widest(n: int) -> float:
    """Return the largest factor: what leaves a series that only rises just short of its level."""
    return float((n * (n - 1) / 2 - 1) / np.sqrt(independent_variance(n)) / limit())


def p_value(z: float, n: int) -> float:
    """Return the two-sided p value of a calibrated z of a series of ``n`` years.

    The deviation that z is divided by is estimated, and its error makes large z more frequent
    than the normal distribution has them, as in Student's test, and more so in short series. So
    beyond the level p is read off Student's t, stretched to meet the normal distribution there;
    its degrees of freedom were fitted to the simulated series. Without it, p values far below
    the level come out several times too small, and so do adjusted ones.
    """
    normal = float(2 * stats.norm.sf(abs(z)))
    if normal >= LEVEL:
        return normal
    freedom = _freedom(n)
    return float(2 * stats.t.sf(abs(z) * stretch(freedom), freedom))


def stretch(freedom: float) -> float:
    """Return by how much wider Student's t is than the normal distribution at :data:`LEVEL`."""
    return float(stats.t.ppf(1 - LEVEL / 2, freedom)) / limit()


def raw_scores(series: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return S with continuity correction and the autocorrelations at lags one and two.

    Parameters
    ----------
    series
        One series per row.
    """
    n = series.shape[1]
    first, second = np.triu_indices(n, 1)
    steps = series[:, second] - series[:, first]
    s = np.sign(steps).sum(axis=1)
    slope = np.median(steps / (second - first), axis=1)
    residuals = series - slope[:, None] * np.arange(n)
    residuals = residuals - residuals.mean(axis=1, keepdims=True)
    total = (residuals**2).sum(axis=1)
    # a series on its line has no noise to correlate
    flat = total <= 1e-24 * (1 + (series**2).sum(axis=1))
    total = np.where(flat, 1.0, total)
    one = (residuals[:, 1:] * residuals[:, :-1]).sum(axis=1) / total
    two = (residuals[:, 2:] * residuals[:, :-2]).sum(axis=1) / total
    bounds = (MIN_AUTOCORRELATION, MAX_AUTOCORRELATION)
    one = np.where(flat, 0.0, np.clip((n * one + 2) / (n - 4), *bounds))
    two = np.where(flat, 0.0, np.clip((n * two + 3) / (n - 5), *bounds))
    return s - np.sign(s), one, two


def scale(
    floor: float, coefficients: np.ndarray, first: np.ndarray, second: np.ndarray
) -> np.ndarray:
    """Return by how much wider S lies than over independent values, never under ``floor``.

    The logarithm is a quadratic in the two autocorrelations that bends into that
    of the floor: without it a test could hold its level on average by calling
    nearly every series with negative estimates a trend.
    """
    bottom = np.log(floor)
    height = np.minimum(quadratic(first, second) @ coefficients, _HIGHEST) - bottom
    return np.asarray(np.exp(bottom + _SOFTNESS * np.logaddexp(0, height / _SOFTNESS)))


def scale_slope(
    floor: float, coefficients: np.ndarray, first: np.ndarray, second: np.ndarray
) -> np.ndarray:
    """Return how the logarithm of :func:`scale` changes with each coefficient."""
    terms = quadratic(first, second)
    bend = np.clip((terms @ coefficients - np.log(floor)) / _SOFTNESS, -40, 40)
    return np.asarray(terms / (1 + np.exp(-bend))[:, None])


def quadratic(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the terms of a quadratic in the two autocorrelations, one row each."""
    return np.column_stack(
        [np.ones_like(first), first, second, first**2, first * second, second**2]
    )


def independent_variance(n: int) -> float:
    """Variance of S over independent values without ties (Kendall 1975)."""
    return n * (n - 1) * (2 * n + 5) / 18


@lru_cache(maxsize=1)
def limit() -> float:
    """How far out z is significant at :data:`LEVEL`, two-sided."""
    return float(stats.norm.ppf(1 - LEVEL / 2))


@lru_cache(maxsize=512)
def _calibration(n: int) -> tuple[float, np.ndarray]:
    """Floor and coefficients of :func:`scale`.

    Between the lengths of the table they are interpolated on the logarithm of
    the length; beyond its ends those of the nearest length hold.
    """
    table = _table()
    at, lengths = np.log(n), np.log(table["n"])
    coefficients = [np.interp(at, lengths, column) for column in table["scale"].T]
    return float(np.interp(at, lengths, table["floor"])), np.array(coefficients)


@lru_cache(maxsize=512)
def _freedom(n: int) -> float:
    """Degrees of freedom of :func:`p_value`; between and beyond the lengths as the factor."""
    table = _table()
    return float(np.interp(np.log(n), np.log(table["n"]), table["freedom"]))


@lru_cache(maxsize=1)
def _table() -> dict[str, np.ndarray]:
    rows = json.loads(TABLE.read_text(encoding="utf-8"))["lengths"]
    return {name: np.array([row[name] for row in rows], dtype=float) for name in rows[0]}
