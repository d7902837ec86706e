"""Searches many patterns at once: each is tried only at words that it can begin with.

Patterns of a lexicon begin at a word, and a search by ``re`` tries each of them at every
place of a text. Here a pattern's own syntax tells with which letters a match can begin; a word
that begins otherwise is passed over. What is found is what ``re`` finds.
"""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeAlias

from drmine.nlp.beginnings import LETTERS, beginnings
from drmine.nlp.memo import Memo
from drmine.nlp.words import Words, words_of

# Words that are remembered before the memory starts anew.
_REMEMBERED = 100_000
# The patterns that can begin at a word: their names, and what tries them.
_Matchers: TypeAlias = tuple[tuple[str, Callable[[str, int], re.Match[str] | None]], ...]
# For words that end before it is told what can begin there.
_TOO_SHORT: _Matchers = (("", re.compile("").match),)
_GOES_ON = re.compile(r"\w+(?=\W)")
_SPACE = re.compile(r"\s")
# Behind the last word of any text.
_NO_MORE: tuple[int, _Matchers] = (sys.maxsize, ())


class WordStarts:
    """Named patterns, searched together.

    Parameters
    ----------
    patterns
        By name; compiled with ``re.IGNORECASE``.
    """

    def __init__(self, patterns: Mapping[str, re.Pattern[str]]) -> None:
        self.patterns = dict(patterns)
        self._by_word: Memo[str, _Matchers] = Memo(self._at_word, _REMEMBERED)
        self._by_letters: Memo[str, _Matchers] = Memo(self._at_letters, _REMEMBERED)
        # many words share what can begin with them
        self._matchers: Memo[frozenset[str], _Matchers] = Memo(self._matchers_of, _REMEMBERED)

    @cached_property
    def _beginnings(self) -> dict[str, frozenset[str]]:
        """The beginnings of each pattern that can begin only at a word."""
        found = {name: beginnings(pattern) for name, pattern in self.patterns.items()}
        return {name: ones for name, ones in found.items() if ones is not None}

    @cached_property
    def _elsewhere(self) -> tuple[str, ...]:
        """Patterns that may begin anywhere: they are searched as they are."""
        return tuple(name for name in self.patterns if name not in self._beginnings)

    def places_in(self, text: str, words: Words | None = None) -> dict[str, int]:
        """Return where ``search`` would find each of the patterns that it finds in a text.

        ``words`` are those of the text, where the caller has them.
        """
        return self.places_in_each(text, [(0, len(text))], words)[0]

    def places_in_each(
        self, text: str, spans: Iterable[tuple[int, int]], words: Words | None = None
    ) -> list[dict[str, int]]:
        """Return :meth:`places_in` for each of several stretches of a text.

        Parameters
        ----------
        text
            Its words are looked at once for all stretches.
        spans
            Start and end, in order; none may begin or end within a word. The places that are
            returned count from the start of the stretch, and nothing outside of it is seen.
        words
            Those of the text, where the caller has them.
        """
        candidates = self._candidates(text, words)
        found: list[dict[str, int]] = []
        place, matchers = next(candidates, _NO_MORE)
        for start, end in spans:
            part = text[start:end]
            here = {
                name: match.start()
                for name in self._elsewhere
                if (match := self.patterns[name].search(part))
            }
            while place < start:
                place, matchers = next(candidates, _NO_MORE)
            while place < end:
                for name, matches in matchers:
                    if name not in here and matches(part, place - start):
                        here[name] = place - start
                place, matchers = next(candidates, _NO_MORE)
            found.append(here)
        return found

    def counts(self, text: str, words: Words | None = None) -> dict[str, int]:
        """Return how many matches ``findall`` would give of each pattern that is found.

        ``words`` are those of the text, where the caller has them.
        """
        found = {name: n for name in self._elsewhere if (n := _count(self.patterns[name], text))}
        ends: dict[str, int] = {}
        for place, matchers in self._candidates(text, words):
            for name, matches in matchers:
                if place >= ends.get(name, 0):
                    match = matches(text, place)
                    if match:
                        ends[name] = match.end()
                        found[name] = found.get(name, 0) + 1
        return found

    def _candidates(self, text: str, words: Words | None) -> Iterator[tuple[int, _Matchers]]:
        """Return the words at which patterns can begin, by place, with the patterns."""
        written, starts = words or words_of(text)
        by_word = list(map(self._by_word.__getitem__, written))
        # in C, since most words are passed over
        for place, matchers in itertools.compress(zip(starts, by_word, strict=True), by_word):
            if matchers is _TOO_SHORT:
                matchers = self._by_letters[text[place : place + LETTERS]]
                if not matchers:
                    continue
            yield place, matchers

    def _at_word(self, word: str) -> _Matchers:
        """Return what can begin with a word, or ``_TOO_SHORT`` where the next one is needed."""
        if len(word) < LETTERS and word.lower() in self._continued and word.isascii():
            return _TOO_SHORT
        return self._at_letters(word[:LETTERS])

    def _at_letters(self, letters: str) -> _Matchers:
        if not letters.isascii():
            # some letters fold to others by rules of their own (ſ and s)
            return self._matchers[frozenset(self._beginnings)]
        letters = letters.lower()
        if not letters.isalnum():
            letters = _SPACE.sub(" ", letters)
        index = self._index
        # most words end here, so it is asked first and briefly
        if letters[:3] not in index and letters[:2] not in index and letters[:1] not in index:
            return ()
        ends = range(1, len(letters) + 1)
        found = [names for end in ends if (names := index.get(letters[:end]))]
        return self._matchers[frozenset().union(*found)] if found else ()

    def _matchers_of(self, names: frozenset[str]) -> _Matchers:
        """Return the patterns in their order: of two at one word, the first counts."""
        return tuple((name, one.match) for name, one in self.patterns.items() if name in names)

    @cached_property
    def _index(self) -> dict[str, list[str]]:
        """Names by beginning; the first three letters of each stand there, too."""
        found: dict[str, list[str]] = {}
        for name, ones in self._beginnings.items():
            for one in ones:
                found.setdefault(one[:3], [])
                found.setdefault(one, []).append(name)
        return found

    @cached_property
    def _continued(self) -> frozenset[str]:
        """The first words of those beginnings that go on behind them."""
        return frozenset(w.group() for one in self._index if (w := _GOES_ON.match(one)))


def _count(pattern: re.Pattern[str], text: str) -> int:
    return len(pattern.findall(text))
