"""Out of the queue and back into the reviewer's file: each decision once, with what was shown."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from exchange_commands import FORMATS, MADE, bring, decisions, export
from exchange_samples import TAXONOMY, pmid, record

from drmine.annotations import text_digest
from drmine.errors import DrmineError, InputError
from drmine.review.decisions.decision import Decision, decisions_schema, settled, standing
from drmine.review.decisions.differences import to_adjudicate
from drmine.review.decisions.files import append_decision, append_decisions, read_decisions
from drmine.review.exchange.answer import Answer, Shown
from drmine.review.exchange.intake import to_decisions

AHEAD = "2099-01-01T00:00:00+00:00"


@pytest.mark.parametrize("kind", FORMATS)
def test_a_round_trip_gives_one_decision_however_often_it_is_imported(
    workspace, kind, capsys
) -> None:
    append_decision(workspace / "reviews", MADE)
    path = export(workspace, kind, "--reviewer", "bert")
    assert f"Not in the store, of the queue: 1 record: {pmid(9)}" in capsys.readouterr().err
    for expected in ("1 new decision, 2 records without", "0 new decisions, 1 that were there"):
        assert bring(workspace, path) == 0
        said = capsys.readouterr().out
        assert expected in said
        (one,) = decisions(workspace)
    assert (one.findings, one.about_drug_response, one.study_type, one.note) == (
        MADE.findings, True, "animal", "a note",
    )  # fmt: skip
    assert (one.round, one.sample, one.weight, one.action) == ("import", "random", 7.5, "change")
    assert one.text_sha256 == text_digest(record(0).text)
    assert one.taxonomy == f"{TAXONOMY.id}/{TAXONOMY.version}"
    assert one.machine and one.machine[0]["id"] == "transporter"
    assert one.fingerprint == "invented-machine"
    jsonschema.validate(json.loads(json.dumps(one.to_json())), decisions_schema())


def filled(path: Path, **rows: dict[str, str]) -> Path:
    table = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    for row in table:
        row.update(rows.get(f"n{int(row['pmid']) - int(pmid(0))}", {}))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
    return path


def test_the_action_says_how_it_stands_to_the_machine(workspace) -> None:
    path = filled(
        export(workspace, "csv"),
        n0={"decision": "accept"},
        n1={"decision": "reject", "about_drug_response": "yes"},
        n2={"decision": "skip", "note": "not mine"},
    )
    assert bring(workspace, path) == 0
    by_pmid = {one.pmid: one for one in decisions(workspace)}
    assert [by_pmid[pmid(n)].action for n in range(3)] == ["accept", "reject", "skip"]
    assert by_pmid[pmid(0)].findings[0].id == "transporter"
    assert not by_pmid[pmid(0)].blind


def test_what_is_imported_counts_though_an_earlier_decision_is_from_a_clock_ahead(
    workspace,
) -> None:
    append_decision(workspace / "reviews", replace(MADE, reviewer="anna", time=AHEAD))
    path = filled(export(workspace, "csv"), n0={"decision": "reject", "about_drug_response": "yes"})
    assert bring(workspace, path) == 0
    counts = settled(read_decisions(workspace / "reviews"))[pmid(0)]
    assert (counts.action, counts.time) == ("reject", "2099-01-01T00:00:00.000001+00:00")


def test_good_rows_are_imported_and_bad_ones_named(workspace, capsys) -> None:
    path = filled(
        export(workspace, "csv"),
        n0={"target": "suports"},
        n1={"about_drug_response": "no"},
    )
    capsys.readouterr()
    assert bring(workspace, path) == 1
    out = capsys.readouterr()
    assert out.err.splitlines() == [
        "q.csv, row 2, column target: 'suports' is none of supports, refutes, mixed, neutral; "
        "choose one of them."
    ]
    assert "1 new decision, 1 record without a decision, passed over, 1 that could" in out.out
    assert [one.pmid for one in decisions(workspace)] == [pmid(1)]


def test_a_blind_round_trip_keeps_what_the_machine_had_said(workspace) -> None:
    path = filled(export(workspace, "csv", "--blind"), n0={"about_drug_response": "no"})
    assert bring(workspace, path) == 0
    (one,) = decisions(workspace)
    assert one.blind and one.machine is not None and one.machine[0]["score"] == 0.7


def test_an_old_file_does_not_bring_back_what_was_changed_since(workspace, capsys) -> None:
    path = filled(export(workspace, "csv"), n0={"about_drug_response": "no"})
    bring(workspace, path)
    (first,) = decisions(workspace)
    append_decision(
        workspace / "reviews", Decision(pmid(0), "anna", "change", True, findings=MADE.findings)
    )
    capsys.readouterr()
    assert bring(workspace, path) == 0
    assert "1 were there and have been replaced or taken back" in capsys.readouterr().out
    append_decision(workspace / "reviews", Decision(pmid(0), "anna", "undo", undoes=first.id))
    bring(workspace, path)
    assert standing(decisions(workspace))[pmid(0), "anna", False].about_drug_response is True


def test_a_skip_is_taken_once_also_after_a_decision_was_taken_back(workspace, capsys) -> None:
    undone = Decision(pmid(2), "anna", "undo", undoes="0" * 32)
    append_decision(workspace / "reviews", undone)
    path = filled(export(workspace, "csv"), n2={"decision": "skip"})
    for expected in ("1 new decision", "0 new decisions, 1 that were there already"):
        capsys.readouterr()
        assert bring(workspace, path) == 0
        assert expected in capsys.readouterr().out
    assert [one.action for one in decisions(workspace)] == ["undo", "skip"]


def test_the_same_answer_on_a_new_text_is_a_new_decision(workspace, capsys) -> None:
    before = Decision(pmid(0), "anna", "reject", False, text_sha256="0" * 64)
    append_decision(workspace / "reviews", before)
    path = filled(export(workspace, "csv"), n0={"about_drug_response": "no"})
    assert bring(workspace, path) == 0
    assert "1 new decision" in capsys.readouterr().out
    digests = [one.text_sha256 for one in decisions(workspace)]
    assert digests == ["0" * 64, text_digest(record(0).text)]


def test_an_answer_that_a_file_holds_twice_is_one_decision() -> None:
    intake = to_decisions([Answer(pmid(0), False)] * 2, "anna", [], {}, "a/1")
    assert (len(intake.new), intake.n_known, intake.n_replaced) == (1, 1, 0)
    on_two_texts = [Answer(pmid(0), False, shown=Shown(digit * 64)) for digit in "01"]
    # by their ids lines are told apart
    assert len({one.id for one in to_decisions(on_two_texts, "anna", [], {}, "a/1").new}) == 2


def test_a_text_that_has_changed_since_is_told(workspace, capsys) -> None:
    path = filled(
        export(workspace, "csv"), n0={"about_drug_response": "no", "text_sha256": "0" * 64}
    )
    capsys.readouterr()
    assert bring(workspace, path) == 0
    assert f"1 are on a text that has changed since, and count only once they are looked at "\
           f"again: {pmid(0)}" in capsys.readouterr().out  # fmt: skip


def test_decisions_of_others_come_as_their_lines(workspace, capsys) -> None:
    theirs = workspace / "theirs"
    said = ({"id": "epigenetic", "score": 0.7, "stance": "mixed", "origin": "both"},)
    made = replace(MADE, machine=said, action="accept")
    append_decisions(theirs, [made, Decision(pmid(1), "cora", "reject", False)])
    both = workspace / "both.jsonl"
    both.write_bytes(b"".join(path.read_bytes() for path in sorted(theirs.glob("*.jsonl"))))
    with pytest.raises(InputError, match="holds decisions of bert, cora; say whose"):
        bring(workspace, both)
    assert bring(workspace, both, "anna", "--annotator", "bert") == 0
    (one,) = decisions(workspace)
    assert (one.findings, one.round, one.time) == (MADE.findings, "import", MADE.time)
    # what the machine had said there is not what it says here
    assert (one.machine, one.action) == (said, "accept")
    # a gold round is of the same shape, without who and when
    gold = workspace / "gold.jsonl"
    row = {"pmid": pmid(2), "about_drug_response": True, "study_type": "animal", "findings": []}
    gold.write_text(json.dumps(row) + "\n{\n" + json.dumps({**row, "findings": [{"id": "x"}]}))
    assert bring(workspace, gold, "gold") == 1
    told = capsys.readouterr().err
    assert "gold.jsonl, line 2: it is no JSON object" in told
    assert "gold.jsonl, line 3: stance is missing" in told
    assert [one.pmid for one in decisions(workspace, "gold")] == [pmid(2)]


def test_mentions_of_others_are_kept_beside_the_decisions(workspace, capsys) -> None:
    path = workspace / "x.pubtator"
    text = record(0).text
    at = text.index("ABCB1")
    title, abstract = text.split("\n")
    path.write_text(
        f"{pmid(0)}|t|{title}\n{pmid(0)}|a|{abstract}\n{pmid(0)}\t{at}\t{at + 5}\tABCB1\tGene\t1\n"
    )
    assert bring(workspace, path) == 0
    assert "1 new record with marked mentions" in capsys.readouterr().out
    (line,) = (workspace / "reviews" / "mentions" / "anna.jsonl").read_text().splitlines()
    row = json.loads(line)
    assert row["mentions"] == [{"start": at, "end": at + 5, "concept": "ABCB1"}]
    assert row["text_sha256"] == text_digest(text)
    # a second import adds nothing, and no decision was made of it
    assert bring(workspace, path) == 0
    assert "0 new records with marked mentions" in capsys.readouterr().out
    assert decisions(workspace) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_what_was_decided_in_the_browser_is_known_when_it_comes_back(
    workspace, kind, capsys
) -> None:
    made = replace(
        MADE, blind=True, text_sha256=text_digest(record(0).text), note="see  it\nFig | 2"
    )
    append_decision(workspace / "reviews", made)
    path = export(workspace, kind, "--reviewer", "bert")
    capsys.readouterr()
    assert bring(workspace, path, "bert") == 0
    assert "0 new decisions, 1 that were there" in capsys.readouterr().out
    anew = replace(made, id="anew", action="reject", findings=(), time="2999-01-01T00:00:00+00:00")
    append_decision(workspace / "reviews", anew)
    for taken_back in ("", anew.id, made.id):
        if taken_back:
            undo = Decision(pmid(0), "bert", "undo", undoes=taken_back)
            append_decision(workspace / "reviews", undo)
        capsys.readouterr()
        assert bring(workspace, path, "bert") == 0
        said = capsys.readouterr().out
        assert "0 new decisions" in said
        assert ("1 were there and have been replaced" in said) is (taken_back != anew.id)
    assert standing(decisions(workspace, "bert")) == {}


def test_what_settled_a_difference_elsewhere_settles_it_here(workspace, capsys) -> None:
    here, theirs = workspace / "reviews", workspace / "theirs"
    append_decisions(here, [replace(MADE, id="1"), replace(MADE, id="2", reviewer="carl",
                                                           findings=())])  # fmt: skip
    # dora had reviewed it herself, as it happens with the same result
    judge = replace(MADE, id="3", reviewer="dora", round="adjudication")
    append_decisions(theirs, [judge, replace(judge, id="4", round="review")])
    assert list(to_adjudicate(read_decisions(here))) == [pmid(0)]
    for expected in ("2 new decisions", "0 new decisions, 2 that were there"):
        assert bring(workspace, theirs / "dora.jsonl", "dora") == 0
        assert expected in capsys.readouterr().out
    assert to_adjudicate(read_decisions(here)) == {}
    assert sorted(one.round for one in decisions(workspace, "dora")) == ["adjudication", "import"]
    assert settled(read_decisions(here))[pmid(0)].reviewer == "dora"


def test_pmids_that_pandas_made_numbers_of_are_read(workspace, capsys) -> None:
    path = workspace / "round.jsonl"
    rows = [{"pmid": one, "about_drug_response": True, "findings": []}
            for one in (float(pmid(0)), 0.5, float("nan"), pmid(1))]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert bring(workspace, path) == 1
    out = capsys.readouterr()
    assert "2 new decisions, 2 that could not be taken" in out.out
    assert out.err.splitlines() == [
        "round.jsonl, line 2: '0.5' is no PMID.", "round.jsonl, line 3: 'nan' is no PMID.",
    ]  # fmt: skip
    assert [one.pmid for one in decisions(workspace)] == [pmid(0), pmid(1)]


def test_half_a_character_in_a_note_is_no_error(workspace) -> None:
    path = workspace / "theirs.jsonl"
    row = {"pmid": pmid(0), "about_drug_response": False, "findings": [], "note": "half \ud800"}
    path.write_text(json.dumps(row) + "\n", encoding="ascii")
    assert bring(workspace, path) == 0
    (one,) = decisions(workspace)
    assert one.note == "half ?"
    assert bring(workspace, path) == 0 and len(decisions(workspace)) == 1


def test_a_folder_of_decisions_that_cannot_be_written_is_said_in_one_sentence(workspace) -> None:
    path = filled(export(workspace, "csv"), n0={"decision": "accept"})
    (workspace / "a_file").write_text("no folder")
    with pytest.raises(DrmineError, match="a_file cannot be written to"):
        bring(workspace, path, "anna", "--reviews", workspace / "a_file")
