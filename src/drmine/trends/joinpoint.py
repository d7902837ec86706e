"""Joinpoint regression: where a log-linear trend bends, and by how much it grows on each side."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from scipy import stats

MIN_SEGMENT_YEARS = 4
MAX_JOINPOINTS = 2
MIN_YEARS = 10
MIN_COUNTS = 10
_ITERATIONS = 25
_ENDLESS = 10_000.0


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch between bends; ``change`` is the annual percent change with its 95 % interval."""

    first_year: int
    last_year: int
    n_years: int
    change: float
    low: float
    high: float
    p_value: float

    @property
    def is_told(self) -> bool:
        """Whether the counts tell the change: next to a stretch of zeros its interval is endless.

        An end beyond a hundredfold a year is one that the ridge has set, not the counts.
        """
        return self.high < _ENDLESS


def joinpoint(years: np.ndarray, n: np.ndarray, of: np.ndarray) -> list[Segment]:
    """Fit ``log(n / of)`` as a line with zero to two bends, their number chosen by BIC.

    Bends lie on years of the series, at least four years apart and from the
    ends. Counts are quasi-Poisson with offset ``log(of)``; the BIC takes the
    dispersion of the largest model and a bend as two parameters (its place and
    its change of slope). Intervals and p values take the bends as known, so
    they are too narrow by an unknown amount.

    Parameters
    ----------
    years, n, of
        Years in ascending order, counts, and what they are counted among
        (all above 0).

    Returns
    -------
    list of Segment
        One more than there are bends.

    References
    ----------
    Kim HJ, Fay MP, Feuer EJ, Midthune DN. Permutation tests for joinpoint
    regression with applications to cancer rates. Stat Med 2000;19:335-351.
    doi:10.1002/(SICI)1097-0258(20000215)19:3<335::AID-SIM336>3.0.CO;2-Z.
    Choice by BIC: Kim HJ, Yu B, Feuer EJ. Selecting the number of change-points
    in segmented line regression. Stat Sin 2009;19:597-609.
    """
    places = [_places(years, bends) for bends in range(MAX_JOINPOINTS + 1)]
    fits = [_best(years, n, of, np.array(place)) for place in places if place]
    largest = fits[-1]
    freedom = max(1, len(years) - 2 - 2 * len(largest.bends))
    dispersion = max(1.0, largest.pearson / freedom)
    chosen = min(
        fits,
        key=lambda fit: fit.deviance / dispersion + (2 + 2 * len(fit.bends)) * np.log(len(years)),
    )
    return _segments(years, chosen)


@dataclass(frozen=True, slots=True)
class _Fit:
    bends: np.ndarray
    coefficients: np.ndarray
    covariance: np.ndarray
    deviance: float
    pearson: float


def _places(years: np.ndarray, bends: int) -> list[tuple[float, ...]]:
    """All allowed sets of bends: each segment spans enough years of the series."""
    inner = range(MIN_SEGMENT_YEARS - 1, len(years) - MIN_SEGMENT_YEARS + 1)
    return [
        tuple(float(years[index]) for index in chosen)
        for chosen in itertools.combinations(inner, bends)
        if all(b - a >= MIN_SEGMENT_YEARS - 1 for a, b in itertools.pairwise(chosen))
    ]


def _best(years: np.ndarray, n: np.ndarray, of: np.ndarray, places: np.ndarray) -> _Fit:
    """Fit every placement at once by iteratively reweighted least squares; keep the best."""
    many, bends = places.shape
    centred = years - years.mean()
    design = np.empty((many, len(years), 2 + bends))
    design[:, :, 0] = 1
    design[:, :, 1] = centred
    design[:, :, 2:] = np.maximum(0, years[None, :, None] - places[:, None, :])
    offset = np.log(of)
    # a pinch of ridge keeps a stretch of zeros from running off to minus infinity
    ridge = 1e-6 * np.eye(2 + bends)
    expected = np.broadcast_to(n + 0.5, (many, len(years))).astype(float)
    for _ in range(_ITERATIONS):
        working = np.log(expected) - offset + (n - expected) / expected
        weighted = design * expected[:, :, None]
        information = np.einsum("mij,mik->mjk", weighted, design) + ridge
        moment = np.einsum("mij,mi->mj", weighted, working)
        coefficients = np.linalg.solve(information, moment[..., None])[..., 0]
        linear = np.clip(np.einsum("mij,mj->mi", design, coefficients), -20, 5)
        updated = of * np.exp(linear)
        done = np.max(np.abs(updated - expected) / (expected + 1e-9)) < 1e-9
        expected = updated
        if done:
            break
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(n > 0, n * np.log(n / expected), 0.0)
    deviance = 2 * (logs - (n - expected)).sum(axis=1)
    best = int(np.argmin(deviance))
    return _Fit(
        bends=places[best],
        coefficients=coefficients[best],
        covariance=np.linalg.inv(information[best]),
        deviance=float(deviance[best]),
        pearson=float((((n - expected[best]) ** 2) / expected[best]).sum()),
    )


def _segments(years: np.ndarray, fit: _Fit) -> list[Segment]:
    freedom = max(1, len(years) - 2 - 2 * len(fit.bends))
    dispersion = max(1.0, fit.pearson / freedom)
    quantile = stats.t.ppf(0.975, freedom)
    edges = [years[0], *fit.bends, years[-1]]
    segments = []
    for number, (first, last) in enumerate(itertools.pairwise(edges)):
        # the slope of a segment is the first slope and every change up to it
        contrast = np.zeros(len(fit.coefficients))
        contrast[1 : 2 + number] = 1
        slope = float(contrast @ fit.coefficients)
        error = float(np.sqrt(contrast @ fit.covariance @ contrast * dispersion))
        ends = np.clip([slope, slope - quantile * error, slope + quantile * error], -50, 50)
        change, low, high = (float(end) for end in 100 * np.expm1(ends))
        segments.append(
            Segment(
                first_year=int(first),
                last_year=int(last),
                n_years=int(((years >= first) & (years <= last)).sum()),
                change=change,
                low=low,
                high=high,
                p_value=float(2 * stats.t.sf(abs(slope) / error, freedom)) if error > 0 else 1.0,
            )
        )
    return segments
