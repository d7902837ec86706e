"""Look for the topic in the bytes of a record, before it is parsed.

Parsing is nine tenths of the cost of reading a bulk file and one record in a
hundred is wanted. The scan never says no where the full reading says yes (a
test holds it to that); it may say yes for nothing. It does not ask whether the
record is well-formed: one that is neither that nor on the topic is only counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import NamedTuple

from drmine.pubmed.flatten import INLINE
from drmine.pubmed.record_bounds import RawRecord
from drmine.pubmed.topic import squeeze, topic_terms

_SCANNED = frozenset({b"PubmedArticle", b"MedlineCitation"})
# Behind the list of authors only these elements may name the topic; the DTD fixes their places.
_VERNACULAR_ELEMENTS = (b"<VernacularTitle", b"<OtherAbstract")
_HEADING_ELEMENTS = (b"<ChemicalList", b"<SupplMeshList", b"<MeshHeadingList", b"<KeywordList")

# One without an end goes on to the end of the record, which is then not well-formed; else each of
# a million of them would be followed to there in vain.
_UNSEEN = re.compile(rb"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)

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
    parts = _parts(data)
    if parts is None:
        return True
    subject, abstract = _letters(parts.subject), _letters(parts.abstract)
    return (
        _finder("any")(abstract)
        or _finder("any", "subject")(subject)
        or (parts.has_vernacular and _finder("vernacular")(subject))
    )


@cache
def _finder(*scopes: str) -> Callable[[bytes], bool]:
    """Return a function that says whether an anchor of these scopes is in a text."""
    terms = [term for term in topic_terms() if term.scope in scopes]
    words = list(dict.fromkeys(anchor.encode("ascii") for term in terms for anchor in term.anchors))
    try:
        automaton = import_module("ahocorasick_rs").BytesAhoCorasick(words)
    except ImportError:  # four times slower, and as right
        return lambda text: _one_in(words, text)
    return lambda text: bool(automaton.find_matches_as_indexes(text))


def _one_in(words: list[bytes], text: bytes) -> bool:
    for word in words:  # noqa: SIM110 - any() with a generator takes twice the time
        if word in text:
            return True
    return False


class _Parts(NamedTuple):
    """What may name the topic; dates, authors, addresses and references are left out."""

    subject: bytes
    """Journal, title and headings; other abstracts, where there are any."""
    abstract: bytes
    has_vernacular: bool


def _parts(data: bytes) -> _Parts | None:
    """Cut a citation; None where its elements do not stand in the order of the DTD."""
    # each search goes on where the last one ended: the bytes are passed once
    title = data.find(b"<ArticleTitle")
    start = data.find(b"<Journal>", 0, title)
    authors = data.find(b"<AuthorList", title)
    behind = data.find(b"</AuthorList>", authors)
    end = data.find(b"</MedlineCitation", max(behind, title))
    if title < 0 or start < 0 or end < 0:
        return None
    if authors < 0 or behind < authors:
        return _Parts(data[start:end], b"", has_vernacular=True)
    vernacular = _first_of(_VERNACULAR_ELEMENTS, data, behind, end)
    headings = _first_of(_HEADING_ELEMENTS, data, behind, vernacular)
    abstract = data.find(b"<Abstract>", title, authors)
    if abstract < 0:
        if data.find(b"<Abstract>", behind, end) >= 0:
            return None
        abstract = authors
    return _Parts(
        data[start:abstract] + data[headings:end], data[abstract:authors], vernacular < end
    )


def _first_of(elements: tuple[bytes, ...], data: bytes, start: int, end: int) -> int:
    """Where the first of these elements begins, ``end`` if there is none."""
    for element in elements:
        found = data.find(element, start, end)
        end = found if found >= 0 else end
    return end


def _letters(text: bytes) -> bytes:
    if b"#" in text and b"&#" in text:  # to look for one byte is many times faster
        text = _CHARACTER_REFERENCE.sub(_referred, text)
    if _SMALL_TAG.search(text):
        text = _INLINE_TAG.sub(b"", text)
    return squeeze(text)


def _referred(found: re.Match[bytes]) -> bytes:
    number = int(found[1], 16) if found[1] else int(found[2])
    try:
        return chr(number).encode("utf-8")
    except (ValueError, OverflowError, UnicodeEncodeError):
        return found[0]
