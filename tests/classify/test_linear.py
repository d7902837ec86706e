"""Linear models over named features."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drmine.classify.linear import LinearModel

MODEL = LinearModel(
    ("a", "b"),
    (0.1, -0.2),
    {"w:seizure": (0.5, -1.0), "w:x": (0.25, 2.0), "tw:x": (-3.0, 1.0), "title": (1.0, 0.5)},
    softmax=True,
)
WORDS = st.lists(st.sampled_from(["seizure", "x", "unknown", "title", ""]))


@given(WORDS, WORDS, st.booleans())
def test_words_count_as_their_names_spelled_out_would(text, title, flag):
    named = {"title": 0.5} if flag else {}
    spelled = {
        **named,
        **{f"w:{word}": 1.0 for word in text},
        **{f"tw:{word}": 1.0 for word in title},
    }
    assert MODEL.scores(named, {"w:": text, "tw:": title}) == pytest.approx(MODEL.scores(spelled))
