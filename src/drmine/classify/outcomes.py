"""What each sentence says of a hypothesis: that something was found, that nothing was.

Most of what is known of that is the stance of whole records. A record that supports
has a sentence with a finding and none with a null on the hypothesis, whatever nulls on other traits
stand in it; one that refutes the reverse; a mixed one has both, a neutral one neither. So the two
models learn from whole records which of their sentences count (multiple-instance learning with a
noisy-or: Maron and Lozano-Perez, Advances in Neural Information Processing Systems
1998;10:570-576).
"""

from __future__ import annotations

import math
import re

import numpy as np

from drmine.classify.evidence import RecordEvidence
from drmine.classify.features import BEFORE_RESULTS, role, touch
from drmine.classify.linear import LinearModel
from drmine.classify.polarity import any_within, clause_says, polarity, polarity_at
from drmine.classify.wording import compared, figures_marked, runs, significance, tokens, with_marks
from drmine.nlp.assertion import clauses
from drmine.records import STANCES

OUTCOMES = ("found", "null")
# The stances of records that have such a sentence.
STANCES_WITH = {"found": ("supports", "mixed"), "null": ("refutes", "mixed")}
# What named flags and words weigh beside each other.
_FLAG, _CLAUSE, _WORDS, _OWN_WORDS = 0.3, 0.5, 2.0, 1.0
_LONGEST = 3
_CROSSED = ("resistant", "responsive", "response", "compare", "assoc")
_SAYS = {True: "F", False: "N", None: "-"}
_RESPONSE = re.compile(
    r"respon|resist|refract|intract|seizure[- ]?free|remission|control|\bDRE|fail", re.IGNORECASE
)


def outcome_features(evidence: RecordEvidence, hypothesis: str) -> list[dict[str, float]]:
    """Return the features of each sentence of a record."""
    sentences = evidence.sentences
    touches = [touch(s, hypothesis) for s in sentences]
    rows = []
    for i, sentence in enumerate(sentences):
        part, near = role(sentence), touches[i]
        places = sorted(sentence.places.get(hypothesis, ()))
        reading = polarity(sentence.text)
        own = polarity_at(sentence.text, places)
        says = f"says:{reading.name}"
        names = {
            part, near, part + near, says, f"{says}:{part}", f"{says}:{near}",
            f"about:{hypothesis}", f"own:{own}", f"own:{own}:{part}",
            f"{hypothesis}:{reading.name}:{'up' * reading.up}{'down' * reading.down}",
            f"end:{min(3, len(sentences) - 1 - i)}",
        }  # fmt: skip
        for mark in ("hedged", "open", "contrast"):
            if getattr(reading, mark):
                names |= {mark, f"{mark}:{reading.name}", f"{mark}:{part}"}
        names |= {f"flag:{flag}" for flag in sentence.flags}
        names |= {f"flag:{f}:{reading.name}" for f in _CROSSED if f in sentence.flags}
        if i and touches[i - 1] == "h":
            names |= {"after:h", f"after:h:{near}"}
        features = dict.fromkeys(names, _FLAG)
        for start, end in clauses(sentence.text, 0, len(sentence.text)):
            clause = sentence.text[start:end]
            named = "h" if any_within(places, start, end) else "s" if places else near
            response = "r" if _RESPONSE.search(clause) else ""
            what = f"clause:{named}{_SAYS[clause_says(clause)]}{response}"
            features[what] = features[f"{what}:{part}"] = _CLAUSE
        marked = figures_marked(sentence.text)
        found, null = significance(marked)
        features[f"figures:{min(found, 2)}{min(null, 2)}{near}"] = _CLAUSE
        alike, apart = compared(marked)
        if alike or apart:
            beside = f"beside:{min(alike, 2)}{min(apart, 2)}"
            features[beside] = features[f"{beside}:{found > 0:d}{null > 0:d}"] = _CLAUSE
        words = tokens(with_marks(sentence, hypothesis))
        counted = runs(words, _LONGEST)
        if counted:
            weight = 1 / math.sqrt(len(counted))
            features.update((f"w:{run}", _WORDS * weight) for run in counted)
            features.update((f"{near}:{word}", _OWN_WORDS * weight) for word in set(words))
        rows.append(features)
    return rows


def read_outcomes(model: LinearModel, evidence: RecordEvidence, hypothesis: str) -> np.ndarray:
    """Return sentences by outcomes: how likely each says that something was found, was not."""
    rows = []
    for features in outcome_features(evidence, hypothesis):
        scores = model.scores(features)
        rows.append([scores[name] for name in OUTCOMES])
    return np.array(rows).reshape(-1, len(OUTCOMES))


def outcome_summary(outcomes: np.ndarray, evidence: RecordEvidence) -> np.ndarray:
    """Return what the sentences of a record say together.

    Parameters
    ----------
    outcomes
        Sentences by outcomes.
    evidence
        The record.

    Returns
    -------
    ndarray
        For each outcome, as log odds: that any sentence says it, the best and second best, the best
        of the conclusion and of the results, the title; then its sum over all sentences and over
        the conclusion. Last, four figures on both outcomes together.
    """
    parts = [role(s) for s in evidence.sentences]
    last = len(parts) - 1
    end = [i for i, part in enumerate(parts) if part == "concl" or i == last]
    before = ("title", *BEFORE_RESULTS)
    middle = [i for i, part in enumerate(parts) if i not in end and part not in before] or [last]
    figures: list[float] = []
    for column in outcomes.T:
        best = np.sort(column)[::-1]
        any_of_them = 1 - float(np.prod(1 - column))
        second = float(best[1]) if len(best) > 1 else 0.0
        figures += [
            *map(_log_odds, (any_of_them, best[0], second, column[end].max(), column[middle].max(),
                             column[0])),
            float(column.sum()), float(column[end].sum()),
        ]  # fmt: skip
    both = outcomes.prod(axis=1)
    found, null = outcomes.T
    figures += [
        float(both.max()), float(both[end].max()),
        _log_odds(found[end].max()) * _log_odds(null[end].max()) / 10,
        _log_odds(found.max()) * _log_odds(null.max()) / 10,
    ]  # fmt: skip
    return np.array(figures)


def shares_of_stances(outcomes: np.ndarray) -> np.ndarray:
    """Return sentences by stances: how well each sentence alone fits each stance."""
    found, null = outcomes[:, 0], outcomes[:, 1]
    by_name = {
        "supports": found * (1 - null),
        "refutes": null * (1 - found),
        "mixed": (found + null) / 2,
        "neutral": (1 - found) * (1 - null),
    }
    return np.stack([by_name[name] for name in STANCES], axis=1)


def _log_odds(score: float) -> float:
    kept = min(max(float(score), 1e-4), 1 - 1e-4)
    return math.log(kept / (1 - kept))
