"""CSV and XLSX: every answer comes back, and what cannot be one is named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from exchange_samples import assert_came_back, many_answered, task, with_answer
from hypothesis import HealthCheck, given, settings
from sheet_files import filled, read, write

from drmine.records import Span
from drmine.review.decisions.decision import DecidedFinding
from drmine.review.exchange.answer import Answer

SLOW = {
    "max_examples": 25, "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@given(tasks=many_answered())
@settings(**SLOW)
def test_every_answer_comes_back(tmp_path, kind, tasks) -> None:
    path = write(tmp_path, kind, tasks)
    assert_came_back(read(path, *tasks), tasks)
    # the file alone is enough, as long as its texts were not touched
    alone = read(path)
    quoted = [one for one in tasks if any(f.evidence for f in one.answer.findings)]
    assert len(alone.answers) + len(alone.problems) == len(tasks)
    assert len(alone.problems) <= len(quoted)


def test_a_queue_that_nobody_filled_in_says_nothing(sheet) -> None:
    reading = read(sheet, task(0), task(1))
    assert (reading.answers, reading.problems, reading.undecided) == ([], [], 2)


def test_accept_takes_the_machines_proposal_whole(sheet) -> None:
    (answer,) = read(filled(sheet, decision="Accept"), task(0), task(1)).answers
    (finding,) = answer.findings
    (proposed,) = task(0).machine.hypotheses
    span = proposed.evidence[0]
    assert finding == DecidedFinding("transporter", "supports", "acquired", (span.start, span.end))
    assert (answer.about, answer.study_type) == (True, "observational")
    assert answer.shown.sample == "random" and answer.shown.weight == 12.5
    assert answer.shown.proposal.hypotheses[0].score == pytest.approx(0.7)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_second_sentence_is_shown_and_comes_back(tmp_path, kind) -> None:
    one = task(0)
    (found,) = one.machine.hypotheses
    two = (*found.evidence, Span(0, 9, one.record.text[:9]))
    machine = replace(one.machine, hypotheses=(replace(found, evidence=two), found))
    one = replace(one, machine=machine, shown=replace(one.shown, proposal=machine))
    path = filled(write(tmp_path, kind, [one]), decision="skip")
    proposal = read(path, one).answers[0].shown.proposal
    assert [it.evidence for it in proposal.hypotheses] == [two, found.evidence]


def test_a_sentence_is_found_by_its_words(sheet) -> None:
    cells = {
        "about_drug_response": "yes", "target": "refutes", "target_origin": "Congenital",
        "target_evidence": "ABCB1 was higher in the resistant patients.",
        "study_type": "human tissue", "note": "=SUM(1) is no formula",
    }  # fmt: skip
    (answer,) = read(filled(sheet, **cells), task(0)).answers
    start, end = answer.findings[0].evidence
    assert task(0).record.text[start:end] == cells["target_evidence"]
    assert answer.study_type == "human_tissue"


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"target": "suports"}, "target", "'suports' is none of supports"),
        ({"about_drug_response": "maybe"}, "about_drug_response", "neither yes nor no"),
        ({"decision": "reject"}, "about_drug_response", "say yes or no"),
        ({"decision": "reject", "target": "mixed"}, "target", "reject, but target has a stance"),
        ({"decision": "accept", "target": "mixed"}, "target", "not as the machine gave it"),
        ({"target_origin": "acquired"}, "target_origin", "target has no stance"),
        ({"target": "mixed", "about_drug_response": "no"}, "about_drug_response", "say yes"),
        ({"target": "mixed", "target_evidence": "never written"}, "target_evidence", "not stand"),
        ({"target": "mixed", "target_evidence": "[0-3] xyz"}, "target_evidence", "not stand"),
        ({"note": "hm"}, "decision", "a note but no decision"),
        ({"study_type": "#NAME?"}, "study_type", "holds the error #NAME?"),
        ({"target": "1-Mar"}, "target", "looks like a date"),
        ({"pmid": "2026-03-01"}, "pmid", "looks like a date"),
        ({"pmid": "none"}, "pmid", "'none' is no PMID"),
    ],
)
def test_each_error_is_named_and_the_rest_is_taken(tmp_path, cells, column, said) -> None:
    for kind, sheet_name in (("csv", ""), ("xlsx", ", sheet Records")):
        good = with_answer(task(1), Answer("", False, "animal"))
        path = filled(write(tmp_path, kind, [task(0), good]), **cells)
        reading = read(path, task(0), good)
        (problem,) = reading.problems
        assert problem.startswith(f"queue.{kind}{sheet_name}, row 2, column {column}: ")
        assert said in problem and problem.endswith(".")
        assert reading.answers == [good.answer]


def test_the_same_record_twice_is_taken_once(tmp_path) -> None:
    same = with_answer(task(0), Answer("", True))
    other = with_answer(task(0), Answer("", False))
    reading = read(write(tmp_path, "csv", [same, same, other]), task(0))
    assert reading.answers == [same.answer]
    assert "row 4, column pmid: PMID 99000001 is decided otherwise in row 2" in reading.problems[0]


def test_a_blind_table_shows_nothing_of_the_machine(tmp_path) -> None:
    for kind in ("csv", "xlsx"):
        path = write(tmp_path, kind, [task(0, blind=True)], blind=True)
        (answer,) = read(filled(path, about_drug_response="no"), task(0)).answers
        assert answer.shown.blind and answer.shown.proposal is None
        reading = read(filled(path, decision="accept"), task(0))
        assert "proposal" in reading.problems[0]
    assert b"machine" not in write(tmp_path, "csv", [task(0, blind=True)], blind=True).read_bytes()


def test_a_text_longer_than_a_cell_still_takes_evidence(tmp_path) -> None:
    one = task(0, abstract="long 🧠 " * 6000 + "the end resists")
    start = one.record.text.index("the end")
    answer = Answer(
        "", True, None, (DecidedFinding("target", "mixed", "both", (start, start + 7)),)
    )
    for kind in ("csv", "xlsx"):
        path = write(tmp_path, kind, [with_answer(one, answer)])
        assert_came_back(read(path, one), [with_answer(one, answer)])
