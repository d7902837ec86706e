"""Joins what several models say of one question into one calibrated score.

Stacked generalisation (Wolpert, Neural Networks 1992;5:241-259): a logistic regression over
the scores of models that have not seen the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from drmine.textmodel.linear import class_rows

_DECIMALS = 5
_CONSTANT = 1e-4


@dataclass(frozen=True, slots=True)
class Joint:
    """Weights over standardised inputs.

    ``mean`` and ``scale`` hold one figure an input, ``weights`` labels by inputs, ``bias`` one
    figure a label. With one label the score is a logistic, with several a softmax.
    """

    labels: tuple[str, ...]
    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    bias: np.ndarray

    def scores(self, inputs: np.ndarray) -> np.ndarray:
        """Return rows by labels, from rows by inputs; each score lies between 0 and 1."""
        sums = (inputs - self.mean) / self.scale @ self.weights.T + self.bias
        if len(self.labels) == 1:
            return np.asarray(1 / (1 + np.exp(-np.clip(sums, -30, 30))))
        powers = np.exp(sums - sums.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of the model file."""
        return {
            "labels": list(self.labels),
            **{
                name: np.round(getattr(self, name), _DECIMALS).tolist()
                for name in ("mean", "scale", "weights", "bias")
            },
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Joint:
        """Read it from its JSON object.

        Raises
        ------
        ValueError
            Its parts do not fit together.
        """
        made = cls(
            tuple(row["labels"]),
            *(np.array(row[name], dtype=float) for name in ("mean", "scale", "weights", "bias")),
        )
        if made.weights.shape != (len(made.labels), len(made.mean)):
            raise ValueError("its parts do not fit together")
        return made


def fit_joint(
    inputs: np.ndarray,
    target: np.ndarray,
    labels: Sequence[str],
    c: float,
    weights: np.ndarray | None = None,
) -> Joint:
    """Fit it; ``target`` holds the place of each row's label, or 0 and 1 with a single label."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = inputs.mean(axis=0), inputs.std(axis=0)
    # what never changes says nothing, and its scale would be rounded to nothing in the file
    scale[scale < _CONSTANT] = 1.0
    model = LogisticRegression(C=c, max_iter=5000)
    model.fit((inputs - mean) / scale, target, sample_weight=weights)
    if len(labels) == 1:
        return Joint(tuple(labels), mean, scale, model.coef_, model.intercept_)
    rows = np.zeros((len(labels), inputs.shape[1]))
    bias = np.full(len(labels), -30.0)
    rows[model.classes_], bias[model.classes_] = class_rows(model)
    return Joint(tuple(labels), mean, scale, rows, bias)
