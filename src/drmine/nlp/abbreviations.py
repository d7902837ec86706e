"""Abbreviations that a record defines, by scispaCy's algorithm, where a definition can stand.

scispaCy's detector reads a whole document token by token; a definition always sits
around a bracket. So only the words around brackets are tokenized, by scispaCy's tokenizer,
and judged by scispaCy's own functions (Schwartz and Hearst 2003). The result is the same
(a test holds it to the detector) at a fraction of the time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_OPENING = re.compile(r"\(")
_CAPITAL = re.compile(r"[A-Z0-9]")
# "(VPA):" and "(P-gp)-mediated" stay one token in scispaCy's tokenizer.
_GLUED = re.compile(r"\)(?=[:/\u2013-])")
_CHUNK = re.compile(r"\S+")
_CHUNK_END = re.compile(r"\s|\Z")
# scispaCy's own bounds: a short form has at most 3 tokens of 2 to 9 characters, so it is no
# longer than _MAX_SHORT; a long form in brackets has at most 8 tokens.
_MAX_SHORT = 40
_MAX_TOKENS = 8
_MAX_CHARACTERS = 240
# Words before the bracket that scispaCy looks at for a short form of n characters.
_EXTRA_WORDS = 5


def find_abbreviations(text: str, nlp: Language) -> dict[str, str]:
    """Return the long form by short form, for the abbreviations that a text defines.

    Parameters
    ----------
    text
        ``Record.text``.
    nlp
        A pipeline with scispaCy's tokenizer.

    Returns
    -------
    dict of str to str
        The first definition of a short form counts, as scispaCy has it; one that
        says no more than the short form itself is left out.
    """
    found: dict[str, str] = {}
    seen_long: set[str] = set()
    for start, end in _windows(text):
        window = _GLUED.sub(") ", text[start:end])
        _read_window(nlp.make_doc(window), found, seen_long)
    return {short: long for short, long in found.items() if defines(short, long)}


def defines(short: str, long: str) -> bool:
    """Whether a long form says more than its short one: in "(SE) (SE)" it is "SE)"."""
    return long.strip("() \n") not in ("", short)


def _windows(text: str) -> list[tuple[int, int]]:
    """Return the stretches around brackets that may define something, cut at white space."""
    opened = [m.start() for m in _OPENING.finditer(text)]
    if not opened:
        return []
    chunks = [m.span() for m in _CHUNK.finditer(text)]
    windows: list[tuple[int, int]] = []
    at = 0
    for place in opened:
        while chunks[at][1] <= place:
            at += 1
        closing = text.find(")", place, place + _MAX_CHARACTERS)
        inside = text[place + 1 : closing].strip() if closing > 0 else ""
        if not inside:
            continue
        words = min(len(inside) + _EXTRA_WORDS, 2 * len(inside)) if len(inside) < _MAX_SHORT else 2
        first = max(0, at - words - 2)
        if not _may_abbreviate(inside, text[chunks[first][0] : place]) and not _may_abbreviate(
            text[chunks[max(0, at - 1)][0] : place], inside
        ):
            continue
        start, end = chunks[first][0], chunks[min(len(chunks) - 1, at + _MAX_TOKENS)][1]
        if "(" not in text[place + 1 : end] and ")" not in text[closing + 1 : end]:
            # no other pair of brackets: what stands behind this one is not looked at
            end = min(end, _CHUNK_END.search(text, closing).start())  # type: ignore[union-attr]
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(end, windows[-1][1]))
        else:
            windows.append((start, end))
    return windows


def _may_abbreviate(short: str, long: str) -> bool:
    """Whether the letters of a short form stand in a long one, in order, the first at a word.

    What fails here fails scispaCy's test, too; so most brackets cost no tokens.
    """
    if len(short) >= _MAX_SHORT or not _CAPITAL.search(short):
        return False
    letters = [c for c in short.lower() if c.isalnum()]
    long = long.lower()
    at = len(long)
    for index in range(len(letters) - 1, -1, -1):
        at = long.rfind(letters[index], 0, at)
        while index == 0 and at > 0 and long[at - 1].isalnum():
            at = long.rfind(letters[index], 0, at)
        if at < 0:
            return False
    return bool(letters)


def _read_window(doc: Doc, found: dict[str, str], seen_long: set[str]) -> None:
    from scispacy.abbreviation import filter_matches, find_abbreviation

    tokens = [token.text for token in doc]
    # every pair of brackets, in the order of the closing one, as spaCy's matcher gives them
    pairs = [
        (0, opening + 1, closing)
        for closing, token in enumerate(tokens)
        if token == ")"
        for opening in range(max(0, closing - _MAX_TOKENS - 1), closing - 1)
        if tokens[opening] == "("
    ]
    for long_span, short_span in filter_matches(pairs, doc):
        short, long = find_abbreviation(long_span, short_span)
        if long is None or short.text in found or long.text in seen_long:
            continue
        seen_long.add(long.text)
        found[short.text] = long.text
