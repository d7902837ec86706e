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
from typing import NamedTuple

from drmine.errors import InputError
from drmine.pubmed.byte_window import ByteSource, ByteWindow
from drmine.pubmed.entries import Unreadable

MAX_RECORD_BYTES = 16 << 20
"""The largest record taken; papers with 15,000 named collaborators need about 5 MB."""

MAX_DECLARATION_BYTES = 64 << 10
"""The largest document type or start tag taken; NLM's have under 300 bytes."""

DELETION_ELEMENTS = frozenset({b"DeleteCitation", b"DeleteDocument"})
RECORD_ELEMENTS = DELETION_ELEMENTS | {b"PubmedArticle", b"PubmedBookArticle", b"MedlineCitation"}
SET_ELEMENTS = frozenset({b"PubmedArticleSet", b"PubmedBookArticleSet", b"MedlineCitationSet"})

_TAG = re.compile(rb"<(/?)([A-Za-z_][\w.:-]*)")
_END_OF_TAG = re.compile(rb"\s*>")
_SPACE_IN_END_TAG = 64
_LESS_THAN, _SLASH = b"</"
_AFTER_NAME = b"> \t\r\n"
_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class RawRecord(NamedTuple):
    """The bytes of one record in UTF-8, from its start tag to its end tag.

    ``may_hide_text`` says that it holds comments, CDATA or instructions, such
    that a word may not stand in the bytes as it is read.
    """

    element: bytes
    data: bytes
    position: int
    may_hide_text: bool


def split_records(source: ByteSource, name: str = "the input") -> Iterator[RawRecord | Unreadable]:
    """Yield the raw records of a PubMed XML stream in file order.

    Memory stays bounded by :data:`MAX_RECORD_BYTES` whatever the input.
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
            raise InputError(f"{name} is not XML: give PubMed or Medline XML, plain or gzip")
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
            taken = _take_record(window, element)
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


def _take_record(window: ByteWindow, element: bytes) -> RawRecord | Unreadable:
    """Return the record that starts here and move behind it."""
    position, data, start = window.position, window.data, window.start
    end = _end_before_next(data, start, element)
    if end and not _may_hide_tags(data, start, end):
        window.start = end
        return RawRecord(element, data[start:end], position, False)
    end_tag = b"</" + element
    searched = 0
    while True:
        end, may_hide = _record_end(window.data, window.start, element, searched)
        if end:
            return _cut(window, element, end, may_hide)
        searched = max(1, window.unread - len(end_tag) - _SPACE_IN_END_TAG)
        if window.unread <= MAX_RECORD_BYTES and window.more():
            continue
        # An unclosed comment hides every end tag: give up this record, not the file.
        end = _end_tag(window.data, element, window.start)
        if end:
            return _cut(window, element, end, may_hide=True)
        if window.at_end:
            window.start = len(window.data)
            return Unreadable(position, "is cut off: the file ends inside it", True)
        window.skip_past(end_tag)
        window.skip_past(b">")
        return Unreadable(position, f"is larger than {MAX_RECORD_BYTES >> 20} MB")


def _end_before_next(data: bytes, start: int, element: bytes) -> int:
    """Where the record ends, if another of its kind follows directly; 0 in all rarer cases.

    One search over the record shows both its end and that its end tag is not lost.
    """
    start_tag, end_tag = b"<%b>" % element, b"</%b>" % element
    following = data.find(start_tag, start + 1)
    if following < 0:
        return 0
    end = data.rfind(b">", start, following) + 1
    if data[end - len(end_tag) : end] != end_tag or data[end:following].strip():
        return 0
    return end


def _record_end(data: bytes, start: int, element: bytes, searched: int) -> tuple[int, bool]:
    """Return where the record ends, 0 if not in the window, and whether it may hide text."""
    if not searched:
        start_tag_end = data.find(b">", start)
        if start_tag_end > 0 and data[start_tag_end - 1] == _SLASH:
            return start_tag_end + 1, False
    end = _end_tag(data, element, start + searched)
    if end and _may_hide_tags(data, start, end):
        return _end_tag_outside_comments(data, element, start), True
    return end, False


def _may_hide_tags(data: bytes, start: int, end: int) -> bool:
    """Whether comments, CDATA or instructions may hold what looks like a tag (rare in PubMed)."""
    return _any_tag(data, b"!", start, end) or _any_tag(data, b"?", start, end)


def _any_tag(data: bytes, kind: bytes, start: int, end: int) -> bool:
    """Whether ``<!`` or ``<?`` occurs; to look for one byte is many times faster than for two."""
    found = data.find(kind, start, end)
    while found >= 0:
        if data[found - 1] == _LESS_THAN:
            return True
        found = data.find(kind, found + 1, end)
    return False


def _end_tag(data: bytes, element: bytes, start: int) -> int:
    """Return the end of the next end tag of ``element``, 0 if there is none."""
    end_tag = b"</" + element
    while (found := data.find(end_tag, start)) >= 0:
        start = found + len(end_tag)
        closed = _END_OF_TAG.match(data, start)
        if closed:
            return closed.end()
    return 0


def _end_tag_outside_comments(data: bytes, element: bytes, start: int) -> int:
    tokens = re.compile(
        rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)|(</%b\s*>)" % element,
        re.DOTALL,
    )
    ends = (token.end() for token in tokens.finditer(data, start) if token[1])
    return next(ends, 0)


def _cut(window: ByteWindow, element: bytes, end: int, may_hide: bool) -> RawRecord | Unreadable:
    position, start = window.position, window.start
    if not may_hide:
        last = _last_start_tag(window.data, element, start, end)
        if last > start:
            window.start = last
            return Unreadable(position, "has no end tag")
    window.start = end
    return RawRecord(element, window.data[start:end], position, may_hide)


def _last_start_tag(data: bytes, element: bytes, start: int, end: int) -> int:
    """Where the record that ends at ``end`` starts, if those before it lost their end tags."""
    start_tag = b"<" + element
    if data.find(start_tag, start + 1, end) < 0:
        return start
    found = data.rfind(start_tag, start, end)
    while found > start and data[found + len(start_tag)] not in _AFTER_NAME:
        found = data.rfind(start_tag, start, found)
    return found
