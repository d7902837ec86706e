"""What sentences say of a hypothesis is learned from stances of whole records."""

from __future__ import annotations

import json

import numpy as np
import pytest

from drmine.classify.evidence import RecordEvidence, gather
from drmine.classify.fit_outcomes import fit_outcomes
from drmine.classify.linear import LinearModel
from drmine.classify.outcomes import (
    OUTCOMES,
    outcome_summary,
    read_outcomes,
    shares_of_stances,
)
from drmine.classify.training import Example, Prepared, prepare, read_corpus
from drmine.nlp.pipeline import Pipeline
from drmine.records import STANCES, DecidedFinding, Record, Stance

GENES = ("ABCB1", "ABCC2", "ABCG2", "ABCC1")
RESULTS: dict[Stance, str] = {
    "supports": "{} was associated with drug resistance.",
    "refutes": "{} was not associated with drug resistance.",
}
ASIDE = ("Age at onset did not differ.", "Age at onset was lower in resistant patients.")


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


@pytest.fixture(scope="module")
def prepared(pipeline: Pipeline) -> list[Prepared]:
    """Return records with a finding or a null on another trait beside each result."""
    examples = []
    for i in range(24):
        gene = GENES[i % len(GENES)]
        for stance, text in RESULTS.items():
            number = 99000001 + 2 * i + (stance == "refutes")
            record = Record(
                str(number), f"{gene} and epilepsy.", f"{text.format(gene)} {ASIDE[i // 4 % 2]}"
            )
            finding = DecidedFinding("transporter", stance)
            examples.append(Example(record, True, "observational", (finding,)))
    return prepare(examples, pipeline)


@pytest.fixture(scope="module")
def model(prepared: list[Prepared]) -> LinearModel:
    return fit_outcomes(prepared)


def evidence_of(pipeline: Pipeline, text: str) -> RecordEvidence:
    record = Record("99000001", "SLCO1A2 and epilepsy.", text)
    return gather(pipeline.read(record), pipeline.vocabulary)


def test_nulls_on_another_trait_are_learned_to_be_none_of_the_hypothesis(pipeline, model) -> None:
    # the gene is new, and nobody has labelled the sentences
    for stance, column, aside in (("supports", "found", 0), ("refutes", "null", 1)):
        text = f"{RESULTS[stance].format('SLCO1A2')} {ASIDE[aside]}"
        evidence = evidence_of(pipeline, text)
        outcomes = read_outcomes(model, evidence, "transporter")
        assert outcomes.argmax(axis=0)[OUTCOMES.index(column)] == 1
        assert outcomes[2].max() < outcomes[1].max()


def test_fitting_again_gives_the_same_model(prepared, model) -> None:
    assert fit_outcomes(prepared).to_json() == model.to_json()


def test_the_summary_says_where_an_outcome_stands(pipeline) -> None:
    evidence = evidence_of(
        pipeline, "METHODS: We looked. RESULTS: It was so. CONCLUSION: It was not."
    )
    # title, methods, results, conclusion
    outcomes = np.array([[0.01, 0.01], [0.01, 0.01], [0.9, 0.01], [0.01, 0.8]])
    figures = outcome_summary(outcomes, evidence)
    found, null = figures[:8], figures[8:16]
    assert found[3] < found[4]
    assert null[3] > null[4]
    assert null[3] == null[1] == pytest.approx(np.log(4))
    assert outcome_summary(outcomes[:1], evidence_of(pipeline, "")).shape == figures.shape


def test_each_sentence_fits_a_stance_by_its_outcomes() -> None:
    shares = shares_of_stances(np.array([[0.9, 0.1], [0.1, 0.9], [0.9, 0.9], [0.1, 0.1]]))
    best = [STANCES[i] for i in shares.argmax(axis=1)]
    assert best == ["supports", "refutes", "mixed", "neutral"]


def test_marked_sentences_teach_what_no_stance_tells(pipeline) -> None:
    # both sentences stand in every record, so that only the marks tell which of them is the finding
    said, aside = "P-glycoprotein was glimmering.", "P-glycoprotein was shimmering."
    title = "P-glycoprotein and epilepsy."
    examples = []
    for i in range(20):
        first = len(title) + 1
        other = first + len(said) + 1
        marks = (((first, first + len(said)),), ())
        finding = DecidedFinding("transporter", "supports", "unspecified", None, (), *marks)
        record = Record(str(99000001 + i), title, f"{said} {aside}")
        assert record.text[other:] == aside
        examples.append(Example(record, True, "observational", (finding,)))
    prepared = prepare(examples, pipeline)
    found = read_outcomes(fit_outcomes(prepared), prepared[0].evidence, "transporter")[:, 0]
    assert found[1] > 0.5 > found[2]


def test_offsets_of_marks_are_read(tmp_path) -> None:
    row = {
        "pmid": "99000001", "title": "T.", "abstract": "A b. C d.",
        "gold": {"about": True, "study_type": "other", "h": [
            {"id": "target", "stance": "mixed", "origin": "both", "evidence": "A b.",
             "found": [[3, 7]], "null": []},
        ]},
    }  # fmt: skip
    path = tmp_path / "marked.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    (finding,) = read_corpus(path)[0].findings
    assert (finding.found, finding.null) == (((3, 7),), ())
