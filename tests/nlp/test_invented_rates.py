"""Invented sentences of many kinds on shares of patients, and what is to be read in each.

``tests/fixtures/rates/invented_statements.jsonl`` holds them, in the project's own words: a third
of them are near misses, in which no share is one of resistant patients.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from drmine.nlp.rates import find_rates
from drmine.nlp.sentences import read_sentences

FILE = Path(__file__).parents[1] / "fixtures" / "rates" / "invented_statements.jsonl"
ROWS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
TITLE = "An invented title"


def name(row: dict[str, Any]) -> str:
    return f"{row['kind']}: {row['sentence'][:50]}"


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_an_invented_statement_is_read_as_marked(row: dict[str, Any]) -> None:
    sentence = row["sentence"]
    found = find_rates(f"{TITLE}\n{sentence}", read_sentences(TITLE, sentence))
    shift = len(TITLE) + 1
    assert [
        {"start": r.start - shift, "text": r.text, "low": r.low, "high": r.high} for r in found
    ] == row["rates"]


def test_a_third_of_the_statements_are_near_misses() -> None:
    assert len(ROWS) > 150
    assert 0.3 < sum(not row["rates"] for row in ROWS) / len(ROWS) < 0.45
