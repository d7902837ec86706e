"""BioC, PubTator and brat: findings and mentions come back."""

from __future__ import annotations

from dataclasses import replace

import bioc.biocjson
import bioc.pubtator
import pytest
from exchange_samples import TAXONOMY, annotation, answered, many_answered, pmid, task, with_answer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standoff_files import read, write

from drmine.annotations import text_digest
from drmine.records import Mention
from drmine.review.decisions.decision import DecidedFinding
from drmine.review.exchange.answer import Answer, Task
from drmine.review.exchange.brat import pieces
from drmine.review.exchange.formats import WRITERS, format_of
from drmine.review.exchange.pubtator import on_one_line

FORMATS = ("bioc", "pubtator", "brat")
SLOW = {
    "max_examples": 25, "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}  # fmt: skip


@st.composite
def with_mentions(draw: st.DrawFn) -> Task:
    """Return a task with any answer, whose record has mentions at any place."""
    one = draw(answered())
    text = one.record.text
    made = []
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        if text[start:end].strip():
            concept = draw(st.sampled_from(["ABCB1", "CYP2C9*3", "NEW:a b|c", "α-x"]))
            made.append(Mention(start, end, text[start:end], concept, "transporter"))
    return replace(one, machine=annotation(one.record, mentions=tuple(made)))


def held(kind: str, answer: Answer, text: str) -> Answer:
    """Return the answer as far as the format holds it."""
    if kind == "bioc":
        return answer
    note = answer.note if kind == "pubtator" else " ".join(answer.note.split())
    findings = answer.findings
    if kind == "pubtator":
        note = on_one_line(note)
        note = "" if note == "-" else note
    else:
        # brat marks no line break
        findings = tuple(
            replace(f, evidence=f.evidence and trimmed(text, *f.evidence)) for f in findings
        )
    return replace(answer, note=note, findings=findings)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    parts = pieces(text, start, end)
    return parts[0][0], parts[-1][1]


@pytest.mark.parametrize("kind", FORMATS)
@given(
    tasks=st.lists(with_mentions(), min_size=1, max_size=3, unique_by=lambda t: int(t.record.pmid))
)
@settings(**SLOW)
def test_answers_and_mentions_come_back(tmp_path, kind, tasks) -> None:
    if kind == "brat":
        # an empty record has nothing that could be marked
        tasks = sorted(
            (t for t in tasks if t.record.text.strip()), key=lambda t: str(t.record.pmid)
        )
        if not tasks:
            return
    reading = read(write(tmp_path, kind, tasks), *tasks)
    assert reading.problems == []
    assert reading.answers == [held(kind, t.answer, t.record.text) for t in tasks]
    assert [a.shown.text_sha256 for a in reading.answers] == [
        text_digest(t.record.text) for t in tasks
    ]
    judged = [t for t in tasks if not t.answer.is_skip]
    assert [one.pmid for one in reading.marked] == [t.record.pmid for t in judged]
    for one, t in zip(reading.marked, judged, strict=True):
        text = t.record.text
        spans = {(m.start, m.end) for m in t.machine.mentions}
        if kind == "brat":
            spans = {trimmed(text, *span) for span in spans}
        assert {(m.start, m.end) for m in one.mentions} == spans
        assert all(text[m.start : m.end] == m.text for m in one.mentions)
        folded = [on_one_line(m.concept) for m in t.machine.mentions]
        assert sorted(on_one_line(m.concept) for m in one.mentions) == sorted(folded)


@pytest.mark.parametrize("blind", [True, False])
@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_says_whether_the_findings_of_the_machine_were_in_it(tmp_path, kind, blind) -> None:
    one = with_answer(task(0, blind=blind), Answer("", True))
    path = write(tmp_path, kind, [one])
    (answer,) = read(path, one).answers
    assert answer.shown.blind is blind
    if kind == "bioc":
        return
    # a file of before that does not say it
    file = path / f"{pmid(0)}.ann" if kind == "brat" else path
    lines = file.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "blind" not in line.casefold()]
    assert len(kept) == len(lines) - 1
    file.write_text("".join(kept), "utf-8")
    (answer,) = read(path, one).answers
    assert answer.shown.blind is False


@pytest.mark.parametrize("kind", FORMATS)
def test_a_record_that_nobody_marked_as_done_says_nothing(tmp_path, kind) -> None:
    reading = read(write(tmp_path, kind, [task(0), task(1)]), task(0), task(1))
    assert (reading.answers, reading.marked, reading.undecided) == ([], [], 2)


DONE = {
    "bioc": ('"decision": "open"', '"decision": "done"'),
    "pubtator": ("\tdecision\topen", "\tdecision\tdone"),
    "brat": ("Decision T1 open", "Decision T1 done"),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_what_the_machine_proposed_is_taken_once_it_is_marked_as_done(tmp_path, kind) -> None:
    path = write(tmp_path, kind, [task(0)])
    file = path / f"{pmid(0)}.ann" if kind == "brat" else path
    file.write_text(file.read_text(encoding="utf-8").replace(*DONE[kind]), encoding="utf-8")
    reading = read(path, task(0))
    (answer,) = reading.answers
    (proposed,) = task(0).machine.hypotheses
    span = proposed.evidence[0]
    assert answer.findings == (
        DecidedFinding("transporter", "supports", "acquired", (span.start, span.end)),
    )
    assert (answer.about, answer.study_type) == (True, "observational")
    assert [m.text for m in reading.marked[0].mentions] == ["ABCB1"]


def test_the_library_takes_what_we_write(tmp_path) -> None:
    one = with_answer(
        task(0, title="🧠 β"),
        Answer("", True, None, (DecidedFinding("target", "mixed", "both", (2, 3)),)),
    )
    collection = bioc.biocjson.loads(write(tmp_path, "bioc", [one]).read_text(encoding="utf-8"))
    bioc.validate(collection)
    (document,) = collection.documents
    assert document.passages[1].offset == 4
    (block,) = bioc.pubtator.loads(write(tmp_path, "pubtator", [one]).read_text(encoding="utf-8"))
    assert block.text == one.record.text
    assert [(a.start, a.end, a.text) for a in block.annotations][-1] == (2, 3, "β")


@given(tasks=many_answered())
@settings(**SLOW)
def test_a_file_is_known_by_its_content(tmp_path, tasks) -> None:
    for kind in (*FORMATS, "labelstudio", "csv", "xlsx"):
        path = tmp_path / "same.name"
        if kind == "brat":
            path = tmp_path / "folder"
        WRITERS[kind](path, tasks, TAXONOMY, False)
        assert format_of(path) == kind
