"""The same records, invented, as PubMed's XML and as its text: both readers give the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from drmine.pubmed.files import read_file
from drmine.records import Record

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pubmed"


def read(name: str) -> list[Record]:
    with read_file(FIXTURES / name, keep_all=True) as reading:
        return [entry for entry in reading if isinstance(entry, Record)]


@pytest.mark.parametrize(
    "name",
    ["book_chapter_revised", "other_abstracts_and_languages", "preprint_and_its_paper"],
)
def test_both_forms_of_a_record_are_read_alike(name: str) -> None:
    assert read(f"{name}.nbib") == read(f"{name}.xml")


def test_a_chapter_has_its_own_dates_and_not_those_of_the_book() -> None:
    dates = [(one.date, one.year, one.revised) for one in read("book_chapter_revised.nbib")]
    assert dates == [("2009-06-30", 2009, "2019-04-04"), ("2011", 2011, ""), ("1993", 1993, "")]


def test_the_abstract_is_the_first_english_one_whatever_stands_before_it() -> None:
    found = [
        (one.abstract, one.other_abstracts) for one in read("other_abstracts_and_languages.nbib")
    ]
    assert found == [
        ("", ("Die Anfälle dauern an.",)),
        ("The seizures go on.", ("Les crises persistent.",)),
        ("PIP: an indexer wrote this.", ("In plain words.",)),
        ("OBJECTIVE: The journal's own.", ("OBJETIVO: Las crisis.", "Not the journal's.")),
        ("", ()),
        ("An abstract on ethics.", ("Le crisi.",)),
    ]


def test_links_of_preprints_and_updates_are_kept_with_their_direction() -> None:
    preprint, paper, guideline = read("preprint_and_its_paper.nbib")
    assert preprint.is_preprint and preprint.updates == ("UpdateIn:99000121",)
    # the other preprint that it names is on a server that PubMed does not hold
    assert not paper.is_preprint and paper.updates == ("UpdateOf:99000120",)
    assert guideline.updates == ("UpdateIn:99000123", "UpdateOf:9900019")
    assert guideline.updated("UpdateIn") == ("99000123",)
    # a link alone takes nobody's place
    assert all(one.is_evidence for one in (preprint, paper, guideline))
