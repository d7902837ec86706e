"""Phrases on seizures, with any kind of them inside."""

import pytest

from drmine.nlp.pipeline import Pipeline
from drmine.nlp.seizure_phrases import add_seizure_phrases
from drmine.records import Mention, Record
from drmine.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def pipeline():
    return Pipeline()


def found(pipeline, text):
    record = Record("99000001", "Epilepsy", text)
    return [
        (m.text, m.concept)
        for m in pipeline.read(record).mentions
        if m.class_ in {"resistance", "severity"}
    ]


@pytest.mark.parametrize(
    ("text", "phrase", "concept"),
    [
        ("Valproate controlled all fits.", "controlled all fits", "seizure_freedom"),
        ("They became free from all convulsions.", "free from all convulsions", "seizure_freedom"),
        ("The nocturnal seizures ceased.", "nocturnal seizures ceased", "seizure_freedom"),
        ("The control of hypermotor seizures was poor.",
         "control of hypermotor seizures", "seizure_freedom"),
        ("It lowered the frequency of habitual seizures.",
         "lowered the frequency of habitual seizures", "seizure_reduction"),
        ("A 50% reduction in gelastic seizure frequency was seen.",
         "50% reduction in gelastic seizure frequency", "seizure_reduction"),
        ("It aggravated myoclonic seizures.", "aggravated myoclonic seizures",
         "seizure_reduction"),
        ("It suppressed limbic seizures.", "suppressed limbic seizures", "drug_response"),
        ("Carbamazepine was highly effective.", "effective", "drug_response"),
        ("It was effective in controlling complex partial seizures.",
         "effective in controlling complex partial seizures", "drug_response"),
        ("Status epilepticus was terminated.", "Status epilepticus was terminated",
         "seizure_freedom"),
        ("The treatment failed to control seizures.", "failed to control seizures",
         "treatment_failure"),
        ("Half had a good response.", "good response", "drug_response"),
        ("They continued to have complex partial seizures.",
         "continued to have complex partial seizures", "treatment_failure"),
        ("The drop attacks persisted.", "drop attacks persisted", "treatment_failure"),
        ("It was resistant to two or more antiepileptic drugs.",
         "resistant to two or more antiepileptic drugs", "drug_resistance"),
        ("Generalized seizures recurred.", "Generalized seizures recurred", "remission_pattern"),
        ("Newly diagnosed temporal lobe epilepsy was rare.",
         "Newly diagnosed temporal lobe epilepsy", "newly_diagnosed"),
        ("Convulsions began in early childhood.", "Convulsions began in early childhood",
         "age_at_onset"),
        ("The duration of frontal lobe epilepsy was long.", "duration of frontal lobe epilepsy",
         "epilepsy_duration"),
        ("Prolonged evoked seizures were seen.", "Prolonged evoked seizures", "seizure_duration"),
        ("He had frequent gelastic seizures.", "frequent gelastic seizures", "seizure_frequency"),
    ],
)  # fmt: skip
def test_what_is_said_of_any_kind_of_seizure_is_one_mention(pipeline, text, phrase, concept):
    assert found(pipeline, text) == [(phrase, concept)]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("The frequency and severity of fits fell.",
         [("frequency", "seizure_frequency"), ("severity of fits", "seizure_burden")]),
        ("Seizure frequency, duration and severity fell.",
         [("Seizure frequency", "seizure_frequency"), ("duration", "seizure_duration"),
          ("severity", "seizure_severity")]),
        ("Severe and frequent seizures were seen.",
         [("Severe", "seizure_severity"), ("frequent seizures", "seizure_frequency")]),
        ("Refractory and super-refractory status epilepticus differ.",
         [("Refractory", "refractory_status_epilepticus"),
          ("super-refractory status epilepticus", "refractory_status_epilepticus")]),
        # a resistant epilepsy is a mention of its own
        ("The severity of refractory seizures fell.",
         [("refractory seizures", "drug_resistant_epilepsy")]),
    ],
)  # fmt: skip
def test_each_member_of_a_list_has_its_own_words(pipeline, text, mentions):
    assert found(pipeline, text) == mentions


@pytest.mark.parametrize(
    "text",
    [
        "Reduction in spontaneous seizure susceptibility was seen.",
        "The age at epilepsy surgery was 20.",
        "A number of seizures were recorded.",
        "Carbamazepine was effective in the treatment of depression.",
        "The most frequent seizures were tonic.",
        "The attack came and the fits of rage were over.",
    ],
)
def test_a_related_thing_is_no_mention(pipeline, text):
    assert found(pipeline, text) == []


def test_nothing_is_said_of_seizures_in_a_text_without_epilepsy(pipeline):
    record = Record(
        "99000002", "Reflux", "Half had a good response and carbamazepine was effective."
    )
    assert [m.text for m in pipeline.read(record).mentions] == ["carbamazepine"]


def test_a_vocabulary_without_the_concepts_is_served_as_it_is():
    text = "Control of all seizures."
    seizures = Mention(15, 23, "seizures", "seizure", "epilepsy", "vocabulary", "seizure", None)
    assert add_seizure_phrases(text, [seizures], Vocabulary({}, "")) == [seizures]
