"""Mann-Kendall for persistent series: the variance of S under autoregressive noise."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import stats

MAX_AUTOCORRELATION = 0.9
_GRID = np.linspace(0, MAX_AUTOCORRELATION, 7)
_SIMULATIONS = 2000
_AT_ONCE = 250
_SEED = 1945


def persistent_z(values: np.ndarray) -> tuple[float, float]:
    """Return the calibrated z of S, and the autocorrelation that it allows for.

    S is divided by its exact standard deviation under Gaussian first-order
    autoregressive noise (Hamed 2009). The autocorrelation is that of the
    residuals from the Theil-Sen line: at lag one, corrected for its small-sample
    bias (Matalas and Sankarasubramanian 2003), or the root of that at lag two if
    larger, since shares of few records carry sampling noise that lowers the
    first; negative values count as 0. Since it is estimated, z has wider tails
    than the normal distribution: it is scaled such that 5 % of simulated series
    without trend, treated the same way, lie beyond 1.96 (the seed is fixed, so
    equal input gives equal output).
    """
    values = np.asarray(values, dtype=float)
    n = len(values)
    z, rho = _scores(values[None, :])
    _, ties = np.unique(values, return_counts=True)
    full = n * (n - 1) * (2 * n + 5)
    tied = float((ties * (ties - 1) * (2 * ties + 5)).sum())
    raw = float(z[0]) / np.sqrt(1 - tied / full)
    return raw / _scale(n, round(float(rho[0]) * 20) / 20), float(rho[0])


@lru_cache(maxsize=512)
def variance_of_s(n: int, rho: float) -> float:
    """Exact variance of Kendall's S over ``n`` values of Gaussian AR(1) noise (Hamed 2009)."""
    first, second = np.triu_indices(n, 1)
    lags = np.concatenate([[1.0], rho ** np.arange(1, n)])

    def correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return lags[np.abs(np.subtract.outer(a, b))]

    covariance = (
        correlation(second, second)
        - correlation(first, second)
        - correlation(second, first)
        + correlation(first, first)
    )
    scale = np.sqrt(2 - 2 * lags[second - first])
    angles = np.arcsin(np.clip(covariance / np.outer(scale, scale), -1, 1))
    return float(2 / np.pi * angles.sum())


def _scores(series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """z with continuity correction, and autocorrelation, of each row."""
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
    # the sampling noise of shares hides persistence; at lag two it would be rho squared
    larger = np.maximum((n * one + 2) / (n - 4), np.sqrt(np.maximum((n * two + 3) / (n - 5), 0)))
    rho = np.where(flat, 0.0, np.clip(larger, 0, MAX_AUTOCORRELATION))
    variances = [variance_of_s(n, float(at)) for at in _GRID]
    return (s - np.sign(s)) / np.sqrt(np.interp(rho, _GRID, variances)), rho


@lru_cache(maxsize=512)
def _scale(n: int, rho: float) -> float:
    """How much farther the 5 % of largest |z| lie than under the normal distribution."""
    rng = np.random.default_rng(_SEED)
    found = []
    for _ in range(_SIMULATIONS // _AT_ONCE):
        noise = rng.normal(size=(_AT_ONCE, n))
        noise[:, 0] /= np.sqrt(1 - rho**2)
        for step in range(1, n):
            noise[:, step] += rho * noise[:, step - 1]
        found.append(np.abs(_scores(noise)[0]))
    return float(np.quantile(np.concatenate(found), 0.95) / stats.norm.ppf(0.975))
