"""Trains a text model: a linear model on each view, then one that joins what they say.

The joining model learns from scores of texts that the views' models have not seen, so its
probabilities are calibrated and its thresholds honest (stacked generalisation: Wolpert,
Neural Networks 1992;5:241-259).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from drmine.encoder.base import Encoder
from drmine.errors import InputError
from drmine.terminal import Say
from drmine.textmodel.encoded import Encoded, fit_encoded
from drmine.textmodel.examples import LabelledText, Text
from drmine.textmodel.fit_views import FOLDS, Sentences, learn_view
from drmine.textmodel.linear import SEED, class_rows
from drmine.textmodel.model import TextModel, join
from drmine.textmodel.pooling import pool
from drmine.textmodel.views import VIEWS

# Strength of the joining model's penalty (scikit-learn's C).
C_JOINT = 0.3


def train_text_model(
    examples: Sequence[LabelledText],
    labels: Sequence[str],
    *,
    exclusive: bool,
    card: dict[str, Any],
    encoder: Encoder | None = None,
    say: Say = lambda text: None,
) -> TextModel:
    """Train a model.

    Parameters
    ----------
    examples
        Labelled texts.
    labels
        Ids to learn, in order; one with few examples is learned badly, one with none is never said.
    exclusive
        Whether a record has exactly one label.
    card
        What is to be said of the model; kept with it.
    encoder
        Sentence vectors to learn from beside words and letters.
    """
    texts = [e.text for e in examples]
    target = np.array([[label in e.labels for label in labels] for e in examples], dtype=int)
    folds = draw_folds(target, texts)
    sentences = Sentences(examples, labels)
    # by cross-validation it helps where labels stand alone, not where one excludes the others
    contrast = not exclusive
    bags, held_out, held_out_sentences = [], [], []
    for view in VIEWS:
        learned = learn_view(view, texts, target, sentences, folds, contrast=contrast, say=say)
        if learned is None:
            continue
        bags.append(learned.bag)
        held_out.append(learned.scores)
        if learned.sentence_scores is not None:
            held_out_sentences.append(learned.sentence_scores)
    if not held_out_sentences:
        raise InputError("The texts are too few to learn words from; label more records first.")
    counts = [len(t.sentences) for t in texts]
    pools, _ = pool(np.mean(held_out_sentences, axis=0), counts)
    joined = np.concatenate([np.stack(held_out, axis=2), pools], axis=2)
    encoded: Encoded | None = None
    if encoder is not None:
        say(f"encoder: {len(sentences.flat):,} sentences")
        encoded, scores = fit_encoded(encoder, texts, target, sentences.target, folds)
        joined = np.concatenate([joined, scores], axis=2)
    mean, scale = joined.mean(axis=0), joined.std(axis=0) + 1e-6
    weights, bias = _fit_joint(joined, target, mean, scale, exclusive)
    probabilities = _cross_joined(joined, target, folds, mean, scale, exclusive)
    thresholds = (
        dict.fromkeys(labels, 0.0)
        if exclusive
        else dict(zip(labels, _thresholds(probabilities, target), strict=True))
    )
    return TextModel(
        tuple(labels),
        exclusive,
        thresholds,
        tuple(bags),
        weights,
        bias,
        mean,
        scale,
        card,
        encoded,
    )


def draw_folds(target: np.ndarray, texts: Sequence[Text]) -> np.ndarray:
    """Draw folds at random, alike in the rarest label of each text; a text that recurs has one."""
    rarity = target.sum(axis=0)
    rarest = np.where(target.any(axis=1), np.where(target > 0, rarity, 1 << 30).argmin(axis=1), -1)
    generator = np.random.default_rng(SEED)
    folds = np.zeros(len(target), dtype=int)
    for one in np.unique(rarest):
        places = generator.permutation(np.flatnonzero(rarest == one))
        folds[places] = (np.arange(len(places)) + generator.integers(FOLDS)) % FOLDS
    # else a view's model would have seen the texts whose scores the joining model takes for new
    first: dict[str, int] = {}
    for i, text in enumerate(texts):
        folds[i] = folds[first.setdefault(text.whole, i)]
    return folds


def _fit_joint(
    joined: np.ndarray, target: np.ndarray, mean: np.ndarray, scale: np.ndarray, exclusive: bool
) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.linear_model import LogisticRegression

    flat = (joined - mean) / scale
    if exclusive:
        weights = np.zeros((target.shape[1], joined.shape[1] * joined.shape[2]))
        bias = np.full(target.shape[1], -30.0)
        chosen = target.argmax(axis=1)
        if len(np.unique(chosen)) < 2:
            # a part of the records without the only one of a rare label
            bias[chosen[:1]] = 30.0
            return weights, bias
        model = LogisticRegression(C=C_JOINT / 10, max_iter=3000)
        model.fit(flat.reshape(len(flat), -1), chosen)
        present = model.classes_
        weights[present], bias[present] = class_rows(model)
        return weights, bias
    weights = np.zeros(joined.shape[1:])
    # what no record has is never said, and what every record has always
    bias = np.where(target.all(axis=0), 30.0, -30.0)
    for j in range(target.shape[1]):
        if 0 < target[:, j].sum() < len(target):
            model = LogisticRegression(C=C_JOINT, max_iter=3000).fit(flat[:, j], target[:, j])
            weights[j], bias[j] = model.coef_[0], model.intercept_[0]
    return weights, bias


def _cross_joined(
    joined: np.ndarray,
    target: np.ndarray,
    folds: np.ndarray,
    mean: np.ndarray,
    scale: np.ndarray,
    exclusive: bool,
) -> np.ndarray:
    """Return probabilities of texts that the joining model has not seen either."""
    probabilities = np.zeros(target.shape)
    # some are empty where few texts differ
    for fold in np.unique(folds):
        kept, out = folds != fold, folds == fold
        weights, bias = _fit_joint(joined[kept], target[kept], mean, scale, exclusive)
        probabilities[out] = join(joined[out], weights, bias, mean, scale, exclusive)
    return probabilities


def _thresholds(probabilities: np.ndarray, target: np.ndarray) -> list[float]:
    """Return each label's threshold: half-way from the common best to its own best.

    A label's own best is a noisy choice where its examples are few.
    """
    grid = np.arange(0.1, 0.71, 0.01)
    common = max(grid, key=lambda t: _f1(probabilities >= t, target))
    own = [
        max(grid, key=lambda t: (_f1(probabilities[:, j] >= t, target[:, j]), -abs(t - common)))
        for j in range(target.shape[1])
    ]
    return [round(float((one + common) / 2), 3) for one in own]


def _f1(said: np.ndarray, gold: np.ndarray) -> float:
    hits = int((said & (gold > 0)).sum())
    total = int(said.sum()) + int(gold.sum())
    return 2 * hits / total if total else 0.0
