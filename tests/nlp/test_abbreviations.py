"""The windows around brackets give what scispaCy's detector finds in the whole text."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from drmine.nlp.abbreviations import defines, find_abbreviations

WORDS = st.sampled_from(
    [
        "P-glycoprotein", "(P-gp)", "(P-gp),", "breast", "cancer", "resistance", "protein",
        "(BCRP)", "(BCRP;", "[BCRP]", "status", "epilepticus", "(SE)", "SE", "(n", "=", "12)",
        "was", "(95%", "CI", "0.5-1.2)", "valproic", "acid", "(VPA).", "VPA", "(valproic",
        "acid)", "((TLE))", "temporal", "lobe", "epilepsy", "(TLE", ")", "(", "\n", "GABA(A)",
        "(5-HT)", "5-hydroxytryptamine", "and/or",
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def nlp():
    from drmine.nlp.pipeline import Pipeline

    return Pipeline().nlp


@pytest.fixture(scope="module")
def detector(nlp):
    from scispacy.abbreviation import AbbreviationDetector

    return AbbreviationDetector(nlp, make_serializable=True)


def by_detector(text, nlp, detector):
    found = detector(nlp.make_doc(text))._.abbreviations
    definitions = {a["short_text"]: a["long_text"] for a in found}
    return {short: long for short, long in definitions.items() if defines(short, long)}


def acronyms(found):
    return {s: long for s, long in found.items() if any(c.isupper() or c.isdigit() for c in s)}


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("Uptake by P-glycoprotein (P-gp) was low.", "P-gp", "P-glycoprotein"),
        ("The breast cancer resistance protein (BCRP), too.", "BCRP",
         "breast cancer resistance protein"),
        ("Given VPA (valproic acid as the sodium salt) twice.", "VPA",
         "valproic acid as the sodium salt"),
    ],
)  # fmt: skip
def test_a_definition_is_found_on_either_side_of_the_bracket(nlp, text, short, long):
    assert find_abbreviations(text, nlp) == {short: long}


@pytest.mark.parametrize("text", ["(SE) (SE)", "\n (SE) (SE)"])
def test_a_short_form_does_not_define_itself(nlp, text):
    assert find_abbreviations(text, nlp) == {}


def test_a_number_in_brackets_defines_nothing(nlp):
    assert find_abbreviations("We saw events (28 in all of them) and (n = 12) more.", nlp) == {}


def brackets_in_brackets(text):
    depth = 0
    for sign in text.replace("((", "(").replace("))", ")"):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth > 1:
            return True
        depth = max(depth, 0)
    return False


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=25))
def test_the_result_is_that_of_the_detector(nlp, detector, words):
    text = " ".join(words)
    # a bracket that is left open holds all that follows, and the detector defines nonsense by it
    assume(not brackets_in_brackets(text))
    assert acronyms(find_abbreviations(text, nlp)) == acronyms(by_detector(text, nlp, detector))
