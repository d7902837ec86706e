"""What `drmine review status` counts."""

from __future__ import annotations

from pathlib import Path

from review_samples import decision, fill, pmid, record

from drmine.cli import cli
from drmine.review.decisions.decision import DecidedFinding, Decision
from drmine.review.decisions.files import append_decisions
from drmine.review.queue.entries import QueueEntry, write_queue
from drmine.review.status import raw_agreement

A, B, C = record(0), record(1), record(2)


def test_agreement_is_counted_in_all_and_by_part() -> None:
    other_stance = (DecidedFinding("target", "supports", "congenital"),)
    found = raw_agreement(
        [
            decision(A), decision(A, "bert"),
            decision(B), decision(B, "bert", findings=other_stance),
            decision(C), decision(C, "bert", findings=(), about_drug_response=False),
            decision(record(3)),
            # of another text: not held against it
            decision(record(4)), decision(record(4), "bert", text_sha256="0" * 64),
        ]
    )  # fmt: skip
    assert (found.n, found.whole, found.about, found.hypotheses, found.stances) == (3, 1, 2, 2, 1)


def test_the_status_says_who_did_what_and_what_is_left(
    either_database: str, tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.delenv("DRMINE_REVIEWS", raising=False)
    fill(tmp_path / "drmine.sqlite", [A, B, C]).close()
    write_queue(tmp_path / "review", [QueueEntry(pmid(n), "random") for n in range(3)], {})
    undone = decision(C)
    append_decisions(
        tmp_path / "reviews",
        [
            # who decides anew on a record, or put it off before, has decided on one
            decision(A, action="skip"), decision(A, action="reject"), decision(A),
            decision(A, sample="random", repeats="x"),
            decision(A, "bert", findings=()), decision(B, "bert", action="accept"),
            undone, Decision(C.pmid, "anna", "undo", undoes=undone.id),
        ],
    )  # fmt: skip
    assert cli.main(["review", "status", "--workspace", str(tmp_path)], standalone_mode=False) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split() for line in said[1:4]] == [
        ["reviewer", "accept", "change", "reject", "skip"],
        ["anna", "0", "1", "0", "0"],
        ["bert", "1", "1", "0", "0"],
    ]
    assert said[4:7] == [
        "Reviewed: 2 of 3 records",
        "Queue: 1 left (random 2/3)",
        "To settle: 1 record on which reviewers differ",
    ]
    with (tmp_path / "reviews" / "anna.jsonl").open("a") as file:
        file.write('{"pmid": "9900')
    assert cli.main(["review", "status", "--workspace", str(tmp_path)], standalone_mode=False) == 1
    assert "Left out: anna.jsonl:7" in capsys.readouterr().out


def test_commands_that_the_status_names_are_of_the_same_workspace(
    tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.delenv("DRMINE_REVIEWS", raising=False)
    place = tmp_path / "my map"
    place.mkdir()
    fill(place / "drmine.sqlite", [A]).close()
    assert cli.main(["review", "status", "--workspace", str(place)], standalone_mode=False) == 0
    said = capsys.readouterr().out
    assert f"None yet: drmine review serve --workspace '{place}'" in said
    assert f"draw one with drmine review queue --workspace '{place}'" in said
    monkeypatch.setenv("DRMINE_WORKSPACE", str(place))
    assert cli.main(["review", "status"], standalone_mode=False) == 0
    assert "--workspace" not in capsys.readouterr().out
