"""Which single labels would move a trend most, were they wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drmine.plural import how_many
from drmine.trends.machine import counted_articles

if TYPE_CHECKING:
    import pandas as pd

MIN_YEARS = 5
"""A trend over fewer years is none that one label could move."""
PER_CELL = 2
"""At most so many records of one year and hypothesis: they move the same figure."""


@dataclass(frozen=True, slots=True)
class Influence:
    """A record whose label matters; ``shift`` is in percentage points a decade."""

    pmid: str
    hypothesis: str
    shift: float
    told: str


def influences(
    articles: pd.DataFrame,
    findings: pd.DataFrame,
    candidates: Iterable[str],
    complete_through: int | None,
) -> list[Influence]:
    """Return the records by the expected shift of a trend, the largest first.

    The share of a hypothesis in a year of n counted records moves by 1/n when one label
    changes. The slope of a straight line through the yearly shares then moves by
    (year - mean year) / sum of squares / n. This times the chance that the label is wrong
    (one less its calibrated score) is the expected shift. Only assigned hypotheses are
    looked at, since the scores of the others are not stored.

    Parameters
    ----------
    articles, findings
        The store's frames.
    candidates
        Records that may be asked of a reviewer.
    complete_through
        Last year whose records count in trends; all if None.
    """
    counted = counted_articles(articles)
    if complete_through is not None:
        counted = counted[counted["year"] <= complete_through]
    years = dict(zip(counted["pmid"], counted["year"].astype(int), strict=True))
    sizes = Counter(years.values())
    if len(sizes) < MIN_YEARS:
        return []
    middle = sum(sizes) / len(sizes)
    squares = sum((year - middle) ** 2 for year in sizes)
    ours = findings[findings["pmid"].isin(years)]
    n_with: dict[tuple[int, str], int] = {}
    for pmid, hypothesis in zip(ours["pmid"], ours["hypothesis"], strict=True):
        cell = years[pmid], hypothesis
        n_with[cell] = n_with.get(cell, 0) + 1
    allowed = set(candidates)
    found = []
    for pmid, hypothesis, score in zip(
        ours["pmid"], ours["hypothesis"], ours["score"], strict=True
    ):
        if pmid not in allowed:
            continue
        year = years[pmid]
        n, k = sizes[year], n_with[year, hypothesis]
        slope = abs(year - middle) / squares / n
        told = (
            f"{hypothesis} in {year}: {k} of {how_many(n, 'record')}; without this one its share "
            "falls from "
            f"{k / n:.0%} to {(k - 1) / n:.0%}"
        )
        found.append(Influence(pmid, hypothesis, 1000 * slope * (1 - score), told))
    found.sort(key=lambda one: (-one.shift, len(one.pmid), one.pmid, one.hypothesis))
    return _spread(found, years)


def _spread(found: list[Influence], years: dict[str, int]) -> list[Influence]:
    """Keep each record once, and few of one cell."""
    n_of: dict[tuple[int, str], int] = {}
    seen: set[str] = set()
    kept = []
    for one in found:
        cell = years[one.pmid], one.hypothesis
        if one.pmid not in seen and n_of.get(cell, 0) < PER_CELL:
            n_of[cell] = n_of.get(cell, 0) + 1
            seen.add(one.pmid)
            kept.append(one)
    return kept
