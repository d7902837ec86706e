"""Where one record ends in the raw bytes of PubMed XML, also where the markup is broken."""

from __future__ import annotations

import re
from typing import NamedTuple

from drmine.pubmed.byte_window import ByteWindow
from drmine.pubmed.entries import Unreadable

MAX_RECORD_BYTES = 16 << 20
"""The largest record taken; papers with 15,000 named collaborators need about 5 MB."""

_END_OF_TAG = re.compile(rb"\s*>")
_SPACE_IN_END_TAG = 64
_HIDING = re.compile(rb"<!--|<!\[CDATA\[|<\?")
_HIDING_ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_LESS_THAN, _SLASH = b"</"
_AFTER_NAME = b"> \t\r\n"


class RawRecord(NamedTuple):
    """The bytes of one record in UTF-8, from its start tag to its end tag.

    ``may_hide_text`` says that it holds comments, CDATA or instructions, such
    that a word may not stand in the bytes as it is read.
    """

    element: bytes
    data: bytes
    position: int
    may_hide_text: bool


def take_record(window: ByteWindow, element: bytes) -> RawRecord | Unreadable:
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
    """As :func:`_end_tag`, but passing over comments, CDATA and processing instructions."""
    end = _end_tag(data, element, start)
    while end:
        hiding = _HIDING.search(data, start, end)
        if hiding is None:
            return end
        mark = _HIDING_ENDS[hiding[0]]
        closed = data.find(mark, hiding.end())
        if closed < 0:
            return 0
        start = closed + len(mark)
        # sought anew only where it was hidden: once a comment, a million of them take hours
        if data.rfind(b"<", 0, end) < start:
            end = _end_tag(data, element, start)
    return 0


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
