"""Names with the charge of an ion inside, and tolerance to a drug."""

import pytest

from drmine.nlp.pipeline import Pipeline
from drmine.records import Record


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Na+/K+-ATPase", "sodium_pump"),
        ("Na(+),K(+)-ATPase", "sodium_pump"),
        ("Na(+)/K(+)-ATPase", "sodium_pump"),
        ("Na+/Ca2+ exchanger", "sodium_calcium_exchanger"),
        ("Ca(2+)/calmodulin-dependent protein kinase II", "CAMK2A"),
        ("K(+)-Cl(-) cotransporter 2", "SLC12A5"),
    ],
)
def test_the_charge_of_an_ion_leaves_a_name_one(
    pipeline: Pipeline, text: str, concept: str
) -> None:
    mentions = pipeline.read(Record(pmid="1", title=f"The {text} was studied.")).mentions
    assert [(m.text, m.concept) for m in mentions] == [(text, concept)]


def test_tolerance_to_a_drug_is_a_mention_beside_the_drug(pipeline: Pipeline) -> None:
    mentions = pipeline.read(Record(pmid="1", title="Tolerance to diazepam developed.")).mentions
    assert [(m.text, m.concept) for m in mentions] == [
        ("Tolerance to diazepam", "tolerance"),
        ("diazepam", "diazepam"),
    ]
    borne = pipeline.read(Record(pmid="1", title="Good tolerance to diazepam.")).mentions
    assert [m.concept for m in borne] == ["diazepam"]
