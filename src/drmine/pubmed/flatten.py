"""Text of XML elements as a reader sees it: no markup, white space folded, NFC."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from lxml.etree import _Element

INLINE = frozenset({"i", "b", "u", "sup", "sub", "em", "strong", "sc"})
"""Markup inside a word: ``Na<sup>+</sup>`` is one word."""

MATHML = "{http://www.w3.org/1998/Math/MathML}"
_NOT_SHOWN = frozenset({MATHML + "annotation", MATHML + "annotation-xml", "mml:annotation"})

# Soft hyphen, zero-width space, word joiner, byte order mark: not seen on paper, but they cut
# words in two for a search. (The joiners U+200C and U+200D change letters and stay.)
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))


def fold(text: str) -> str:
    """Fold every run of white space into one space, drop invisible characters, compose (NFC)."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    return " ".join(text.split())


def flat_text(element: _Element | None) -> str:
    """Return the text inside an element, its inline markup removed."""
    if element is None:
        return ""
    if not len(element):
        return fold(element.text or "")
    return fold("".join(_pieces(element)))


def _pieces(element: _Element) -> Iterator[str]:
    if element.text:
        yield element.text
    for child in element:
        tag = child.tag
        if isinstance(tag, str) and tag not in _NOT_SHOWN:
            is_block = tag not in INLINE and not tag.startswith((MATHML, "mml:"))
            if is_block:
                yield " "
            yield from _pieces(child)
            if is_block:
                yield " "
        if child.tail:
            yield child.tail
