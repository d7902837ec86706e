"""A trained model as plain data: ``model.json`` and ``weights.npz``, read without running code."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from drmine.errors import InputError
from drmine.textmodel.examples import Text
from drmine.textmodel.views import VIEWS, View, vectorizer

FORMAT = "drmine-textmodel-1"
MODEL_FILE, WEIGHTS_FILE = "model.json", "weights.npz"
# Sums over the best sentences of a record: the first, the first two, the first four, all.
POOLS = 4
_NO_SENTENCE = -2.0
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
    fingerprint: str = ""

    def score(self, texts: Sequence[Text]) -> Iterator[Scored]:
        """Score texts, a batch at a time."""
        for start in range(0, len(texts), BATCH):
            batch = texts[start : start + BATCH]
            joined, best = join_scores(self.bags, batch)
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


def join_scores(bags: Sequence[Bag], texts: Sequence[Text]) -> tuple[np.ndarray, np.ndarray]:
    """Return what is joined (texts by labels by scores), and each label's best sentence."""
    whole = [bag.scores(texts) for bag in bags]
    pools, best = pooled_sentences([b for b in bags if b.view.reads_sentences], texts)
    return np.concatenate([np.stack(whole, axis=2), pools], axis=2), best


def pooled_sentences(bags: Sequence[Bag], texts: Sequence[Text]) -> tuple[np.ndarray, np.ndarray]:
    """Return for each text and label the means of its best sentences, and which is the best."""
    flat = [t.whole[a:b] for t in texts for a, b in t.sentences]
    n_labels = bags[0].bias.shape[0]
    pools = np.full((len(texts), n_labels, POOLS), _NO_SENTENCE)
    best = np.full((len(texts), n_labels), -1)
    if not flat:
        return pools, best
    scores = np.mean([bag.sentence_scores(flat) for bag in bags], axis=0)
    return pool(scores, [len(t.sentences) for t in texts])


def pool(scores: np.ndarray, counts: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Pool sentences by labels into texts by labels; ``counts`` are sentences of each text."""
    n_labels = scores.shape[1]
    pools = np.full((len(counts), n_labels, POOLS), _NO_SENTENCE)
    best = np.full((len(counts), n_labels), -1)
    at = 0
    for i, n in enumerate(counts):
        if n:
            mine = scores[at : at + n]
            ordered = -np.sort(-mine, axis=0)
            pools[i] = np.stack(
                [ordered[0], ordered[:2].mean(0), ordered[:4].mean(0), ordered.mean(0)], axis=1
            )
            best[i] = mine.argmax(axis=0)
        at += n
    return pools, best


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


def save_model(model: TextModel, folder: Path) -> None:
    """Write the two files of a model into a folder, which is made.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    arrays: dict[str, np.ndarray] = {
        "joint": model.joint, "joint_bias": model.joint_bias,
        "mean": model.mean, "scale": model.scale,
    }  # fmt: skip
    for bag in model.bags:
        name = bag.view.name
        terms = bag.vectorizer.get_feature_names_out()
        arrays[f"{name}.terms"] = np.frombuffer("".join(terms).encode(), dtype=np.uint8)
        # a term may hold any character, so where each ends is told apart
        arrays[f"{name}.ends"] = np.cumsum([len(term) for term in terms]).astype(np.int32)
        arrays[f"{name}.idf"] = bag.vectorizer.idf_.astype(np.float32)
        arrays[f"{name}.weights"] = bag.weights.astype(np.float32)
        arrays[f"{name}.bias"] = bag.bias
        if bag.sentence_weights is not bag.weights:
            arrays[f"{name}.sentence_weights"] = bag.sentence_weights.astype(np.float32)
            arrays[f"{name}.sentence_bias"] = bag.sentence_bias
    head = {
        "format": FORMAT,
        "labels": list(model.labels),
        "exclusive": model.exclusive,
        "thresholds": dict(model.thresholds),
        "views": [bag.view.name for bag in model.bags],
        "card": dict(model.card),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(folder / WEIGHTS_FILE, **arrays)
        text = json.dumps(head, indent=1, ensure_ascii=False)
        (folder / MODEL_FILE).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"The model cannot be written to {folder} ({error.strerror}).") from None


def load_text_model(folder: Path) -> TextModel:
    """Read a model; nothing in it can run.

    Raises
    ------
    InputError
        The folder holds no model of this format, or it is damaged.
    """
    try:
        text = (folder / MODEL_FILE).read_bytes()
        head = json.loads(text)
        if head.get("format") != FORMAT:
            raise ValueError(f"its format is {head.get('format')!r}, not {FORMAT!r}")
        with np.load(folder / WEIGHTS_FILE, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        known = {view.name: view for view in VIEWS}
        bags = tuple(_bag(known[name], arrays) for name in head["views"])
        model = TextModel(
            labels=tuple(head["labels"]),
            exclusive=bool(head["exclusive"]),
            thresholds={str(k): float(v) for k, v in head["thresholds"].items()},
            bags=bags,
            joint=arrays["joint"],
            joint_bias=arrays["joint_bias"],
            mean=arrays["mean"],
            scale=arrays["scale"],
            card=head.get("card", {}),
            fingerprint=_digest(text, (folder / WEIGHTS_FILE).read_bytes()),
        )
        if any(len(b.bias) != len(model.labels) for b in bags):
            raise ValueError("its parts do not fit together")
    except FileNotFoundError:
        raise InputError(f"There is no model in {folder}; train one with `drmine train`.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{folder} holds no usable model ({error}); train it anew with `drmine train`."
        ) from None
    return model


def _digest(*contents: bytes) -> str:
    return hashlib.sha256(b"".join(contents)).hexdigest()[:16]


def _bag(view: View, arrays: Mapping[str, np.ndarray]) -> Bag:
    name = view.name
    joined, ends = arrays[f"{name}.terms"].tobytes().decode(), arrays[f"{name}.ends"].tolist()
    terms = [joined[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    weights, bias = arrays[f"{name}.weights"], arrays[f"{name}.bias"]
    if weights.shape != (len(bias), len(terms)):
        raise ValueError("its parts do not fit together")
    return Bag(
        view,
        vectorizer(view, terms, arrays[f"{name}.idf"]),
        weights,
        bias,
        arrays.get(f"{name}.sentence_weights", weights),
        arrays.get(f"{name}.sentence_bias", bias),
    )
