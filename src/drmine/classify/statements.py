"""What each sentence of a record states on a hypothesis: a stance, or nothing."""

from __future__ import annotations

import math
import re

import numpy as np

from drmine.classify.evidence import RecordEvidence, SentenceEvidence
from drmine.classify.features import role, touch
from drmine.classify.linear import LinearModel
from drmine.classify.polarity import polarity, polarity_at
from drmine.records import STANCES

# The label of a sentence that is not the one that carries the stance.
NOTHING = "none"
STATEMENT_LABELS = (*STANCES, NOTHING)
_TOKEN = re.compile(r"[a-z][a-z-]+|\d|[=<>]")
# What named flags and words weigh beside each other.
_FLAG, _WORDS = 0.3, 2.0
_CROSSED = ("resistant", "responsive", "response", "compare", "assoc")


def statement_features(
    evidence: RecordEvidence, hypothesis: str, sentence: SentenceEvidence
) -> dict[str, float]:
    """Return the features that say which stance one sentence states, if any."""
    part = role(sentence)
    touches = touch(sentence, hypothesis)
    own = polarity_at(sentence.text, sentence.places.get(hypothesis, ()))
    reading = polarity(sentence.text)
    says = f"says:{reading.name}"
    names = {
        part, touches, part + touches, says, f"{says}:{part}", f"{says}:{touches}",
        f"about:{hypothesis}", f"own:{own}", f"own:{own}:{part}",
        f"{hypothesis}:{reading.name}:{'up' * reading.up}{'down' * reading.down}",
    }  # fmt: skip
    for mark in ("hedged", "open", "contrast"):
        if getattr(reading, mark):
            names |= {mark, f"{mark}:{reading.name}", f"{mark}:{part}"}
    names |= {f"flag:{flag}" for flag in sentence.flags}
    names |= {f"flag:{f}:{reading.name}" for f in _CROSSED if f in sentence.flags}
    if sentence is evidence.sentences[-1]:
        names.add("last")
    features = dict.fromkeys(names, _FLAG)
    tokens = _TOKEN.findall(sentence.text.lower())
    runs = {" ".join(tokens[i : i + n]) for n in (1, 2, 3) for i in range(len(tokens) - n + 1)}
    if runs:
        weight = _WORDS / math.sqrt(len(runs))
        features.update((f"w:{run}", weight) for run in runs)
    return features


def read_statements(model: LinearModel, evidence: RecordEvidence, hypothesis: str) -> np.ndarray:
    """Return sentences by labels: how likely each sentence states each stance, or nothing."""
    rows = []
    for sentence in evidence.sentences:
        scores = model.scores(statement_features(evidence, hypothesis, sentence))
        rows.append([scores.get(label, 0.0) for label in STATEMENT_LABELS])
    return np.array(rows)


def statement_summary(statements: np.ndarray, chosen: int) -> np.ndarray:
    """Return what the sentences of a record state together.

    Parameters
    ----------
    statements
        Sentences by labels.
    chosen
        The place of the evidence sentence.

    Returns
    -------
    ndarray
        For each stance: its share in the chosen sentence (as a logarithm), its sum and its
        greatest value over the record, its value in the last sentence and in the title; then how
        likely the chosen sentence states nothing.
    """
    stances = statements[:, :-1]
    share = stances[chosen] / max(1e-6, stances[chosen].sum())
    return np.concatenate([
        np.log(share + 1e-3), stances.sum(axis=0), stances.max(axis=0), stances[-1], stances[0],
        statements[chosen, -1:],
    ])  # fmt: skip
