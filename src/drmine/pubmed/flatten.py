"""Text of XML elements as a reader sees it: no markup, white space folded, NFC."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from lxml.etree import _Element

INLINE = frozenset({"i", "b", "u", "sup", "sub", "em", "strong", "sc"})
"""Markup inside a word: ``Na<sup>+</sup>`` is one word."""

MATHML = "{http://www.w3.org/1998/Math/MathML}"
_NOT_SHOWN = frozenset({MATHML + "annotation", MATHML + "annotation-xml", "mml:annotation"})

_BOLD = frozenset({"b", "strong"})
_HEADING = re.compile(r"[A-Z][A-Za-z]{3,}[^.:]{0,60}[.:]?|[A-Z][A-Za-z/& ]+[.:]")

# Soft hyphen, zero-width space, word joiner, byte order mark: not seen on paper, but they cut
# words in two for a search. (The joiners U+200C and U+200D change letters and stay.)
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")

_NO_TITLE = re.compile(r"\[(?:not available|in process citation)\]\.?", re.IGNORECASE)
"""What PubMed writes where a title has no translation (yet)."""


def fold(text: str) -> str:
    """Fold every run of white space into one space, drop invisible characters, compose (NFC)."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return " ".join(text.split())


def flat_text(element: _Element | None) -> str:
    """Return the text inside an element, its inline markup removed."""
    if element is None:
        return ""
    if not len(element):
        return fold(element.text or "")
    return fold("".join(_pieces(element)))


def real_title(title: str) -> str:
    """Return a title; nothing for the words that PubMed puts in the place of one."""
    return "" if _NO_TITLE.fullmatch(title) else title


def _pieces(element: _Element) -> Iterator[str]:
    before = element.text or ""
    yield before
    for child in element:
        tag, after = child.tag, child.tail or ""
        if isinstance(tag, str) and tag not in _NOT_SHOWN:
            text = "".join(_pieces(child))
            if tag in INLINE or tag.startswith((MATHML, "mml:")):
                text = _apart(before, text, after) if tag in _BOLD else text
            else:
                text = f" {text} "
            yield text
            before = text
        yield after
        before = after or before


def _apart(before: str, bold: str, after: str) -> str:
    """Set a bold run-in heading apart (``found.<b>Methods</b>Rats``), but no bold letter in a word.

    About one abstract in a thousand has such headings without any space.
    """
    if before.endswith((".", ")", "?")) and _HEADING.fullmatch(bold):
        bold = f" {bold}"
    starts_sentence = after[:1].isupper() or (after[:1].isalnum() and bold.endswith((".", ":")))
    if starts_sentence and _HEADING.fullmatch(bold.strip()):
        bold = f"{bold} "
    return bold
