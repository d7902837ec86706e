"""Whether the machine errs more often of late, by an exact test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

THRESHOLD = 0.05
"""Adjusted p below which a difference counts as drift."""
MIN_EACH = 10
"""Records that either side needs before it is compared."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One record: whether it is of the later group, whether the machine was right, its stratum."""

    is_late: bool
    is_right: bool
    stratum: str = ""


def compare_errors(trials: Sequence[Trial]) -> dict[str, Any] | None:
    """Return the error rates of the earlier and the later records, and the test of a difference.

    One-sided exact conditional test that the later ones have the higher odds of error, with
    the error counts of all strata added up: Fisher's exact test (1935) where there is one
    stratum, and its form for several (Gart JJ. Biometrika 1970;57:471-475,
    doi:10.1093/biomet/57.3.471) where there are more. Strata keep a change in what is sent to
    review (more of the uncertain, say) from looking like a change of the machine.

    Returns
    -------
    dict or None
        ``n_before``, ``n_late``, ``errors_before``, ``errors_late``, ``p``, over the strata
        that have both sides (the others tell no difference); None where one side has fewer than
        `MIN_EACH` records in them.
    """
    sides: dict[str, set[bool]] = {}
    for one in trials:
        sides.setdefault(one.stratum, set()).add(one.is_late)
    trials = [one for one in trials if len(sides[one.stratum]) == 2]
    late = [one for one in trials if one.is_late]
    before = [one for one in trials if not one.is_late]
    if min(len(late), len(before)) < MIN_EACH:
        return None
    return {
        "n_before": len(before),
        "n_late": len(late),
        "errors_before": sum(not one.is_right for one in before),
        "errors_late": sum(not one.is_right for one in late),
        "p": exact_p(trials),
    }


def exact_p(trials: Sequence[Trial]) -> float:
    """Return the chance of so many errors or more among the later records, margins given."""
    from scipy.stats import hypergeom

    chances = np.ones(1)
    observed = 0
    for stratum in sorted({one.stratum for one in trials}):
        ours = [one for one in trials if one.stratum == stratum]
        n_late = sum(one.is_late for one in ours)
        errors = sum(not one.is_right for one in ours)
        observed += sum(one.is_late and not one.is_right for one in ours)
        counts = np.arange(min(n_late, errors) + 1)
        chances = np.convolve(chances, hypergeom.pmf(counts, len(ours), errors, n_late))
    return float(min(1.0, chances[observed:].sum()))


def p_text(p: float) -> str:
    """Return a p value with four decimals; never as 0, which no test gives."""
    return f"{p:.4f}" if p >= 0.0001 else "<0.0001"


def holm(ps: Sequence[float]) -> list[float]:
    """Return p values adjusted for their number (Holm S. Scand J Stat 1979;6:65-70)."""
    adjusted = [0.0] * len(ps)
    worst = 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        worst = max(worst, min(1.0, (len(ps) - rank) * ps[place]))
        adjusted[place] = worst
    return adjusted
