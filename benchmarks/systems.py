"""The systems that `benchmarks/accuracy.py` holds side by side on the same records and folds.

A system takes records to learn from and records to judge, and returns an annotation for each of
the latter: the baselines, the classifier by the recipe of `make train`, and that recipe with one
part taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache, partial
from unittest.mock import patch

import numpy as np

from benchmarks import baselines
from benchmarks.decided import Decided
from drmine.classify import fit_parts, fitting
from drmine.classify.bag import Bag
from drmine.classify.classifier import Classifier
from drmine.classify.evidence import gather
from drmine.classify.fit_model import fit_model
from drmine.classify.model import Model
from drmine.classify.train_shipped import HARD_WEIGHT
from drmine.classify.training import Prepared
from drmine.nlp.pipeline import Pipeline
from drmine.nlp.sentences import Sentence
from drmine.nlp.tagged import TaggedRecord
from drmine.taxonomy import load_taxonomy

System = Callable[[Sequence[Prepared], Sequence[Prepared]], list[Decided]]
SHIPPED = "shipped recipe"


def fit(prepared: Sequence[Prepared]) -> Model:
    """Train as `make train` does."""
    return fit_model(prepared, load_taxonomy().ids, {})


@lru_cache(maxsize=1)
def _pipeline() -> Pipeline:
    return Pipeline()


def shipped(
    train: Sequence[Prepared],
    judged: Sequence[Prepared],
    *,
    keep: Callable[[Prepared], bool] = lambda p: True,
    see: Callable[[TaggedRecord], TaggedRecord] | None = None,
) -> list[Decided]:
    """Train by the shipped recipe, and judge with every hypothesis scored.

    Parameters
    ----------
    keep
        Whether to learn from a record.
    see
        What the classifier gets to see of a tagged record, in training and in use.
    """
    kept = [p for p in train if keep(p)]
    if see is not None:
        kept = [replace(p, evidence=gather(see(p.evidence.tagged), _pipeline().vocabulary))
                for p in kept]  # fmt: skip
    tagged = (see(p.evidence.tagged) if see else p.evidence.tagged for p in judged)
    return decisions(fit(kept), tagged)


def decisions(model: Model, tagged: Iterable[TaggedRecord]) -> list[Decided]:
    """Return what a model decides on records, with every hypothesis scored."""
    classifier = Classifier(_pipeline(), model, all_scores=True)
    result = []
    for one in tagged:
        said = classifier.decide(one)
        assigned = frozenset(f.id for f in said.hypotheses if classifier.assigns(said, f))
        result.append(Decided(said, assigned))
    return result


def without_mentions(tagged: TaggedRecord) -> TaggedRecord:
    """Take the tagged mentions away; what the lexicon's own patterns find stays."""
    return replace(tagged, mentions=(), heading_mentions=())


def in_one_piece(tagged: TaggedRecord) -> TaggedRecord:
    """Make the abstract one sentence beside the title: no parts, nothing beside anything."""
    title, end = len(tagged.record.title), len(tagged.record.text)
    sentences = [Sentence(0, title, "title")]
    if end > title + 1:
        sentences.append(Sentence(title + 1, end, "unknown"))
    return replace(tagged, sentences=tuple(sentences), cues=())


def without_words(train: Sequence[Prepared], judged: Sequence[Prepared]) -> list[Decided]:
    """Train by the shipped recipe without any word as a feature."""
    with _no_words():
        return shipped(train, judged)


@contextmanager
def _no_words() -> Iterator[None]:
    # no word stands in so many records, so that none is kept; the bags know no term
    nothing = {"\0": 0}, np.ones(1, dtype=np.float32)
    with (
        patch.object(fitting, "MIN_RECORDS_PER_WORD", 10**9),
        patch.object(fit_parts, "count_terms", return_value=nothing),
    ):
        yield


def without_bags(train: Sequence[Prepared], judged: Sequence[Prepared]) -> list[Decided]:
    """Train by the shipped recipe with bags that say nothing: named features alone."""
    with patch.object(Bag, "scores", lambda self, text: np.zeros(len(self.bias))):
        return shipped(train, judged)


def without_marks(p: Prepared) -> Prepared:
    """Forget what readers marked sentence by sentence; the evidence sentences stay."""
    findings = tuple(replace(f, found=None, null=None) for f in p.example.findings)
    return replace(p, example=replace(p.example, findings=findings))


def _unmarked(train: Sequence[Prepared], judged: Sequence[Prepared]) -> list[Decided]:
    return shipped([without_marks(p) for p in train], judged)


def is_near_miss(p: Prepared) -> bool:
    """Whether an invented record names a mechanism and yet bears on no hypothesis."""
    return (
        p.example.record.invented
        and p.example.about is not None
        and not p.example.findings
        and any(s.hypotheses for s in p.evidence.sentences)
    )


def is_worded_as_papers(p: Prepared) -> bool:
    """Whether an invented record is one of those that were written in the wording of papers."""
    return p.example.record.invented and p.example.weight > HARD_WEIGHT


def _one_piece(train: Sequence[Prepared], judged: Sequence[Prepared]) -> list[Decided]:
    # a whole abstract as evidence would nearly always hold the right sentence
    result = []
    for one in shipped(train, judged, see=in_one_piece):
        bare = tuple(replace(f, evidence=()) for f in one.said.hypotheses)
        result.append(replace(one, said=replace(one.said, hypotheses=bare)))
    return result


SYSTEMS: dict[str, System] = {
    "keyword counting": baselines.keywords,
    "rules alone": baselines.rules,
    "TF-IDF, linear": baselines.tfidf,
    SHIPPED: shipped,
    "without tagged mentions": partial(shipped, see=without_mentions),
    "without bags": without_bags,
    "without word features": without_words,
    "without sentence evidence": _one_piece,
    "without marked sentences": _unmarked,
    "without invented records": partial(shipped, keep=lambda p: not p.example.record.invented),
    "without typical records": partial(shipped, keep=lambda p: not is_worded_as_papers(p)),
    "without near misses": partial(shipped, keep=lambda p: not is_near_miss(p)),
}
