"""What is known of the decisions is what stands in the files, whoever wrote them."""

from __future__ import annotations

import json
from pathlib import Path

from review_samples import decision, record

from drmine.review.decisions import Decision, append_decision
from drmine.review.desk import Desk
from drmine.review.index import DecisionIndex

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
    early = decision(A, time="2026-01-01T00:00:00+00:00", note="early")
    late = decision(A, time="2026-01-02T00:00:00+00:00", note="late")
    path = tmp_path / "anna.jsonl"
    path.write_text(lines(late), encoding="utf-8")
    index = DecisionIndex(tmp_path)
    # the same file, as long or longer, with other bytes where it had been read
    path.write_text(lines(early, late, early), encoding="utf-8")
    index.refresh()
    assert [one.note for one in index.of_record(A.pmid)] == ["early", "late"]
    assert index.reviews(A.pmid)["anna"].note == "late"
    path.unlink()
    index.refresh()
    assert index.of_record(A.pmid) == []


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
