"""Years in which a share jumps from one level to another: exploratory."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

MIN_YEARS = 10
MIN_SEGMENT_YEARS = 3
PENALTIES = (2.0, 3.0, 4.0, 6.0, 8.0)
"""Cost of one more level, in units of the logarithm of the number of years."""


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A jump: first year of the new level, share before and after, penalties that keep it."""

    year: int
    before: float
    after: float
    n_penalties: int


def change_points(years: np.ndarray, n: np.ndarray, of: np.ndarray) -> list[ChangePoint]:
    """Split a series into levels over a grid of penalties.

    For each penalty the best split into constant shares is found exactly
    (binomial likelihood, levels of three years or more). A jump is reported if
    at least half of the penalties keep it; the levels are those between the
    reported jumps.

    Parameters
    ----------
    years, n, of
        Years in ascending order, counts, and what they are counted among.

    References
    ----------
    Jackson B et al. An algorithm for optimal partitioning of data on an
    interval. IEEE Signal Process Lett 2005;12:105-108.
    doi:10.1109/LSP.2001.838216. Range of penalties: Haynes K, Eckley IA,
    Fearnhead P. Computationally efficient changepoint detection for a range of
    penalties. J Comput Graph Stat 2017;26:134-143.
    doi:10.1080/10618600.2015.1116445
    """
    cost = _costs(n, of)
    kept: dict[int, int] = {}
    for penalty in PENALTIES:
        for start in _split(cost, penalty * np.log(len(years))):
            kept[start] = kept.get(start, 0) + 1
    starts = sorted(start for start, times in kept.items() if 2 * times >= len(PENALTIES))
    edges = [0, *starts, len(years)]
    level = [float(n[a:b].sum() / of[a:b].sum()) for a, b in itertools.pairwise(edges)]
    return [
        ChangePoint(int(years[start]), level[i], level[i + 1], kept[start])
        for i, start in enumerate(starts)
    ]


def _costs(n: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Twice the negative log-likelihood of one level over years ``a`` to ``b - 1``."""
    size = len(n)
    counts = np.concatenate([[0.0], np.cumsum(n)])
    totals = np.concatenate([[0.0], np.cumsum(of)])
    cost = np.full((size + 1, size + 1), np.inf)
    for a in range(size):
        for b in range(a + MIN_SEGMENT_YEARS, size + 1):
            hits, trials = counts[b] - counts[a], totals[b] - totals[a]
            cost[a, b] = -2 * (_xlogx(hits) + _xlogx(trials - hits) - _xlogx(trials))
    return cost


def _xlogx(value: float) -> float:
    return float(value * np.log(value)) if value > 0 else 0.0


def _split(cost: np.ndarray, penalty: float) -> list[int]:
    """Optimal partitioning: return where each level but the first begins."""
    size = len(cost) - 1
    best = np.full(size + 1, np.inf)
    best[0] = -penalty
    previous = np.zeros(size + 1, dtype=int)
    for end in range(1, size + 1):
        candidates = best[:end] + cost[:end, end] + penalty
        previous[end] = int(np.argmin(candidates))
        best[end] = candidates[previous[end]]
    starts: list[int] = []
    end = int(previous[size])
    while end > 0:
        starts.append(end)
        end = int(previous[end])
    return starts[::-1]
