"""brat standoff: a folder with a text and an annotation file a record, and back.

The title carries what is said of the record as a whole (type ``Record``), each hypothesis is the
sentence that it rests on, each mechanism its mention. Offsets are code points. A span that crosses
a line break is written in pieces, which the editor of brat asks for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from drmine.annotations import text_digest
from drmine.errors import InputError
from drmine.pubmed.atomic import write_atomically
from drmine.records import ORIGINS, STANCES, STUDY_TYPES
from drmine.review.exchange.answer import (
    AnswerError,
    MarkedMention,
    MarkedRecord,
    Reading,
    Shown,
    Task,
    TextOf,
    pmid_of,
)
from drmine.review.exchange.marks import (
    STATES,
    answer_of,
    content_of,
    finding_of,
    yes_no,
)
from drmine.taxonomy import Taxonomy

RECORD, PREFIX, NO_EVIDENCE = "Record", "hypothesis-", "NoEvidence"
CONFIG = "annotation.conf"
_BREAK = re.compile("[\n\r]")
_SPAN = re.compile(r"(\S+) (\d+ \d+(?:;\d+ \d+)*)")


def write_brat(folder: Path, tasks: Sequence[Task], taxonomy: Taxonomy) -> list[Path]:
    """Write ``<pmid>.txt`` and ``<pmid>.ann`` for each record, and the configuration."""
    from drmine.vocabulary.model import CLASSES

    folder.mkdir(parents=True, exist_ok=True)
    kinds = set(CLASSES)
    for task in tasks:
        lines, used = _lines(task)
        kinds |= used
        stem = folder / task.record.pmid
        write_atomically(stem.with_suffix(".txt"), task.record.text.encode("utf-8", "replace"))
        write_atomically(stem.with_suffix(".ann"), "".join(lines).encode("utf-8", "replace"))
    write_atomically(folder / CONFIG, _config(taxonomy, sorted(kinds)).encode())
    return [folder]


def _config(taxonomy: Taxonomy, kinds: Sequence[str]) -> str:
    hypotheses = [PREFIX + id for id in taxonomy.ids]
    of = "|".join(hypotheses)
    return "\n".join(
        [
            "[entities]", RECORD, *hypotheses, *kinds, "", "[relations]", "", "[events]", "",
            "[attributes]",
            f"Decision\tArg:{RECORD}, Value:{'|'.join(STATES)}",
            f"Blind\tArg:{RECORD}, Value:yes|no",
            f"About\tArg:{RECORD}, Value:yes|no",
            f"StudyType\tArg:{RECORD}, Value:{'|'.join(STUDY_TYPES)}",
            f"Stance\tArg:{of}, Value:{'|'.join(STANCES)}",
            f"Origin\tArg:{of}, Value:{'|'.join(ORIGINS)}",
            f"{NO_EVIDENCE}\tArg:{of}",
            "",
        ]
    )  # fmt: skip


def pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return a span without the line breaks in it."""
    found, at = [], start
    for match in _BREAK.finditer(text, start, end):
        if match.start() > at:
            found.append((at, match.start()))
        at = match.end()
    return found + [(at, end)] * (at < end)


def _lines(task: Task) -> tuple[list[str], set[str]]:
    """Return the annotations of a record, and the kinds of mentions that occur."""
    text, content = task.record.text, content_of(task)
    lines: list[str] = []
    counts = {"T": 0, "A": 0, "N": 0}

    def number(letter: str) -> str:
        counts[letter] += 1
        return f"{letter}{counts[letter]}"

    def mark(kind: str, start: int, end: int) -> str:
        parts = pieces(text, start, end)
        id = number("T")
        spans = ";".join(f"{a} {b}" for a, b in parts)
        words = " ".join(text[a:b] for a, b in parts)
        lines.append(f"{id}\t{kind} {spans}\t{words}\n")
        return id

    def attribute(name: str, of: str, value: str) -> None:
        if value:
            lines.append(f"{number('A')}\t{name} {of} {value}\n")

    whole = pieces(text, 0, len(task.record.title)) or pieces(text, 0, len(text))
    if not whole:
        return [], set()
    record = mark(RECORD, *whole[0])
    attribute("Decision", record, content.state)
    attribute("Blind", record, yes_no(task.shown.blind))
    attribute("About", record, yes_no(content.about))
    attribute("StudyType", record, content.study_type)
    if content.note:
        note = " ".join(content.note.split())
        lines.append(f"#1\tAnnotatorNotes {record}\t{note}\n")
    for one in content.findings:
        has_evidence = one.evidence is not None and bool(pieces(text, *one.evidence))
        span = one.evidence if has_evidence and one.evidence is not None else whole[0]
        id = mark(PREFIX + one.id, *span)
        attribute("Stance", id, one.stance)
        attribute("Origin", id, one.origin)
        if not has_evidence:
            lines.append(f"{number('A')}\t{NO_EVIDENCE} {id}\n")
    for mention in content.mentions:
        if pieces(text, mention.start, mention.end):
            id = mark(_type(mention.kind), mention.start, mention.end)
            concept = " ".join(mention.concept.split())
            lines.append(f"{number('N')}\tReference {id} drmine:{concept}\t{concept}\n")
    return lines, {_type(mention.kind) for mention in content.mentions}


def _type(kind: str) -> str:
    return re.sub(r"[^\w-]+", "_", kind) or "mention"


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
