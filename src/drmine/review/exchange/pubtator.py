"""PubTator, by the library ``bioc``: mentions as annotations, findings as relations.

A line holds no line break and no tab, and the letter after the first two bars decides what it is:
such characters, and bars, are replaced one by one, so that offsets stay right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drmine.annotations import text_digest
from drmine.pubmed.atomic import write_atomically
from drmine.review.decisions.decision import SAMPLES, DecidedFinding
from drmine.review.exchange.answer import (
    AnswerError,
    MarkedMention,
    MarkedRecord,
    Reading,
    Shown,
    Task,
    TextOf,
    pmid_of,
    weight_of,
)
from drmine.review.exchange.bioc_json import EVIDENCE, FINDING, library
from drmine.review.exchange.marks import (
    ABOUT,
    BLIND,
    NOTE,
    STATE,
    STUDY_TYPE,
    answer_of,
    content_of,
    finding_of,
    yes_no,
)
from drmine.review.exchange.offsets import OffsetError, span_of
from drmine.taxonomy import Taxonomy

_BREAKS = re.compile("[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_TEXT = re.compile(r"(\d+)\|([ta])\|(.*)")
_NOTHING = "-"


def on_one_line(text: str) -> str:
    """Return a text that a line can hold, as long as before."""
    return _BREAKS.sub(" ", text).replace("|", "¦")


def write_pubtator(path: Path, tasks: Sequence[Task]) -> list[Path]:
    """Write the records, with a blank line between them."""
    pubtator = library().pubtator
    written = "\n".join(_block(pubtator, task) for task in tasks)
    write_atomically(path, written.encode("utf-8", "replace"))
    return [path]


def _block(pubtator: Any, task: Task) -> str:
    record, shown, content = task.record, task.shown, content_of(task)
    pmid, text = record.pmid, on_one_line(record.text)
    block = pubtator.PubTator(pmid, on_one_line(record.title), on_one_line(record.abstract))
    marks = [
        (m.start, m.end, on_one_line(m.kind) or _NOTHING, on_one_line(m.concept) or _NOTHING)
        for m in content.mentions
    ]
    marks += [(*f.evidence, EVIDENCE, f.id) for f in content.findings if f.evidence]
    for start, end, kind, identifier in marks:
        block.add_annotation(
            pubtator.PubTatorAnn(pmid, start, end, text[start:end], kind, identifier)
        )
    lines: list[tuple[str, ...]] = [
        (STATE, content.state, _NOTHING),
        ("text_sha256", shown.text_sha256, _NOTHING),
        ("sample", shown.sample or "", "" if shown.weight is None else repr(float(shown.weight))),
        (BLIND, yes_no(shown.blind), _NOTHING),
        (ABOUT, yes_no(content.about), _NOTHING),
        (STUDY_TYPE, content.study_type, _NOTHING),
        (NOTE, on_one_line(content.note), _NOTHING),
        *((FINDING, one.id, one.stance, one.origin) for one in content.findings),
    ]
    # the library writes no abstract line for an empty one, and readers expect it
    head = f"{pmid}|t|{block.title}\n{pmid}|a|{block.abstract}\n"
    annotations = "".join(f"{one}".rstrip("\t") + "\n" for one in block.annotations)
    relations = "".join(
        "\t".join((pmid, *line)) + "\n" for line in lines if line[1] not in ("", _NOTHING)
    )
    return head + annotations + relations


@dataclass(slots=True)
class _Block:
    """The lines of one record, with the number of the first."""

    line: int
    pmid: str = ""
    title: str = ""
    abstract: str = ""
    rest: list[tuple[int, str]] = field(default_factory=list)


def read_pubtator(path: Path, content: bytes, taxonomy: Taxonomy, text_of: TextOf) -> Reading:
    """Return what a file says: findings of records that are done, mentions of all but open ones."""
    pubtator = library().pubtator
    reading = Reading()
    for block in _blocks(content.decode("utf-8-sig", "replace")):
        try:
            _read_block(pubtator, block, path.name, taxonomy, text_of, reading)
        except AnswerError as error:
            place = error.column or f"line {block.line}"
            reading.problems.append(f"{path.name}, {place}, PMID {block.pmid}: {error}.")
    return reading


def _blocks(text: str) -> Iterator[_Block]:
    block: _Block | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.rstrip("\r")
        match = _TEXT.fullmatch(line)
        if match is not None and (block is None or match[2] == "t"):
            if block is not None:
                yield block
            block = _Block(number, match[1])
        if match is not None and block is not None:
            if match[2] == "t":
                block.title = match[3]
            else:
                block.abstract = match[3]
        elif not line.strip():
            if block is not None:
                yield block
            block = None
        else:
            block = block or _Block(number)
            block.rest.append((number, line))
    if block is not None:
        yield block


def _read_block(
    pubtator: Any, block: _Block, name: str, taxonomy: Taxonomy, text_of: TextOf, reading: Reading
) -> None:
    pmid = pmid_of(block.pmid, f"line {block.line}")
    own = f"{block.title}\n{block.abstract}"
    stored = text_of(pmid)
    is_stored = stored is not None and on_one_line(stored) == on_one_line(own)
    text = stored if is_stored and stored is not None else own
    marks: dict[str, list[str]] = {}
    rows: list[tuple[int, list[str]]] = []
    mentions: list[MarkedMention] = []
    evidence: dict[str, tuple[int, int]] = {}
    for number, line in block.rest:
        cells = line.split("\t")
        if len(cells) >= 6:
            one = _annotation(pubtator, cells, number)
            start, end, other_words = _span(one, text, number)
            if other_words:
                reading.reworded.append(f"line {number} ({other_words})")
            if one.type == EVIDENCE:
                evidence.setdefault(one.id, (start, end))
            else:
                concept = "" if one.id == _NOTHING else one.id
                mentions.append(MarkedMention(start, end, text[start:end], concept, one.type))
        elif len(cells) > 3 and cells[1].isdecimal() and cells[2].isdecimal():
            # left out, and the rest of the record is taken
            reading.problems.append(
                f"{name}, line {number}, PMID {block.pmid}: an annotation needs six columns, and "
                f"this one has {len(cells)}; write {_NOTHING} for an identifier that is not known."
            )
        elif len(cells) >= 3 and cells[1] == FINDING:
            rows.append((number, cells))
        elif len(cells) >= 3:
            marks[cells[1]] = cells[2:]
        else:
            raise AnswerError("it is neither a text nor an annotation", f"line {number}")
    digest = "" if is_stored else (marks.get("text_sha256") or [""])[0]
    digest = digest if re.fullmatch("[0-9a-f]{64}", digest) else text_digest(text)
    if STATE in marks:
        findings = [_finding(number, cells, evidence) for number, cells in rows]
        said = {key: (marks.get(key) or [""])[0] for key in (STATE, ABOUT, STUDY_TYPE, NOTE)}
        answer = answer_of(
            pmid, said[STATE], said[ABOUT], said[STUDY_TYPE], said[NOTE], findings,
            _shown(marks, digest), taxonomy, f"{name}, line {block.line}",
        )  # fmt: skip
        if not reading.take(answer):
            return
    if mentions or STATE in marks:
        reading.marked.append(MarkedRecord(pmid, digest, tuple(mentions)))


def _annotation(pubtator: Any, cells: list[str], number: int) -> Any:
    try:
        return pubtator.loads_ann(cells[:6])
    except ValueError:
        raise AnswerError("start and end are no numbers", f"line {number}") from None


def _span(one: Any, text: str, number: int) -> tuple[int, int, str]:
    """Return the place of an annotation, and what is wrong with its words.

    These may be in a form of the annotator's own; or the place may be that of another text.
    """
    folded = on_one_line(text)
    try:
        return *span_of(folded, one.start, one.end, on_one_line(one.text)), ""
    except OffsetError as error:
        if 0 <= one.start < one.end <= len(text):
            same = folded[one.start : one.end].casefold() == on_one_line(one.text).casefold()
            return one.start, one.end, "" if same else str(error)
        raise AnswerError(str(error), f"line {number}") from None


def _finding(number: int, cells: list[str], evidence: dict[str, tuple[int, int]]) -> DecidedFinding:
    if len(cells) < 4:
        raise AnswerError("a finding needs hypothesis, stance and origin", f"line {number}")
    id, stance, origin = (*cells[2:5], "")[:3]
    return finding_of(id, stance, origin, evidence.get(id))


def _shown(marks: dict[str, list[str]], digest: str) -> Shown:
    sample, weight = (*(marks.get("sample") or []), "", "")[:2]
    blind = (marks.get(BLIND) or [""])[0].strip() == "yes"
    return Shown(digest, sample if sample in SAMPLES else None, weight_of(weight), blind=blind)
