"""Negation, null results and speculation, and how far each reaches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drmine.nlp.assertion import cues_in_each, find_cues, governing


def state_of(word, sentence):
    cues = find_cues(sentence, 0, len(sentence))
    start = sentence.index(word)
    end = start + len(word)
    return (
        governing(cues, start, end, "negation", "null") is not None,
        governing(cues, start, end, "speculation") is not None,
    )


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("ABCB1", "No association was found between ABCB1 and drug resistance."),
        ("ABCB1", "Expression of ABCB1 did not differ between the groups."),
        ("ABCB1", "The frequency of ABCB1 was not associated with response."),
        ("resistance", "Verapamil failed to reverse resistance in this model."),
        ("ABCB1", "Levels of ABCB1 were unchanged after treatment."),
        ("C3435T", "There was a lack of effect of C3435T."),
        ("C3435T", "Neither C3435T nor the haplotype predicted response."),
    ],
)
def test_what_was_studied_and_not_found_is_negated(word, sentence):
    assert state_of(word, sentence) == (True, False)


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("ABCB1", "Whether ABCB1 limits uptake remains unclear."),
        ("ABCB1", "We hypothesised that ABCB1 limits uptake."),
        ("uptake", "This change may limit uptake."),
        ("ABCB1", "The role of ABCB1 is not known."),
        ("ABCB1", "The data raise the possibility that ABCB1 contributes."),
    ],
)
def test_what_is_only_supposed_is_speculated(word, sentence):
    assert state_of(word, sentence) == (False, True)


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("ABCB1", "Not only drugs but also ABCB1 were raised."),
        ("ABCG2", "ABCB1 was not raised, but ABCG2 rose twofold."),
        ("ABCB1", "ABCB1 rose; no other change was seen."),
        ("synthase", "Release of NO by the synthase increased."),
        ("channel", "The membrane potential of the channel fell."),
    ],
)
def test_a_cue_does_not_reach_over_its_clause_and_its_doubles_are_none(word, sentence):
    assert state_of(word, sentence) == (False, False)


def test_the_longest_cue_wins():
    sentence = "Its role is not known."
    cues = find_cues(sentence, 0, len(sentence))
    assert [(sentence[c.start : c.end], c.kind) for c in cues] == [("is not known", "speculation")]


@given(st.text(alphabet=st.sampled_from("notmaywhetherNO ,;.-\n"), max_size=80))
def test_cues_and_scopes_stay_in_the_sentence(text):
    end = 0
    for cue in find_cues(text, 0, len(text)):
        assert end <= cue.start < cue.end <= len(text)
        assert 0 <= cue.scope_start <= cue.start
        assert cue.end <= cue.scope_end <= len(text)
        end = cue.end


CUE_WORDS = [
    "no", "not", "only", "did", "differ", "whether", "may", "NO", "failed", "to", "is", "known",
    "-", ",", ";", "but", "\n", "ABCB1", "x",
]  # fmt: skip


@given(st.lists(st.lists(st.sampled_from(CUE_WORDS), max_size=8).map(" ".join), max_size=4))
def test_the_cues_of_a_sentence_do_not_depend_on_its_neighbours(sentences):
    text = ". ".join(sentences)
    spans, start = [], 0
    for sentence in sentences:
        spans.append((start, start + len(sentence)))
        start += len(sentence) + 2
    assert cues_in_each(text, spans) == [find_cues(text, *span) for span in spans]


@pytest.mark.parametrize(
    "text",
    [
        "Patients who did not respond to carbamazepine had higher ABCB1 expression.",
        "Rats not responding to phenobarbital showed more ABCB1 in the hippocampus.",
        "Those who never achieved seizure freedom had more ABCB1.",
    ],
)
def test_a_negation_that_describes_a_group_denies_nothing_else(text):
    place = text.index("ABCB1")
    cues = find_cues(text, 0, len(text))
    assert cues and not any(c.scope_start <= place < c.scope_end for c in cues)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("ABCB1", "Patients without seizure freedom had more ABCB1."),
        ("ABCB1", "Lack of response to valproate was linked to ABCB1."),
        ("ABCB1", "Seizures that cannot be controlled with drugs were followed by more ABCB1."),
        ("ABCB1", "Valproate failed to stop seizures and ABCB1 was raised."),
        ("ABCB1", "ABCG2 did not rise, and its neighbour ABCB1 was raised."),
        ("ABCB1", "There was no change of ABCG2 and ABCB1 was raised."),
        ("ABCB1", "In rats with absence seizures ABCB1 was raised."),
        ("valproate", "Seizures were counted with and without valproate."),
        ("ABCB1", "ABCB1 knockouts seize at doses that are not toxic."),
        ("ABCB1", "These data on ABCB1 suggest that ABCG2 is not involved."),
        ("CYP3A4", "ABCG2 did not rise and later developed a relation with CYP3A4."),
        ("ABCB1", "Resistant but not responsive patients had more ABCB1."),
        ("ABCB1", "ABCG2, but not CYP3A4, was raised beside ABCB1."),
        ("carbamazepine", "Patients who failed carbamazepine were given verapamil."),
        ("ABCB1", "We found the TT, not the CC, genotype of ABCB1 in excess."),
        ("ABCB1", "Efficacy did not depend solely on ABCB1."),
        ("age", "ABCB1 was not associated with resistance, only with age at onset."),
    ],
)
def test_a_negation_ends_where_its_phrase_or_statement_does(word, text):
    assert state_of(word, text) == (False, False)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("ABCB1", "Verapamil did not inhibit ABCG2 and ABCB1 in vitro."),
        ("ABCB1", "No difference was found in the expression of ABCB1."),
        ("resistance", "No association between ABCB1 and resistance was found."),
        ("resistance", "Lack of association between ABCB1 and resistance was confirmed."),
        ("valproate", "Lack of response to valproate was frequent."),
        ("ABCB1", "The effect was not seen in rats and mice that lacked ABCB1."),
        ("CYP3A4", "ABCG2, but not CYP3A4, was raised."),
        ("CYP3A4", "ABCG2, not CYP3A4, was raised."),
        ("ABCB1", "These data suggest that ABCB1 is not involved."),
        ("ABCB1", "Genetic absence of ABCB1 raised brain levels."),
        ("ABCB1", "Rats with seizures and without ABCB1 had higher levels."),
        ("ABCB1", "In the absence of ABCB1 levels were higher."),
    ],
)
def test_a_negation_reaches_over_what_it_denies(word, text):
    assert state_of(word, text)[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("failed to respond", "Forty patients failed to respond to treatment."),
        ("not seizure-free", "Those who were not seizure-free had surgery."),
    ],
)
def test_a_name_that_holds_the_cue_is_not_denied_by_it(name, text):
    assert state_of(name, text)[0] is False
