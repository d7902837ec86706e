"""Rules for what no list of terms can hold, and phrases that mean another thing."""

import pytest

from drmine.nlp.mechanisms import blockers
from drmine.nlp.pipeline import Pipeline
from drmine.records import Record


@pytest.fixture(scope="module")
def pipeline():
    return Pipeline()


def tagged(pipeline, text):
    record = Record("99000001", "Epilepsy", text)
    return [
        (m.text, m.concept)
        for m in pipeline.read(record).mentions
        if m.class_ != "epilepsy" and m.start > 8
    ]


@pytest.mark.parametrize(
    ("text", "mention", "concept"),
    [
        ("Drug-resistant focal onset epilepsy is common.",
         "Drug-resistant focal onset epilepsy", "drug_resistant_epilepsy"),
        ("Medically intractable partial seizures went on.",
         "Medically intractable partial seizures", "drug_resistant_epilepsy"),
        ("Temporal lobe epilepsy (TLE) and refractory TLE.",
         "refractory TLE", "drug_resistant_epilepsy"),
        ("Status epilepticus (SE) and refractory SE.",
         "refractory SE", "refractory_status_epilepticus"),
    ],
)  # fmt: skip
def test_resistance_and_the_epilepsy_behind_it_are_one_mention(pipeline, text, mention, concept):
    assert (mention, concept) in tagged(pipeline, text)


def test_a_named_syndrome_stays_by_itself(pipeline):
    assert tagged(pipeline, "Highly refractory Dravet syndrome.") == [
        ("refractory", "drug_resistance")
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CYP2C9 and 2C19 were typed.", [("CYP2C9", "CYP2C9"), ("2C19", "CYP2C19")]),
        ("UGT1A4, 2B7.", [("UGT1A4", "UGT1A4"), ("2B7", "UGT2B7")]),
        ("Levels of miR-146a and -155 rose.", [("miR-146a", "MIR146A"), ("155", "MIR155")]),
        ("IL-6 and 10 controls were seen.", [("IL-6", "IL6")]),
        ("SCN1A, 2A-like things.", [("SCN1A", "SCN1A")]),
    ],
)
def test_a_list_may_name_its_family_once(pipeline, text, found):
    assert tagged(pipeline, text) == found


@pytest.mark.parametrize("phrase", blockers())
def test_a_phrase_of_another_meaning_is_not_tagged(pipeline, phrase):
    assert tagged(pipeline, f"We saw {phrase} in the data.") == []


def test_an_abbreviation_counts_in_singular_and_plural(pipeline):
    text = "Hypothalamic hamartomas (HHs) are rare. One HH was removed."
    assert tagged(pipeline, text)[1:] == [
        ("HHs", "hypothalamic_hamartoma"),
        ("HH", "hypothalamic_hamartoma"),
    ]


def test_a_bracket_that_was_opened_before_the_term_ends_it(pipeline):
    assert "Kir) channels" not in [text for text, _ in tagged(pipeline, "K (Kir) channels.")]
    # without the bracket the same words are the term
    assert "Kir channels" in [text for text, _ in tagged(pipeline, "Kir channels open.")]
