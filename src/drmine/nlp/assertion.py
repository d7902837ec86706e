"""Negation and speculation: which mentions a sentence denies or only supposes.

A cue reaches over its clause, forward or backward as its file says, and never
past the sentence. Short: a clause ends at a semicolon, a colon, or a comma or
conjunction that opens a new statement.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

_WORD = re.compile(r"\w+")
# Characters of the longest beginning of a word in the file; a longer word costs no more.
_LONGEST_BEGINNING = 16

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


@lru_cache(maxsize=50_000)
def _entries_for(word: str) -> tuple[_Entry, ...]:
    """Return the entries that may begin with a word, the longest first."""
    whole, beginnings = _lexicon()
    found = list(whole.get(word, ()))
    for end in range(2, min(len(word), _LONGEST_BEGINNING) + 1):
        found += beginnings.get(word[:end], ())
    # most words first; among equals the fuller spelling, as it says more
    return tuple(sorted(found, key=lambda e: (-len(e.words), -sum(map(len, e.words)))))


def _fits(pattern: str, word: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a sentence where a new statement begins; offsets into ``text``."""
    borders = [start, *(b.start() for b in _CLAUSE_END.finditer(text, start, end)), end]
    return [(a, b) for a, b in itertools.pairwise(borders) if b > a]


def find_cues(text: str, start: int, end: int) -> list[Cue]:
    """Return the cues of one sentence (offsets into ``text``), pseudo cues left out."""
    words = [(m.group().lower(), m.start(), m.end()) for m in _WORD.finditer(text, start, end)]
    cues: list[Cue] = []
    borders: list[int] | None = None
    position = 0
    while position < len(words):
        entries = _entries_for(words[position][0])
        entry = (
            next((e for e in entries if _stands(text, words, position, e)), None)
            if entries
            else None
        )
        if entry is None:
            position += 1
            continue
        cue_start = words[position][1]
        position += len(entry.words)
        cue_end = words[position - 1][2]
        if entry.kind == "pseudo" or _is_nitric_oxide(text, start, end, cue_start, cue_end):
            continue
        if borders is None:
            borders = [start, *(b.start() for b in _CLAUSE_END.finditer(text, start, end)), end]
        left = max(b for b in borders if b <= cue_start)
        right = min((b for b in borders if b >= cue_end), default=end)
        cues.append(
            Cue(
                cue_start,
                cue_end,
                entry.kind,
                left if entry.scope in ("backward", "both") else cue_start,
                right if entry.scope in ("forward", "both") else cue_end,
            )
        )
    return cues


def _is_nitric_oxide(text: str, start: int, end: int, cue_start: int, cue_end: int) -> bool:
    """Whether a cue is ``NO`` in a sentence that is not all in capitals: a molecule, no word."""
    return text[cue_start:cue_end] == "NO" and not text[start:end].isupper()


def _stands(text: str, words: list[tuple[str, int, int]], first: int, entry: _Entry) -> bool:
    if first + len(entry.words) > len(words):
        return False
    for offset in range(1, len(entry.words)):
        word, start, _ = words[first + offset]
        if not _fits(entry.words[offset], word):
            return False
        if start - words[first + offset - 1][2] != 1 or text[start - 1] not in " -":
            return False
    return True


def governing(cues: Sequence[Cue], start: int, end: int, *kinds: Kind) -> Cue | None:
    """Return the cue of these kinds whose scope holds the stretch, the nearest first."""
    holding = [c for c in cues if c.kind in kinds and c.scope_start <= start and end <= c.scope_end]
    return min(holding, key=lambda c: min(abs(c.start - end), abs(start - c.end)), default=None)
