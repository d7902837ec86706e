"""What nearly settles by itself that a record is about drug response."""

from __future__ import annotations

import pytest

from drmine.classify.evidence import gather
from drmine.classify.record_features import telling
from drmine.nlp.pipeline import Pipeline
from drmine.nlp.tagged import TaggedRecord
from drmine.records import Record


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def _telling(pipeline: Pipeline, abstract: str, title: str = "Epilepsy.") -> list[float]:
    tagged = pipeline.read(Record(pmid="99000001", title=title, abstract=abstract))
    assert isinstance(tagged, TaggedRecord)
    return telling(gather(tagged, pipeline.vocabulary))


@pytest.mark.parametrize(
    "text",
    [
        "Electrodes were placed in 21 patients with drug-resistant focal epilepsy.",
        "We scanned nine children (five girls; aged 3 to 9 years) with medically intractable fits.",
        "Twelve medically refractory adult patients were asked.",
        "Slices came from tissue of pharmacoresistant cases.",
    ],
)
def test_a_population_whose_drugs_failed(pipeline: Pipeline, text: str) -> None:
    assert _telling(pipeline, text) == [1.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    "text",
    [
        "He showed no clear response to standard anticonvulsant therapy.",
        "Carbamazepine in full doses had no effect.",
        "The twitching went on despite two antiepileptic drugs.",
    ],
)
def test_a_drug_that_failed(pipeline: Pipeline, text: str) -> None:
    assert _telling(pipeline, text)[1] == 1.0


@pytest.mark.parametrize(
    "text",
    ["The attacks ceased under phenobarbital.", "Diazepam (4 mg/kg) abolished the convulsions.",
     "Phenytoin worsened the absences."],
)  # fmt: skip
def test_what_a_drug_did_to_seizures(pipeline: Pipeline, text: str) -> None:
    assert _telling(pipeline, text)[2] == 1.0


@pytest.mark.parametrize(
    "text",
    [
        "Forty patients with focal epilepsy were scanned.",
        "Refractory periods of hippocampal neurons were measured.",
        "BACKGROUND: Many patients with epilepsy are refractory. METHODS: Mice were scanned.",
        "All patients took valproate; hair loss was counted.",
    ],
)
def test_nothing_of_the_kind(pipeline: Pipeline, text: str) -> None:
    assert _telling(pipeline, text) == [0.0, 0.0, 0.0, 0.0]


def test_a_title_on_exposure_to_a_drug(pipeline: Pipeline) -> None:
    assert _telling(pipeline, "", "Serum levels of phenytoin in pregnancy.")[3] == 1.0
    assert _telling(pipeline, "", "Serum levels of thyroxine in pregnancy.")[3] == 0.0
    assert _telling(pipeline, "Serum levels of phenytoin were read.")[3] == 0.0
