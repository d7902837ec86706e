"""How a file of records is read from PubMed XML: wherever it is damaged, the others come."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from xml_fixtures import FIXTURES, read, record

from drmine.errors import InputError
from drmine.pubmed.entries import Deletion, Unreadable
from drmine.pubmed.medline_xml import parse_records
from drmine.records import Record


def test_deletions_follow_in_file_order() -> None:
    first, *deletions = read("deleted")
    assert isinstance(first, Record)
    assert deletions == [Deletion("99000801", 1), Deletion("99000802", 1)]
    assert read("deleted_books") == [Deletion("99000803", 1)]


def test_a_deletion_names_the_version_that_is_deleted() -> None:
    live, *deleted = read("deleted_version_of_a_live_record")
    assert isinstance(live, Record) and (live.pmid, live.version) == ("99000123", 2)
    assert deleted == [Deletion("99000123", 1), Deletion("99000124")]


def test_an_entity_that_xml_does_not_know_costs_only_its_record() -> None:
    broken, good = read("undefined_entity")
    assert isinstance(broken, Unreadable)
    assert "nbsp" in broken.reason
    assert isinstance(good, Record)


def test_a_set_of_2016_is_read_like_one_of_today() -> None:
    found = record("medline_citation_set_2016")
    assert found.journal == "Ann Invent Neurol"
    assert found.mesh == ("Epilepsy",)
    assert found.substances == ("Anticonvulsants",)
    assert found.doi == "10.99999/invented.1996"
    assert found.pmcid == "PMC9900001"
    assert found.entered == "1996-02-27"


def test_an_empty_set_holds_nothing_and_is_no_error() -> None:
    assert read("empty_set") == []
    assert read("empty_set_one_tag") == []


def test_both_versions_of_a_record_come_in_file_order() -> None:
    first, second = read("same_pmid_twice")
    assert isinstance(first, Record) and isinstance(second, Record)
    assert first.pmid == second.pmid
    assert (first.revised, second.revised) == ("2020-01-15", "2021-06-01")


def test_comments_cdata_and_instructions_cannot_end_a_record() -> None:
    first, second = read("comments_and_cdata")
    assert isinstance(first, Record) and isinstance(second, Record)
    assert first.title == "Seizures and a fake </PubmedArticle> <PubmedArticle> end tag."
    assert second.title == "The epilepsy after it."


def test_one_broken_record_does_not_stop_the_others() -> None:
    kinds = [type(entry) for entry in read("one_bad_record")]
    assert kinds == [Record, Unreadable, Record]


def test_a_lost_end_tag_costs_one_record() -> None:
    kinds = [type(entry) for entry in read("lost_end_tag")]
    assert kinds == [Record, Unreadable, Record]


def test_a_record_without_a_pmid_is_told_and_passed() -> None:
    without, wrong, good = read("no_pmid")
    assert isinstance(without, Unreadable) and "no PMID" in without.reason
    assert isinstance(wrong, Unreadable) and "'abc'" in wrong.reason
    assert isinstance(good, Record)


def test_an_unknown_element_is_told_and_passed() -> None:
    kinds = [type(entry) for entry in read("unknown_element_between_records")]
    assert kinds == [Record, Unreadable, Record]


def test_files_joined_end_to_end_are_read_as_one() -> None:
    assert [type(entry) for entry in read("two_files_joined")] == [Record, Record]


@pytest.mark.parametrize("name", ["latin_1", "utf_16"])
def test_other_encodings_are_honoured(name: str) -> None:
    assert record(name).title == "Épilepsie réfractaire."


def test_a_byte_order_mark_and_a_missing_set_do_no_harm() -> None:
    assert record("byte_order_mark").pmid
    assert record("one_record_without_a_set").pmid


def test_bytes_in_another_encoding_cost_only_their_record() -> None:
    broken, good = read("bytes_that_are_not_utf8")
    assert isinstance(broken, Unreadable)
    assert isinstance(good, Record)


def test_what_is_no_record_file_is_refused_in_one_sentence() -> None:
    with pytest.raises(InputError, match=r"^server_error holds an error message .* empty"):
        read("server_error")
    with pytest.raises(InputError, match=r"^web_page is a web page"):
        read("web_page")
    with pytest.raises(InputError, match=r"is empty"):
        list(parse_records(b""))
    with pytest.raises(InputError, match=r"is empty"):
        list(parse_records(b" \n"))
    with pytest.raises(InputError, match=r"not XML"):
        list(parse_records(b"Dear editor,"))
    with pytest.raises(InputError, match=r"the root <eSearchResult>"):
        list(parse_records(b"<eSearchResult/>"))
    with pytest.raises(InputError, match=r"unknown encoding 'martian'"):
        list(parse_records(b'<?xml version="1.0" encoding="martian"?><PubmedArticleSet/>'))


class Trickle(io.RawIOBase):
    """A stream that gives a few bytes at a time, such that every boundary is met."""

    def __init__(self, data: bytes, step: int) -> None:
        self._data, self._step = data, step

    def read(self, size: int = -1, /) -> bytes:
        block, self._data = self._data[: self._step], self._data[self._step :]
        return block


@pytest.mark.parametrize("step", [1, 7, 64])
@pytest.mark.parametrize(
    "name", ["comments_and_cdata", "lost_end_tag", "deleted", "utf_16", "book_chapter"]
)
def test_it_does_not_matter_where_the_stream_is_cut_into_blocks(name: str, step: int) -> None:
    data = (FIXTURES / f"{name}.xml").read_bytes()
    assert list(parse_records(Trickle(data, step))) == list(parse_records(data))


def test_wherever_a_file_is_cut_off_it_is_noticed() -> None:
    data = (FIXTURES / "same_pmid_twice.xml").read_bytes()
    whole = list(parse_records(data))
    body = data.index(b"<PubmedArticleSet>") + len("<PubmedArticleSet>")
    for end in range(body, data.rindex(b"</PubmedArticleSet>"), 37):
        *records, last = parse_records(data[:end])
        assert records == whole[: len(records)]
        assert isinstance(last, Unreadable) and last.ends_file


def test_reading_needs_no_network_and_no_file(tmp_path: Path) -> None:
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        assert record("date_season").pmid == "99000001"
    finally:
        os.chdir(here)
