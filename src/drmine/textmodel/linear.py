"""Linear models of bags of terms."""

from __future__ import annotations

from typing import Any

import numpy as np

SEED = 20260101
# Added to the sum of each term, with and without a label, in units of the mean weight of a
# term in a text: a term seen once says little.
SMOOTHING = 4.0


def fit_linear(
    matrix: Any, target: np.ndarray, c: float, *, contrast: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Fit one linear model a label against the rest.

    Parameters
    ----------
    matrix
        Texts by terms, sparse.
    target
        Texts by labels, 0 or 1.
    c
        Strength of the fit against the penalty (scikit-learn's C).
    contrast
        Whether each term is first scaled by how much more often it stands with the
        label than without, on a log scale (Wang and Manning, ACL 2012: 90-94).

    Returns
    -------
    tuple of ndarray
        Labels by terms, and a bias a label; -1 for a label that all or none have.
    """
    from sklearn.svm import LinearSVC

    scaled, ratio = matrix.tocsr(copy=True), np.ones(matrix.shape[1])
    weights = np.zeros((target.shape[1], matrix.shape[1]), dtype=np.float32)
    bias = np.full(target.shape[1], -1.0)
    for j in range(target.shape[1]):
        if 0 < target[:, j].sum() < len(target):
            if contrast:
                ratio = _log_ratio(matrix, target[:, j])
            scaled.data = matrix.data * ratio[matrix.indices]
            model = LinearSVC(C=c, class_weight="balanced", random_state=SEED)
            model.fit(scaled, target[:, j])
            weights[j], bias[j] = model.coef_[0] * ratio, model.intercept_[0]
    return weights, bias


def class_rows(model: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return a fitted logistic regression's weights and biases, a row for each of its classes.

    For two classes scikit-learn keeps one row, of the second against the first.
    """
    if len(model.classes_) == 2:
        row, bias = model.coef_[0] / 2, model.intercept_[0] / 2
        return np.vstack([-row, row]), np.array([-bias, bias])
    return model.coef_, model.intercept_


def _log_ratio(matrix: Any, has: np.ndarray) -> np.ndarray:
    """Return for each term the log of its share among texts with a label, over that without."""
    added = SMOOTHING * (float(matrix.data.mean()) if matrix.nnz else 1.0)
    inside = np.asarray(matrix[has == 1].sum(axis=0))[0] + added
    outside = np.asarray(matrix[has == 0].sum(axis=0))[0] + added
    return np.asarray(np.log(inside / inside.sum()) - np.log(outside / outside.sum()))
