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

Kind = Literal["negation", "speculation", "pseudo"]

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


@lru_cache(maxsize=1)
def _lexicon() -> tuple[re.Pattern[str], dict[str, tuple[Kind, str]]]:
    text = files("drmine.nlp").joinpath("cues.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    rows = list(csv.DictReader(lines, delimiter="\t"))
    named: dict[str, tuple[Kind, str]] = {}
    patterns: list[str] = []
    for number, row in enumerate(sorted(rows, key=lambda r: -len(r["cue"]))):
        name = f"c{number}"
        named[name] = (row["kind"], row["scope"])  # type: ignore[assignment]
        words = [re.escape(w).replace(r"\*", r"\w*") for w in row["cue"].split()]
        patterns.append(rf"(?P<{name}>{r'[ -]'.join(words)})")
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE), named


def clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a sentence where a new statement begins; offsets into ``text``."""
    borders = [start, *(b.start() for b in _CLAUSE_END.finditer(text, start, end)), end]
    return [(a, b) for a, b in itertools.pairwise(borders) if b > a]


def find_cues(text: str, start: int, end: int) -> list[Cue]:
    """Return the cues of one sentence (offsets into ``text``), pseudo cues left out."""
    pattern, named = _lexicon()
    cues: list[Cue] = []
    borders: list[int] | None = None
    for match in pattern.finditer(text, start, end):
        kind, scope = named[match.lastgroup or ""]
        if kind == "pseudo":
            continue
        if borders is None:
            borders = [start, *(b.start() for b in _CLAUSE_END.finditer(text, start, end)), end]
        left = max(b for b in borders if b <= match.start())
        right = min((b for b in borders if b >= match.end()), default=end)
        cues.append(
            Cue(
                match.start(),
                match.end(),
                kind,
                left if scope in ("backward", "both") else match.start(),
                right if scope in ("forward", "both") else match.end(),
            )
        )
    return cues


def governing(cues: Sequence[Cue], start: int, end: int, kind: Kind) -> Cue | None:
    """Return the cue of a kind whose scope holds the stretch, the nearest first."""
    holding = [c for c in cues if c.kind == kind and c.scope_start <= start and end <= c.scope_end]
    return min(holding, key=lambda c: min(abs(c.start - end), abs(start - c.end)), default=None)
