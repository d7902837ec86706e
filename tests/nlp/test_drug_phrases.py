"""Phrases with a drug's name inside are mentions beside it, and none breaks a name."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drmine.nlp.drug_phrases import _PHRASES, RULE
from drmine.nlp.pipeline import Pipeline
from drmine.records import Record


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def found(pipeline: Pipeline, text: str) -> list[tuple[str, str]]:
    tagged = pipeline.read(Record("99000001", "Epilepsy", text))
    return [(m.text, m.concept) for m in tagged.mentions if m.start > len("Epilepsy")]


@pytest.mark.parametrize(
    ("text", "phrase", "concept", "drug"),
    [
        ("The plasma lamotrigine concentration fell.", "plasma lamotrigine concentration",
         "drug_level", "lamotrigine"),
        ("Free phenytoin levels rose.", "Free phenytoin levels", "protein_binding", "phenytoin"),
        ("Carbamazepine clearance was high.", "Carbamazepine clearance", "clearance",
         "Carbamazepine"),
        ("A good response to valproate was seen.", "response to valproate", "drug_response",
         "valproate"),
        ("Seizures were resistant to phenytoin and carbamazepine.",
         "resistant to phenytoin and carbamazepine", "drug_resistance", "carbamazepine"),
        ("After discontinuation of levetiracetam he was well.", "discontinuation of levetiracetam",
         "drug_withdrawal", "levetiracetam"),
        ("Topiramate was gradually withdrawn.", "Topiramate was gradually withdrawn",
         "drug_withdrawal", "Topiramate"),
        ("Carbamazepine was slowly tapered off.", "Carbamazepine was slowly tapered off",
         "drug_withdrawal", "Carbamazepine"),
        ("He was weaned off phenobarbital.", "weaned off phenobarbital", "drug_withdrawal",
         "phenobarbital"),
        ("Withdrawal from barbiturates was slow.", "Withdrawal from barbiturates",
         "drug_withdrawal", "barbiturates"),
        ("No interaction with other anticonvulsants was found.",
         "interaction with other anticonvulsants", "drug_interaction", None),
        ("It may enhance AED efficacy in epilepsy on antiepileptic drugs (AEDs).", "AED efficacy",
         "drug_response", None),
        ("Control of their epileptic seizures was poor.", "Control of their epileptic seizures",
         "seizure_freedom", None),
        ("His seizures have ceased.", "seizures have ceased", "seizure_freedom", None),
        ("Phenytoin serum levels were low.", "serum levels", "drug_level", None),
        ("Concentrations of phenytoin in serum rose.", "Concentrations of phenytoin in serum",
         "drug_level", "phenytoin"),
        ("Unbound valproate rose.", "Unbound valproate", "protein_binding", "valproate"),
        ("It inhibits the metabolism of carbamazepine.", "metabolism of carbamazepine",
         "drug_metabolism", "carbamazepine"),
        ("A reduction in the mean frequency of seizures was seen.",
         "reduction in the mean frequency of seizures", "seizure_reduction", None),
        ("It protects against pentylenetetrazol seizures.",
         "protects against pentylenetetrazol seizures", "drug_response", "pentylenetetrazol"),
        ("Two of the monotherapies had failed.", "monotherapies had failed",
         "treatment_failure", None),
    ],
)  # fmt: skip
def test_a_phrase_and_the_drug_in_it_are_two_mentions(pipeline, text, phrase, concept, drug):
    mentions = found(pipeline, text)
    assert (phrase, concept) in mentions
    inside = [words for words, _ in mentions if words != phrase and words in phrase]
    assert drug in inside if drug else not inside


@pytest.mark.parametrize(
    "text",
    [
        "The response of the cells to light was measured, and lamotrigine was given.",
        "Levels of glucose under valproate are normal.",
        "Control of the airway comes first.",
        "After ethanol withdrawal came seizures.",
    ],
)
def test_other_responses_levels_and_controls_are_none(pipeline, text):
    tagged = pipeline.read(Record("99000001", "Epilepsy", text))
    assert RULE not in {m.matched_by for m in tagged.mentions}


WORDS = [
    "response", "to", "valproate", "plasma", "levels", "of", "phenytoin", "was", "stopped", "and",
    "control", "seizures", "concentration", "withdrawal", "AED", "efficacy", "refractory", "status",
    "epilepticus", "interaction", "with", "carbamazepine", "clearance", ".", "free",
]  # fmt: skip


def something_matching(pattern: str) -> st.SearchStrategy[str]:
    return st.from_regex(pattern).filter(lambda text: text == text.lower())


@pytest.mark.parametrize("phrase", _PHRASES, ids=lambda p: f"{p.concept}: {p.needs[0]}")
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_asked_first_hides_no_match(phrase, data):
    text = data.draw(something_matching(phrase.pattern))
    assert any(need in text for need in phrase.needs)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=14).map(" ".join))
def test_mentions_stand_in_order_and_lie_apart_or_inside_each_other(pipeline, text):
    tagged = pipeline.read(Record("99000001", "Epilepsy", text))
    mentions = tagged.mentions
    assert list(mentions) == sorted(mentions, key=lambda m: (m.start, -m.end))
    for one in mentions:
        assert one.text == tagged.record.text[one.start : one.end]
        for other in mentions:
            apart = one.end <= other.start or other.end <= one.start
            inside = one.start <= other.start and other.end <= one.end
            around = other.start <= one.start and one.end <= other.end
            assert apart or inside or around
