"""What is known of the decisions is what stands in the files, whoever wrote them."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from review_samples import decision, record

from drmine.review.decisions.decision import Decision, standing
from drmine.review.decisions.files import append_decision, read_decisions
from drmine.review.decisions.index import DecisionIndex
from drmine.review.pages.desk import Desk

A, B = record(0), record(1)


def lines(*decisions: Decision) -> str:
    return "".join(json.dumps(one.to_json()) + "\n" for one in decisions)


def test_what_others_append_is_read_on(tmp_path: Path) -> None:
    index = DecisionIndex(tmp_path)
    first, second = decision(A), decision(B, "bert")
    append_decision(tmp_path, first)
    index.refresh()
    append_decision(tmp_path, second)
    index.refresh()
    assert index.get(first.id) == first and index.reviews(B.pmid) == {"bert": second}


def test_a_file_that_git_joined_is_read_anew_in_the_order_of_its_times(tmp_path: Path) -> None:
    early = decision(A, time="2026-01-01T00:00:00+00:00", note="early", id="f" * 32)
    late = decision(A, time="2026-01-02T00:00:00+00:00", note="late", id="0" * 32)
    path = tmp_path / "anna.jsonl"
    path.write_text(lines(late), encoding="utf-8")
    index = DecisionIndex(tmp_path)
    # the same file, as long or longer, with other bytes where it had been read
    path.write_text(lines(early, late, early), encoding="utf-8")
    index.refresh()
    assert [one.note for one in index.of_record(A.pmid)] == ["early", "late"]
    assert index.reviews(A.pmid)["anna"].note == "late"
    assert [one.note for one in read_decisions(tmp_path)] == ["early", "late"]
    path.unlink()
    index.refresh()
    assert index.of_record(A.pmid) == []


def test_a_decision_is_on_the_disk_when_the_reviewer_is_told(tmp_path: Path, monkeypatch) -> None:
    on_disk: list[tuple[int, int]] = []

    def sync(handle: int) -> None:
        status = os.fstat(handle)
        on_disk.append((status.st_ino, status.st_size))

    monkeypatch.setattr(os, "fsync", sync)
    for _ in range(2):
        append_decision(tmp_path, decision(A))
        status = (tmp_path / "anna.jsonl").stat()
        assert (status.st_ino, status.st_size) in on_disk
    # a new file is lost with its entry in the folder
    assert tmp_path.stat().st_ino in {inode for inode, _ in on_disk}


def test_a_line_is_read_when_it_is_whole(tmp_path: Path) -> None:
    text = lines(decision(A)).encode()
    path = tmp_path / "anna.jsonl"
    path.write_bytes(text[:50])
    index = DecisionIndex(tmp_path)
    assert index.of_record(A.pmid) == [] and index.problems == []
    path.write_bytes(text)
    index.refresh()
    assert len(index.of_record(A.pmid)) == 1


def test_what_waits_to_be_settled_follows_the_files(tmp_path: Path) -> None:
    index = DecisionIndex(tmp_path)
    desk = Desk(tmp_path / "review", index)

    def waiting() -> list[str]:
        index.refresh()
        return list(desk.disagreements())

    ours = decision(A)
    append_decision(tmp_path, ours)
    append_decision(tmp_path, decision(B))
    assert waiting() == []
    append_decision(tmp_path, decision(A, "bert", findings=()))
    assert waiting() == [A.pmid]
    append_decision(tmp_path, Decision(A.pmid, "anna", "undo", undoes=ours.id))
    assert waiting() == []
    append_decision(tmp_path, decision(A))
    assert waiting() == [A.pmid]
    append_decision(tmp_path, decision(A, "carl", round="adjudication"))
    assert waiting() == []
    (tmp_path / "carl.jsonl").unlink()
    assert waiting() == [A.pmid]


def test_a_line_changed_by_hand_is_seen_also_where_the_file_is_as_long_as_before(
    tmp_path: Path,
) -> None:
    path = tmp_path / "anna.jsonl"
    path.write_text(lines(decision(A, note="early"), decision(B)), encoding="utf-8")
    index = DecisionIndex(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("early", "later"), encoding="utf-8")
    index.refresh()
    assert index.reviews(A.pmid)["anna"].note == "later"


def test_a_last_line_without_its_end_counts_and_the_next_is_numbered_right(tmp_path: Path) -> None:
    path = tmp_path / "anna.jsonl"
    path.write_bytes(("\ufeff" + lines(decision(A))).encode()[:-1])
    index = DecisionIndex(tmp_path)
    assert list(index.reviews(A.pmid)) == ["anna"] and index.problems == []
    append_decision(tmp_path, decision(B))
    with path.open("ab") as file:
        file.write(b"nonsense\n")
    index.refresh()
    assert list(index.reviews(B.pmid)) == ["anna"]
    assert index.problems == ["anna.jsonl:3: no whole JSON object; it was left out."]


@pytest.mark.parametrize("pmid", [99000001, 99000001.0, "099000001", " 99000001"])
def test_a_pmid_is_read_as_other_programs_write_it(tmp_path: Path, pmid: object) -> None:
    line = json.dumps(decision(A).to_json() | {"pmid": pmid}) + "\n"
    (tmp_path / "anna.jsonl").write_text(line, encoding="utf-8")
    assert [one.pmid for one in read_decisions(tmp_path)] == [A.pmid]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"time": 5}, "time must be a text in quotation marks"),
        ({"time": "yesterday"}, "time 'yesterday' is none"),
        ({"time": None}, "time is missing"),
        ({"id": ""}, "id is missing"),
        ({"reviewer": ["anna"]}, "reviewer must be a text"),
        ({"reviewer": "../anna"}, "'../anna' cannot be a reviewer's name"),
        ({"note": 5}, "note must be a text"),
        ({"weight": 0}, "weight must be a number above 0"),
        ({"weight": float("nan")}, "weight must be a number above 0"),
        ({"machine": [{"score": 1}]}, "machine: each must have an id"),
        ({"machine": [{"id": "a\0"}]}, "machine: each must have an id"),
        ({"findings": [{"id": "\ud800", "stance": "supports"}]}, "findings: each must have an id"),
        ({"findings": [{"id": "a" * 9000, "stance": "mixed"}]}, "findings: each must have an id"),
        ({"pmid": "\0"}, "pmid must be a number"),
        ({"pmid": "\ud800"}, "pmid must be a number"),
        ({"pmid": "9" * 10}, "pmid must be a number"),
        ({"pmid": True}, "pmid must be a number"),
        ({"findings": "target"}, "findings must be a list of objects"),
        (
            {"findings": [{"id": "target", "stance": "supports", "evidence": [5, 2]}]},
            "evidence must be two numbers",
        ),
    ],
)
def test_a_value_of_a_wrong_kind_is_named_and_the_rest_is_read(
    tmp_path: Path, wrong: dict[str, object], told: str
) -> None:
    bad = json.dumps(decision(A).to_json() | wrong) + "\n"
    (tmp_path / "anna.jsonl").write_text(bad + lines(decision(B)), encoding="utf-8")
    problems: list[str] = []
    assert [one.pmid for one in read_decisions(tmp_path, problems)] == [B.pmid]
    (problem,) = problems
    assert problem.startswith(f"anna.jsonl:1: {told}")
    assert DecisionIndex(tmp_path).problems == problems


def test_times_written_by_hand_are_told_apart_by_their_zone(tmp_path: Path) -> None:
    early = decision(A, time="2026-01-01T12:30:00+02:00", note="early")
    late = decision(A, time="2026-01-01T11:00:00Z", note="late")
    (tmp_path / "anna.jsonl").write_text(lines(late, early), encoding="utf-8")
    assert [one.note for one in read_decisions(tmp_path)] == ["early", "late"]


def test_what_a_draw_has_written_again_is_taken_back_with_the_decision(tmp_path: Path) -> None:
    first, last = decision(A, sample="uncertain"), decision(B)
    again = replace(first, id="again" * 4, sample="random", repeats=first.id, time=last.time)
    for one in (first, last, again):
        append_decision(tmp_path, one)
    index = DecisionIndex(tmp_path)
    assert index.last("anna") == last
    append_decision(tmp_path, Decision(B.pmid, "anna", "undo", undoes=last.id))
    append_decision(tmp_path, Decision(A.pmid, "anna", "undo", undoes=first.id))
    index.refresh()
    assert index.last("anna") is None and index.reviews(A.pmid) == {}
    assert standing(read_decisions(tmp_path)) == {}
