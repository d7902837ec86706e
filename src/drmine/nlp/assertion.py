"""Negation and speculation: which mentions a sentence denies or only supposes.

A cue reaches over its clause, forward or backward as its file says, and never
past the sentence. Short: a clause ends at a semicolon, a colon, or a comma or
conjunction that opens a new statement. What a negation denies may end earlier, or
begin later (:mod:`drmine.nlp.scope`).
"""

from __future__ import annotations

import csv
import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from drmine.nlp.memo import Memo
from drmine.nlp.scope import group_end, reach_end, reach_start
from drmine.nlp.words import Words, cut, words_of

# Characters of the longest beginning of a word in the file; a longer word costs no more.
_LONGEST_BEGINNING = 16
# Words, and pairs of them, that are remembered before the memory starts anew.
_REMEMBERED = 100_000

Kind = Literal["negation", "null", "speculation", "pseudo"]

# A comma alone joins lists; with one of these words it opens a statement of its own.
_CLAUSE_END = re.compile(
    r";|:(?=\s)|\s[–—-]\s|,?\s(?=(?:but|whereas|while|although|though|however|yet|unless|despite|"
    r"in contrast|because|since)\b)|,\s(?=(?:and|or|so)\s(?:the|we|a|an|this|these|it|its|in|patients|there)\b)|"
    r",\s(?=(?:suggesting|indicating|implying|supporting|which|where|we|there|it)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue as it stands in a text, with the stretch that it governs."""

    start: int
    end: int
    kind: Kind
    scope_start: int
    scope_end: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """One row of ``cues.tsv``, its words in order; a word that ends in ``*`` has any ending."""

    words: tuple[str, ...]
    kind: Kind
    scope: str


@lru_cache(maxsize=1)
def _lexicon() -> tuple[dict[str, list[_Entry]], dict[str, list[_Entry]]]:
    """Return the entries by their first word, whole words and beginnings of words apart."""
    text = files("drmine.nlp").joinpath("cues.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    whole: dict[str, list[_Entry]] = {}
    beginnings: dict[str, list[_Entry]] = {}
    for row in csv.DictReader(lines, delimiter="\t"):
        entry = _Entry(tuple(row["cue"].split()), row["kind"], row["scope"])  # type: ignore[arg-type]
        first = entry.words[0]
        place = beginnings if first.endswith("*") else whole
        place.setdefault(first.rstrip("*"), []).append(entry)
    return whole, beginnings


def _entries_for(word: str) -> tuple[_Entry, ...]:
    """Return the entries that may begin with a word, the longest first."""
    word = word.lower()
    whole, beginnings = _lexicon()
    found = list(whole.get(word, ()))
    for end in range(2, min(len(word), _LONGEST_BEGINNING) + 1):
        found += beginnings.get(word[:end], ())
    # most words first; among equals the fuller spelling, as it says more
    return tuple(sorted(found, key=lambda e: (-len(e.words), -sum(map(len, e.words)))))


def _entries_for_pair(pair: tuple[str, str]) -> tuple[_Entry, ...]:
    """Return those entries for a word that the next word leaves possible."""
    word, following = pair
    following = following.lower()
    return tuple(e for e in _BY_WORD[word] if len(e.words) == 1 or _fits(e.words[1], following))


_BY_WORD: Memo[str, tuple[_Entry, ...]] = Memo(_entries_for, _REMEMBERED)
_BY_PAIR: Memo[tuple[str, str], tuple[_Entry, ...]] = Memo(_entries_for_pair, _REMEMBERED)


def _fits(pattern: str, word: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a sentence where a new statement begins; offsets into ``text``."""
    return [(a, b) for a, b in itertools.pairwise(_borders(text, start, end)) if b > a]


def _borders(text: str, start: int, end: int) -> list[int]:
    return [start, *(b.start() for b in _CLAUSE_END.finditer(text, start, end)), end]


def find_cues(text: str, start: int, end: int) -> list[Cue]:
    """Return the cues of one sentence (offsets into ``text``), pseudo cues left out."""
    words, starts = cut(text[start:end])
    return _read_cues(text, Words(words, [start + at for at in starts]), [(start, end)])[0]


def cues_in_each(text: str, spans: Sequence[tuple[int, int]]) -> list[list[Cue]]:
    """Return the cues of each sentence of a text; its words are looked at once.

    Parameters
    ----------
    text
        A whole text.
    spans
        Start and end of its sentences, in order; none may begin or end within a word.
    """
    return _read_cues(text, words_of(text), spans)


def _read_cues(text: str, words: Words, spans: Sequence[tuple[int, int]]) -> list[list[Cue]]:
    found = list(map(_BY_WORD.__getitem__, words.words))
    # in C, since most words begin no cue
    hits = itertools.compress(range(len(found)), found)
    hit = next(hits, -1)
    cues_of_each: list[list[Cue]] = []
    for start, end in spans:
        cues: list[Cue] = []
        borders: list[int] = []
        # the first word behind the cue that was found last
        after = 0
        while hit >= 0 and words.starts[hit] < end:
            entry = None
            if hit >= after and words.starts[hit] >= start:
                entry = _entry_at(text, words, hit, end)
            if entry is not None:
                after = hit + len(entry.words)
                cue_start = words.starts[hit]
                cue_end = words.starts[after - 1] + len(words.words[after - 1])
                if entry.kind != "pseudo" and not _is_nitric_oxide(
                    text, start, end, cue_start, cue_end
                ):
                    borders = borders or _borders(text, start, end)
                    cue = _cue(entry, cue_start, cue_end, borders, end)
                    if entry.kind in ("negation", "null"):
                        cue = _nearer(text, start, end, cue)
                    cues.append(cue)
            hit = next(hits, -1)
        cues_of_each.append(cues)
    return cues_of_each


def _cue(entry: _Entry, cue_start: int, cue_end: int, borders: list[int], end: int) -> Cue:
    left = borders[bisect_right(borders, cue_start) - 1]
    behind = bisect_left(borders, cue_end)
    right = borders[behind] if behind < len(borders) else end
    return Cue(
        cue_start,
        cue_end,
        entry.kind,
        left if entry.scope in ("backward", "both") else cue_start,
        right if entry.scope in ("forward", "both") else cue_end,
    )


def _nearer(text: str, start: int, end: int, cue: Cue) -> Cue:
    """Let a negation of a sentence reach no further than what it denies, forward and backward."""
    scope_start, scope_end = cue.scope_start, cue.scope_end
    if scope_end > cue.end:
        scope_end = reach_end(text, cue.start, cue.end, scope_end)
        scope_end = min(scope_end, group_end(text, start, end, cue.start, cue.end))
    if scope_start < cue.start:
        scope_start = reach_start(text, scope_start, cue.start)
    return replace(cue, scope_start=scope_start, scope_end=scope_end)


def _is_nitric_oxide(text: str, start: int, end: int, cue_start: int, cue_end: int) -> bool:
    """Whether a cue is ``NO`` in a sentence that is not all in capitals: a molecule, no word."""
    return text[cue_start:cue_end] == "NO" and not text[start:end].isupper()


def _entry_at(text: str, words: Words, first: int, end: int) -> _Entry | None:
    """Return the first entry that stands at a word and ends before ``end``."""
    following = words.words[first + 1] if first + 1 < len(words.words) else ""
    for entry in _BY_PAIR[words.words[first], following]:
        if _stands(text, words, first, entry, end):
            return entry
    return None


def _stands(text: str, words: Words, first: int, entry: _Entry, end: int) -> bool:
    last = first + len(entry.words) - 1
    if last >= len(words.words) or words.starts[last] >= end:
        return False
    for offset in range(1, len(entry.words)):
        at = first + offset
        if not _fits(entry.words[offset], words.words[at].lower()):
            return False
        start = words.starts[at]
        if (
            start - words.starts[at - 1] - len(words.words[at - 1]) != 1
            or text[start - 1] not in " -"
        ):
            return False
    return True


def governing(cues: Sequence[Cue], start: int, end: int, *kinds: Kind) -> Cue | None:
    """Return the cue of these kinds whose scope holds the stretch, the nearest first.

    A cue that shares words with the stretch is part of its name ("failed to respond") and denies
    nothing of it.
    """
    holding = [
        c
        for c in cues
        if c.kind in kinds
        and c.scope_start <= start
        and end <= c.scope_end
        and not (start < c.end and c.start < end)
    ]
    return min(holding, key=lambda c: min(abs(c.start - end), abs(start - c.end)), default=None)
