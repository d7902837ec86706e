"""A trained model: views of a text, and how what they say is joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from drmine.textmodel.encoded import Encoded
from drmine.textmodel.examples import Text
from drmine.textmodel.pooling import no_pools, pool
from drmine.textmodel.views import View

BATCH = 256


@dataclass(frozen=True, slots=True)
class Bag:
    """A view with its terms and, for each label, a weight per term.

    ``weights`` is labels by terms. ``sentence_weights`` are those of a model of
    single sentences, where sentences were labelled; otherwise the same.
    """

    view: View
    vectorizer: Any
    weights: np.ndarray
    bias: np.ndarray
    sentence_weights: np.ndarray
    sentence_bias: np.ndarray

    def scores(self, texts: Sequence[Text]) -> np.ndarray:
        """Return texts by labels: the distance from the boundary."""
        return self.of_matrix(self.vectorizer.transform(self.view.part(t) for t in texts))

    def of_matrix(self, matrix: Any) -> np.ndarray:
        """Return the scores of texts that are counted already."""
        return np.asarray(matrix @ self.weights.T + self.bias)

    def sentence_scores(self, sentences: Sequence[str]) -> np.ndarray:
        """Return sentences by labels."""
        matrix = self.vectorizer.transform(sentences)
        return np.asarray(matrix @ self.sentence_weights.T + self.sentence_bias)


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of one text: labels by probability, and the sentence that speaks most for each."""

    probabilities: np.ndarray
    best_sentence: np.ndarray


@dataclass(frozen=True, slots=True)
class TextModel:
    """Views, and how their scores are joined.

    ``joint`` holds for each label a weight per joined score (labels by joined
    scores) and ``joint_bias`` one figure a label. With ``exclusive`` a record
    has one label. ``mean`` and ``scale`` put the joined scores on one footing.
    """

    labels: tuple[str, ...]
    exclusive: bool
    thresholds: Mapping[str, float]
    bags: tuple[Bag, ...]
    joint: np.ndarray
    joint_bias: np.ndarray
    mean: np.ndarray
    scale: np.ndarray
    card: Mapping[str, Any]
    encoded: Encoded | None = None
    fingerprint: str = ""

    def score(self, texts: Sequence[Text]) -> Iterator[Scored]:
        """Score texts, a batch at a time."""
        for start in range(0, len(texts), BATCH):
            batch = texts[start : start + BATCH]
            joined, best = join_scores(self.bags, batch, self.encoded)
            probabilities = self.probabilities(joined)
            for i in range(len(batch)):
                yield Scored(probabilities[i], best[i])

    def probabilities(self, joined: np.ndarray) -> np.ndarray:
        """Return texts by labels, from joined scores (texts by labels by scores)."""
        return join(joined, self.joint, self.joint_bias, self.mean, self.scale, self.exclusive)

    def decide(self, probabilities: np.ndarray) -> tuple[str, ...]:
        """Return the labels of one text."""
        if self.exclusive:
            return (self.labels[int(probabilities.argmax())],)
        return tuple(
            label
            for label, p in zip(self.labels, probabilities, strict=True)
            if p >= self.thresholds[label]
        )


def join_scores(
    bags: Sequence[Bag], texts: Sequence[Text], encoded: Encoded | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return what is joined (texts by labels by scores), and each label's best sentence."""
    whole = [bag.scores(texts) for bag in bags]
    pools, best = pooled_sentences([b for b in bags if b.view.reads_sentences], texts)
    parts = [np.stack(whole, axis=2), pools]
    if encoded is not None:
        parts.append(encoded.scores(texts))
    return np.concatenate(parts, axis=2), best


def pooled_sentences(bags: Sequence[Bag], texts: Sequence[Text]) -> tuple[np.ndarray, np.ndarray]:
    """Return for each text and label the means of its best sentences, and which is the best."""
    flat = [t.whole[a:b] for t in texts for a, b in t.sentences]
    n_labels = bags[0].bias.shape[0]
    if not flat:
        return no_pools(len(texts), n_labels)
    scores = np.mean([bag.sentence_scores(flat) for bag in bags], axis=0)
    return pool(scores, [len(t.sentences) for t in texts])


def join(
    joined: np.ndarray,
    weights: np.ndarray,
    bias: np.ndarray,
    mean: np.ndarray,
    scale: np.ndarray,
    exclusive: bool,
) -> np.ndarray:
    """Return probabilities: of each label alone, or of labels that exclude each other."""
    flat = (joined - mean) / scale
    if exclusive:
        sums = flat.reshape(len(flat), -1) @ weights.T + bias
        powers = np.exp(sums - sums.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))
    sums = np.einsum("tls,ls->tl", flat, weights) + bias
    return np.asarray(1 / (1 + np.exp(-np.clip(sums, -30, 30))))
