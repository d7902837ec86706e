"""Fits linear models on named features, and draws the folds on which they are judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from drmine.classify.linear import LinearModel
from drmine.textmodel.linear import class_rows

# Word features that stand in fewer training records are left out.
MIN_RECORDS_PER_WORD = 3
FOLDS = 5
SEED = 20260101
# Weights below this change no decision and would triple the file.
_NEGLIGIBLE = 0.02
_DECIMALS = 3
# Finer than the decimals that are kept.
_TOLERANCE = 1e-4


def fit_linear(
    rows: Sequence[Mapping[str, float]],
    labels: Sequence[str],
    names: Sequence[str],
    c: float,
    weights: Sequence[float] | None = None,
    softmax: bool = False,
    negligible: float = _NEGLIGIBLE,
) -> LinearModel:
    """Fit a logistic regression on named features.

    Parameters
    ----------
    rows, labels
        Features and label of each example. Without ``softmax`` there are two
        labels, of which ``names[0]`` is the one that is scored.
    names
        Labels of the model, in order.
    c
        Inverse strength of the penalty.
    negligible
        Features whose weights all lie below are left out.
    """
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    kept = _frequent(rows)
    vectorizer = DictVectorizer(dtype=np.float64)
    matrix = vectorizer.fit_transform({k: v for k, v in row.items() if k in kept} for row in rows)
    if softmax:
        present = sorted(set(labels), key=names.index)
        target = np.array([names.index(label) for label in labels])
    else:
        present = [names[0]]
        target = np.array([label == names[0] for label in labels], dtype=int)
    model = LogisticRegression(C=c, max_iter=3000, tol=_TOLERANCE)
    # the vectors are short: several threads would spend their time waiting for each other
    with threadpool_limits(1):
        model.fit(matrix, target, sample_weight=weights)
    coefficients, intercept = class_rows(model) if softmax else (model.coef_, model.intercept_)
    features = vectorizer.get_feature_names_out()
    table = {
        str(feature): tuple(round(float(w), _DECIMALS) for w in coefficients[:, i])
        for i, feature in enumerate(features)
        if np.abs(coefficients[:, i]).max() >= negligible
    }
    bias = tuple(round(float(b), _DECIMALS) for b in intercept)
    return LinearModel(tuple(present), bias, table, softmax)


def _frequent(rows: Sequence[Mapping[str, float]]) -> set[str]:
    counts: dict[str, int] = {}
    for row in rows:
        for name in row:
            counts[name] = counts.get(name, 0) + 1
    return {name for name, n in counts.items() if n >= MIN_RECORDS_PER_WORD or "w:" not in name[:4]}


def folds_of(pmids: Sequence[str], folds: int = FOLDS, seed: int = SEED) -> list[int]:
    """Return the fold of each record, drawn at random by its PMID: copies stay together."""
    generator = np.random.default_rng(seed)
    drawn = {pmid: int(generator.integers(folds)) for pmid in sorted(set(pmids))}
    return [drawn[pmid] for pmid in pmids]
