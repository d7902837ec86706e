"""Finds vocabulary terms in a text, longest first, whatever their spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from drmine.nlp.normalize import Piece, key, pieces

# What may stand between two pieces of one term. A full stop, comma or bracket
# counts only inside a word ("Nav1.1", "GABA(A)"): with a space it ends a phrase.
_GAP = re.compile(
    r"(?:[-‐‑‒–—/'’_ \u00a0\u2009]{0,3}|[.,(){}\[\]<>+*:→]{1,3}|-{0,2}>|[-–] ?\(|\+?\)?[- ]|\(\+\) ?|% ?)\Z"
)
_MAX_PIECES = 14


class Entry(NamedTuple):
    """One term of one concept, as the index holds it."""

    concept: str
    term: str
    needs_context: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A term found: offsets into the text, and the entries that share its key."""

    start: int
    end: int
    entries: tuple[Entry, ...]


class TermIndex:
    """Terms by key, with the set of all their beginnings, so that a miss costs one look-up."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._by_key: dict[str, tuple[Entry, ...]] = {}
        self._beginnings: set[str] = set()
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Add a term under its key; several concepts may share one."""
        term_key = key(entry.term)
        if not term_key:
            return
        present = self._by_key.get(term_key, ())
        if entry not in present:
            self._by_key[term_key] = (*present, entry)
            self._beginnings.update(term_key[:i] for i in range(1, len(term_key) + 1))

    def __len__(self) -> int:
        return len(self._by_key)

    def lookup(self, text: str) -> tuple[Entry, ...]:
        """Return the entries whose key is that of the whole text."""
        return self._by_key.get(key(text), ())

    def find(
        self,
        text: str,
        text_pieces: list[Piece] | None = None,
        extra: Mapping[str, Entry] | None = None,
    ) -> list[Match]:
        """Return the longest matches from left to right, none overlapping.

        Parameters
        ----------
        text
            What is searched.
        text_pieces
            ``pieces(text)`` where the caller has them.
        extra
            Entries by key that hold for this text alone (its abbreviations);
            they win over the vocabulary.
        """
        parts = pieces(text) if text_pieces is None else text_pieces
        extra = extra or {}
        extra_beginnings = {k[:i] for k in extra for i in range(1, len(k) + 1)}
        found: list[Match] = []
        position = 0
        beginnings = self._beginnings
        last = len(parts) - 1
        while position <= last:
            first = parts[position].key
            # most pieces begin no term, alone or with the next: they leave here
            if first not in self._by_key and first not in extra:
                joined = first + parts[position + 1].key if position < last else ""
                if joined not in beginnings and joined not in extra_beginnings:
                    position += 1
                    continue
            match, after = self._longest(text, parts, position, extra, extra_beginnings)
            if match is None:
                position += 1
            else:
                found.append(match)
                position = after
        return found

    def _longest(
        self,
        text: str,
        parts: list[Piece],
        first: int,
        extra: Mapping[str, Entry],
        extra_beginnings: set[str],
    ) -> tuple[Match | None, int]:
        start, before, _ = parts[first]
        joined = ""
        best: Match | None = None
        after = first + 1
        if start and text[start - 1].isalnum():
            return None, after
        for index in range(first, min(first + _MAX_PIECES, len(parts))):
            piece_start, piece_end, folded = parts[index]
            joined += folded
            if joined not in self._beginnings and joined not in extra_beginnings:
                break
            if index > first and not _joins(text, before, piece_start):
                break
            before = piece_end
            if piece_end < len(text) and text[piece_end].isalnum():
                continue
            if joined in extra and case_fits(extra[joined].term, text[start:piece_end]):
                best, after = Match(start, piece_end, (extra[joined],)), index + 1
            elif joined in self._by_key:
                surface = text[start:piece_end]
                entries = tuple(e for e in self._by_key[joined] if case_fits(e.term, surface))
                if entries:
                    best, after = Match(start, piece_end, entries), index + 1
        if best is not None:
            best = _close_bracket(text, best)
            if _closes_another(text[best.start : best.end]):
                return None, first + 1
        return best, after


def _joins(text: str, end: int, start: int) -> bool:
    if end == start:
        return True
    gap = text[end:start]
    return gap == " " or gap == "-" or _GAP.match(gap) is not None


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


def _closes_another(surface: str) -> bool:
    """Whether a bracket closes that was opened before: ``Kir) channel``."""
    for opening, closing in ("()", "[]"):
        before, found, _ = surface.partition(closing)
        if found and opening not in before:
            return True
    return False


def case_fits(term: str, surface: str) -> bool:
    """Whether a surface form may stand for a term, as far as its capitals go.

    Short terms in capitals (``SET``, ``PER``, ``CAT``) are words when written
    small. With a digit (``Abcb1``), or with more than five letters, case says
    nothing.
    """
    letters = [c for c in term if c.isalpha()]
    capitals = sum(c.isupper() for c in letters)
    if len(letters) > 5 or capitals < 2 or any(c.isdigit() for c in term):
        return len(letters) > 2 or _same_letters(term, surface) or any(c.isdigit() for c in term)
    if _same_letters(term, surface):
        return True
    # the plural of an acronym, and a rodent's gene (Bcrp)
    return surface.rstrip("s") == term or (len(letters) > 3 and surface == term.capitalize())


def _same_letters(term: str, surface: str) -> bool:
    wanted = [c for c in term if c.isalpha()]
    return wanted == [c for c in surface if c.isalpha()] or wanted == [
        c for c in surface.rstrip("s") if c.isalpha()
    ]
