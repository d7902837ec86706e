"""The linker gives near spellings to their concept and leaves near neighbours apart."""

import pytest

from drmine.nlp.linker import VocabularyLinker, same_marks
from drmine.vocabulary import load_vocabulary


@pytest.fixture(scope="module")
def linker():
    return VocabularyLinker(load_vocabulary())


@pytest.mark.parametrize(
    ("text", "concept"),
    [("carbamazepin", "carbamazepine"), ("P-glycoproteine", "ABCB1"), ("phenytoine", "phenytoin")],
)
def test_a_near_spelling_is_linked(linker, text, concept):
    (link,) = linker.link([text])
    assert link is not None
    assert link[0].id == concept


@pytest.mark.parametrize("text", ["aspirin tablets of the morning", "zzzz", "", "12", "cat"])
def test_what_is_far_from_every_term_is_not_linked(linker, text):
    assert linker.link([text]) == [None]


@pytest.mark.parametrize(
    ("text", "alias"),
    [
        ("CYP2C9", "CYP2C19"),
        ("fractalkine", "fractalkine receptor"),
        ("subunit alpha 2", "subunit beta 2"),
        ("ATP binding cassette subfamily A member 1", "ATP binding cassette subfamily D member 1"),
        ("uncontrolled epilepsy", "controlled epilepsy"),
    ],
)
def test_neighbours_that_differ_in_a_mark_are_told_apart(text, alias):
    assert not same_marks(text, alias)


def test_the_answer_does_not_depend_on_the_company(linker):
    texts = ["carbamazepin", "zzzz", "P-glycoproteine"]
    assert linker.link(texts) == [link for text in texts for link in linker.link([text])]
