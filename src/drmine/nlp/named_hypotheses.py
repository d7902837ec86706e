"""Hypotheses of drug resistance that a list names in a word each.

``the transporter, target and network hypotheses``, ``four hypotheses, named after "target" and
"intrinsic severity"``. Alone, *target* or *network* says nothing; in such a list it names a
hypothesis.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drmine.nlp.phrase import in_their_place, mention_of
from drmine.records import Mention

if TYPE_CHECKING:
    from drmine.vocabulary import Vocabulary

RULE = "rule:named-hypothesis"

_NAMES = {
    "transporter_hypothesis": r"(?:multi-?drug |drug |efflux )?transporters?",
    "target_hypothesis": r"(?:drug[ -])?targets?",
    "pharmacokinetic_hypothesis": r"pharmacokinetics?",
    "neural_network_hypothesis": r"(?:(?:neural|neuronal|brain) )?networks?",
    "intrinsic_severity_hypothesis": r"(?:(?:intrinsic|inherent)(?: disease)?|disease) severity",
    "gene_variant_hypothesis": r"gene(?:tic)?[ -]variants?",
    "epigenetic_hypothesis": r"epigenetics?",
}
_HEAD = r"(?:hypothes[ie]s|theor(?:y|ies))\b"
_PARTS = ("hypothes", "theor")
_QUOTES = "\"'\u2018\u2019\u201c\u201d"
_NAME = re.compile(
    rf"(?<![\w-])(?:{'|'.join(f'(?P<{concept}>{name})' for concept, name in _NAMES.items())})"
    rf"(?![\w-])(?P<quote>[{_QUOTES}])?(?P<head> {_HEAD})?",
    re.IGNORECASE,
)
# Between two names of a list: ", and the", "; (2) the", '" and "'.
_JOIN = re.compile(
    rf"(?:,? (?:and|or|as well as)|[,;](?: (?:and|or))?|/) ?(?:\([1-9a-z]+\) ?)?(?:the |an? )?"
    rf"[{_QUOTES}]?",
    re.IGNORECASE,
)
_ANY_HEAD = re.compile(rf"\b{_HEAD}", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?]\s")
# How far before a list the word may stand that says what is listed, in characters.
_BEFORE = 120


@dataclass(frozen=True, slots=True)
class _Name:
    """A name in a text; ``end`` is behind a head of its own, ``stop`` behind the whole match."""

    concept: str
    start: int
    end: int
    stop: int
    has_head: bool


def add_named_hypotheses(
    text: str, mentions: list[Mention], vocabulary: Vocabulary
) -> list[Mention]:
    """Add the hypotheses that a text names in a list, in place of what else was seen in them.

    Parameters
    ----------
    text
        ``Record.text``.
    mentions
        In order of place, none overlapping.
    vocabulary
        Gives the concepts.
    """
    small = text.lower()  # a pattern takes ten times as long to say no, and most texts have none
    if not any(part in small for part in _PARTS) or not _ANY_HEAD.search(text):
        return mentions
    named = {(m.start, m.concept) for m in mentions}
    added: list[Mention] = []
    for name in _listed(text):
        concept = vocabulary.concepts.get(name.concept)
        if concept is not None and (name.start, name.concept) not in named:
            added.append(mention_of(text, name.start, name.end, concept, RULE))
    return in_their_place(mentions, added)


def _listed(text: str) -> Iterator[_Name]:
    """Yield the names of the lists of hypotheses in a text."""
    names: list[_Name] = []
    for match in _NAME.finditer(text):
        name = _read(match)
        if names and not _JOIN.fullmatch(text, names[-1].stop, name.start):
            yield from _if_hypotheses(text, names)
            names = []
        names.append(name)
    yield from _if_hypotheses(text, names)


def _read(match: re.Match[str]) -> _Name:
    concept = next(c for c in _NAMES if match[c])
    start, end = match.span(concept)
    has_head = match["head"] is not None
    # a quoted name is marked without its marks
    return _Name(
        concept, start, match.end() if has_head and not match["quote"] else end, match.end(),
        has_head,
    )  # fmt: skip


def _if_hypotheses(text: str, names: list[_Name]) -> list[_Name]:
    """Return the names when they are hypotheses' own: two or more, and a word that says so."""
    if len({name.concept for name in names}) < 2:
        return []
    if any(name.has_head for name in names):
        return names
    before = text[max(0, names[0].start - _BEFORE) : names[0].start]
    said = list(_ANY_HEAD.finditer(before))
    return names if said and not _SENTENCE_END.search(before, said[-1].end()) else []
