"""Fits the models of outcomes: which sentences say that something was found, or was not.

The stance of a record is labelled, and its evidence sentence. The probability that a record holds
such a sentence is a noisy-or over its sentences; its likelihood is made greatest. Where all
sentences are marked as well, so is theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from drmine.classify.linear import LinearModel
from drmine.classify.outcomes import OUTCOMES, STANCES_WITH, outcome_features
from drmine.classify.training import Prepared, places_of, shown_at

# Features of fewer sentences are left out; strength of the penalty; what the evidence sentence, and
# each sentence of a marked record, count beside the whole record; where most sentences begin:
# saying nothing.
_LEAST_SENTENCES = 4
_PENALTY = 0.6
_EVIDENCE_WEIGHT = 0.5
_MARKED_WEIGHT = 1.0
_FIRST_BIAS = -2.0
_ITERATIONS = 80
# Weights below this change no decision and would double the file.
_NEGLIGIBLE = 0.03
_DECIMALS = 3
_TINY = 1e-9


def fit_outcomes(prepared: Sequence[Prepared]) -> LinearModel:
    """Fit both outcomes on all findings of the records."""
    from scipy.optimize import minimize
    from sklearn.feature_extraction import DictVectorizer
    from threadpoolctl import threadpool_limits

    findings = [(p, f) for p in prepared for f in p.example.findings]
    rows = [outcome_features(p.evidence, f.id) for p, f in findings]
    kept = _frequent(rows)
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(
        {name: value for name, value in row.items() if name in kept} for one in rows for row in one
    ).tocsr()
    record = np.repeat(np.arange(len(rows)), [len(one) for one in rows])
    weights = np.array([p.example.weight for p, _ in findings])
    columns = []
    for outcome in OUTCOMES:
        target = np.array([float(f.stance in STANCES_WITH[outcome]) for _, f in findings])
        loss = _loss(
            matrix, record, target, weights, _plain_evidence(findings, outcome),
            _marked(findings, outcome),
        )  # fmt: skip
        first = np.zeros(matrix.shape[1] + 1)
        first[-1] = _FIRST_BIAS
        with threadpool_limits(1):
            columns.append(
                minimize(
                    loss, first, jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS}
                ).x
            )
    table = np.round(np.array(columns), _DECIMALS)
    names = vectorizer.get_feature_names_out()
    return LinearModel(
        OUTCOMES,
        tuple(table[:, -1].tolist()),
        {
            str(names[i]): tuple(table[:, i].tolist())
            for i in np.flatnonzero(np.abs(table[:, :-1]).max(axis=0) >= _NEGLIGIBLE)
        },
    )


def _frequent(rows: Sequence[Sequence[Mapping[str, float]]]) -> set[str]:
    counts = Counter(name for one in rows for row in one for name in row)
    return {name for name, n in counts.items() if n >= _LEAST_SENTENCES}


def _plain_evidence(findings: Sequence[tuple[Prepared, Any]], outcome: str) -> np.ndarray:
    """Return the places of sentences that annotators took for the outcome, and nothing else.

    The evidence of a mixed record may show either half, so it teaches nothing by itself.
    """
    plain = STANCES_WITH[outcome][0]
    places, offset = [], 0
    for p, finding in findings:
        if finding.stance == plain:
            places += [offset + i for i in shown_at(p, finding)]
        offset += len(p.evidence.sentences)
    return np.array(places, dtype=np.int64)


def _marked(
    findings: Sequence[tuple[Prepared, Any]], outcome: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of all sentences of marked records, and whether each says the outcome."""
    places: list[int] = []
    says: list[float] = []
    offset = 0
    for p, finding in findings:
        n = len(p.evidence.sentences)
        spans = getattr(finding, outcome)
        # a copy without abstract has lost the sentences that were marked
        if spans is not None and p.example.record.abstract:
            places += range(offset, offset + n)
            marked = set(places_of(p, spans))
            says += [float(i in marked) for i in range(n)]
        offset += n
    return np.array(places, dtype=np.int64), np.array(says)


def _loss(
    matrix: Any,
    record: np.ndarray,
    target: np.ndarray,
    weights: np.ndarray,
    evidence: np.ndarray,
    marked: tuple[np.ndarray, np.ndarray],
) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
    """Return the function to be minimised: the penalised negative log likelihood, and its slope."""
    of_evidence = _EVIDENCE_WEIGHT * weights[record[evidence]]
    at, said = marked
    of_marked = _MARKED_WEIGHT * weights[record[at]]

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        weight = parameters[:-1]
        sums = np.clip(matrix @ weight + parameters[-1], -30, 30)
        says = 1 / (1 + np.exp(-sums))
        # the logarithm of the probability that no sentence of a record says it
        silent = np.bincount(record, np.log1p(-np.minimum(says, 1 - _TINY)), len(target))
        any_says = np.maximum(1 - np.exp(silent), _TINY)
        total = -(weights * (target * np.log(any_says) + (1 - target) * silent)).sum()
        slope = weights * (target * np.exp(silent) / any_says - (1 - target))
        slopes = slope[record] * -says
        total -= (of_evidence * np.log(np.maximum(says[evidence], _TINY))).sum()
        np.add.at(slopes, evidence, -of_evidence * (1 - says[evidence]))
        likely = np.where(said > 0, says[at], 1 - says[at])
        total -= (of_marked * np.log(np.maximum(likely, _TINY))).sum()
        np.add.at(slopes, at, of_marked * (says[at] - said))
        total += _PENALTY / 2 * weight @ weight
        return float(total), np.append(matrix.T @ slopes + _PENALTY * weight, slopes.sum())

    return loss
