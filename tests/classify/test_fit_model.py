"""A model is fitted the same way each time, and what it says survives its files."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from drmine.classify.bag import Bag
from drmine.classify.classifier import Classifier
from drmine.classify.evidence import gather
from drmine.classify.fit_model import fit_model
from drmine.classify.model import Model, read_model, shipped_model, write_model
from drmine.classify.record_features import relevance_features
from drmine.classify.study_type import study_features
from drmine.classify.training import Prepared, prepare, read_corpus
from drmine.nlp.pipeline import Pipeline
from drmine.records import Record
from drmine.taxonomy import load_taxonomy

CORPUS = Path(__file__).parents[2] / "annotations" / "training" / "short_typical.jsonl"
# The types of what the corpus begins with, and one that stands there a single time.
RARE = "in_silico"


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


@pytest.fixture(scope="module")
def prepared(pipeline: Pipeline) -> list[Prepared]:
    examples = read_corpus(CORPUS)[:70]
    types = [e.study_type if e.study_type != RARE else "in_vitro" for e in examples]
    examples = [replace(e, study_type=t) for e, t in zip(examples, types, strict=True)]
    return prepare([replace(examples[0], study_type=RARE), *examples[1:]], pipeline)


@pytest.fixture(scope="module")
def model(prepared: list[Prepared]) -> Model:
    return fit_model(prepared, load_taxonomy().ids, {"said": "for a test"})


@pytest.fixture(scope="module")
def shipped() -> Model:
    return shipped_model()


def test_fitting_again_gives_the_same_files(prepared, model, tmp_path) -> None:
    again = fit_model(prepared, load_taxonomy().ids, {"said": "for a test"})
    for name, one in (("a", model), ("b", again)):
        write_model(one, tmp_path / f"{name}.json")
    for kind in ("json", "npz"):
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


def test_a_model_says_the_same_after_its_files(prepared, model, pipeline, tmp_path) -> None:
    write_model(model, tmp_path / "model.json")
    content = (tmp_path / "model.json").read_bytes()
    back = read_model(content, (tmp_path / "model.npz").read_bytes(), "model.json")
    assert back.card == {"said": "for a test"}
    before, after = (Classifier(pipeline, m, all_scores=True) for m in (model, back))
    for p in prepared[:20]:
        one, other = before.decide(p.evidence.tagged), after.decide(p.evidence.tagged)
        assert one.study_type == other.study_type
        assert one.about_drug_response_score == pytest.approx(
            other.about_drug_response_score, abs=1e-3
        )
        assert {f.id: f.score for f in one.hypotheses} == pytest.approx(
            {f.id: f.score for f in other.hypotheses}, abs=1e-3
        )


def test_a_study_type_that_stands_in_one_record_is_learned_beside_the_others(model) -> None:
    # in two of three folds no part has seen it
    assert RARE in model.parts.study_types
    assert model.study_type.labels == model.parts.study_types


def test_a_record_plainly_elsewhere_is_not_read_further(model, pipeline, monkeypatch) -> None:
    far = replace(
        model, parts=replace(model.parts, relevance=replace(model.parts.relevance, bias=(-99.0,)))
    )
    tagged = pipeline.read(Record("99000001", "Tide tables of an island", "The tide rose."))
    monkeypatch.setattr(Bag, "scores", lambda self, text: pytest.fail("its words were read"))
    said = Classifier(pipeline, far).decide(tagged)
    assert not said.about_drug_response
    assert said.hypotheses == ()
    assert said.study_type in model.parts.study_types


def test_words_count_the_same_in_learning_and_in_use(prepared, model) -> None:
    for p in prepared[:20]:
        reading = model.parts.read(p.evidence)
        learned = model.parts.relevance.scores(relevance_features(p.evidence))["about"]
        assert reading.about == pytest.approx(learned)
        learned_types = model.parts.study_type.scores(study_features(p.evidence))
        assert reading.named_study_scores() == pytest.approx(learned_types)


def test_the_evidence_states_the_stance_that_was_decided(pipeline, shipped) -> None:
    record = Record(
        "99000001",
        "ABCB1 and SCN1A in refractory epilepsy.",
        "We genotyped 200 resistant and 210 responsive patients. ABCB1 C3435T was associated with "
        "drug resistance (OR 2.1, p = 0.001). ABCB1 G2677T was not associated with drug "
        "resistance (p = 0.7).",
    )
    reading = shipped.parts.read(gather(pipeline.read(record), pipeline.vocabulary))
    (supporting, *_), (refuting, *_) = (
        reading.evidence_for("transporter", s) for s in ("supports", "refutes")
    )
    assert "C3435T was associated" in supporting.text
    assert "was not associated" in refuting.text


def test_scores_are_kept_with_six_decimals(pipeline, shipped) -> None:
    record = Record("99000001", "P-glycoprotein in drug-resistant epilepsy.", "It was raised.")
    said = Classifier(pipeline, shipped, all_scores=True).decide(pipeline.read(record))
    scores = [said.about_drug_response_score, said.study_type_score]
    scores += [score for f in said.hypotheses for score in (f.score, f.stance_score)]
    assert scores == [round(score, 6) for score in scores]


@pytest.mark.parametrize("text", ["P-gp; " * 16_000, ";\n" * 30_000])
def test_many_clauses_or_sentences_are_decided_upon_at_once(pipeline, shipped, text) -> None:
    title = "P-glycoprotein (P-gp) in drug-resistant epilepsy"
    classifier = Classifier(pipeline, shipped)
    tagged = pipeline.read(Record("99000001", title, text))
    begun = time.process_time()
    classifier.decide(tagged)
    assert time.process_time() - begun < 10
