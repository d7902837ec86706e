"""Searches many patterns at once: each is tried only at words that it can begin with.

Patterns of a lexicon begin at a word, and a search by ``re`` tries each of them at every
place of a text. Here a pattern's own syntax tells with which letters a match can begin; a word
that begins otherwise is passed over. What is found is what ``re`` finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

# Letters by which words are told apart; more would not pass over many more words.
_LETTERS = 3
# More beginnings than this are not worth telling apart.
_MOST = 400
# Beginnings of words that are remembered before the memory starts anew.
_REMEMBERED = 100_000
# whole words: quicker to pass over than places
_WORD = re.compile(r"\w+")


class WordStarts:
    """Named patterns, searched together.

    Parameters
    ----------
    patterns
        By name; compiled with ``re.IGNORECASE``.
    """

    def __init__(self, patterns: Mapping[str, re.Pattern[str]]) -> None:
        self.patterns = dict(patterns)
        self._known: dict[str, tuple[str, ...]] = {}

    @cached_property
    def _beginnings(self) -> dict[str, frozenset[str]]:
        """The beginnings of each pattern that can begin only at a word."""
        found = {name: beginnings(pattern) for name, pattern in self.patterns.items()}
        return {name: ones for name, ones in found.items() if ones is not None}

    @cached_property
    def _elsewhere(self) -> tuple[str, ...]:
        """Patterns that may begin anywhere: they are searched as they are."""
        return tuple(name for name in self.patterns if name not in self._beginnings)

    def places_in(self, text: str) -> dict[str, int]:
        """Return where ``search`` would find each of the patterns that it finds in a text."""
        found = {
            name: match.start()
            for name in self._elsewhere
            if (match := self.patterns[name].search(text))
        }
        for place, names in self._candidates(text):
            for name in names:
                if name not in found and self.patterns[name].match(text, place):
                    found[name] = place
        return found

    def counts(self, text: str) -> dict[str, int]:
        """Return how many matches ``findall`` would give of each pattern that is found."""
        found = {name: n for name in self._elsewhere if (n := _count(self.patterns[name], text))}
        ends: dict[str, int] = {}
        for place, names in self._candidates(text):
            for name in names:
                if place >= ends.get(name, 0):
                    match = self.patterns[name].match(text, place)
                    if match:
                        ends[name] = match.end()
                        found[name] = found.get(name, 0) + 1
        return found

    def _candidates(self, text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        known = self._known
        for start in _WORD.finditer(text):
            place = start.start()
            word = text[place : place + _LETTERS]
            names = known.get(word)
            if names is None:
                if len(known) >= _REMEMBERED:
                    known.clear()
                names = known[word] = self._names_at(word)
            if names:
                yield place, names

    def _names_at(self, word: str) -> tuple[str, ...]:
        if not word.isascii():
            # some letters fold to others by rules of their own (ſ and s)
            return tuple(self._beginnings)
        word = word.lower()
        ends = range(1, len(word) + 1)
        return tuple(
            dict.fromkeys(name for end in ends for name in self._index.get(word[:end], ()))
        )

    @cached_property
    def _index(self) -> dict[str, list[str]]:
        """Names by beginning."""
        found: dict[str, list[str]] = {}
        for name, ones in self._beginnings.items():
            for one in ones:
                found.setdefault(one, []).append(name)
        return found


def _count(pattern: re.Pattern[str], text: str) -> int:
    return len(pattern.findall(text))


def beginnings(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Return how matches of a pattern can begin, in small letters, or None: at no word, or anyhow.

    Each beginning has up to `_LETTERS` characters; a shorter one says that anything may follow.
    """
    try:
        # the reader of ``re`` itself; without it patterns are searched as they are
        from re import _parser  # type: ignore[attr-defined]

        tree = _parser.parse(pattern.pattern, pattern.flags)
    except (ImportError, re.error):
        return None
    if not _at_word(list(tree)):
        return None
    found = _open(list(tree))
    if "" in found or len(found) > _MOST or not all(one[0].isalnum() for one in found):
        return None
    return frozenset(found)


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


def _open(items: Sequence[Any]) -> set[str]:
    """Return the beginnings of a sequence; one that ends early stands for all that begin so."""
    done: set[str] = set()
    growing = {""}
    for op, argument in items:
        growing, finished = _grow(growing, _of(str(op), argument))
        done |= finished
        if not growing or len(growing) > _MOST:
            break
    # what is still growing has come to the end of the pattern: a match may end here
    return done | growing


def _grow(growing: Iterable[str], tails: set[tuple[str, bool]]) -> tuple[set[str], set[str]]:
    """Put tails behind what is growing; ``(tail, False)`` says that anything may follow it."""
    more: set[str] = set()
    done: set[str] = set()
    for head in growing:
        for tail, goes_on in tails:
            whole = (head + tail)[:_LETTERS]
            if goes_on and len(head + tail) < _LETTERS:
                more.add(whole)
            else:
                done.add(whole)
    return more, done


def _of(op: str, argument: Any) -> set[tuple[str, bool]]:
    """Return the beginnings of one item, each with whether what follows it is still known."""
    if op == "LITERAL":
        letter = chr(argument).lower()
        return {(letter, True)} if letter.isascii() else {("", False)}
    if op in ("AT", "ASSERT", "ASSERT_NOT"):
        # these only forbid
        return {("", True)}
    if op == "IN":
        return _of_set(argument)
    if op == "BRANCH":
        return {one for branch in argument[1] for one in _of_sequence(branch)}
    if op == "SUBPATTERN":
        return _of_sequence(argument[3])
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, _, body = argument
        found = _of_sequence(body)
        if least == 0:
            return {(one, False) for one, _ in found} | {("", True)}
        # a body that may come again: what follows it is not known
        return {(one, goes_on and argument[1] == 1) for one, goes_on in found}
    return {("", False)}


def _of_set(items: Sequence[Any]) -> set[tuple[str, bool]]:
    letters: set[tuple[str, bool]] = set()
    for op, argument in items:
        if str(op) == "LITERAL" and chr(argument).isascii():
            letters.add((chr(argument).lower(), True))
        elif str(op) == "RANGE" and argument[1] < 128:
            letters |= {(chr(n).lower(), True) for n in range(argument[0], argument[1] + 1)}
        else:
            return {("", False)}
    return letters


def _of_sequence(items: Iterable[Any]) -> set[tuple[str, bool]]:
    found: set[tuple[str, bool]] = set()
    growing = {""}
    for op, argument in items:
        growing, done = _grow(growing, _of(str(op), argument))
        found |= {(one, False) for one in done}
        if not growing:
            return found
    return found | {(one, True) for one in growing}
