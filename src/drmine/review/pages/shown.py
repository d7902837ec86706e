"""A record cut into what a page shows: sentences, mentions, and no invisible characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from drmine.nlp.sentences import read_sentences
from drmine.records import Mention, Record

# controls, format characters that reorder or hide text, and lone surrogates
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)

CLASSES: dict[str, tuple[str, tuple[str, ...]]] = {
    "transporter": ("transporter", ("transporter",)),
    "target": ("drug target", ("target",)),
    "metabolism": ("enzyme, pharmacokinetics", ("enzyme", "pharmacokinetics")),
    "severity": ("severity", ("severity",)),
    "network": ("network, lesion", ("network", "lesion")),
    "inflammation": ("inflammation", ("inflammation",)),
    "epigenetic": ("epigenetic", ("epigenetic",)),
    "gene": ("other gene", ("gene",)),
    "drug": ("drug", ("drug", "probe")),
    "resistance": ("epilepsy, resistance", ("resistance", "epilepsy")),
}
"""Marks of the page: name in the legend, and classes of the vocabulary that carry it."""
_MARK_OF = {kind: mark for mark, (_, kinds) in CLASSES.items() for kind in kinds}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence; ``mark`` is blank outside mentions, ``told`` says what it is."""

    text: str
    mark: str = ""
    told: str = ""
    sign: str = ""


@dataclass(frozen=True, slots=True)
class ShownSentence:
    """A sentence by its offsets into the record's text, cut at its mentions.

    ``before`` and ``after`` are what stands between the sentences, such as ``RESULTS:``; it is
    no evidence, but part of what a reviewer reads.
    """

    number: int
    start: int
    end: int
    section: str
    pieces: tuple[Piece, ...]
    before: str = ""
    after: str = ""


def shown(text: str) -> Markup:
    """Return text fit for a page: escaped, and with a visible sign for what is not seen.

    Characters that turn the direction of what follows could make a sentence read as another.
    """
    parts: list[Markup] = []
    place = 0
    for match in _UNSEEN.finditer(text):
        name = unicodedata.name(match[0], "control character")
        parts.append(escape(text[place : match.start()]))
        parts.append(
            Markup('<span class="unseen" title="{}">U+{:04X}</span>').format(name, ord(match[0]))
        )
        place = match.end()
    parts.append(escape(text[place:]))
    return Markup("").join(parts)


def shown_sentences(
    record: Record, mentions: Sequence[Mention]
) -> tuple[list[ShownSentence], list[ShownSentence]]:
    """Return the sentences of title and abstract; those of the title come first in number."""
    text = record.text
    marks = sorted(
        (one for one in mentions if 0 <= one.start < one.end <= len(text)),
        key=lambda one: (one.start, -one.end),
    )
    place = 0
    end = 0
    title: list[ShownSentence] = []
    abstract: list[ShownSentence] = []
    sentences = read_sentences(record.title, record.abstract)
    for number, sentence in enumerate(sentences):
        # mentions are in order: those that end before this sentence are done with
        while place < len(marks) and marks[place].end <= sentence.start:
            place += 1
        pieces = tuple(_pieces(text, sentence.start, sentence.end, marks[place:]))
        one = ShownSentence(
            number, sentence.start, sentence.end, sentence.section, pieces,
            before=text[end : sentence.start].strip(),
            after=text[sentence.end :].strip() if number == len(sentences) - 1 else "",
        )  # fmt: skip
        end = sentence.end
        (title if sentence.start < len(record.title) else abstract).append(one)
    return title, abstract


def _pieces(text: str, start: int, end: int, marks: Sequence[Mention]) -> Iterator[Piece]:
    place = start
    for one in marks:
        if one.start >= end:
            break
        if one.start < place:
            continue
        if one.start > place:
            yield Piece(text[place : one.start])
        stop = min(one.end, end)
        sign = "not" if one.negated else "maybe" if one.speculated else ""
        told = f"{one.concept} ({one.class_})"
        if sign:
            told += ", negated" if one.negated else ", speculated"
        yield Piece(text[one.start : stop], _MARK_OF.get(one.class_, "other"), told, sign)
        place = stop
    if place < end:
        yield Piece(text[place:end])


def legend(sentences: Sequence[ShownSentence]) -> list[tuple[str, str]]:
    """Return the marks that occur, with their names."""
    used = {piece.mark for sentence in sentences for piece in sentence.pieces if piece.mark}
    found = [(mark, name) for mark, (name, _) in CLASSES.items() if mark in used]
    return found + [("other", "other")] * ("other" in used)
