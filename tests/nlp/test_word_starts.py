"""Patterns searched together find what each of them finds alone."""

import itertools
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drmine.classify.lexicon import lexicon_search
from drmine.classify.study_type import cue_search
from drmine.nlp.beginnings import beginnings
from drmine.nlp.word_starts import WordStarts

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


def test_a_pattern_may_reach_into_the_words_behind_the_first() -> None:
    search = WordStarts(
        {"p": re.compile(r"\bp\s?[<≤]\s?0", re.I), "in": re.compile(r"\bin vitro\b")}
    )
    for text in ("P ≤ 0", "p<0", "p\u00a0< 0"):
        assert search.places_in(text) == {"p": 0}
    assert search.places_in("in vivo, in\u00a0vitro, in vitro") == {"in": 19}


@given(parts=st.lists(texts, max_size=5))
def test_stretches_are_searched_as_texts_of_their_own(parts: list[str]) -> None:
    search = lexicon_search()
    text = "\n".join(parts)
    ends = list(itertools.accumulate(len(part) + 1 for part in parts))
    spans = [(end - len(part) - 1, end - 1) for part, end in zip(parts, ends, strict=True)]
    assert search.places_in_each(text, spans) == [search.places_in(part) for part in parts]


def test_every_pattern_of_the_lexicon_is_searched_by_its_beginnings() -> None:
    search = lexicon_search()
    slow = [name for name, p in search.patterns.items() if beginnings(p) is None]
    assert not slow, f"these begin at no word: {slow}"
