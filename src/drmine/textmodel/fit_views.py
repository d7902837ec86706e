"""Trains the models of one view, and has them judge texts that they have not seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from drmine.terminal import Say
from drmine.textmodel.examples import LabelledText, Text
from drmine.textmodel.linear import fit_linear
from drmine.textmodel.model import Bag
from drmine.textmodel.views import View, vectorizer

# Strength of the penalties (scikit-learn's C).
C_VIEW, C_SENTENCE = 0.5, 0.1
FOLDS = 5
# A label with fewer examples cannot be learned in folds.
MIN_EXAMPLES = 5


class Sentences:
    """All sentences of the examples in one list, with their labels where all have them."""

    def __init__(self, examples: Sequence[LabelledText], labels: Sequence[str]) -> None:
        self.flat = [e.text.whole[a:b] for e in examples for a, b in e.text.sentences]
        self.of = np.array([i for i, e in enumerate(examples) for _ in e.text.sentences], dtype=int)
        self.target = sentence_target(examples, labels)


class Learned(NamedTuple):
    """The models of one view, and what they say of texts and sentences not seen in training."""

    bag: Bag
    scores: np.ndarray
    sentence_scores: np.ndarray | None


def learn_view(
    view: View,
    texts: Sequence[Text],
    target: np.ndarray,
    sentences: Sentences,
    folds: np.ndarray,
    *,
    contrast: bool,
    say: Say,
) -> Learned | None:
    """Fit the models of one view; None where no term is in enough texts."""
    counter = vectorizer(view)
    try:
        matrix = counter.fit_transform(view.part(t) for t in texts)
    except ValueError:
        # titles that are all missing, say, or words that are not of Latin letters
        say(f"{view.name}: left out, since no term stands in enough texts")
        return None
    say(f"{view.name}: {matrix.shape[1]:,} terms")
    weights, bias = fit_linear(matrix, target, C_VIEW, contrast=contrast)
    sentence_weights, sentence_bias = weights, bias
    scores = np.zeros(target.shape)
    sentence_matrix = counter.transform(sentences.flat) if view.reads_sentences else None
    sentence_scores = np.zeros((len(sentences.flat), target.shape[1]))
    if sentence_matrix is not None and sentences.target is not None:
        sentence_weights, sentence_bias = fit_linear(
            sentence_matrix, sentences.target, C_SENTENCE, contrast=contrast
        )
    for fold in range(FOLDS):
        kept, out = folds != fold, folds == fold
        w, b = fit_linear(matrix[kept], target[kept], C_VIEW, contrast=contrast)
        scores[out] = matrix[out] @ w.T + b
        if sentence_matrix is None:
            continue
        inside = out[sentences.of]
        if sentences.target is not None:
            w, b = fit_linear(
                sentence_matrix[~inside], sentences.target[~inside], C_SENTENCE, contrast=contrast
            )
        sentence_scores[inside] = sentence_matrix[inside] @ w.T + b
    bag = Bag(view, counter, weights, bias, sentence_weights, sentence_bias)
    return Learned(bag, scores, sentence_scores if sentence_matrix is not None else None)


def sentence_target(examples: Sequence[LabelledText], labels: Sequence[str]) -> np.ndarray | None:
    """Return sentences by labels, 0 or 1.

    None where a text has no labelled sentences, or a label under `MIN_EXAMPLES` of them.
    """
    if any(e.sentence_labels is None for e in examples):
        return None
    rows = [[label in one for label in labels] for e in examples for one in e.sentence_labels or ()]
    target = np.array(rows, dtype=int)
    return target if (target.sum(axis=0) >= MIN_EXAMPLES).all() else None
