"""Reads from a pattern's own syntax with which letters a match of it can begin."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from typing import Any

# Letters by which beginnings are told apart: enough to look into the second word behind "in".
LETTERS = 8
# Stands in a beginning for any character beyond ASCII; white space stands there as a space.
OTHER = "\x80"
# More beginnings than this are not worth telling apart.
_MOST = 400


def beginnings(
    pattern: re.Pattern[str], lengths: Sequence[int] = range(LETTERS, 2, -1)
) -> frozenset[str] | None:
    """Return how matches of a pattern can begin, in small letters, or None: at no word, or anyhow.

    Parameters
    ----------
    pattern
        Compiled with ``re.IGNORECASE``, or for small and capital letters as they stand.
    lengths
        How many characters each beginning has at most, by preference: the first is taken that
        does not give more than ``_MOST``.

    Returns
    -------
    frozenset of str or None
        A shorter one says that anything may follow. White space is a space, and any character
        beyond ASCII is ``OTHER``.
    """
    try:
        # the reader of ``re`` itself; without it patterns are searched as they are
        from re import _parser  # type: ignore[attr-defined]

        tree = _parser.parse(pattern.pattern, pattern.flags)
    except (ImportError, re.error):
        return None
    if not _at_word(list(tree)):
        return None
    for length in lengths:
        found = _open(list(tree), length)
        if "" not in found and len(found) <= _MOST and all(one[0].isalnum() for one in found):
            return frozenset(found)
    return None


def _at_word(items: Sequence[Any]) -> bool:
    """Whether every way of beginning has the edge of a word first."""
    if not items:
        return False
    op, argument = str(items[0][0]), items[0][1]
    if op == "AT":
        return str(argument) == "AT_BOUNDARY"
    if op == "BRANCH":
        return all(_at_word(list(branch)) for branch in argument[1])
    if op == "SUBPATTERN":
        return _at_word(list(argument[3]))
    return False


def _open(items: Sequence[Any], length: int) -> set[str]:
    """Return the beginnings of a sequence; one that ends early stands for all that begin so."""
    done: set[str] = set()
    growing = {""}
    for op, argument in items:
        growing, finished = _grow(growing, _of(str(op), argument, length), length)
        done |= finished
        if not growing or len(growing) > _MOST:
            break
    # what is still growing has come to the end of the pattern: a match may end here
    return done | growing


def _grow(
    growing: Iterable[str], tails: set[tuple[str, bool]], length: int
) -> tuple[set[str], set[str]]:
    """Put tails behind what is growing; ``(tail, False)`` says that anything may follow it."""
    more: set[str] = set()
    done: set[str] = set()
    for head in growing:
        for tail, goes_on in tails:
            whole = head + tail
            if goes_on and len(whole) < length:
                more.add(whole)
            else:
                done.add(whole[:length])
    return more, done


def _of(op: str, argument: Any, length: int) -> set[tuple[str, bool]]:
    """Return the beginnings of one item, each with whether what follows it is still known."""
    if op == "LITERAL":
        return {_of_letter(chr(argument))}
    if op in ("AT", "ASSERT", "ASSERT_NOT"):
        # these only forbid
        return {("", True)}
    if op == "IN":
        return _of_set(argument)
    if op == "BRANCH":
        return {one for branch in argument[1] for one in _of_sequence(branch, length)}
    if op == "SUBPATTERN":
        return _of_sequence(argument[3], length)
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, body = argument
        # a body that may come again: what follows it is not known
        found = {(one, goes_on and most == 1) for one, goes_on in _of_sequence(body, length)}
        return found | {("", True)} if least == 0 else found
    return {("", False)}


def _of_letter(letter: str) -> tuple[str, bool]:
    if letter.isspace():
        return (" ", True) if letter.isascii() else (OTHER, False)
    if letter.isascii():
        return letter.lower(), True
    # the few that are small or capital letters of one in ASCII: K (Kelvin), ſ, İ, ı
    kin = letter.lower()[:1] + letter.upper()[:1] + letter.casefold()[:1]
    return ("", False) if any(map(str.isascii, kin)) else (OTHER, False)


def _of_set(items: Sequence[Any]) -> set[tuple[str, bool]]:
    letters: set[tuple[str, bool]] = set()
    for op, argument in items:
        kind = str(argument) if str(op) == "CATEGORY" else str(op)
        if kind == "LITERAL":
            letters.add(_of_letter(chr(argument)))
        elif kind == "RANGE" and argument[1] < 128:
            letters |= {_of_letter(chr(n)) for n in range(argument[0], argument[1] + 1)}
        elif kind == "CATEGORY_DIGIT":
            # others are met where these are: a word that has one is tried with every pattern
            letters |= {(digit, True) for digit in string.digits}
        elif kind == "CATEGORY_SPACE":
            letters |= {(" ", True), (OTHER, False)}
        else:
            return {("", False)}
    return letters


def _of_sequence(items: Iterable[Any], length: int) -> set[tuple[str, bool]]:
    found: set[tuple[str, bool]] = set()
    growing = {""}
    for op, argument in items:
        growing, done = _grow(growing, _of(str(op), argument, length), length)
        found |= {(one, False) for one in done}
        if not growing:
            return found
        if len(growing) > _MOST:
            return found | {(one, False) for one in growing}
    return found | {(one, True) for one in growing}
