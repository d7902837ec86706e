"""brat standoff: a folder with a text and an annotation file a record.

The title carries what is said of the record as a whole (type ``Record``), each hypothesis is the
sentence that it rests on, each mechanism its mention. Offsets are code points. A span that crosses
a line break is written in pieces, which the editor of brat asks for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from drmine.pubmed.atomic import write_atomically
from drmine.records import ORIGINS, STANCES, STUDY_TYPES
from drmine.review.exchange.answer import Task
from drmine.review.exchange.marks import STATES, content_of, yes_no
from drmine.taxonomy import Taxonomy

RECORD, PREFIX, NO_EVIDENCE = "Record", "hypothesis-", "NoEvidence"
CONFIG = "annotation.conf"
_BREAK = re.compile("[\n\r]")


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
