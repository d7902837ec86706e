"""Which sentences of a record are shown for a finding: the best one, at times a second."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from drmine.classify import thresholds
from drmine.classify.outcomes import shares_of_stances
from drmine.records import STANCES, Stance

# How much the fit to the stance counts beside how well a sentence would do as evidence.
_FIT = 0.5
_LEAST_FIT, _LEAST_SCORE = 1e-2, 1e-4


def shown_sentences(scores: Sequence[float], outcomes: np.ndarray, stance: Stance) -> list[int]:
    """Return the places of the sentences that show a stance, the best first.

    A second one tells the other half of a mixed finding, where the first tells one half alone; or
    it would do nearly as well, so that a reader need not trust a narrow choice.

    Parameters
    ----------
    scores
        How well each sentence would do as evidence.
    outcomes
        Sentences by outcomes: how likely each says that something was found, was not.
    stance
        The stance that was decided.

    Returns
    -------
    list of int
        One place or two; none for a record without a sentence.
    """
    if not len(scores):
        return []
    kept = np.clip(np.asarray(scores), _LEAST_SCORE, 1 - _LEAST_SCORE)
    does = np.log(kept / (1 - kept))
    fits = does + _FIT * np.log(shares_of_stances(outcomes)[:, STANCES.index(stance)] + _LEAST_FIT)
    first = int(np.argmax(fits))
    if len(fits) == 1:
        return [first]
    half = int(np.argmin(outcomes[first]))
    if stance == "mixed" and outcomes[first, half] < thresholds.TELLS_A_HALF:
        other = _best_beside(first, does + _FIT * np.log(outcomes[:, half] + _LEAST_FIT))
        if outcomes[other, half] >= thresholds.TELLS_A_HALF:
            return [first, other]
    second = _best_beside(first, fits)
    return [first, second] if fits[first] - fits[second] < thresholds.NEARLY_AS_WELL else [first]


def _best_beside(first: int, fits: np.ndarray) -> int:
    others = fits.copy()
    others[first] = -np.inf
    return int(np.argmax(others))
