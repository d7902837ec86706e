"""Words of response count where they are said of seizures, not of another disease."""

import pytest

from drmine.nlp.pipeline import Pipeline
from drmine.records import Record


@pytest.fixture(scope="module")
def pipeline():
    return Pipeline()


def concepts(pipeline, title, abstract=""):
    return {m.concept for m in pipeline.read(Record("99000001", title, abstract)).mentions}


def test_response_of_another_disease_is_no_mention(pipeline):
    title = "Electroconvulsive therapy in treatment-resistant depression"
    abstract = "One had a seizure. Remission of depression was seen in five. Efficacy was good."
    assert not {"drug_resistance", "seizure_freedom", "drug_response"} & concepts(
        pipeline, title, abstract
    )


def test_response_of_seizures_stays_one_also_beside_another_disease(pipeline):
    title = "Lamotrigine in refractory epilepsy with depression"
    abstract = (
        "Seizures ceased in six of twenty patients. Remission lasted a year, and relapse was rare. "
        "Mood improved in four."
    )
    found = concepts(pipeline, title, abstract)
    assert {"drug_resistant_epilepsy", "seizure_freedom", "remission_pattern"} <= found
