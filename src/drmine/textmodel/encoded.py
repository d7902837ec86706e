"""The view of a sentence encoder: what a text says, in vectors that others trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from drmine.encoder.base import Encoder
from drmine.textmodel.examples import Text
from drmine.textmodel.pooling import pool

# Strength of the penalty on dimensions that were put on one footing (scikit-learn's C).
C_DENSE = 0.003


@dataclass(frozen=True, slots=True)
class Encoded:
    """An encoder with, for each label, a weight per dimension.

    A text is the mean of its sentences' vectors. ``weights`` is labels by
    dimensions. ``sentence_weights`` are those of a model of single sentences,
    where sentences were labelled; else none.
    """

    encoder: Encoder
    weights: np.ndarray
    bias: np.ndarray
    sentence_weights: np.ndarray | None = None
    sentence_bias: np.ndarray | None = None

    def scores(self, texts: Sequence[Text]) -> np.ndarray:
        """Return what is joined: texts by labels by scores."""
        counts = [len(t.sentences) for t in texts]
        vectors = encode_sentences(self.encoder, texts)
        whole = text_vectors(vectors, counts) @ self.weights.T + self.bias
        if self.sentence_weights is None:
            return whole[:, :, None]
        pools, _ = pool(vectors @ self.sentence_weights.T + self.sentence_bias, counts)
        return np.concatenate([whole[:, :, None], pools], axis=2)


def encode_sentences(encoder: Encoder, texts: Sequence[Text]) -> np.ndarray:
    """Return the vectors of all sentences: sentences by dimensions (float32)."""
    flat = [t.whole[a:b] for t in texts for a, b in t.sentences]
    # one empty sentence tells the number of dimensions
    return encoder.encode(flat) if flat else encoder.encode([""])[:0]


def text_vectors(vectors: np.ndarray, counts: Sequence[int]) -> np.ndarray:
    """Return the mean of each text's sentences; zeros for a text without any."""
    sums = np.zeros((len(counts), vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, np.repeat(np.arange(len(counts)), counts), vectors)
    return np.asarray(sums / np.maximum(np.array(counts), 1)[:, None])


def fit_encoded(
    encoder: Encoder,
    texts: Sequence[Text],
    target: np.ndarray,
    sentence_target: np.ndarray | None,
    folds: np.ndarray,
) -> tuple[Encoded, np.ndarray]:
    """Train the view.

    Returns
    -------
    Encoded
        The view.
    ndarray
        Scores of texts that were held out: texts by labels by scores.
    """
    counts = [len(t.sentences) for t in texts]
    vectors = encode_sentences(encoder, texts)
    whole = text_vectors(vectors, counts)
    weights, bias = fit_dense(whole, target)
    scores = _held_out(whole, target, folds)[:, :, None]
    if sentence_target is None:
        return Encoded(encoder, weights, bias), scores
    sentence_scores = _held_out(vectors, sentence_target, np.repeat(folds, counts))
    view = Encoded(encoder, weights, bias, *fit_dense(vectors, sentence_target))
    return view, np.concatenate([scores, pool(sentence_scores, counts)[0]], axis=2)


def _held_out(vectors: np.ndarray, target: np.ndarray, folds: np.ndarray) -> np.ndarray:
    scores = np.zeros(target.shape)
    for fold in np.unique(folds):
        out = folds == fold
        weights, bias = fit_dense(vectors[~out], target[~out])
        scores[out] = vectors[out] @ weights.T + bias
    return scores


def fit_dense(vectors: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fit one linear model a label; labels by dimensions, and a bias a label."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
    even = (vectors - mean) / scale
    weights = np.zeros((target.shape[1], vectors.shape[1]), dtype=np.float32)
    bias = np.full(target.shape[1], -1.0)
    for j in range(target.shape[1]):
        if 0 < target[:, j].sum() < len(target):
            model = LogisticRegression(C=C_DENSE, class_weight="balanced", max_iter=1000)
            model.fit(even, target[:, j])
            weights[j] = model.coef_[0] / scale
            bias[j] = model.intercept_[0] - weights[j] @ mean
    return weights, bias
