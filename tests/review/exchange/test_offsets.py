"""Offsets in code points, UTF-16 units and bytes: the quote tells which."""

from __future__ import annotations

import pytest
from exchange_samples import ALPHABET
from hypothesis import given
from hypothesis import strategies as st

from drmine.review.exchange.offsets import OffsetError, find_quote, from_unit, span_of, to_unit

UNITS = ("code points", "utf-16", "bytes")
TEXT = "🧠 β-blocker in 𝛼 rats"


@given(st.text(ALPHABET, min_size=1), st.data(), st.sampled_from(UNITS))
def test_a_place_goes_out_and_back(text, data, unit) -> None:
    place = data.draw(st.integers(0, len(text)))
    assert from_unit(text, to_unit(text, place, unit), unit) == place


@given(st.text(ALPHABET, min_size=1), st.data(), st.sampled_from(UNITS))
def test_the_quote_tells_the_unit(text, data, unit) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = text[start:end]
    outside = to_unit(text, start, unit), to_unit(text, end, unit)
    found = span_of(text, *outside, quote)
    # the same words may stand at the place that another unit means
    assert " ".join(text[found[0] : found[1]].split()) == " ".join(quote.split())
    if text.count(quote) == 1 and quote.strip() == quote:
        assert found == (start, end)


def test_what_javascript_counts() -> None:
    place = TEXT.index("rats")
    assert to_unit(TEXT, place, "utf-16") == place + 2, "two characters are surrogate pairs"
    assert to_unit(TEXT, place, "bytes") == len(TEXT[:place].encode())
    assert span_of(TEXT, place + 2, place + 6, "rats") == (place, place + 4)


@pytest.mark.parametrize("unit", ["utf-16", "bytes"])
def test_no_place_lies_inside_a_character(unit) -> None:
    with pytest.raises(OffsetError, match="inside a character"):
        from_unit(TEXT, 1, unit)


@pytest.mark.parametrize(
    ("span", "quote", "said"),
    [((0, 4), "rats", "does not stand"), ((3, 3), None, "empty"), ((0, 999), None, "outside"),
     ((-1, 4), None, "outside"), ((5, 2), "b", "empty")],
)  # fmt: skip
def test_a_span_that_cannot_be_is_refused(span, quote, said) -> None:
    with pytest.raises(OffsetError, match=said):
        span_of(TEXT, *span, quote)


def test_a_sentence_is_found_whatever_the_white_space() -> None:
    assert find_quote("One two.\nThree four.", "two. Three") == (4, 14)
    with pytest.raises(OffsetError):
        find_quote("One two.", "")
