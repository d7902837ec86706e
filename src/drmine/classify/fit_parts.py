"""Fits the parts of the classifier on labelled records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from drmine.classify import training as t
from drmine.classify.bag import Bag, count_terms, matrix_of
from drmine.classify.fit_outcomes import fit_outcomes
from drmine.classify.fitting import SEED
from drmine.classify.parts import Parts
from drmine.classify.training import Prepared
from drmine.records import STANCES

# Terms in fewer texts are left out; penalty of the views (scikit-learn's C).
LEAST_TEXTS = {"words": 3, "letters": 5}
C_BAG = 0.5


def fit_parts(
    prepared: Sequence[Prepared], hypotheses: Sequence[str], study_types: Sequence[str]
) -> Parts:
    """Fit every part on the records; those labelled for their study type alone teach only it."""
    labelled = [p for p in prepared if p.example.about is not None]
    about = t.out_of_fold_about(labelled)
    evidence = t.train_evidence(labelled)
    return Parts(
        hypotheses=tuple(hypotheses),
        study_types=tuple(study_types),
        relevance=t.train_relevance(labelled),
        hypothesis=t.train_hypotheses(labelled, hypotheses, about),
        evidence=evidence,
        stance=t.train_stance(labelled, evidence),
        outcome=fit_outcomes(labelled),
        study_type=t.train_study_type(prepared, study_types),
        bags=fit_bags(prepared, hypotheses, study_types),
    )


def fit_bags(
    prepared: Sequence[Prepared], hypotheses: Sequence[str], study_types: Sequence[str]
) -> dict[str, Bag]:
    """Fit the bags of words and of letters for all outputs."""
    texts = [p.example.record.text for p in prepared]
    weights = np.array([p.example.weight for p in prepared])
    targets = _targets(prepared, hypotheses, study_types)
    return {
        name: _fit_bag(texts, targets, weights, name == "letters", least)
        for name, least in LEAST_TEXTS.items()
    }


def _targets(
    prepared: Sequence[Prepared], hypotheses: Sequence[str], study_types: Sequence[str]
) -> np.ndarray:
    """Return records by outputs: 1, 0, or -1 where a record is not labelled for an output."""
    rows = []
    for p in prepared:
        e = p.example
        if e.about is None:
            row = [-1] * (1 + len(hypotheses))
        else:
            found = {f.id for f in e.findings}
            row = [int(e.about), *(int(h in found) for h in hypotheses)]
        row += [int(e.study_type == s) if e.study_type else -1 for s in study_types]
        stances = {f.stance for f in e.findings}
        row += [int(s in stances) if stances else -1 for s in STANCES]
        rows.append(row)
    return np.array(rows)


def _fit_bag(
    texts: Sequence[str], targets: np.ndarray, weights: np.ndarray, letters: bool, least: int
) -> Bag:
    from sklearn.svm import LinearSVC

    terms, idf = count_terms(texts, letters, least)
    n_outputs = targets.shape[1]
    bag = Bag(letters, terms, idf, np.zeros((len(terms), n_outputs)), np.full(n_outputs, -1.0))
    matrix: Any = matrix_of(bag, texts)

    # one after the other: liblinear has one source of chance for all threads, and a model fitted
    # side by side with others would come out differently each time
    for j in range(n_outputs):
        known = np.flatnonzero(targets[:, j] >= 0)
        if len(set(targets[known, j].tolist())) == 2:
            model = LinearSVC(C=C_BAG, random_state=SEED)
            model.fit(matrix[known], targets[known, j], sample_weight=weights[known])
            bag.weights[:, j], bag.bias[j] = model.coef_[0], model.intercept_[0]
    # what a file keeps, so that training and use see the same figures
    bag.weights = bag.weights.astype(np.float16).astype(np.float32)
    bag.bias = bag.bias.astype(np.float32)
    bag.idf = bag.idf.astype(np.float32)
    return bag


def study_types_of(prepared: Sequence[Prepared]) -> tuple[str, ...]:
    """Return the study types that occur, in order."""
    return tuple(sorted({str(p.example.study_type) for p in prepared if p.example.study_type}))
