"""What `drmine review export` writes, fills in, and does not write over."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace

import click
import pytest
from exchange_commands import FORMATS, MADE, bring, decisions, export
from exchange_samples import TAXONOMY, pmid, record, run

from drmine.cli_review import review_export
from drmine.errors import DrmineError
from drmine.review.decisions.decision import DecidedFinding
from drmine.review.decisions.files import append_decision
from drmine.review.exchange.formats import WRITERS
from drmine.review.exchange.task import make_tasks, queue_entries
from drmine.settings import Settings
from drmine.store import Store


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export", "x.csv", "--format", "csv", "--queue", "none.jsonl"), "no queue at none.jsonl"),
        (("export", "empty.csv/x.csv", "--format", "csv"), "cannot be written to"),
        (("export", "empty.csv", "--format", "brat"), "cannot be written"),
        (("import", "none.csv", "--reviewer", "anna"), "none.csv cannot be read"),
        (("import", "empty.csv", "--reviewer", "anna"), "is empty"),
        (("import", "empty.csv", "--reviewer", "../anna"), "cannot be a reviewer's name"),
        (("import", "half.json", "--reviewer", "anna"), "no whole JSON"),
        (("import", "bioc.xml", "--reviewer", "anna"), "export it as BioC JSON"),
    ],
)
def test_wrong_use_is_said_in_one_sentence(workspace, arguments, said, monkeypatch) -> None:
    monkeypatch.chdir(workspace)
    (workspace / "empty.csv").write_text("\n")
    (workspace / "half.json").write_text('[{"data": ')
    (workspace / "bioc.xml").write_text("<?xml version='1.0'?><collection/>")
    with pytest.raises(DrmineError, match=said) as error:
        run("review", *arguments, "--workspace", workspace)
    assert str(error.value).count("\n") == 0 and error.value.exit_code == 2


def test_a_queue_file_from_elsewhere_is_taken(workspace) -> None:
    queue = workspace / "mine.jsonl"
    queue.write_text(json.dumps({"pmid": pmid(2), "sample": "chosen", "weight": 1}) + "\n")
    shutil.rmtree(workspace / "review")
    out = workspace / "mine.csv"
    assert run("review", "export", out, "--format", "csv", "--queue", queue,
               "--workspace", workspace) == 0  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"), newline="")))
    assert [row["pmid"] for row in rows] == [pmid(2)]


def test_the_command_offers_every_format_that_can_be_written() -> None:
    (option,) = (one for one in review_export.params if one.name == "format_name")
    assert isinstance(option.type, click.Choice)
    assert set(option.type.choices) == set(WRITERS)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_decision_on_an_earlier_text_does_not_go_out_as_taken(workspace, kind, capsys) -> None:
    append_decision(workspace / "reviews", replace(MADE, text_sha256="0" * 64))
    path = export(workspace, kind, "--reviewer", "bert")
    capsys.readouterr()
    assert bring(workspace, path, "bert") == 0
    assert "0 new decisions, 3 records without" in capsys.readouterr().out
    assert len(decisions(workspace, "bert")) == 1


@pytest.mark.parametrize("kind", FORMATS)
def test_labels_of_an_earlier_text_do_not_go_out_with_the_present_one(workspace, kind) -> None:
    longer = f"One more sentence. {record(0).abstract}"
    with Store.open(workspace / "drmine.sqlite") as store:
        store.upsert_records([replace(record(0), abstract=longer, revised="2030-01-01")], "later")
        first, second, _ = make_tasks(
            store, queue_entries(Settings(workspace), None), TAXONOMY
        ).tasks
        assert (first.machine, first.shown.proposal, first.shown.fingerprint) == (None, None, "")
        assert second.machine is not None and second.shown.fingerprint
    export(workspace, kind)


@pytest.mark.parametrize("kind", FORMATS)
def test_what_somebody_has_filled_in_is_not_written_over(workspace, kind) -> None:
    append_decision(workspace / "reviews", MADE)
    path = export(workspace, kind, "--reviewer", "bert")
    # what is known already may be written anew
    assert export(workspace, kind, "--reviewer", "bert") == path
    (workspace / "reviews" / "bert.jsonl").unlink()
    with pytest.raises(DrmineError, match="holds decisions that were not imported"):
        export(workspace, kind)
    assert bring(workspace, path) == 0
    export(workspace, kind)
    # nothing is filled in now
    export(workspace, kind)


def test_a_reviewer_whose_name_stands_in_no_file_is_told(workspace, capsys) -> None:
    export(workspace, "csv", "--reviewer", "nobody")
    assert "holds no decision by nobody at all: nothing is filled in" in capsys.readouterr().err


@pytest.mark.parametrize("kind", FORMATS)
def test_a_decision_by_another_version_of_the_taxonomy_is_not_filled_in(
    workspace, kind, capsys
) -> None:
    gone = DecidedFinding("hypothesis_of_then", "supports")
    old = replace(MADE, findings=(*MADE.findings, gone), text_sha256="")
    append_decision(workspace / "reviews", old)
    path = export(workspace, kind, "--reviewer", "bert")
    capsys.readouterr()
    # half of it would take the place of the whole
    assert bring(workspace, path, "bert") == 0
    assert capsys.readouterr().out.startswith("0 new decisions")
