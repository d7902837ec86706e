"""Records from PubMed and Medline XML, read in a stream.

The sets of today (``PubmedArticleSet``) and of the years before 2017
(``MedlineCitationSet``), books, and lists of deleted records. Elements are
described at https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/index.html.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element

from drmine.pubmed.byte_window import ByteSource
from drmine.pubmed.citation import record_from_xml
from drmine.pubmed.entries import Deletion, Entry, Unreadable, checked_pmid
from drmine.pubmed.record_bounds import RawRecord
from drmine.pubmed.record_stream import DELETION_ELEMENTS, split_records

__all__ = ["Deletion", "Unreadable", "parse_raw", "parse_records"]


def parse_records(source: bytes | ByteSource, name: str = "the input") -> Iterator[Entry]:
    """Yield every record of PubMed or Medline XML in file order, in constant memory.

    Parameters
    ----------
    source
        The XML, or a binary stream of it.
    name
        What error messages call the input.

    Yields
    ------
    Record, Deletion or Unreadable
        An ``Unreadable`` with ``ends_file`` comes last and says that the input
        breaks off.

    Raises
    ------
    InputError
        If the input is empty or no PubMed XML at all: a web page, an error
        message of the server, XML that defines its own entities. An empty set
        is no error.
    """
    stream: ByteSource = io.BytesIO(source) if isinstance(source, bytes) else source
    for raw in split_records(stream, name):
        if isinstance(raw, Unreadable):
            yield raw
        else:
            yield from parse_raw(raw)


def parse_raw(raw: RawRecord) -> Iterator[Entry]:
    """Yield what one raw record holds: one record, or one deletion for each deleted PMID."""
    try:
        element = etree.fromstring(_without_references(raw), _safe_parser())
    except etree.XMLSyntaxError as error:
        reason = str(error.msg).split(", line ")[0]
        yield Unreadable(raw.position, f"is not well-formed XML ({reason})")
        return
    if raw.element in DELETION_ELEMENTS:
        yield from _deletions(element, raw.position)
        return
    try:
        yield record_from_xml(element)
    except ValueError as error:
        yield Unreadable(raw.position, str(error))


def _without_references(raw: RawRecord) -> bytes:
    """The record without its list of references: half of the bytes, and nothing that is read."""
    start = raw.data.find(b"<ReferenceList>")
    end = raw.data.rfind(b"</ReferenceList>", start) + len(b"</ReferenceList>")
    if raw.may_hide_text or start < 0 or end < start:
        return raw.data
    return raw.data[:start] + raw.data[end:]


def _deletions(element: _Element, position: int) -> Iterator[Entry]:
    for node in element.iter("PMID"):
        try:
            version = node.get("Version", "")
            is_number = version.isdecimal() and len(version) < 5
            yield Deletion(checked_pmid(node.text or ""), int(version) if is_number else None)
        except ValueError:
            named = (node.text or "").strip()[:40]
            yield Unreadable(position, f"names {named!r} as deleted, which is no PMID")


def _safe_parser() -> etree.XMLParser:
    # The stream has refused every document type already: this is the second lock.
    # huge_tree off keeps libxml2's limits: 256 levels, 10 MB for one text.
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
