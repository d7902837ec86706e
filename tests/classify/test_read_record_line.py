"""A line to be labelled is read as the programs that people use write it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from drmine.classify.label_file import read_record_line
from drmine.records import Record


def line(**changes: Any) -> Record:
    return read_record_line(json.dumps({"pmid": "99000001", "title": "Invented", **changes}))


@pytest.mark.parametrize(
    ("year", "read"), [(2019.0, 2019), ("2019", 2019), (float("nan"), None), ("", None)]
)
def test_pandas_writes_a_column_with_gaps_as_floats(year: object, read: int | None) -> None:
    assert line(year=year, pmid=99000001.0) == line(year=read)


def test_headings_stand_as_medline_has_them() -> None:
    headings = ["Rats/*genetics", "*Humans", None, "Receptors, GABA-A"]
    assert line(mesh=headings).mesh == ("Rats", "Humans", "Receptors, GABA-A")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"year": "\u00b2"}, "year is not a year"),
        ({"year": 2019.5}, "year is not a year"),
        ({"year": True}, "year is not a year"),
        ({"pmid": None}, "no pmid"),
        ({"pmid": True}, "pmid is neither"),
        ({"pmid": 1.5}, "pmid is neither"),
        ({"pmid": " "}, "pmid is neither"),
        ({"mesh": [{"name": "Rats"}]}, "mesh is not a list of texts"),
    ],
)
def test_what_is_none_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        line(**changes)


def test_a_number_without_end_is_no_record() -> None:
    with pytest.raises(ValueError, match="a number is too long"):
        read_record_line('{"pmid": "1", "title": "Invented", "year": ' + "9" * 5000 + "}")
