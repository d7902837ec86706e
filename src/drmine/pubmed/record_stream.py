"""Cut PubMed XML of any size into its records without parsing them.

Bulk files hold hundreds of megabytes, of which a topic needs one percent. This
module finds where each record starts and ends in the raw bytes, so that only
the wanted ones need a parser, one broken record does not spoil the others, and
nothing in a file can make memory grow: no DTD is read, no entity is ever
defined, and a record has a largest size.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from drmine.errors import InputError
from drmine.pubmed.byte_window import ByteSource, ByteWindow
from drmine.pubmed.entries import Unreadable
from drmine.pubmed.record_bounds import RawRecord, take_record

MAX_DECLARATION_BYTES = 64 << 10
"""The largest document type or start tag taken; NLM's have under 300 bytes."""

DELETION_ELEMENTS = frozenset({b"DeleteCitation", b"DeleteDocument"})
RECORD_ELEMENTS = DELETION_ELEMENTS | {b"PubmedArticle", b"PubmedBookArticle", b"MedlineCitation"}
SET_ELEMENTS = frozenset({b"PubmedArticleSet", b"PubmedBookArticleSet", b"MedlineCitationSet"})

_TAG = re.compile(rb"<(/?)([A-Za-z_][\w.:-]*)")
_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def split_records(source: ByteSource, name: str = "the input") -> Iterator[RawRecord | Unreadable]:
    """Yield the raw records of a PubMed XML stream in file order.

    Memory stays bounded by ``MAX_RECORD_BYTES`` whatever the input.
    Documents that follow one another (files joined with ``cat``) read as one.

    Raises
    ------
    InputError
        If the input as a whole is empty, is not PubMed XML, or declares
        entities of its own.
    """
    window = ByteWindow(source)
    try:
        _settle_encoding(window, name)
        yield from _split(window, name)
    except UnicodeError as error:
        yield Unreadable(
            window.position, f"breaks off: it is not in the encoding declared ({error})", True
        )


def _settle_encoding(window: ByteWindow, name: str) -> None:
    if not window.ensure(256) and not window.data.strip():
        raise InputError(f"{name} is empty: get it again")
    if window.data.startswith(codecs.BOM_UTF8):
        window.start = len(codecs.BOM_UTF8)
        return
    for mark, encoding in _BYTE_ORDER_MARKS:
        if window.data.startswith(mark):
            window.transcode(encoding)
            return
    declared = _ENCODING.match(window.data.lstrip()[:256])
    label = declared[1].decode("ascii") if declared else "utf-8"
    try:
        encoding = codecs.lookup(label).name
    except LookupError:
        raise InputError(f"{name} has the unknown encoding {label!r}: save it as UTF-8") from None
    if encoding not in ("utf-8", "ascii"):
        window.transcode(encoding)


def _split(window: ByteWindow, name: str) -> Iterator[RawRecord | Unreadable]:
    open_sets = 0
    seen_element = False
    while True:
        position = window.position
        junk = _skip_to_tag(window)
        if junk and not seen_element:
            raise InputError(
                f"{name} is not XML, MEDLINE text or a list of PMIDs: give one of these, as UTF-8"
            )
        if junk:
            yield Unreadable(position, "is text that stands between records")
        if not window.ensure(2):
            break
        if window.data[window.start + 1 : window.start + 2] in (b"!", b"?"):
            _skip_declaration(window, name)
            continue
        window.ensure(128)
        tag = _TAG.match(window.data, window.start)
        if not tag:
            raise InputError(f"{name} is not well-formed XML at byte {window.position}")
        is_end, element = bool(tag[1]), tag[2]
        if is_end:
            open_sets = max(open_sets - 1, 0)
            window.skip_past(b">")
        elif element in SET_ELEMENTS:
            start_tag = window.take_through(b">", MAX_DECLARATION_BYTES) or b""
            open_sets += not start_tag.endswith(b"/>")
        elif element in RECORD_ELEMENTS or seen_element:
            taken = take_record(window, element)
            if isinstance(taken, RawRecord) and element not in RECORD_ELEMENTS:
                shown = element.decode("ascii", "replace")
                taken = Unreadable(taken.position, f"is of the unknown kind <{shown}>")
            yield taken
            if isinstance(taken, Unreadable) and taken.ends_file:
                return
        else:
            raise InputError(_wrong_root(window, element, name))
        seen_element = True
    if not seen_element:
        raise InputError(f"{name} holds no XML element: get it again")
    if open_sets:
        yield Unreadable(window.position, "is missing: the file ends before its last tag", True)


def _skip_to_tag(window: ByteWindow) -> bool:
    """Move to the next ``<``; return whether more than white space was passed."""
    junk = False
    while (found := window.data.find(b"<", window.start)) < 0:
        junk = junk or bool(window.data[window.start :].strip())
        window.start = len(window.data)
        if not window.more():
            return junk
    junk = junk or bool(window.data[window.start : found].strip())
    window.start = found
    return junk


def _skip_declaration(window: ByteWindow, name: str) -> None:
    """Move behind a comment, a processing instruction or a document type."""
    window.ensure(16)
    head = window.data[window.start : window.start + 16]
    if head.startswith(b"<!--"):
        window.start += 4
        window.skip_past(b"-->")
    elif head.startswith(b"<?"):
        window.skip_past(b"?>")
    elif head.upper().startswith(b"<!DOCTYPE"):
        text = window.take_through(b">", MAX_DECLARATION_BYTES)
        if text is None or b"[" in text:
            raise InputError(
                f"{name} defines entities of its own, as PubMed files never do: it is not read"
            )
        if text[9:].strip().lower().startswith(b"html"):
            raise InputError(_is_html(name))
    else:
        raise InputError(f"{name} is not well-formed XML at byte {window.position}")


def _is_html(name: str) -> str:
    return f"{name} is a web page (HTML), not PubMed XML: get it again"


def _wrong_root(window: ByteWindow, element: bytes, name: str) -> str:
    if element.lower() == b"html":
        return _is_html(name)
    window.ensure(2048)
    error = re.search(rb"<ERROR>([^<]{1,300})", window.data[window.start : window.start + 2048])
    if error:
        told = " ".join(error[1].decode("utf-8", "replace").split())
        return f"{name} holds an error message of the server instead of records: {told}"
    root = element.decode("ascii", "replace")
    return f"{name} has the root <{root}>, not <PubmedArticleSet>: give PubMed or Medline XML"
