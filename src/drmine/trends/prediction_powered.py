"""A share from a few labels and many predictions: prediction-powered inference (PPI++)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from drmine.trends.intervals import CONFIDENCE

PSEUDO_COUNT = 0.5
"""Added to each cell of gold and predicted (Agresti and Min 2005) before the variance is taken."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected share with its 95 % interval; ``lam`` is the trust in the predictions."""

    share: float
    low: float
    high: float
    lam: float


def corrected_share(
    gold: np.ndarray,
    predicted: np.ndarray,
    unlabelled: np.ndarray,
    weights: np.ndarray | None = None,
    *,
    lam: float | None = None,
    pseudo_count: float = PSEUDO_COUNT,
) -> Corrected:
    """Estimate a share from a few labels and many predictions (PPI++ for a mean).

    The estimate is the mean of the labels plus ``lam`` times the difference of
    the predictions' mean between the unlabelled and the labelled records;
    ``lam`` (0: labels alone, 1: prediction-powered inference without tuning) is
    the one that gives the smallest variance.

    Parameters
    ----------
    gold, predicted
        Truth and prediction (0 or 1) of the labelled records, drawn at random.
    unlabelled
        Predictions (0 or 1) for the other records of the same period; with
        ``weights`` for all of them.
    weights
        Inverse chance of each labelled record to be drawn; equal if left out.
    lam
        Fixed trust instead of the tuned one.
    pseudo_count
        Added to each of the four cells of gold and predicted, for the interval
        only: few labels seldom show the rare errors, and the published interval
        (``pseudo_count=0``) is then too narrow.

    References
    ----------
    Angelopoulos AN, Duchi JC, Zrnic T. PPI++: efficient prediction-powered
    inference. 2023. doi:10.48550/arXiv.2311.01453. Angelopoulos AN, Bates S,
    Fannjiang C, Jordan MI, Zrnic T. Prediction-powered inference. Science
    2023;382:669-674. doi:10.1126/science.adi6000. Small counts: Agresti A,
    Min Y. Simple improved confidence intervals for comparing matched
    proportions. Stat Med 2005;24:729-740. doi:10.1002/sim.1781
    """
    y, f, rest = (np.asarray(values, dtype=float) for values in (gold, predicted, unlabelled))
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=float)
    w = w / w.mean()
    if not len(rest):
        lam = 0.0
    elif lam is None:
        lam = _tuned(y, f, rest, w)
    base = lam * float(rest.mean()) if len(rest) else 0.0
    base_variance = lam**2 * float(rest.var()) / len(rest) if len(rest) else 0.0
    rectifier = y - lam * f
    correction = float((w * rectifier).mean())
    variance = base_variance + float(np.mean((w * (rectifier - correction)) ** 2)) / len(y)
    shift = 0.0
    if pseudo_count:
        effective = len(y) / float(np.mean(w**2))
        plain_mean, plain_variance = _cell_moments(y, f, w, lam, effective, 0.0)
        mean, wider = _cell_moments(y, f, w, lam, effective, pseudo_count)
        shift = mean - plain_mean
        variance = max(variance + wider - plain_variance, base_variance)
    share = float(np.clip(base + correction, 0, 1))
    half = float(stats.norm.ppf((1 + CONFIDENCE) / 2) * np.sqrt(variance))
    centre = base + correction + shift
    low = min(share, max(0.0, centre - half))
    return Corrected(share, low, max(share, min(1.0, centre + half)), lam)


def _tuned(y: np.ndarray, f: np.ndarray, rest: np.ndarray, w: np.ndarray) -> float:
    """Return the variance-minimising trust, clipped to 0..1 (PPI++, section 6)."""
    # alike for all records, predictions tell nothing: what varies below would be rounding alone
    if np.ptp(np.concatenate([f, rest])) == 0:
        return 0.0
    start = float(rest.mean() + (w * (y - f)).mean())
    labels, predictions = w * (y - start), w * (f - start)
    covariance = float(np.mean((labels - labels.mean()) * (predictions - predictions.mean())))
    pooled = float(np.var(np.concatenate([predictions, rest - start]), ddof=1))
    if pooled <= 0:
        return 0.0
    return float(np.clip(covariance / ((1 + len(y) / len(rest)) * pooled), 0, 1))


def _cell_moments(
    y: np.ndarray, f: np.ndarray, w: np.ndarray, lam: float, n: float, pseudo_count: float
) -> tuple[float, float]:
    """Mean of the rectifier and variance of that mean, from the four cells of y and f."""
    cells = np.array([w[(y == a) & (f == b)].sum() for a in (0, 1) for b in (0, 1)])
    cells = cells / cells.sum() * n + pseudo_count
    rectifier = np.array([a - lam * b for a in (0, 1) for b in (0, 1)])
    shares = cells / cells.sum()
    mean = float(shares @ rectifier)
    return mean, float(shares @ (rectifier - mean) ** 2) / float(cells.sum())
