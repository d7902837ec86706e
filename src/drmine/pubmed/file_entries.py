"""What a record file holds, entry by entry: its kind is told from its first bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from drmine.errors import InputError
from drmine.pubmed.byte_window import ByteSource
from drmine.pubmed.entries import Entry, Unreadable
from drmine.pubmed.medline_text import MEDLINE_START, parse_medline_text
from drmine.pubmed.medline_xml import parse_raw
from drmine.pubmed.pmid_lists import looks_like_pmids
from drmine.pubmed.record_bounds import RawRecord
from drmine.pubmed.record_stream import DELETION_ELEMENTS, split_records
from drmine.pubmed.topic_scan import may_be_on_topic

HEAD_BYTES = 4096
"""Enough of a file to tell what it is."""

_RIS_START = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*TY *- ")
_FIRST_PMID = re.compile(rb"<PMID\b[^>]*>\s*(\d{1,8})\s*</PMID>")


def file_entries(
    source: ByteSource,
    name: str,
    keep_all: bool,
    known: Collection[str],
    passed_over: Callable[[str], object] | None,
) -> Iterator[Entry | None]:
    """Yield what a file holds; None stands for a record whose bytes rule the topic out."""
    head = source.read(HEAD_BYTES)
    source, head = _Unread(head, source), head[:HEAD_BYTES]
    if _RIS_START.match(head):  # it looks like MEDLINE text, and no record in it would have a PMID
        raise InputError(
            f"{name} is in RIS format, which is not read: export it from PubMed in PubMed format, "
            "or as a list of PMIDs"
        )
    if MEDLINE_START.match(head):
        yield from parse_medline_text(source, name)
        return
    if looks_like_pmids(head):
        raise InputError(f"{name} holds PMIDs, no records: `drmine import` fetches them")
    for raw in split_records(source, name):
        if isinstance(raw, Unreadable):
            yield raw
        elif (
            keep_all
            or raw.element in DELETION_ELEMENTS
            or may_be_on_topic(raw)
            or (known and _pmid_of(raw) in known)
        ):
            yield from parse_raw(raw)
        else:
            if passed_over:
                passed_over(_pmid_of(raw))
            yield None


class _Unread:
    """A byte source with the block that was read from it put back."""

    def __init__(self, head: bytes, source: ByteSource) -> None:
        self._head = head
        self._source = source

    def read(self, size: int, /) -> bytes:
        if self._head:
            block, self._head = self._head[:size], self._head[size:]
            return block
        return self._source.read(size)


def _pmid_of(raw: RawRecord) -> str:
    """Return the PMID of an unparsed record: the first that stands in it."""
    found = _FIRST_PMID.search(raw.data)
    return str(int(found[1])) if found else ""
