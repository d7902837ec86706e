"""Look for the topic in the bytes of a record, before it is parsed.

Parsing is nine tenths of the cost of reading a bulk file and one record in a
hundred is wanted. The scan never says no where the full reading says yes (a
test holds it to that); it may say yes for nothing.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from drmine.pubmed.flatten import INLINE
from drmine.pubmed.record_stream import RawRecord
from drmine.pubmed.topic import squeeze, topic_terms

_SCANNED = frozenset({b"PubmedArticle", b"MedlineCitation"})
# The anchors of rare syndromes all contain this word: most records are spared looking for them.
_SYNDROME = b"syndrome"
_VERNACULAR_MARKS = (b"<vernaculartitle", b"<otherabstract")

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


def _has_anchor(text: bytes) -> bool:
    anchors = _anchors()
    for anchor in anchors.usual:
        if anchor in text:
            return True
    if _SYNDROME in text:
        for anchor in anchors.syndromes:
            if anchor in text:
                return True
    if any(mark in text for mark in _VERNACULAR_MARKS):
        return any(anchor in text for anchor in anchors.vernacular)
    return False


class _Anchors(NamedTuple):
    usual: tuple[bytes, ...]
    syndromes: tuple[bytes, ...]
    vernacular: tuple[bytes, ...]


@cache
def _anchors() -> _Anchors:
    def of(scope: str) -> dict[bytes, None]:
        terms = [term for term in topic_terms() if term.scope == scope]
        return {anchor.encode("ascii"): None for term in terms for anchor in term.anchors}

    everywhere = of("any")
    return _Anchors(
        tuple(anchor for anchor in everywhere if _SYNDROME not in anchor),
        tuple(anchor for anchor in everywhere if _SYNDROME in anchor),
        tuple(of("vernacular")),
    )


def _citation_without_authors(data: bytes) -> bytes | None:
    """The part that may name the topic: not the references, not authors and addresses."""
    end = data.find(b"</MedlineCitation")
    if end < 0:
        return None
    start_of_authors = data.find(b"<AuthorList", 0, end)
    end_of_authors = data.find(b"</AuthorList", start_of_authors, end)
    if start_of_authors < 0 or end_of_authors < 0:
        return data[:end]
    return data[:start_of_authors] + data[end_of_authors:end]


def _referred(found: re.Match[bytes]) -> bytes:
    number = int(found[1], 16) if found[1] else int(found[2])
    try:
        return chr(number).encode("utf-8")
    except (ValueError, OverflowError, UnicodeEncodeError):
        return found[0]
