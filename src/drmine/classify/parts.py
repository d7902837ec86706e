"""The parts of the classifier, and what each says of a record: the inputs of the joints."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from drmine.classify.bag import Bag
from drmine.classify.evidence import RecordEvidence, SentenceEvidence
from drmine.classify.features import WORD_LIMIT, words_in
from drmine.classify.linear import LinearModel
from drmine.classify.outcomes import outcome_summary, read_outcomes
from drmine.classify.record_features import hypothesis_features, record_features, telling
from drmine.classify.sentence_features import evidence_features, stance_features
from drmine.classify.shown import shown_sentences
from drmine.classify.study_type import study_cues
from drmine.classify.terms import Terms, TextTerms, found, once
from drmine.records import STANCES, Stance

ABOUT = "about"
# A record that the named features find plainly elsewhere is not read further.
PLAINLY_ELSEWHERE = 0.02
# The weight of a hypothesis's own slopes beside those that all share.
_OWN = 0.3


@dataclass(frozen=True)
class Parts:
    """Linear models over named features, and bags of whole texts.

    ``bags`` score, in order, relevance, each of ``hypotheses``, each of ``study_types``, and
    whether a record with findings has one of each stance.
    """

    hypotheses: tuple[str, ...]
    study_types: tuple[str, ...]
    relevance: LinearModel
    hypothesis: LinearModel
    evidence: LinearModel
    stance: LinearModel
    outcome: LinearModel
    study_type: LinearModel
    bags: Mapping[str, Bag]

    def read(self, evidence: RecordEvidence) -> Reading:
        """Return what the parts say of one record."""
        terms = self.terms.read(evidence.tagged.record.text)
        words = once(found(self.terms.places["relevance"], terms.first(WORD_LIMIT)))
        about = self.relevance.scores(record_features(evidence), [words])[ABOUT]
        return Reading(self, evidence, about, terms)

    def prepare(self) -> None:
        """Build the tables now that the first records would else wait for."""
        for model in (
            self.relevance, self.hypothesis, self.evidence,
            self.stance, self.outcome, self.study_type,
        ):  # fmt: skip
            model.prepare()
        _ = self.terms

    @cached_property
    def terms(self) -> Terms:
        """The words that the parts know."""
        return Terms({
            **{name: bag.terms for name, bag in self.bags.items() if not bag.letters},
            "relevance": self.relevance.places_behind("w:"),
            "study type": self.study_type.places_behind("w:"),
            "study type, title": self.study_type.places_behind("tw:"),
        })  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What the parts say of one record.

    ``about`` is the score of the named features, ``terms`` are the words of its text.
    """

    parts: Parts
    evidence: RecordEvidence
    about: float
    terms: TextTerms

    @property
    def is_elsewhere(self) -> bool:
        """Whether the record is plainly about something else, and need not be read further."""
        return self.about <= PLAINLY_ELSEWHERE

    @cached_property
    def _views(self) -> np.ndarray:
        """What the bags say: bags by outputs."""
        text, numbers = self.evidence.tagged.record.text, self.terms.first()
        places = self.parts.terms.places
        return np.stack([
            bag.scores(text) if bag.letters else bag.scores_of(found(places[name], numbers))
            for name, bag in self.parts.bags.items()
        ])  # fmt: skip

    def about_inputs(self) -> np.ndarray:
        """Return the inputs on relevance, one figure each."""
        bare = float(not self.evidence.tagged.record.abstract)
        named = _logit(self.about)
        return np.array([named, *self._views[:, 0], bare, *telling(self.evidence)])

    def hypothesis_inputs(self) -> np.ndarray:
        """Return hypotheses by inputs."""
        parts = self.parts
        n = len(parts.hypotheses)
        named = np.array([
            _logit(parts.hypothesis.scores(hypothesis_features(self.evidence, h, self.about))["h"])
            for h in parts.hypotheses
        ])  # fmt: skip
        scores = np.vstack([named, self._views[:, 1 : 1 + n]]).T
        # how each stands to the best of the others, since most records bear on one
        others = np.array([np.delete(scores, i, axis=0).max(axis=0) for i in range(n)])
        about = np.tile([_logit(self.about), *self._views[:, 0]], (n, 1))
        one_hot = np.eye(n)
        own = (one_hot[:, :, None] * scores[:, None, :]).reshape(n, -1) * _OWN
        return np.hstack([scores, others, about, one_hot * _OWN, own])

    def study_inputs(self) -> np.ndarray:
        """Return the inputs on the study type."""
        shares = self.named_study_scores()
        named = np.log([shares.get(s, 0.0) + 1e-4 for s in self.parts.study_types])
        first = 1 + len(self.parts.hypotheses)
        views = self._views[:, first : first + len(self.parts.study_types)]
        return np.concatenate([named, views.ravel()])

    def named_study_scores(self) -> dict[str, float]:
        """Return the study type by named features alone."""
        places, record = self.parts.terms.places, self.evidence.tagged.record
        # no word goes on over the end of a title, so it has the first words of the text
        title, abstract = self.terms.split(len(words_in(record.title)))
        rows = [
            once(found(places["study type"], abstract.first(WORD_LIMIT))),
            once(found(places["study type, title"], title.first(WORD_LIMIT))),
        ]
        return self.parts.study_type.scores(study_cues(self.evidence), rows)

    def evidence_sentence(self, hypothesis: str) -> SentenceEvidence | None:
        """Return the sentence from which the stance is read, or None for an empty record."""
        scores = self._evidence_scores(hypothesis)
        return self.evidence.sentences[int(np.argmax(scores))] if scores else None

    def evidence_for(self, hypothesis: str, stance: Stance) -> list[SentenceEvidence]:
        """Return the sentences that show a stance that is decided: the best, at times a second.

        The sentence from which the stance was read need not be the one that says it best: the
        conclusion may, or a result that agrees with it. None for an empty record.
        """
        places = shown_sentences(
            self._evidence_scores(hypothesis), self._outcomes_of(hypothesis), stance
        )
        return [self.evidence.sentences[place] for place in places]

    def stance_inputs(self, hypothesis: str, chosen: SentenceEvidence) -> np.ndarray:
        """Return the inputs on the stance, given the evidence sentence."""
        scores = self.parts.stance.scores(stance_features(self.evidence, hypothesis, chosen))
        named = np.log([scores.get(s, 0.0) + 1e-4 for s in STANCES])
        summary = outcome_summary(self._outcomes_of(hypothesis), self.evidence)
        return np.concatenate([named, summary, self._views[:, -len(STANCES) :].ravel()])

    def _evidence_scores(self, hypothesis: str) -> list[float]:
        """How well each sentence would do as evidence, read once a hypothesis."""
        known = self._kept_scores.get(hypothesis)
        if known is None:
            known = sentence_scores(self.parts.evidence, self.evidence, hypothesis)
            self._kept_scores[hypothesis] = known
        return known

    def _outcomes_of(self, hypothesis: str) -> np.ndarray:
        """What each sentence says, read once a hypothesis: sentences by outcomes."""
        known = self._kept_outcomes.get(hypothesis)
        if known is None:
            known = read_outcomes(self.parts.outcome, self.evidence, hypothesis)
            self._kept_outcomes[hypothesis] = known
        return known

    @cached_property
    def _kept_scores(self) -> dict[str, list[float]]:
        return {}

    @cached_property
    def _kept_outcomes(self) -> dict[str, np.ndarray]:
        return {}


def sentence_scores(model: LinearModel, evidence: RecordEvidence, hypothesis: str) -> list[float]:
    """Return how well each sentence of a record would do as evidence, by a model."""
    return [model.scores(row)["best"] for row in evidence_features(evidence, hypothesis)]


def best_sentence(
    model: LinearModel, evidence: RecordEvidence, hypothesis: str
) -> SentenceEvidence | None:
    """Return the sentence that a model prefers as evidence, or None for an empty record."""
    scores = sentence_scores(model, evidence, hypothesis)
    return evidence.sentences[int(np.argmax(scores))] if scores else None


def _logit(score: float) -> float:
    kept = min(max(score, 1e-4), 1 - 1e-4)
    return math.log(kept / (1 - kept))
