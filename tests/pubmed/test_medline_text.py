"""Records from PubMed's text export."""

from __future__ import annotations

import io
import itertools
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drmine.errors import InputError
from drmine.pubmed.entries import Unreadable
from drmine.pubmed.medline_text import parse_medline_text
from drmine.pubmed.record_bounds import MAX_RECORD_BYTES
from drmine.records import Record

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pubmed"


class Blocks:
    """A stream made on the fly, such that the test itself needs no memory for it."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks

    def read(self, size: int, /) -> bytes:
        return next(self._blocks, b"")


def read(data: bytes) -> list[Record | Unreadable]:
    return list(parse_medline_text(io.BytesIO(data)))


def test_an_export_gives_the_same_fields_as_the_xml_would() -> None:
    first, second = read((FIXTURES / "export.nbib").read_bytes())
    assert first == Record(
        pmid="99000101",
        title="Invented multidrug transporters in patients with drug-resistant epilepsy: "
        "a first look.",
        abstract="BACKGROUND: Drugs fail often. METHODS: Tissue was stained for P-glycoprotein. "
        "RESULTS: It rose twofold.",
        year=1998,
        date="1998-12",
        journal="Annals of invented neurology",
        publication_types=("Journal Article", "Multicenter Study"),
        mesh=("Drug Resistant Epilepsy", "Humans"),
        revised="2021-06-07",
        entered="1998-12-05",
        substances=("Anticonvulsants", "levetiracetam"),
        keywords=("efflux", "epilepsy"),
        authors=("Müller AB", "Invented Epilepsy Study Group"),
        languages=("eng",),
        doi="10.99999/invented.101",
        pmcid="PMC9900101",
    )
    assert isinstance(second, Record)
    assert second.title == "[Seasonal leaf growth in invented lime trees]."
    assert second.vernacular_title == "Jahreszeitliches Blattwachstum erfundener Linden."
    assert (second.abstract, second.other_abstracts) == ("", ())
    assert (second.date, second.entered) == ("2000", "2000-04-05")


def test_retractions_books_and_faults_are_recognised() -> None:
    entries = read((FIXTURES / "retraction.nbib").read_bytes())
    retracted, notice, book, nameless, last = entries
    assert isinstance(retracted, Record) and retracted.retraction == "retracted"
    assert retracted.date == "2018-02"
    assert isinstance(notice, Record) and notice.retraction == "retraction_notice"
    assert isinstance(book, Record) and book.is_book and book.year == 2015
    assert book.title == book.journal == "The Invented Book of Epilepsy"
    assert book.abstract == "An indexer wrote this."
    assert isinstance(nameless, Unreadable) and "no PMID" in nameless.reason
    assert isinstance(last, Record) and last.pmid == "99000106"


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    data = (FIXTURES / "export.nbib").read_bytes()
    assert read(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n")) == read(data)


def test_a_record_in_another_encoding_costs_only_itself() -> None:
    broken, good = read(b"PMID- 1\nTI  - Caf\xe9\n\nPMID- 2\nTI  - Tea\n")
    assert isinstance(broken, Unreadable) and "save the file as UTF-8" in broken.reason
    assert isinstance(good, Record)


def test_a_blank_line_inside_a_record_does_not_cut_it_in_two() -> None:
    whole = (FIXTURES / "export.nbib").read_bytes()
    cut = whole.replace(b"\nLA  - ", b"\n\nLA  - ").replace(b"\nMH  - ", b"\n \r\n\nMH  - ", 1)
    assert cut.count(b"\n") > whole.count(b"\n") + 3
    assert read(cut) == read(whole)
    (one,) = read(b"PMID- 99000101\nAB  - First part.\n\n      Second part.\n\nDP  - 2001\n")
    assert isinstance(one, Record)
    assert (one.abstract, one.year) == ("First part. Second part.", 2001)


def test_a_record_that_lost_its_pmid_is_not_taken_for_the_rest_of_the_one_before() -> None:
    first, nameless, last = read(
        b"PMID- 99000101\nTI  - One.\nPT  - Journal Article\n\n"
        b"TI  - Two.\nPT  - Retracted Publication\n\nPMID- 99000103\nTI  - Three.\n"
    )
    assert isinstance(first, Record) and (first.title, first.retraction) == ("One.", "none")
    assert isinstance(nameless, Unreadable) and "no PMID" in nameless.reason
    assert isinstance(last, Record) and last.title == "Three."


def test_a_record_in_many_pieces_is_joined_at_once_and_has_a_largest_size() -> None:
    begun = time.process_time()
    (record,) = read(b"PMID- 99000101\nAB  - Seizures\n" + b"\n      a\n" * 200_000)
    assert time.process_time() - begun < 10
    assert isinstance(record, Record) and record.abstract == "Seizures" + " a" * 200_000
    piece = b"\n      " + b"seizure " * 100_000 + b"\n"
    first, *_, second = read(
        b"PMID- 99000101\nAB  - Seizures\n" + piece * 25 + b"PMID- 99000102\nTI  - Seizures\n"
    )
    assert isinstance(first, Unreadable) and "larger than 16 MB" in first.reason
    assert isinstance(second, Record) and second.pmid == "99000102"


def test_text_without_a_record_is_refused() -> None:
    with pytest.raises(InputError, match="no MEDLINE record"):
        read(b"\n\n")


@given(st.binary(max_size=300))
def test_no_bytes_at_all_break_the_reader(data: bytes) -> None:
    for entry in read(b"PMID- 5\nTI  - x\n" + data):
        assert isinstance(entry, Record | Unreadable)


def test_zeros_before_a_pmid_make_no_other_record() -> None:
    (one,) = read(b"PMID- 0099000101\nTI  - Invented.\n")
    assert isinstance(one, Record) and one.pmid == "99000101"


def test_a_value_of_a_million_lines_is_joined_at_once() -> None:
    begun = time.process_time()
    (record,) = read(b"PMID- 99000101\nAB  - Seizures\n" + b"      a\n" * 500_000)
    assert time.process_time() - begun < 10
    assert isinstance(record, Record)
    assert record.abstract == "Seizures" + " a" * 500_000


def test_a_record_of_any_size_takes_little_memory_and_the_next_is_read() -> None:
    line = b"      " + b"seizure " * 10_000 + b"\n"
    blocks = itertools.chain(
        [b"PMID- 99000101\nAB  - Seizures\n"],
        itertools.repeat(line, 1_000),
        [b"\nPMID- 99000102\nTI  - Seizures\n"],
    )
    tracemalloc.start()
    first, second = parse_medline_text(Blocks(blocks))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(first, Unreadable) and "larger than 16 MB" in first.reason
    assert isinstance(second, Record) and second.pmid == "99000102"
    assert peak < 3 * MAX_RECORD_BYTES


@pytest.mark.parametrize("digits", [10, 5_000])
def test_a_number_that_is_no_pmid_costs_only_its_record(digits: int) -> None:
    first, second = read(
        b"PMID- " + b"3" * digits + b"\nTI  - Seizures\n\nPMID- 000099000102\nTI  - Seizures\n"
    )
    assert isinstance(first, Unreadable) and "for a PMID, which is none" in first.reason
    assert isinstance(second, Record) and second.pmid == "99000102"


def test_lines_whose_indent_was_lost_still_belong_to_their_value() -> None:
    text = b"PMID- 99000001\nTI  - One title\n\tof two lines.\nAB  - The first line\ngoes on.\n"
    (record,) = read(text + b"      It ends.\nDP  - 2001\n")
    assert isinstance(record, Record)
    assert record.title == "One title of two lines."
    assert record.abstract == "The first line goes on. It ends."
    assert record.year == 2001
