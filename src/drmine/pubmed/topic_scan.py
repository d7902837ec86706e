"""Look for the topic in the bytes of a record, before it is parsed.

Parsing is nine tenths of the cost of reading a bulk file and one record in a
hundred is wanted. The scan never says no where the full reading says yes (a
test holds it to that); it may say yes for nothing.
"""

from __future__ import annotations

import re
from functools import cache

from drmine.pubmed.flatten import INLINE
from drmine.pubmed.record_stream import RawRecord
from drmine.pubmed.topic import squeeze, topic_terms

_SCANNED = frozenset({b"PubmedArticle", b"MedlineCitation"})
# The anchors of rare diseases contain one of these words: most records need not be searched for
# each of them.
_GATES = (b"syndrome", b"encephalitis")
_VERNACULAR_MARKS = (b"vernaculartitle", b"otherabstract")

_UNSEEN = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)

# Inline markup may stand inside a word. Its tags alone begin with a small letter, which is many
# times faster to look for than the tags themselves.
_SMALL_TAG = re.compile(rb"<[a-z]")
_INLINE_TAG = re.compile(
    rb"</?(?:%b|mml:\w+)(?:\s[^<>]*)?/?>" % "|".join(sorted(INLINE)).encode("ascii")
)
_CHARACTER_REFERENCE = re.compile(rb"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")


def may_be_on_topic(raw: RawRecord) -> bool:
    """Return False only if the record, read in full, cannot be on the topic."""
    if raw.element not in _SCANNED:
        return True
    data = raw.data
    if raw.may_hide_text:
        if b"<![CDATA[" in data:
            return True
        data = _UNSEEN.sub(b"", data)
    text = _citation_without_authors(data)
    if text is None:
        return True
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return True  # the parser will say what is wrong with it
    if b"#" in text and b"&#" in text:  # to look for one byte is many times faster
        text = _CHARACTER_REFERENCE.sub(_referred, text)
    if _SMALL_TAG.search(text):
        text = _INLINE_TAG.sub(b"", text)
    return _has_anchor(squeeze(text))


def _has_anchor(letters: bytes) -> bool:
    usual, gated, vernacular = _anchors()
    for anchor in usual:
        if anchor in letters:
            return True
    for gate, anchors in gated:
        if gate in letters and any(anchor in letters for anchor in anchors):
            return True
    for mark in _VERNACULAR_MARKS:
        if mark in letters:
            return any(anchor in letters for anchor in vernacular)
    return False


Anchors = tuple[bytes, ...]


@cache
def _anchors() -> tuple[Anchors, tuple[tuple[bytes, Anchors], ...], Anchors]:
    """The anchors to look for in every record, behind each gate, and in vernacular text."""

    def of(scope: str) -> dict[bytes, None]:
        terms = [term for term in topic_terms() if term.scope == scope]
        return {anchor.encode("ascii"): None for term in terms for anchor in term.anchors}

    everywhere = of("any")
    gated = tuple((gate, tuple(a for a in everywhere if gate in a)) for gate in _GATES)
    usual = tuple(a for a in everywhere if not any(gate in a for gate in _GATES))
    return usual, gated, tuple(of("vernacular"))


def _citation_without_authors(data: bytes) -> bytes | None:
    """The part that may name the topic: no dates, authors, addresses and references."""
    end = data.find(b"</MedlineCitation")
    if end < 0:
        return None
    start = max(data.find(b"<Journal>", 0, end), 0)
    if data.find(b"Title>", 0, start) >= 0:  # not the order that the DTD prescribes
        start = 0
    start_of_authors = data.find(b"<AuthorList", start, end)
    end_of_authors = data.find(b"</AuthorList>", start_of_authors, end)
    if start_of_authors < 0 or end_of_authors < 0:
        return data[start:end]
    return data[start:start_of_authors] + data[end_of_authors:end]


def _referred(found: re.Match[bytes]) -> bytes:
    number = int(found[1], 16) if found[1] else int(found[2])
    try:
        return chr(number).encode("utf-8")
    except (ValueError, OverflowError, UnicodeEncodeError):
        return found[0]
