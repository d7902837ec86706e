"""Finds vocabulary terms in a text, longest first, whatever their spelling."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from drmine.nlp.memo import Memo
from drmine.nlp.normalize import Piece, key, pieces
from drmine.nlp.surface import closes_another, fits, joins
from drmine.nlp.words import Words, cut

_MAX_PIECES = 14
# Words that are remembered before the memory starts anew.
_REMEMBERED = 100_000
# The concept of phrases that mean another thing than the term in them.
BLOCKED = ""
# In place of the key of a word with which no term begins, and of one with which a term may begin
# whatever follows. No key holds them.
_NEVER, _ALWAYS = "\0", "\1"


class Entry(NamedTuple):
    """One term of one concept, as the index holds it."""

    concept: str
    term: str
    needs_context: bool


class Match(NamedTuple):
    """A term found: offsets into the text, and the entries that share its key."""

    start: int
    end: int
    entries: tuple[Entry, ...]


class TermIndex:
    """Terms by key, with the set of all their beginnings, so that a miss costs one look-up."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._by_key: dict[str, tuple[Entry, ...]] = {}
        self._beginnings: set[str] = set()
        self._heads: Memo[str, str] = Memo(self._head_of, _REMEMBERED)
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Add a term under its key; several concepts may share one."""
        term_key = key(entry.term)
        if not term_key:
            return
        present = self._by_key.get(term_key, ())
        if entry not in present:
            self._heads.clear()
            self._by_key[term_key] = (*present, entry)
            for end in range(len(term_key), 0, -1):
                if term_key[:end] in self._beginnings:
                    break  # and so are all that are shorter
                self._beginnings.add(term_key[:end])

    def __len__(self) -> int:
        return len(self._by_key)

    def lookup(self, text: str) -> tuple[Entry, ...]:
        """Return the entries whose key is that of the whole text."""
        return self._by_key.get(key(text), ())

    def find(
        self,
        text: str,
        words: Words | None = None,
        extra: Mapping[str, Entry] | None = None,
    ) -> list[Match]:
        """Return the longest matches from left to right, none overlapping.

        Parameters
        ----------
        text
            What is searched.
        words
            The words of ``text`` where the caller has them.
        extra
            Entries by key that hold for this text alone (its abbreviations);
            they win over the vocabulary.
        """
        words = words or cut(text)
        extra = extra or {}
        extra_beginnings = {k[:i] for k in extra for i in range(1, len(k) + 1)}
        found: list[Match] = []
        done = 0
        for number in self._openings(words, extra_beginnings):
            word, offset = words.words[number], words.starts[number]
            for piece in _PIECES[word]:
                # a term does not begin within a run of letters and digits
                is_inside = piece.start > 0 and word[piece.start - 1] != "_"
                if is_inside or offset + piece.start < done:
                    continue
                parts = _pieces_from(words, number, piece.start)
                match, end = self._longest(text, parts, extra, extra_beginnings)
                if match is not None:
                    found.append(match)
                    done = end
        return found

    def _openings(self, words: Words, extra_beginnings: set[str]) -> Iterator[int]:
        """Return the numbers of the words with which a term may begin; most begin none.

        All in C: hundreds of words are asked for in each abstract.
        """
        heads = list(map(self._heads.__getitem__, words.words))
        keys = list(map(_FIRST_KEYS.__getitem__, words.words))
        joined = map(operator.add, heads, [*keys[1:], ""])
        opens = map(
            operator.or_,
            map(self._beginnings.__contains__, joined),
            map(operator.is_, heads, itertools.repeat(_ALWAYS)),
        )
        if extra_beginnings:
            opens = map(operator.or_, opens, map(extra_beginnings.__contains__, keys))
        return itertools.compress(itertools.count(), opens)

    def _head_of(self, word: str) -> str:
        """Return the key of a word that is of one piece, as far as a term can begin with it.

        Where terms go on, the next word decides; words of several pieces decide by themselves.
        """
        keys = [piece.key for piece in _PIECES[word]]
        if len(keys) == 1 and keys[0] not in self._by_key:
            return keys[0] if keys[0] in self._beginnings else _NEVER
        may_open = "_" in word or any(
            one in self._by_key or one + after in self._beginnings
            for one, after in itertools.zip_longest(keys, keys[1:], fillvalue="")
        )
        return _ALWAYS if may_open else _NEVER

    def _longest(
        self,
        text: str,
        parts: Iterator[tuple[int, int, str]],
        extra: Mapping[str, Entry],
        extra_beginnings: set[str],
    ) -> tuple[Match | None, int]:
        """Return the longest match of the first of the pieces, and the end of its last."""
        joined = ""
        best: Match | None = None
        start = before = end = -1
        for piece_start, piece_end, folded in itertools.islice(parts, _MAX_PIECES):
            joined += folded
            if joined not in self._beginnings and joined not in extra_beginnings:
                break
            if start < 0:
                start = piece_start
            elif not joins(text, before, piece_start):
                break
            before = piece_end
            if piece_end < len(text) and text[piece_end].isalnum():
                continue
            surface = text[start:piece_end]
            if joined in extra and fits(extra[joined].term, surface):
                best, end = Match(start, piece_end, (extra[joined],)), piece_end
            elif joined in self._by_key:
                entries = tuple([e for e in self._by_key[joined] if fits(e.term, surface)])
                # in "(AED) polytherapy" what was defined stands, and no term goes on behind it
                if entries and not (best and closes_another(surface)):
                    best, end = Match(start, piece_end, entries), piece_end
        if best is not None and not text[best.start : best.end].isalnum():
            best = _close_bracket(text, best)
            if closes_another(text[best.start : best.end]):
                return None, end
        return best, end


def _close_bracket(text: str, match: Match) -> Match:
    """Take in the bracket that belongs to the term: ``GABA(A)``, not ``GABA(A``."""
    surface = text[match.start : match.end]
    for opening, closing in ("()", "[]"):
        if (
            surface.count(opening) > surface.count(closing)
            and text[match.end : match.end + 1] == closing
        ):
            return Match(match.start, match.end + 1, match.entries)
    return match


def _first_key_of(word: str) -> str:
    parts = _PIECES[word]
    return parts[0].key if parts else ""


def _pieces_from(words: Words, number: int, place: int) -> Iterator[tuple[int, int, str]]:
    """Return the pieces of a text from one on: the word's number, the place in the word."""
    for at in range(number, len(words.words)):
        offset = words.starts[at]
        for start, end, folded in _PIECES[words.words[at]]:
            if at > number or start >= place:
                yield offset + start, offset + end, folded


_PIECES: Memo[str, tuple[Piece, ...]] = Memo(lambda word: tuple(pieces(word)), _REMEMBERED)
_FIRST_KEYS: Memo[str, str] = Memo(_first_key_of, _REMEMBERED)
