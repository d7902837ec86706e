"""Trains the linear parts of the classifier from labelled records.

Every part is a logistic regression over named features; scikit-learn fits them, the
shipped file holds their weights.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from drmine.classify.evidence import RecordEvidence, SentenceEvidence, gather
from drmine.classify.fitting import FOLDS, fit_linear, folds_of
from drmine.classify.linear import LinearModel
from drmine.classify.parts import PLAINLY_ELSEWHERE, best_sentence
from drmine.classify.record_features import hypothesis_features, relevance_features
from drmine.classify.sentence_features import evidence_features, stance_features
from drmine.classify.study_type import study_features
from drmine.nlp.pipeline import Pipeline
from drmine.nlp.tagged import FailedRecord
from drmine.records import STANCES, DecidedFinding, Record

# Strength of the penalty per part (scikit-learn's C), chosen by cross-validation on
# the training records; words get a smaller say than evidence.
C_RELEVANCE = 0.1
C_HYPOTHESIS = 0.2
C_EVIDENCE = 0.5
C_STANCE = 2.0
C_STUDY_TYPE = 0.5
# Findings are a tenth of the pairs; without this the model would miss too many.
WEIGHT_OF_FINDING = 1.5


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled record. ``about`` or ``study_type`` None: not labelled for it."""

    record: Record
    about: bool | None
    study_type: str | None
    findings: tuple[DecidedFinding, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """An example with its evidence, read once."""

    example: Example
    evidence: RecordEvidence


def prepare(examples: Iterable[Example], pipeline: Pipeline) -> list[Prepared]:
    """Tag examples and gather their evidence; a record that fails is left out."""
    examples = list(examples)
    prepared = []
    for example, tagged in zip(examples, pipeline.pipe(e.record for e in examples), strict=True):
        if not isinstance(tagged, FailedRecord):
            prepared.append(Prepared(example, gather(tagged, pipeline.vocabulary)))
    return prepared


def train_relevance(prepared: Sequence[Prepared]) -> LinearModel:
    """Train ``about_drug_response``."""
    used = [p for p in prepared if p.example.about is not None]
    return fit_linear(
        [relevance_features(p.evidence) for p in used],
        ["about" if p.example.about else "other" for p in used],
        ["about", "other"],
        C_RELEVANCE,
        [p.example.weight for p in used],
    )


def train_hypotheses(
    prepared: Sequence[Prepared], hypotheses: Sequence[str], about: Sequence[float]
) -> LinearModel:
    """Train one model for every pair of record and hypothesis.

    ``about`` are relevance scores from other folds. Records that are plainly about
    something else teach nothing here and would only make it slow.
    """
    pairs = [
        (p, h, a)
        for p, a in zip(prepared, about, strict=True)
        if a > PLAINLY_ELSEWHERE or p.example.findings
        for h in hypotheses
    ]
    gold = [any(f.id == h for f in p.example.findings) for p, h, _ in pairs]
    return fit_linear(
        [hypothesis_features(p.evidence, h, a) for p, h, a in pairs],
        ["h" if g else "other" for g in gold],
        ["h", "other"],
        C_HYPOTHESIS,
        [p.example.weight * (WEIGHT_OF_FINDING if g else 1.0)
         for (p, _, _), g in zip(pairs, gold, strict=True)],
    )  # fmt: skip


def shown_at(prepared: Prepared, finding: DecidedFinding) -> list[int]:
    """Return the places of the sentences that show a stance: the gold one, then those as good."""
    return places_of(prepared, (finding.evidence, *finding.also))


def places_of(prepared: Prepared, spans: Iterable[tuple[int, int] | None]) -> list[int]:
    """Return the places of the sentences that overlap most with spans, in the order of these."""
    places = (_sentence_at(prepared, span) for span in spans)
    return list(dict.fromkeys(place for place in places if place is not None))


def gold_sentence(prepared: Prepared, finding: DecidedFinding) -> SentenceEvidence | None:
    """Return the sentence that overlaps most with the gold evidence."""
    place = _sentence_at(prepared, finding.evidence)
    return None if place is None else prepared.evidence.sentences[place]


def _sentence_at(prepared: Prepared, span: tuple[int, int] | None) -> int | None:
    if span is None:
        return None
    overlaps = [
        (min(span[1], s.sentence.end) - max(span[0], s.sentence.start), i)
        for i, s in enumerate(prepared.evidence.sentences)
    ]
    best = max(overlaps, default=(0, -1))
    return best[1] if best[0] > 0 else None


def train_evidence(prepared: Sequence[Prepared]) -> LinearModel:
    """Train which sentence of a record shows the stance best.

    Others that would do as well count like the one that was chosen.
    """
    rows, labels, weights = [], [], []
    for p in prepared:
        for finding in p.example.findings:
            if finding.evidence is None:
                continue
            shown = shown_at(p, finding)
            for i, row in enumerate(evidence_features(p.evidence, finding.id)):
                rows.append(row)
                labels.append("best" if i in shown else "other")
                weights.append(p.example.weight)
    return fit_linear(rows, labels, ["best", "other"], C_EVIDENCE, weights)


def train_stance(prepared: Sequence[Prepared], evidence: LinearModel) -> LinearModel:
    """Train the stance, from the evidence sentence and what stands around it.

    Each finding counts twice, with the sentence that annotators chose and with the
    one that the ``evidence`` model chooses, since that is what it will be given.
    """
    rows, labels, weights = [], [], []
    for p in prepared:
        for finding in p.example.findings:
            gold = gold_sentence(p, finding)
            chosen = best_sentence(evidence, p.evidence, finding.id)
            for sentence in (gold, chosen):
                rows.append(stance_features(p.evidence, finding.id, sentence))
                labels.append(finding.stance)
                weights.append(p.example.weight / 2)
    # a wording has many features of small weight, which would make the file three times as large
    return fit_linear(rows, labels, list(STANCES), C_STANCE, weights, softmax=True, negligible=0.04)


def train_study_type(prepared: Sequence[Prepared], names: Sequence[str]) -> LinearModel:
    """Train the study type, from its named features."""
    used = [p for p in prepared if p.example.study_type]
    return fit_linear(
        [study_features(p.evidence) for p in used],
        [str(p.example.study_type) for p in used],
        list(names),
        C_STUDY_TYPE,
        [p.example.weight for p in used],
        softmax=True,
    )


def out_of_fold_about(prepared: Sequence[Prepared]) -> list[float]:
    """Return for each record the relevance score of a model that has not seen it."""
    folds = folds_of([p.example.record.pmid for p in prepared])
    scores = [0.0] * len(prepared)
    for fold in range(FOLDS):
        model = train_relevance([p for p, f in zip(prepared, folds, strict=True) if f != fold])
        for i, p in enumerate(prepared):
            if folds[i] == fold:
                scores[i] = model.scores(relevance_features(p.evidence))["about"]
    return scores


def _place(text: str, sentence: str) -> tuple[int, int] | None:
    start = text.find(sentence) if sentence else -1
    return (start, start + len(sentence)) if start >= 0 else None


def _spans(rows: Sequence[Sequence[int]] | None) -> tuple[tuple[int, int], ...] | None:
    return None if rows is None else tuple((start, end) for start, end in rows)


def read_corpus(path: Path) -> list[Example]:
    """Read a file of invented records with their labels under ``gold``."""
    examples = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        record = Record.from_json({**row, "invented": True})
        gold = row["gold"]
        findings = []
        for h in gold["h"]:
            evidence, also = (_place(record.text, h.get(name, "")) for name in ("evidence", "also"))
            marked = (_spans(h.get("found")), _spans(h.get("null")))
            findings.append(
                DecidedFinding(
                    h["id"], h["stance"], h["origin"], evidence, (also,) if also else (), *marked
                )
            )
        examples.append(Example(record, gold["about"], gold["study_type"], tuple(findings)))
    return examples
