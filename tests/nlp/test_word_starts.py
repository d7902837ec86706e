"""Patterns searched together find what each of them finds alone."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drmine.classify.lexicon import lexicon_search
from drmine.classify.study_type import cue_search
from drmine.nlp.word_starts import WordStarts, beginnings

# Words of the lexicon and what stands between and around words in real texts.
WORDS = """
no not association associated drug-resistant Refractory epilepsy seizure free P-gp MDR1 poor
response to carbamazepine did differ DRE PRE randomised double-blind case report we a 5-year-old
boy rats twelve patients CYP2C9 cytokines ſtudy Kindled Ⅳ naïve µg/ml failed in number of
seizures despite serum levels RCTs review systematic - – _ % / 2 ( . ,
"""
PIECES = [*re.findall(r"\S+", WORDS), "n = 20", " ", ") ", "\n", "'s "]
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    st.text(max_size=60),
)


@pytest.mark.parametrize("search", [lexicon_search(), cue_search()], ids=["lexicon", "cues"])
@given(text=texts)
@example(text="")
@example(text="NO ASSOCIATION; ſeizures Kindling")
def test_what_is_found_together_is_what_is_found_alone(search: WordStarts, text: str) -> None:
    alone = {name: len(p.findall(text)) for name, p in search.patterns.items()}
    assert search.counts(text) == {name: n for name, n in alone.items() if n}
    first = {name: m.start() for name, p in search.patterns.items() if (m := p.search(text))}
    assert search.places_in(text) == first


def test_a_match_that_holds_another_counts_once() -> None:
    search = WordStarts({"pair": re.compile(r"\b(?:drug|drug resistant drug)\b", re.I)})
    assert search.counts("drug resistant drug") == {"pair": 2}
    search = WordStarts({"pair": re.compile(r"\b(?:drug resistant drug|drug)\b", re.I)})
    assert search.counts("drug resistant drug, drug") == {"pair": 2}


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (r"\bassociat(?:ed|ion)\b", {"ass"}),
        (r"\b(?:no|not any) effect|\bdid not", {"no ", "not", "did"}),
        (r"\b(?:multi-?)?drug", {"mul", "dru"}),
        (r"\bno\b", {"no"}),
        (r"\bn\d", {"n"}),
        (r"\b(?-i:DRE)\b", {"dre"}),
        (r"\b[ab]c?d", {"ac", "ad", "bc", "bd"}),
        # these may begin anywhere, or with anything
        (r"associat", None),
        (r"\b\w+ed\b", None),
        (r"\b(?:a)?\d", None),
        (r"\b-resistant", None),
        (r"(?:\bno|yes)", None),
    ],
)
def test_beginnings_are_read_from_the_pattern(pattern: str, found: set[str] | None) -> None:
    known = beginnings(re.compile(pattern, re.IGNORECASE))
    assert known == (None if found is None else frozenset(found))


def test_every_pattern_of_the_lexicon_is_searched_by_its_beginnings() -> None:
    search = lexicon_search()
    slow = [name for name, p in search.patterns.items() if beginnings(p) is None]
    assert not slow, f"these begin at no word: {slow}"
