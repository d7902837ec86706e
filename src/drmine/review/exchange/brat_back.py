"""What a folder of brat says: each annotation file with the text beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from drmine.annotations import text_digest
from drmine.errors import InputError
from drmine.review.exchange.answer import (
    AnswerError,
    MarkedMention,
    MarkedRecord,
    Reading,
    Shown,
    TextOf,
    pmid_of,
)
from drmine.review.exchange.brat import NO_EVIDENCE, PREFIX, RECORD
from drmine.review.exchange.marks import STATES, answer_of, finding_of
from drmine.taxonomy import Taxonomy

_SPAN = re.compile(r"(\S+) (\d+ \d+(?:;\d+ \d+)*)")


def read_brat(path: Path, taxonomy: Taxonomy, text_of: TextOf = lambda _: None) -> Reading:
    """Return what a folder, or one annotation file with the text beside it, says.

    Raises
    ------
    InputError
        There is no annotation file.
    """
    files = sorted(path.glob("*.ann")) if path.is_dir() else [path]
    if not files:
        raise InputError(f"{path} holds no .ann file; name the folder that brat writes to.")
    reading = Reading()
    for file in files:
        try:
            _read_file(file, taxonomy, text_of, reading)
        except AnswerError as error:
            place = f", {error.column}" if error.column else ""
            reading.problems.append(f"{file.name}{place}: {error}.")
        except OSError as error:
            reading.problems.append(f"{file.name}: it cannot be read ({error.strerror}).")
    return reading


@dataclass(slots=True)
class _Mark:
    kind: str
    start: int
    end: int
    attributes: dict[str, str] = field(default_factory=dict)
    reference: str = ""
    note: str = ""


def _read_file(file: Path, taxonomy: Taxonomy, text_of: TextOf, reading: Reading) -> None:
    beside = file.with_suffix(".txt")
    pmid = pmid_of(file.stem, "file name")
    if not beside.is_file():
        raise AnswerError(f"the text {beside.name} is missing; put it beside")
    text = _text(beside.read_bytes().decode("utf-8", "replace"), text_of(pmid))
    marks = _marks(file.read_bytes().decode("utf-8-sig", "replace"), text)
    records = [one for one in marks if one.kind == RECORD]
    mentions = tuple(
        MarkedMention(one.start, one.end, text[one.start : one.end], one.reference, one.kind)
        for one in marks
        if one.kind != RECORD and not one.kind.startswith(PREFIX)
    )
    digest = text_digest(text)
    if len(records) > 1:
        raise AnswerError(f"it has {len(records)} marks {RECORD}; keep one")
    if records and "Decision" in records[0].attributes:
        said = records[0].attributes
        findings = [
            finding_of(
                one.kind.removeprefix(PREFIX), one.attributes.get("Stance", ""),
                one.attributes.get("Origin", ""),
                None if NO_EVIDENCE in one.attributes else (one.start, one.end),
            )
            for one in marks
            if one.kind.startswith(PREFIX)
        ] if said["Decision"] != STATES[0] else []  # fmt: skip
        answer = answer_of(
            pmid, said["Decision"], said.get("About", ""), said.get("StudyType", ""),
            records[0].note, findings, Shown(digest, blind=said.get("Blind") == "yes"), taxonomy,
            file.name,
        )  # fmt: skip
        if not reading.take(answer):
            return
    if mentions or records:
        reading.marked.append(MarkedRecord(pmid, digest, mentions))


def _text(own: str, stored: str | None) -> str:
    """Return the text as stored, where a program has changed nothing but ends of lines.

    A mark at the start, Windows line ends and a line feed at the end come from editors and git:
    the reviewer saw the stored text, and brat counts in it.
    """
    if stored is not None and _plain(own) == _plain(stored):
        return stored
    return own


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


def _marks(content: str, text: str) -> list[_Mark]:
    marks: dict[str, _Mark] = {}
    rest: list[tuple[str, list[str]]] = []
    for number, line in enumerate(content.split("\n"), start=1):
        line = line.rstrip("\r")
        if not line.strip():
            continue
        place = f"line {number}"
        cells = line.split("\t")
        if not line.startswith("T"):
            rest.append((place, cells))
            continue
        match = _SPAN.fullmatch(cells[1]) if len(cells) > 1 else None
        if match is None:
            raise AnswerError("a T line needs an id, a type with places, and the words", place)
        parts = [tuple(map(int, part.split())) for part in match[2].split(";")]
        start, end = min(a for a, _ in parts), max(b for _, b in parts)
        if not start < end <= len(text):
            raise AnswerError(f"{start} to {end} lies outside the text", place)
        # brat copies the words of each piece: others tell of a text that is not this one
        words, own = "\t".join(cells[2:]), " ".join(text[a:b] for a, b in parts)
        if words.split() != own.split():
            raise AnswerError(
                f"{words[:40]!r} does not stand at {start} to {end}; the text beside must be the "
                "one that was marked",
                place,
            )
        marks[cells[0]] = _Mark(match[1], start, end)
    for place, cells in rest:
        _add(marks, cells, place)
    return list(marks.values())


def _add(marks: dict[str, _Mark], cells: list[str], place: str) -> None:
    """Add what an attribute, a reference or a note says of its mark."""
    words = cells[1].split(" ") if len(cells) > 1 else []
    if len(words) < 2 or words[1] not in marks:
        return
    mark = marks[words[1]]
    if cells[0][:1] in ("A", "M"):
        mark.attributes[words[0]] = words[2] if len(words) > 2 else ""
    elif cells[0][:1] == "N" and len(words) > 2:
        mark.reference = " ".join(words[2:]).partition(":")[2] or " ".join(words[2:])
    elif cells[0][:1] == "#" and len(cells) > 2:
        mark.note = "\t".join(cells[2:]).strip()
