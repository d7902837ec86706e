"""The slope of a Poisson model and its standard error, where fitted counts are next to nothing."""

from __future__ import annotations

import numpy as np


def poisson_slope(
    design: np.ndarray, offset: np.ndarray, n: np.ndarray, start: np.ndarray
) -> tuple[float, float]:
    """Return slope and standard error of the Poisson model, by Newton's steps from ``start``.

    The library's are wrong where a year expects less than 1e-16 counts: it bounds the slope of
    the link there but not the variance, so that such years weigh much.

    Parameters
    ----------
    design
        Years by two: ones, and the year.
    offset
        The logarithm of each year's denominator.
    n
        The count of each year.
    start
        Intercept and slope to begin with.

    Returns
    -------
    The change of the logarithm of the rate a year, and its standard error (not widened by
    overdispersion); not a number where the steps do not settle.
    """
    coefficients = np.asarray(start, dtype=float)
    for _ in range(100):
        expected = np.exp(design @ coefficients + offset)
        information = design.T @ (expected[:, None] * design)
        if not np.isfinite(information).all() or np.linalg.det(information) <= 0:
            break
        inverse = np.linalg.inv(information)
        step = inverse @ (design.T @ (n - expected))
        coefficients = coefficients + step
        if np.abs(step).max() < 1e-10 * (1 + np.abs(coefficients).max()):
            return float(coefficients[1]), float(np.sqrt(inverse[1, 1]))
    return np.nan, np.nan
