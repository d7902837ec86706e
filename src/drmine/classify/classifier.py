"""Puts the decisions together: one tagged record in, one annotation out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from drmine.classify import thresholds
from drmine.classify.evidence import gather
from drmine.classify.model import Model, shipped_model
from drmine.classify.origin import find_origin
from drmine.classify.parts import Reading
from drmine.garbage import building
from drmine.nlp.pipeline import Pipeline
from drmine.nlp.rates import find_rates
from drmine.nlp.tagged import FailedRecord, TaggedRecord
from drmine.records import STANCES, Annotation, Finding, Record, Span
from drmine.source_digest import DECIDES_NOTHING, source_digest

if TYPE_CHECKING:
    from drmine.taxonomy import Taxonomy


# Sums of floats differ in their last digits with the order and the machine; what is kept does not.
_DECIMALS = 6


def _kept(score: float) -> float:
    return round(score, _DECIMALS)


@dataclass(frozen=True, slots=True)
class Failure:
    """A record that could not be labelled, with the reason."""

    pmid: str
    stage: str
    reason: str


class Classifier:
    """Labels records: the pipeline that tags and the model that decides.

    Parameters
    ----------
    pipeline
        Tags the mentions; the default pipeline where none is given.
    model
        Decides; the shipped model where none is given.
    all_scores
        Whether hypotheses below their threshold come out too.
    """

    def __init__(
        self,
        pipeline: Pipeline | None = None,
        model: Model | None = None,
        taxonomy: Taxonomy | None = None,
        all_scores: bool = False,
    ) -> None:
        from drmine.taxonomy import load_taxonomy

        with building():
            self.pipeline = pipeline or Pipeline()
            self.model = model or shipped_model()
            self.taxonomy = taxonomy or load_taxonomy()
            self.model.parts.prepare()
        self.all_scores = all_scores

    @property
    def fingerprint(self) -> str:
        """What made an annotation: pipeline (with vocabulary), taxonomy, model and code."""
        taxonomy = self.taxonomy.fingerprint[:16]
        code = code_digest()[:16]
        return "+".join((self.pipeline.fingerprint, taxonomy, self.model.fingerprint, code))

    @property
    def code_fingerprint(self) -> str:
        """The part of :attr:`fingerprint` that is code, of the pipeline and of the decisions."""
        both = self.pipeline.code_fingerprint + code_digest()
        return hashlib.sha256(both.encode()).hexdigest()[:16]

    def label(self, records: Iterable[Record]) -> Iterator[Annotation | Failure]:
        """Label records in order; one that fails comes out as a ``Failure``.

        Raises
        ------
        TypeError
            What was given is no record, such as a text alone.
        """
        for tagged in self.pipeline.pipe(map(_record, records)):
            if isinstance(tagged, FailedRecord):
                yield Failure(tagged.record.pmid, "tagging", tagged.reason)
                continue
            try:
                yield self.decide(tagged)
            except Exception as error:  # one bad record never stops a batch
                yield Failure(tagged.record.pmid, "classifying", f"{type(error).__name__}: {error}")

    def decide(self, tagged: TaggedRecord) -> Annotation:
        """Return the annotation of one tagged record."""
        reading = self.model.parts.read(gather(tagged, self.pipeline.vocabulary))
        about = reading.about
        if not reading.is_elsewhere:
            about = float(self.model.about.scores(reading.about_inputs()[None])[0, 0])
        is_about = about >= thresholds.ABOUT_DRUG_RESPONSE
        unsure = abs(about - thresholds.ABOUT_DRUG_RESPONSE) < thresholds.REVIEW_MARGIN
        findings = []
        for hypothesis, score in self._hypothesis_scores(reading, about):
            limit = self._limit(hypothesis)
            if self.all_scores or (is_about and score >= limit):
                findings.append(self._judge(reading, hypothesis, score))
            elif is_about and limit - score < thresholds.REVIEW_MARGIN:
                unsure = True
        study_type, study_score = self._study_type(reading)
        return Annotation(
            pmid=tagged.record.pmid,
            about_drug_response=is_about,
            about_drug_response_score=_kept(about),
            hypotheses=tuple(sorted(findings, key=lambda f: -f.score)),
            study_type=study_type,
            study_type_score=_kept(study_score),
            mentions=tagged.mentions,
            resistance_rates=find_rates(tagged.record.text, list(tagged.sentences)),
            needs_review=unsure or any(f.needs_review for f in findings),
        )

    def assigns(self, annotation: Annotation, finding: Finding) -> bool:
        """Whether a hypothesis is above its threshold, for annotations with all scores."""
        return annotation.about_drug_response and finding.score >= self._limit(finding.id)

    def _limit(self, hypothesis: str) -> float:
        return self.model.thresholds.get(hypothesis, thresholds.HYPOTHESIS)

    def _hypothesis_scores(self, reading: Reading, about: float) -> list[tuple[str, float]]:
        """Return the hypotheses that are in question, with their scores, in taxonomy order."""
        if reading.is_elsewhere:
            scores = dict.fromkeys(self.model.hypotheses, 0.0) if self.all_scores else {}
        elif self.all_scores or about >= thresholds.ABOUT_DRUG_RESPONSE:
            joined = self.model.hypothesis.scores(reading.hypothesis_inputs())[:, 0]
            scores = dict(zip(self.model.hypotheses, joined.tolist(), strict=True))
        else:
            scores = {}
        return [(h.id, scores[h.id]) for h in self.taxonomy.hypotheses if h.id in scores]

    def _judge(self, reading: Reading, hypothesis: str, score: float) -> Finding:
        chosen = reading.evidence_sentence(hypothesis)
        stance, stance_score = STANCES[-1], 0.0
        if chosen is not None:
            stances = self.model.stance.scores(reading.stance_inputs(hypothesis, chosen)[None])[0]
            stance, stance_score = STANCES[int(stances.argmax())], float(stances.max())
        limit = self._limit(hypothesis)
        shown = reading.evidence_for(hypothesis, stance)
        spans = tuple(Span(s.sentence.start, s.sentence.end, s.text) for s in shown)
        return Finding(
            id=hypothesis,
            score=_kept(score),
            stance=stance,
            stance_score=_kept(stance_score),
            origin=find_origin(reading.evidence, hypothesis),
            evidence=spans,
            needs_review=abs(score - limit) < thresholds.REVIEW_MARGIN,
        )

    def _study_type(self, reading: Reading) -> tuple[str, float]:
        if reading.is_elsewhere:
            scores = reading.named_study_scores()
        else:
            joined = self.model.study_type.scores(reading.study_inputs()[None])[0]
            scores = dict(zip(self.model.study_type.labels, joined.tolist(), strict=True))
        best = max(scores, key=lambda s: scores[s])
        return best, scores[best]


def _record(given: Record) -> Record:
    if isinstance(given, Record):
        return given
    raise TypeError(
        f"label() takes records, not {type(given).__name__}; make one by "
        'Record.from_json({"pmid": "1", "title": "...", "abstract": "..."}).'
    )


def code_digest(folder: Path | None = None) -> str:
    """Return the digest of the sources that decide labels: a changed rule makes labels anew.

    Thresholds, origins and study types are code, which no model file tells of.
    """
    return source_digest("drmine.classify", DECIDES_NOTHING, folder)
