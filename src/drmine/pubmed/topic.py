"""Is a record on epilepsy? The terms stand, explained, in ``topic_terms.tsv``."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from drmine.records import Record

NOT_ON_TOPIC = "no term for epilepsy"

_LOWER = bytes(range(256)).lower()
_NOT_LETTERS = bytes(code for code in range(256) if not chr(code).isalpha() or code > 0x7F)


@dataclass(frozen=True, slots=True)
class Term:
    """One row of ``topic_terms.tsv``; the header of the file says what the columns mean."""

    id: str
    scope: str
    pattern: str
    anchors: tuple[str, ...]
    examples: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a record is kept; ``reason`` names the field and the words that decided."""

    keep: bool
    reason: str


@cache
def topic_terms() -> tuple[Term, ...]:
    """Return the terms in the order of the file."""
    text = files("drmine.pubmed").joinpath("topic_terms.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(
        Term(
            row["id"],
            row["scope"],
            row["pattern"],
            tuple(row["anchors"].split("|")),
            tuple(example.strip() for example in row["examples"].split(";")),
            row["note"] or "",
        )
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    )


def squeeze(text: bytes) -> bytes:
    """Bring text to the form in which anchors are looked for: the letters a to z alone.

    Without spaces, soft hyphens and punctuation the parts of an anchor can
    only come together, never apart.
    """
    return text.translate(_LOWER, _NOT_LETTERS)


@cache
def _terms_of(scopes: frozenset[str]) -> tuple[tuple[bytes, re.Pattern[str]], ...]:
    """Each anchor with the pattern that it announces."""
    return tuple(
        (anchor.encode("ascii"), re.compile(term.pattern))
        for term in topic_terms()
        if term.scope in scopes
        for anchor in term.anchors
    )


_ANY = frozenset({"any"})
_SUBJECT = _ANY | {"subject"}
_VERNACULAR = _ANY | {"vernacular"}
_FIELDS: tuple[tuple[str, frozenset[str], Callable[[Record], Iterable[str]]], ...] = (
    ("title", _SUBJECT, lambda record: (record.title,)),
    ("abstract", _ANY, lambda record: (record.abstract,)),
    ("MeSH", _SUBJECT, lambda record: record.mesh),
    ("keyword", _SUBJECT, lambda record: record.keywords),
    ("vernacular title", _SUBJECT | _VERNACULAR, lambda record: (record.vernacular_title,)),
    ("other abstract", _VERNACULAR, lambda record: record.other_abstracts),
    ("substance", _SUBJECT, lambda record: record.substances),
    ("journal", _ANY, lambda record: (record.journal,)),
)


def is_on_topic(record: Record) -> Decision:
    """Decide whether a record is on epilepsy, by its words and headings.

    The first field that names it gives the reason, such as ``title: epilep``.
    """
    for field, scopes, texts_of in _FIELDS:
        for text in texts_of(record):
            lower = text.lower()
            letters = squeeze(lower.encode("utf-8"))
            for anchor, pattern in _terms_of(scopes):
                if anchor in letters and (found := pattern.search(lower)):
                    return Decision(True, f"{field}: {found[0]}")
    return Decision(False, NOT_ON_TOPIC)
