"""Counts with their noun: one thing is no plural, and thousands are parted."""

import pytest

from drmine.plural import how_many


@pytest.mark.parametrize(
    ("count", "noun", "said"),
    [
        (0, "record", "0 records"),
        (1, "record", "1 record"),
        (1204, "new record", "1,204 new records"),
        (1, "hypothesis", "1 hypothesis"),
        (2, "hypothesis", "2 hypotheses"),
    ],
)
def test_a_count_agrees_with_its_noun(count: int, noun: str, said: str) -> None:
    assert how_many(count, noun) == said
