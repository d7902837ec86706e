"""`drmine status`: what a workspace is and how it stands, without a byte of it changed."""

from __future__ import annotations

import fcntl
import json
import sys
from pathlib import Path

import pytest
from status_command import status

from drmine.annotations import text_digest
from drmine.classify.classifier import Classifier
from drmine.demo.eutils_xml import records_xml
from drmine.records import Record
from drmine.review.decisions.decision import Decision
from drmine.review.decisions.files import append_decision
from drmine.status.fingerprint import _model_version, present_fingerprint
from drmine.store import Store
from drmine.store.engine import writing
from running import bytes_in, drmine, one_sentence, read_only

PROBE = """
import sys
from drmine.cli import cli
cli.main(sys.argv[1:], standalone_mode=False)
print(*sorted({"numpy", "pandas", "prefect", "spacy"} & set(sys.modules)), file=sys.stderr)
"""


def test_the_fingerprint_is_that_of_what_labels() -> None:
    assert present_fingerprint() == Classifier().fingerprint
    assert present_fingerprint("no_such_model") is None


def test_a_model_says_its_version_without_being_loaded(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text('{"version": "1.2.3"}', encoding="utf-8")
    assert _model_version(str(tmp_path)) == "1.2.3"
    assert _model_version(str(tmp_path / "none")) is None


def test_a_workspace_in_which_all_is_well(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = bytes_in(workspace)
    code, found, said = status(workspace, capsys)
    assert bytes_in(workspace) == before
    assert code == 0, said
    assert found["is_well"]
    assert found["store"]["records"] == found["store"]["present"] > 100
    assert (found["store"]["to_label"], found["store"]["without"]) == (0, 0)
    assert (found["trends"], found["report"]) == ("current", "current")
    assert found["last_run"]["run"] == found["last_complete_search"]["run"]
    assert "complete" in said and "INVENTED" in said
    assert "nothing; `drmine refresh" in said


def test_nothing_heavy_is_loaded(workspace: Path) -> None:
    import subprocess

    done = subprocess.run(
        [sys.executable, "-c", PROBE, "status", "--workspace", str(workspace)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr.strip() == ""


def test_who_may_only_read_is_told_the_same(workspace: Path) -> None:
    before = bytes_in(workspace)
    with read_only(workspace) as user:
        result = drmine("status", "--workspace", workspace, as_user=user)
        runs = ("--compare", "latest", "latest", "--workspace", workspace)
        moved = drmine("trends", *runs, as_user=user)
        folders = drmine("compare", workspace, workspace, as_user=user)
    assert (result.returncode, result.stderr) == (0, "")
    assert (moved.returncode, folders.returncode) == (0, 0), moved.stderr + folders.stderr
    assert bytes_in(workspace) == before


def test_what_was_imported_since_is_not_in_the_outputs(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = tmp_path / "new.xml"
    new.write_bytes(records_xml([Record("99900001", "Invented epilepsy")]))
    assert drmine("import", new, "--workspace", workspace).returncode == 0
    code, found, said = status(workspace, capsys)
    assert code == 1
    assert found["store"]["without"] == found["store"]["to_label"] == 1
    assert (found["trends"], found["report"]) == ("older than the store", "older than the store")
    assert found["last_run"]["kind"] == "import"
    assert found["last_refresh"]["kind"] == "refresh"
    assert f"refresh --offline --workspace {workspace}`, which labels" in said
    # made anew they are of the store as it is, though of the run before
    assert drmine("trends", "--workspace", workspace).returncode == 0
    found = status(workspace, capsys)[1]
    assert (found["trends"], found["report"]) == ("current", "current")


def test_labels_by_another_version_are_told(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store.open(workspace / "drmine.sqlite") as store, writing(store._engine) as connection:
        connection.exec_driver_sql(
            "UPDATE annotations SET fingerprint = 'older' WHERE pmid < 99000011"
        )
    code, found, said = status(workspace, capsys)
    assert code == 1
    older = found["store"]["labelled"] - found["store"]["present"]
    assert older == found["store"]["to_label"] > 1
    assert f"{older} by others or of older texts; the next refresh labels {older} records" in said


def test_a_run_that_was_stopped_and_one_at_work_are_told(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = workspace / "runs" / "20991231-235959-0000"
    run.mkdir()
    (run / "plan.json").write_text("{}", encoding="utf-8")
    code, found, said = status(workspace, capsys)
    assert (code, found["unfinished"]) == (1, run.name)
    assert f"goes on where run {run.name} was stopped" in said
    assert found["last_run"] == {"run": run.name, "is_complete": None}
    with (workspace / ".refresh.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        code, found, said = status(workspace, capsys)
    assert (code, found["at_work"]) == (1, ["refresh"])
    assert "wait for the refresh that is at work" in said
    assert "was stopped" not in said


def test_an_import_that_was_stopped_or_lacks_a_file_is_told(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # folders that somebody has made by hand are no runs
    for name in ("2027 copy", "20991345-000000-0000"):
        (workspace / "runs" / name).mkdir()
    assert status(workspace, capsys)[0] == 0
    bad = tmp_path / "bad.xml"
    bad.write_text("no XML", encoding="utf-8")
    assert drmine("import", bad, "--workspace", workspace).returncode == 2
    code, found, said = status(workspace, capsys)
    assert (code, found["last_run"]["kind"], found["is_well"]) == (1, "import", False)
    assert "see what the last import could not take in" in said
    run = workspace / "runs" / "20991231-235959-0000"
    run.mkdir()
    code, found, said = status(workspace, capsys)
    assert code == 1
    assert f"wait for run {run.name}, or start it again" in said


@pytest.mark.parametrize("kind", ["import", "bulk"])
def test_one_that_was_stopped_is_told_after_other_runs_too(
    workspace: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    run = "20000101-000000-0000"
    with Store.open(workspace / "drmine.sqlite") as store:
        store.start_run(kind, run_id=run)
    code, found, said = status(workspace, capsys)
    assert (code, found["is_well"], found["stopped"]) == (1, False, {kind: run})
    assert f"give `drmine {kind} --workspace {workspace}` the files of run {run} again" in said
    # the next one of its kind takes its place
    with Store.open(workspace / "drmine.sqlite") as store:
        store.start_run(kind, run_id="20000102-000000-0000")
        store.finish_run("20000102-000000-0000", is_complete=True)
    code, found, said = status(workspace, capsys)
    assert (code, found["stopped"]) == (0, {}), said


def test_each_line_of_a_decision_is_read_once(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(workspace / "drmine.sqlite") as store:
        record = next(store.iter_records())
    wrong = Decision(record.pmid, "anna", "reject", about_drug_response=False)
    append_decision(workspace / "reviews", wrong)
    read, parse = [], Decision.from_json
    monkeypatch.setattr(
        Decision, "from_json", lambda row, place: read.append(place) or parse(row, place)
    )
    assert status(workspace, capsys)[1]["review"]["decisions"] == 1
    assert read == ["anna.jsonl:1"]


def test_an_incomplete_refresh_says_what_is_missing(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = max((workspace / "runs").glob("*/manifest.json"))
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest |= {"is_complete": False, "is_fetched": False, "missing": ["1", "2"]}
    manifest["problems"] = ["PubMed was ill."]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    code, found, said = status(workspace, capsys)
    assert code == 1
    assert "INCOMPLETE: 2 records missing; PubMed was ill" in said
    assert "again: the last one lacks records" in said
    whole = found["last_complete_search"]
    assert whole is None or whole["run"] != manifest["run"]


def test_a_search_of_a_day_to_come_is_not_one_to_count_from(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = max((workspace / "runs").glob("*/manifest.json"))
    manifest = json.loads(path.read_text(encoding="utf-8")) | {"searched_on": "2999-12-31"}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert status(workspace, capsys)[1]["last_complete_search"] is None


def test_a_search_into_another_database_is_not_that_of_this_one(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store.open(workspace / "drmine.sqlite") as store, writing(store._engine) as connection:
        connection.exec_driver_sql("DELETE FROM runs")
    _, found, said = status(workspace, capsys)
    assert found["last_complete_search"] is None
    assert "none into this database" in said


def test_decisions_that_are_not_counted_yet_are_told(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store.open(workspace / "drmine.sqlite") as store:
        one, other = list(store.iter_records())[:2]
    for record, digest in ((one, text_digest(one.text)), (other, "0" * 64)):
        decision = Decision(
            record.pmid, "anna", "reject", about_drug_response=False, text_sha256=digest
        )
        append_decision(workspace / "reviews", decision)
    code, found, said = status(workspace, capsys)
    review = found["review"]
    assert code == 1
    # that on another text would not be applied, and waits for somebody to look again
    assert (review["decisions"], review["records"], review["not_counted"]) == (2, 2, 1)
    assert "run `drmine trends" in said
    assert drmine("trends", "--workspace", workspace).returncode == 0
    assert status(workspace, capsys)[0] == 0
    (workspace / "reviews" / "anna.jsonl").write_text("{}\n", encoding="utf-8")
    review = status(workspace, capsys)[1]["review"]
    assert (review["not_counted"], review["unreadable"]) == (1, 1)


def test_a_mistyped_folder_of_decisions_is_no_review_in_order(workspace: Path) -> None:
    for command in (("status",), ("review", "status")):
        result = drmine(*command, "--workspace", workspace, "--reviews", workspace / "reveiws")
        assert result.returncode == 2
        assert "reveiws is no folder" in one_sentence(result)
