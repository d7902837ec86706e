"""How a match can begin is read from the pattern's own syntax."""

import re

import pytest

from drmine.nlp.beginnings import LETTERS, OTHER, beginnings


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (r"\bassociat(?:ed|ion)\b", {"ass"}),
        (r"\b(?:no|not any) effect|\bdid not", {"no ", "not", "did"}),
        (r"\b(?:multi-?)?drug", {"mul", "dru"}),
        (r"\bno\b", {"no"}),
        (r"\bn\d", {f"n{digit}" for digit in range(10)}),
        (r"\bn\s?=", {"n =", "n=", f"n{OTHER}"}),
        (r"\bp[≤<]", {"p<", f"p{OTHER}"}),
        # ſ is a small s, too
        (r"\bnoſ", {"no"}),
        (r"\b(?-i:DRE)\b", {"dre"}),
        (r"\b[ab]c?d", {"acd", "ad", "bcd", "bd"}),
        # these may begin anywhere, or with anything
        (r"associat", None),
        (r"\b\w+ed\b", None),
        (r"\b(?:a)?\d", {*"0123456789", *(f"a{digit}" for digit in range(10))}),
        (r"\b-resistant", None),
        (r"(?:\bno|yes)", None),
    ],
)
def test_beginnings_are_read_from_the_pattern(pattern: str, found: set[str] | None) -> None:
    known = beginnings(re.compile(pattern, re.IGNORECASE), lengths=[3])
    assert known == (None if found is None else frozenset(found))


def test_beginnings_are_as_long_as_their_number_allows() -> None:
    few = beginnings(re.compile(r"\bassociat(?:ed|ion)\b", re.IGNORECASE))
    assert few == {"associat"[:LETTERS]}
    many = beginnings(re.compile(r"\b[a-z][a-z0-9][a-z]", re.IGNORECASE))
    assert many is None
    fewer = beginnings(re.compile(r"\b[a-c]x[a-z0-9][a-z0-9]", re.IGNORECASE))
    assert fewer is not None
    assert {len(one) for one in fewer} == {3}
