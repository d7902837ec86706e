"""Hostile XML is refused in one sentence, with bounded memory, and the rest goes on."""

from __future__ import annotations

import gzip
import itertools
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from drmine.errors import InputError
from drmine.pubmed.entries import Unreadable
from drmine.pubmed.files import read_file
from drmine.pubmed.medline_xml import parse_records
from drmine.pubmed.record_bounds import MAX_RECORD_BYTES
from drmine.records import Record

GOOD = (
    b"<PubmedArticle><MedlineCitation><PMID>99000201</PMID><Article><ArticleTitle>Epilepsy."
    b"</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
)
MEGABYTE = 1 << 20


class Blocks:
    """A stream made on the fly, such that the test itself needs no memory for it."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        if not self._rest:
            self._rest = next(self._blocks, b"")
        block, self._rest = self._rest[:size], self._rest[size:]
        return block


def with_title(title: bytes) -> bytes:
    return GOOD.replace(b"Epilepsy.", title)


BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;">]><PubmedArticleSet>'
    + with_title(b"&c;")
    + b"</PubmedArticleSet>"
)
EXTERNAL_ENTITY = (
    b'<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]><PubmedArticleSet>'
    + with_title(b"&secret;")
    + b"</PubmedArticleSet>"
)
PARAMETER_ENTITY = (
    b'<!DOCTYPE x [<!ENTITY % remote SYSTEM "http://127.0.0.1:9/evil.dtd"> %remote;]>'
    b"<PubmedArticleSet>" + GOOD + b"</PubmedArticleSet>"
)


@pytest.mark.parametrize("xml", [BILLION_LAUGHS, EXTERNAL_ENTITY, PARAMETER_ENTITY])
def test_a_file_that_defines_entities_is_refused(xml: bytes) -> None:
    with pytest.raises(InputError, match="defines entities of its own"):
        list(parse_records(xml))


def test_a_document_type_inside_a_record_is_not_obeyed() -> None:
    inside = b'<PubmedArticle><!DOCTYPE x [<!ENTITY a "ha">]><PMID>1</PMID></PubmedArticle>'
    entries = list(parse_records(b"<PubmedArticleSet>" + inside + GOOD + b"</PubmedArticleSet>"))
    assert [type(entry) for entry in entries] == [Unreadable, Record]


def test_an_endless_document_type_is_refused_early() -> None:
    blocks = itertools.chain([b"<!DOCTYPE x "], itertools.repeat(b"a" * MEGABYTE))
    with pytest.raises(InputError, match="it is not read"):
        list(parse_records(Blocks(blocks)))


def test_deep_nesting_costs_only_its_record() -> None:
    deep = with_title(b"<i>" * 100_000 + b"x" + b"</i>" * 100_000)
    entries = list(parse_records(b"<PubmedArticleSet>" + deep + GOOD + b"</PubmedArticleSet>"))
    assert [type(entry) for entry in entries] == [Unreadable, Record]


def test_nesting_as_deep_as_the_parser_allows_is_read() -> None:
    (found,) = parse_records(with_title(b"<i>" * 200 + b"Seizure" + b"</i>" * 200))
    assert isinstance(found, Record)
    assert found.title == "Seizure"


def test_100_megabytes_in_one_element_are_refused_in_bounded_memory() -> None:
    filler = itertools.repeat(b"seizure " * (MEGABYTE // 8), 100)
    head, tail = GOOD.split(b"Epilepsy.")
    blocks = itertools.chain(
        [b"<PubmedArticleSet>" + head], filler, [tail + GOOD + b"</PubmedArticleSet>"]
    )
    tracemalloc.start()
    entries = list(parse_records(Blocks(blocks)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [type(entry) for entry in entries] == [Unreadable, Record]
    assert isinstance(entries[0], Unreadable) and "larger than 16 MB" in entries[0].reason
    assert peak < 3 * MAX_RECORD_BYTES


def test_100_megabytes_of_nothing_between_records_are_passed_in_bounded_memory() -> None:
    blank = itertools.repeat(b" " * MEGABYTE, 100)
    comment = itertools.chain([b"<!--"], itertools.repeat(b"-" * MEGABYTE, 100), [b"-->"])
    blocks = itertools.chain(
        [b"<PubmedArticleSet>"], blank, comment, [GOOD + b"</PubmedArticleSet>"]
    )
    tracemalloc.start()
    entries = list(parse_records(Blocks(blocks)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [type(entry) for entry in entries] == [Record]
    assert peak < 8 * MEGABYTE


def test_many_small_tags_do_not_take_long() -> None:
    started = time.perf_counter()
    entries = list(
        parse_records(
            b"<PubmedArticleSet>" + b"<PubmedArticle>" * 100_000 + GOOD + b"</PubmedArticleSet>"
        )
    )
    assert isinstance(entries[-1], Record)
    assert time.perf_counter() - started < 30


def test_a_gzip_bomb_takes_little_memory(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xml.gz"
    with gzip.open(bomb, "wb", compresslevel=9) as stream:
        stream.write(b"<PubmedArticleSet>" + GOOD)
        for _ in range(100):
            stream.write(b" " * MEGABYTE)
        stream.write(b"</PubmedArticleSet>")
    tracemalloc.start()
    assert len(list(read_file(bomb))) == 1
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * MEGABYTE


def test_an_unclosed_comment_costs_only_its_record() -> None:
    unclosed = with_title(b"Seizure <!-- without an end")
    entries = list(parse_records(b"<PubmedArticleSet>" + unclosed + GOOD + b"</PubmedArticleSet>"))
    assert [type(entry) for entry in entries] == [Unreadable, Record]


@pytest.mark.parametrize("hidden", [b"<!---->", b"<?a?>", b"<![CDATA[a]]>", b"<!--", b"<?"])
def test_a_million_comments_take_seconds_not_hours(hidden: bytes, tmp_path: Path) -> None:
    path = tmp_path / "comments.xml"
    title = hidden * (3 * MEGABYTE // len(hidden)) + b"Seizures."
    path.write_bytes(b"<PubmedArticleSet>" + with_title(title) + GOOD + b"</PubmedArticleSet>")
    begun = time.process_time()
    with read_file(path) as reading:
        records = list(reading)
    assert time.process_time() - begun < 20
    assert reading.counts.read == 2
    assert reading.counts.kept + reading.counts.unreadable == 2
    assert isinstance(records[-1], Record) and records[-1].title == "Epilepsy."


def test_numbers_of_any_length_cost_only_their_record() -> None:
    long = GOOD.replace(b"<PMID>99000201", b"<PMID>" + b"9" * 5_000)
    version = GOOD.replace(b"<PMID>", b'<PMID Version="' + b"9" * 30 + b'">')
    deleted = b"<DeleteCitation><PMID>" + b"9" * 5_000 + b"</PMID></DeleteCitation>"
    entries = list(
        parse_records(b"<PubmedArticleSet>" + long + version + deleted + b"</PubmedArticleSet>")
    )
    assert [type(entry) for entry in entries] == [Unreadable, Record, Unreadable]
    assert isinstance(entries[1], Record) and entries[1].version == 1
