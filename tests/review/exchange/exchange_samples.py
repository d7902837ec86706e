"""Invented tasks and answers, and what any text and answer can look like."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

sys.path.append(str(Path(__file__).resolve().parents[1]))

from review_samples import annotation, fill, pmid, record

from drmine.annotations import text_digest
from drmine.cli import cli
from drmine.records import ORIGINS, STANCES, STUDY_TYPES, Record
from drmine.review.decisions.decision import DecidedFinding
from drmine.review.exchange.answer import Answer, Reading, Shown, Task
from drmine.taxonomy import load_taxonomy

__all__ = ["annotation", "fill", "pmid", "record"]

TAXONOMY = load_taxonomy()
IDS = TAXONOMY.ids
# beyond the basic plane, combining, right to left, two-byte and three-byte letters, formulas
ALPHABET = "ab .,()=+-@'\"|;\tβ–é́א漢🧠𝛼\N{ZERO WIDTH JOINER}1"


def task(n: int = 0, *, blind: bool = False, machine: bool = True, **changes: Any) -> Task:
    """Return an invented record with the machine's proposal, as it goes out."""
    one = record(n, **changes)
    made = annotation(one) if machine else None
    shown = Shown(
        text_digest(one.text), "random", 12.5, f"{TAXONOMY.id}/{TAXONOMY.version}", "made-by",
        None if blind else made, blind,
    )  # fmt: skip
    return Task(one, shown, made)


def with_answer(one: Task, answer: Answer) -> Task:
    return replace(one, answer=replace(answer, pmid=one.record.pmid))


def text_of(*tasks: Task):
    """Return the texts at hand, by PMID."""
    return {one.record.pmid: one.record.text for one in tasks}.get


def texts(max_size: int = 60) -> st.SearchStrategy[str]:
    """Return texts as records have them: no line feed, no white space at the ends."""
    return st.text(ALPHABET, max_size=max_size).map(lambda text: " ".join(text.split()))


@st.composite
def answered(draw: st.DrawFn, *, skips: bool = True) -> Task:
    """Return a task with any text and any answer."""
    one = task(
        draw(st.integers(0, 900_000)), title=draw(texts(30)), abstract=draw(texts()), machine=False
    )
    length = len(one.record.text)
    if skips and draw(st.integers(0, 9)) == 0:
        return with_answer(one, Answer("", note=draw(notes())))
    findings = []
    for id in draw(st.lists(st.sampled_from(IDS), unique=True, max_size=4).map(in_order)):
        start = draw(st.integers(0, length - 1))
        end = draw(st.integers(start + 1, length))
        # a sentence that is quoted has something to quote
        span = (start, end) if one.record.text[start:end].strip() else None
        findings.append(
            DecidedFinding(
                id, draw(st.sampled_from(STANCES)), draw(st.sampled_from(ORIGINS)),
                draw(st.sampled_from([span, None])),
            )
        )  # fmt: skip
    about = True if findings else draw(st.booleans())
    study_type = draw(st.sampled_from([None, *STUDY_TYPES]))
    return with_answer(one, Answer("", about, study_type, tuple(findings), draw(notes())))


def in_order(ids: list[str]) -> list[str]:
    return sorted(ids, key=IDS.index)


def notes() -> st.SearchStrategy[str]:
    return st.text(ALPHABET + "\n", max_size=30).map(str.strip)


def many_answered(**options: Any) -> st.SearchStrategy[list[Task]]:
    """Return some tasks on different records."""
    return st.lists(
        answered(**options), min_size=1, max_size=4, unique_by=lambda one: one.record.pmid
    )


def assert_came_back(reading: Reading, tasks: list[Task]) -> None:
    """Every answer came back as it went out, with what was shown beside it."""
    assert reading.problems == []
    assert reading.answers == [one.answer for one in tasks]
    for answer, one in zip(reading.answers, tasks, strict=True):
        assert answer.shown == replace(one.shown, proposal=answer.shown.proposal)


def invented(n: int, **changes: Any) -> Record:
    return record(n, **changes)


def run(*arguments: object) -> int:
    """Run the command line in this process; returns the exit code."""
    return int(cli.main([str(one) for one in arguments], standalone_mode=False))
