"""Which short forms name a concept, and words that stand in another order than the vocabulary's."""

import pytest

from drmine.nlp.pipeline import Pipeline
from drmine.nlp.word_order import turned_round
from drmine.records import Record


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def found(pipeline: Pipeline, text: str) -> list[tuple[str, str]]:
    return [
        (m.text, m.concept) for m in pipeline.read(Record("99000001", "Epilepsy", text)).mentions
    ]


@pytest.mark.parametrize(
    ("text", "short", "concept"),
    [
        # nothing before the name makes another thing of it
        ("Marked left frontal hyperperfusion (LFH) came first, and LFH went last.", "LFH",
         "metabolism_pet"),
        # what it is of, or with, leaves it what it is
        ("Functional connectivity of healthy adults (FCHA) fell, and FCHA rose.", "FCHA",
         "functional_connectivity"),
        # a name of its own, within whose long form another stands
        ("EEG with resting state functional MRI (EEG-fMRI) helps; EEG-fMRI is dear.", "EEG-fMRI",
         "eeg_fmri"),
        # a term that is clear alone, though the long form was cut otherwise
        ("Electroencephalography gated functional magnetic recording of images (EEG-fMRI) helped.",
         "EEG-fMRI", "eeg_fmri"),
    ],
)  # fmt: skip
def test_a_long_form_that_a_name_ends_or_begins_names_it(pipeline, text, short, concept):
    assert (short, concept) in found(pipeline, text)


@pytest.mark.parametrize(
    "text",
    [
        "The Outcomes and Effects of Antiepileptic Drugs (OEAD) study; OEAD went on.",
        "Users of non-oral contraceptives (NOC) differ, and NOC is rare.",
    ],
)
def test_a_name_that_the_words_before_turn_away_from_is_none(pipeline, text):
    assert not {short for short, _ in found(pipeline, text)} & {"OEAD", "NOC"}


@pytest.mark.parametrize(
    ("text", "short", "concept"),
    [
        ("After antiseizure medication (ASM) discontinuation he fell.", "ASM",
         "antiseizure_medication"),
        ("They bind N-methyl-D-aspartate (NMDA) receptors.", "NMDA", "nmda_receptor"),
    ],
)  # fmt: skip
def test_a_bracket_ends_the_term_in_it(pipeline, text, short, concept):
    """``ASM) discontinuation`` has the letters of a term and is none: both were lost."""
    assert (short, concept) in found(pipeline, text)


def test_what_acts_on_a_thing_and_antibodies_are_found_with_the_last_word_first(pipeline):
    assert ("antagonist of AMPA receptors", "ampa_antagonist") in found(
        pipeline, "It is an antagonist of AMPA receptors."
    )
    assert ("antibodies against the NMDA receptor", "neuronal_autoantibodies") in found(
        pipeline, "They had antibodies against the NMDA receptor."
    )
    assert turned_round("sodium channel blocker") == (
        "blocker of sodium channel",
        "blocker of the sodium channel",
    )
    assert turned_round("valproic acid") == ()


@pytest.mark.parametrize(
    "text",
    ["Combined anticonvulsants were given.", "Multiple antiepileptic drugs were given.",
     "Combinations with two other antiepileptics were given."],
)  # fmt: skip
def test_several_drugs_together_are_polytherapy(pipeline, text):
    assert "polytherapy" in {concept for _, concept in found(pipeline, text)}


def test_a_drug_that_failed_is_not_denied(pipeline):
    text = "Failure of several anticonvulsant drugs led to surgery."
    drugs = [
        m
        for m in pipeline.read(Record("99000001", "Epilepsy", text)).mentions
        if m.concept == "antiseizure_medication"
    ]
    assert drugs and not any(m.negated for m in drugs)
