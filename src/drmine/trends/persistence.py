"""Mann-Kendall for persistent series: S against noise with memory, calibrated to its level."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np

TABLE = Path(__file__).with_name("persistence.json")
"""Written by ``python -m drmine.trends.calibrate_persistence``."""

MAX_AUTOCORRELATION = 0.9
GRID = np.linspace(0, MAX_AUTOCORRELATION, 7)


def persistent_z(values: np.ndarray) -> tuple[float, float]:
    """Return the calibrated z of S, and the autocorrelation that it allows for.

    S, with the continuity correction, over :func:`persistent_deviation`.
    """
    values = np.asarray(values, dtype=float)
    deviation, rho = persistent_deviation(values)
    return float(raw_scores(values[None, :])[0][0]) / deviation, rho


def persistent_deviation(values: np.ndarray) -> tuple[float, float]:
    """Return the calibrated standard deviation of S, and the autocorrelation that it allows for.

    It starts from the standard deviation under Gaussian first-order
    autoregressive noise (Hamed 2009). The autocorrelation is that of the
    residuals from the Theil-Sen line: at lag one, corrected for its small-sample
    bias (Matalas and Sankarasubramanian 2003), or the root of that at lag two if
    larger, since shares of few records carry sampling noise that lowers the
    first; negative values count as 0.

    Since it is estimated, S over this has not the width of the normal
    distribution. So the deviation is multiplied by a factor of the two estimates
    (:func:`scale`) that was chosen such that 5 % of simulated series without
    trend lie beyond 1.96, whatever their autocorrelation (0 to 0.7) and sampling
    noise.

    Parameters
    ----------
    values
        One value a year, eight or more, not all equal.
    """
    values = np.asarray(values, dtype=float)
    n = len(values)
    _, rho, first_lag = (float(part[0]) for part in raw_scores(values[None, :]))
    _, ties = np.unique(values, return_counts=True)
    independent = _independent_variance(n)
    tied = float((ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    ratios, coefficients = _calibration(n)
    deviation = np.sqrt((independent - tied) * np.interp(rho, GRID, ratios))
    return float(deviation * scale(coefficients, np.array(rho), np.array(first_lag))), rho


def raw_scores(series: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return S with continuity correction, autocorrelation allowed for, and that at lag one.

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
    # at lag two the autocorrelation is squared; sampling noise lowers both by one factor
    first_lag = np.clip((n * one + 2) / (n - 4), 0, MAX_AUTOCORRELATION)
    second_lag = np.sqrt(np.clip((n * two + 3) / (n - 5), 0, MAX_AUTOCORRELATION**2))
    first_lag = np.where(flat, 0.0, first_lag)
    rho = np.where(flat, 0.0, np.maximum(first_lag, second_lag))
    return s - np.sign(s), rho, first_lag


def scale(coefficients: np.ndarray, rho: np.ndarray, first_lag: np.ndarray) -> np.ndarray:
    """Return by how much farther out the outer 5 % of z lie than in a normal distribution."""
    a, b, c, d, e = coefficients
    return np.asarray(np.exp(a + b * rho + c * rho**2 + d * rho**3 + e * (rho - first_lag)))


def variance_of_s(n: int, rho: float) -> float:
    """Exact variance of Kendall's S over ``n`` values of Gaussian AR(1) noise (Hamed 2009)."""
    first, second = np.triu_indices(n, 1)
    lags = np.concatenate([[1.0], rho ** np.arange(1, n)])
    spread = np.sqrt(2 - 2 * lags[second - first])
    total = 0.0
    # a block of pairs against all pairs at a time: all at once would take gigabytes
    for block in np.array_split(np.arange(len(first)), 1 + len(first) // 500):
        a, b = first[block], second[block]
        covariance = (
            lags[np.abs(np.subtract.outer(b, second))]
            - lags[np.abs(np.subtract.outer(a, second))]
            - lags[np.abs(np.subtract.outer(b, first))]
            + lags[np.abs(np.subtract.outer(a, first))]
        )
        cosines = covariance / np.outer(spread[block], spread)
        total += float(np.arcsin(np.clip(cosines, -1, 1)).sum())
    return 2 / np.pi * total


@lru_cache(maxsize=512)
def _calibration(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Ratios of the variance of S on :data:`GRID`, and coefficients of :func:`scale`.

    Between the lengths of the table they are interpolated on the logarithm of
    the length; beyond its ends those of the nearest length hold.
    """
    table = _table()
    at = np.log(n)
    lengths = np.log(table["n"])

    def between(rows: np.ndarray) -> np.ndarray:
        return np.array([np.interp(at, lengths, column) for column in rows.T])

    return between(table["variance_ratio"]), between(table["scale"])


@lru_cache(maxsize=1)
def _table() -> dict[str, np.ndarray]:
    rows = json.loads(TABLE.read_text(encoding="utf-8"))["lengths"]
    return {name: np.array([row[name] for row in rows], dtype=float) for name in rows[0]}


def _independent_variance(n: int) -> float:
    """Variance of S over independent values without ties (Kendall 1975)."""
    return n * (n - 1) * (2 * n + 5) / 18
