"""Lists that name hypotheses in a word each."""

import pytest

from drmine.nlp.named_hypotheses import RULE
from drmine.nlp.pipeline import Pipeline
from drmine.records import Record


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def found(pipeline: Pipeline, text: str) -> list[tuple[str, str]]:
    mentions = pipeline.read(Record("99000001", "Epilepsy", text)).mentions
    assert list(mentions) == sorted(mentions, key=lambda m: m.start)
    ends = [0, *(m.end for m in mentions)]
    assert all(m.start >= end for m, end in zip(mentions, ends, strict=False))
    return [
        (m.text, m.concept.removesuffix("_hypothesis"))
        for m in mentions
        if m.matched_by == RULE or m.concept.endswith("_hypothesis")
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # the last word stands once, and for all
        (
            "The transporter, target, pharmacokinetic and neural network hypotheses compete.",
            [("transporter", "transporter"), ("target", "target"),
             ("pharmacokinetic", "pharmacokinetic"),
             ("neural network hypotheses", "neural_network")],
        ),
        # each with its article, the last with the word
        (
            "We discuss the target, the network and the intrinsic severity hypothesis.",
            [("target", "target"), ("network", "neural_network"),
             ("intrinsic severity hypothesis", "intrinsic_severity")],
        ),
        # the word stands before the list, the names in marks
        (
            "Four hypotheses, called “target”, \"transporter\", 'gene variant' and \"network\".",
            [("target", "target"), ("transporter", "transporter"),
             ("gene variant", "gene_variant"), ("network", "neural_network")],
        ),
        # numbered
        (
            "Theories are (1) pharmacokinetic, (2) target; and (3) the epigenetic theory.",
            [("pharmacokinetic", "pharmacokinetic"), ("target", "target"),
             ("epigenetic", "epigenetic")],
        ),
    ],
)  # fmt: skip
def test_a_list_of_hypotheses_names_each(pipeline, text, names):
    assert found(pipeline, text) == names


@pytest.mark.parametrize(
    "text",
    [
        # nothing says that they are hypotheses
        "We looked at targets and networks of the brain.",
        # the word belongs to another sentence
        "Two hypotheses were tested. Targets and networks were drawn by hand.",
        # one name alone
        "Our hypothesis was that the target is missed.",
    ],
)
def test_words_that_are_no_list_of_hypotheses_name_none(pipeline, text):
    assert found(pipeline, text) == []


def test_a_long_list_is_read_to_its_end(pipeline):
    text = "The hypotheses are " + "target, network, " * 2000
    assert len(found(pipeline, text)) == 4000
