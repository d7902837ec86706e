"""Linear models over named features."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drmine.classify.features import word_terms
from drmine.classify.linear import LinearModel
from drmine.classify.terms import Terms, found, once

MODEL = LinearModel(
    ("a", "b"),
    (0.1, -0.2),
    {
        "w:seizure": (0.5, -1.0), "w:at": (0.25, 2.0), "w:at seizure": (0.75, -0.5),
        "tw:at": (-3.0, 1.0), "title": (1.0, 0.5),
    },
    softmax=True,
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(["seizure", "at", "unknown", "title", "12 %"])).map(" ".join)


@given(TEXTS, TEXTS, st.booleans(), st.sampled_from([1, 3, 400]))
def test_words_count_as_their_names_spelled_out_would(text, title, flag, limit):
    named = {"title": 0.5} if flag else {}
    spelled = {
        **named,
        **{f"w:{term}": 1.0 for term in word_terms(text, limit)},
        **{f"tw:{term}": 1.0 for term in word_terms(title, limit)},
    }
    # other models may know other words
    vocabularies = {prefix: MODEL.places_behind(prefix) for prefix in ("w:", "tw:")}
    terms = Terms({"another": {"else": 0, "or else": 1}, **vocabularies})
    rows = [
        once(found(terms.places[prefix], terms.read(words).first(limit)))
        for prefix, words in zip(vocabularies, (text, title), strict=True)
    ]
    assert MODEL.scores(named, rows) == pytest.approx(MODEL.scores(spelled))


@given(TEXTS, TEXTS)
def test_a_title_and_an_abstract_have_the_terms_of_their_own(title, abstract):
    known = word_terms("seizure at seizure at at seizure seizure")
    terms = Terms({"all": {term: place for place, term in enumerate(known)}})
    in_title = terms.read(title)
    parted = terms.read(f"{title}\n{abstract}").split(len(in_title.words))
    for part, alone in zip(parted, (in_title, terms.read(abstract)), strict=True):
        assert part.first().tolist() == alone.first().tolist()
