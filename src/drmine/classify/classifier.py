"""Puts the decisions together: one tagged record in, one annotation out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drmine.classify import thresholds
from drmine.classify.evidence import RecordEvidence, SentenceEvidence, gather
from drmine.classify.linear import LinearModel
from drmine.classify.model import Model, shipped_model
from drmine.classify.origin import find_origin
from drmine.classify.record_features import hypothesis_features, relevance_features
from drmine.classify.sentence_features import evidence_features, stance_features
from drmine.classify.study_type import study_features
from drmine.nlp.pipeline import Pipeline
from drmine.nlp.rates import find_rates
from drmine.nlp.tagged import FailedRecord, TaggedRecord
from drmine.records import Annotation, Finding, Record, Span

if TYPE_CHECKING:
    from drmine.taxonomy import Taxonomy


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

        self.pipeline = pipeline or Pipeline()
        self.model = model or shipped_model()
        self.taxonomy = taxonomy or load_taxonomy()
        self.all_scores = all_scores

    @property
    def fingerprint(self) -> str:
        """What made an annotation: pipeline (with vocabulary), taxonomy and model."""
        return "+".join(
            (self.pipeline.fingerprint, self.taxonomy.fingerprint[:16], self.model.fingerprint)
        )

    def label(self, records: Iterable[Record]) -> Iterator[Annotation | Failure]:
        """Label records in order; one that fails comes out as a ``Failure``."""
        for tagged in self.pipeline.pipe(records):
            if isinstance(tagged, FailedRecord):
                yield Failure(tagged.record.pmid, "tagging", tagged.reason)
                continue
            try:
                yield self.decide(tagged)
            except Exception as error:  # one bad record never stops a batch
                yield Failure(tagged.record.pmid, "classifying", f"{type(error).__name__}: {error}")

    def decide(self, tagged: TaggedRecord) -> Annotation:
        """Return the annotation of one tagged record."""
        evidence = gather(tagged, self.pipeline.vocabulary)
        about = self.model.relevance.scores(relevance_features(evidence))["about"]
        is_about = about >= thresholds.ABOUT_DRUG_RESPONSE
        unsure = abs(about - thresholds.ABOUT_DRUG_RESPONSE) < thresholds.REVIEW_MARGIN
        findings = []
        for hypothesis in self.taxonomy.hypotheses:
            if hypothesis.id not in self.model.hypotheses:
                continue
            features = hypothesis_features(evidence, hypothesis.id, about)
            score = self.model.hypothesis.scores(features)["h"]
            limit = self._limit(hypothesis.id)
            if self.all_scores or (is_about and score >= limit):
                findings.append(self._judge(evidence, hypothesis.id, score))
            elif is_about and limit - score < thresholds.REVIEW_MARGIN:
                unsure = True
        study_type, study_score = self._study_type(evidence)
        return Annotation(
            pmid=tagged.record.pmid,
            about_drug_response=is_about,
            about_drug_response_score=about,
            hypotheses=tuple(sorted(findings, key=lambda f: -f.score)),
            study_type=study_type,
            study_type_score=study_score,
            mentions=tagged.mentions,
            resistance_rates=find_rates(tagged.record.text, list(tagged.sentences)),
            needs_review=unsure or any(f.needs_review for f in findings),
        )

    def assigns(self, annotation: Annotation, finding: Finding) -> bool:
        """Whether a hypothesis is above its threshold, for annotations with all scores."""
        return annotation.about_drug_response and finding.score >= self._limit(finding.id)

    def _limit(self, hypothesis: str) -> float:
        return self.model.thresholds.get(hypothesis, thresholds.HYPOTHESIS)

    def _judge(self, evidence: RecordEvidence, hypothesis: str, score: float) -> Finding:
        chosen = best_sentence(self.model.evidence, evidence, hypothesis)
        stances = self.model.stance.scores(stance_features(evidence, hypothesis, chosen))
        stance = max(stances, key=lambda s: stances[s])
        limit = self._limit(hypothesis)
        spans = (Span(chosen.sentence.start, chosen.sentence.end, chosen.text),) if chosen else ()
        return Finding(
            id=hypothesis,
            score=score,
            stance=stance,  # type: ignore[arg-type]  # the model's labels are the stances
            stance_score=stances[stance],
            origin=find_origin(evidence, hypothesis),
            evidence=spans,
            needs_review=abs(score - limit) < thresholds.REVIEW_MARGIN,
        )

    def _study_type(self, evidence: RecordEvidence) -> tuple[str, float]:
        scores = self.model.study_type.scores(study_features(evidence))
        best = max(scores, key=lambda s: scores[s])
        return best, scores[best]


def best_sentence(
    model: LinearModel, evidence: RecordEvidence, hypothesis: str
) -> SentenceEvidence | None:
    """Return the sentence that best shows the stance, or None for an empty record."""
    best: tuple[float, SentenceEvidence] | None = None
    for sentence in evidence.sentences:
        score = model.scores(evidence_features(evidence, hypothesis, sentence))["best"]
        if best is None or score > best[0]:
            best = (score, sentence)
    return best[1] if best else None
