"""Which sentences are shown for a finding."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drmine.classify.shown import shown_sentences
from drmine.records import STANCES

_FOUND, _NULL, _NOTHING = (0.9, 0.05), (0.05, 0.9), (0.05, 0.05)


def _outcomes(*rows: tuple[float, float]) -> np.ndarray:
    return np.array(rows)


def test_a_plain_choice_shows_one_sentence() -> None:
    assert shown_sentences([0.1, 0.9], _outcomes(_NOTHING, _FOUND), "supports") == [1]


def test_two_that_do_nearly_as_well_are_both_shown_the_better_first() -> None:
    assert shown_sentences([0.5, 0.6, 0.1], _outcomes(_FOUND, _FOUND, _NOTHING), "supports") == [
        1,
        0,
    ]


def test_a_mixed_finding_shows_both_halves() -> None:
    scores = [0.9, 0.5, 0.6]
    assert shown_sentences(scores, _outcomes(_FOUND, _NULL, _FOUND), "mixed") == [0, 1]


def test_a_sentence_with_both_halves_is_enough() -> None:
    assert shown_sentences([0.9, 0.2], _outcomes((0.9, 0.9), _NULL), "mixed") == [0]


def test_no_sentence_is_said_to_tell_a_half_that_it_does_not_tell() -> None:
    assert shown_sentences([0.9, 0.1], _outcomes(_FOUND, _NOTHING), "mixed") == [0]


@pytest.mark.parametrize("stance", STANCES)
def test_a_record_without_sentences_shows_none(stance) -> None:
    assert shown_sentences([], np.zeros((0, 2)), stance) == []
    assert shown_sentences([0.4], _outcomes(_NOTHING), stance) == [0]


_share = st.floats(0, 1)


@given(
    st.lists(st.tuples(_share, _share, _share), min_size=1, max_size=12), st.sampled_from(STANCES)
)
def test_one_or_two_different_sentences_are_shown(rows, stance) -> None:
    scores = [row[0] for row in rows]
    places = shown_sentences(scores, np.array([row[1:] for row in rows]), stance)
    assert 1 <= len(places) <= 2 and len(set(places)) == len(places)
    assert all(0 <= place < len(rows) for place in places)
