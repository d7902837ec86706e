"""Annotations in order or named line by line; their texts from store and PubMed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from drmine.annotation_files.check import check_files
from drmine.annotation_files.kinds import AnnotationFile, annotation_files
from drmine.annotations import text_digest
from drmine.cli import cli
from drmine.demo.server import EutilsServer
from drmine.errors import InputError
from drmine.records import Record
from drmine.review.decisions.decision import DecidedFinding, Decision
from drmine.review.decisions.files import append_decisions, read_decisions
from drmine.store import Store
from drmine.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
DIGEST = "0" * 64
GOLD = {
    "pmid": "123", "text_sha256": DIGEST, "annotator": "a", "guidelines": 1,
    "about_drug_response": True, "study_type": "animal",
    "findings": [{"id": "target", "stance": "mixed", "origin": "both", "evidence": [0, 5]}],
}  # fmt: skip
MENTIONS = {
    "pmid": "123", "text_sha256": DIGEST, "half": "dev",
    "mentions": [{"start": 0, "end": 3, "concept": "ABCB1"}],
}  # fmt: skip
RATES = {
    "sentence_sha256": DIGEST, "source": "PubMed",
    "rates": [{"start": 0, "end": 3, "low": 0.2, "high": 0.3}],
}  # fmt: skip


def run(*arguments: object) -> int:
    return int(cli.main([str(one) for one in arguments], standalone_mode=False))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    """Return annotations of a checkout of their own, in which the tests stand."""
    monkeypatch.delenv("DRMINE_REVIEWS", raising=False)
    annotations = tmp_path / "annotations"
    (annotations / "gold" / "rounds").mkdir(parents=True)
    (annotations / "guidelines.md").write_text("invented")
    monkeypatch.chdir(tmp_path)
    return annotations


def lines(path: Path, *rows: object) -> Path:
    text = "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in rows)
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path, kind: str, *rows: object) -> list[str]:
    return list(check_files([AnnotationFile(lines(path, *rows), kind)], TAXONOMY))  # type: ignore[arg-type]


def test_the_annotations_of_this_checkout_are_in_order() -> None:
    root = Path(__file__).resolve().parents[2] / "annotations"
    files = annotation_files(root / "gold", root / "reviews")
    assert len(files) >= 6
    assert list(check_files(files, TAXONOMY)) == []


@pytest.mark.parametrize(
    ("kind", "good", "changes", "said"),
    [
        ("findings", GOLD, {"pmid": 123}, "pmid: 123 is not of type 'string'"),
        ("findings", GOLD, {"text_sha256": "x"}, "text_sha256: 'x' does not match"),
        ("findings", GOLD, {"study_type": None}, "study_type: None is not one of"),
        ("findings", GOLD, {"findings": [{"id": "target", "origin": "both", "evidence": None}]},
         "'stance' is a required property"),
        ("findings", GOLD, {"findings": [{**GOLD["findings"][0], "id": "x"}]}, "'x' is no hypoth"),
        ("findings", GOLD, {"findings": [{**GOLD["findings"][0], "evidence": [5, 5]}]},
         "the evidence of target has no length"),
        ("findings", GOLD, {"findings": GOLD["findings"] * 2}, "target is given twice"),
        ("findings", GOLD, {"about_drug_response": False}, "is about drug response"),
        ("findings", GOLD, {"pmid": "99000001"}, "that of an invented record"),
        ("mentions", MENTIONS, {"half": "third"}, "half: 'third' is not one of"),
        ("mentions", MENTIONS, {"mentions": [{"start": 3, "end": 3, "concept": "x"}]},
         "a place has no length"),
        ("rates", RATES, {"rates": [{"start": 0, "end": 3, "low": 0.4, "high": 0.3}]},
         "low comes first"),
        ("rates", RATES, {"rates": [{"start": 0, "end": 3, "low": 0.4, "high": 30}]},
         "rates/0/high: 30 is greater than"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_and_a_good_one_is_not(tmp_path, kind, good, changes, said) -> None:
    other = {"pmid": "124"} | ({"sentence_sha256": "1" * 64} if kind == "rates" else {})
    (problem,) = problems(tmp_path / "some.jsonl", kind, good, {**good, **other, **changes})
    assert problem.startswith(f"{tmp_path.name}/some.jsonl:2: ") and said in problem


def test_lines_that_are_cut_or_repeated_are_named(tmp_path) -> None:
    found = problems(tmp_path / "f.jsonl", "findings", GOLD, '{"pmid": "12', "[1]", GOLD)
    assert [one.split(": ", 1)[0].rsplit(":", 1)[1] for one in found] == ["2", "3", "4"]
    assert "123 stands in line 1 too" in found[2]


def test_decisions_hold_together_across_files(tmp_path) -> None:
    made = Decision("123", "anna", "change", True, "animal",
                    (DecidedFinding("target", "mixed"),))  # fmt: skip
    append_decisions(
        tmp_path,
        [made, Decision("123", "anna", "undo", undoes=made.id),
         Decision("124", "bert", "undo", undoes="nothing-known")],
    )  # fmt: skip
    anna = tmp_path / "anna.jsonl"
    # two copies joined by git hold a line twice, and that is well
    anna.write_text(anna.read_text() * 2)
    (tmp_path / "bert.jsonl").write_text(
        (tmp_path / "bert.jsonl").read_text()
        + json.dumps({**made.to_json(), "note": "another", "reviewer": "bert"}) + "\n"
        + json.dumps({**made.to_json(), "id": "12345678"}) + "\n"
        + json.dumps({**replace(made, id="23456789").to_json(), "reviewer": "bert",
                      "about_drug_response": None, "findings": []}) + "\n"
    )  # fmt: skip
    found = list(check_files(annotation_files(None, tmp_path), TAXONOMY))
    assert [one.split(": ", 1)[1] for one in found] == [
        f"its id stands in {tmp_path.name}/anna.jsonl:1 for another decision.",
        "the decision is of anna, in the file of bert.",
        "about_drug_response is missing: it must be true or false.",
        "it takes back nothing-known, which is nowhere.",
    ]


def test_the_command_lists_what_is_wrong(folder, capsys) -> None:
    with pytest.raises(InputError, match="no annotations here"):
        run("annotations", "check")
    lines(folder / "gold" / "findings.jsonl", GOLD)
    assert run("annotations", "check") == 0
    assert "1 file, all lines in order" in capsys.readouterr().out
    (folder / "reviews").mkdir()
    lines(folder / "reviews" / "anna.jsonl", {"pmid": "1"})
    assert run("annotations", "check") == 1
    out = capsys.readouterr()
    assert "reviews/anna.jsonl:1: 'id' is a required property." in out.err
    assert "2 files, " in out.out and "problems." in out.out


def record(n: int) -> Record:
    return Record(
        pmid=str(99_000_000 + n),
        title=f"Invented record {n} on refractory epilepsy 🧠",
        abstract="Nothing in this text has happened.",
        year=2001, date="2001-02-03", entered="2001-02-03", revised="2001-02-03",
        journal="Annals of Invented Epileptology", languages=("eng",), invented=True,
    )  # fmt: skip


@pytest.fixture
def pubmed(monkeypatch):
    with EutilsServer([record(n) for n in range(1, 6)]) as server:
        monkeypatch.setenv("DRMINE_EUTILS_URL", server.url)
        monkeypatch.setenv("DRMINE_EMAIL", "somebody@example.org")
        monkeypatch.setenv("DRMINE_REQUEST_ATTEMPTS", "2")
        yield server


def labelled(n: int, digest: str | None = None) -> dict[str, object]:
    return {**GOLD, "pmid": record(n).pmid, "text_sha256": digest or text_digest(record(n).text)}


def test_texts_come_from_the_store_and_from_pubmed_and_changed_ones_are_named(
    folder, pubmed, tmp_path, capsys
) -> None:
    workspace = tmp_path / "w"
    lines(folder / "gold" / "findings.jsonl", labelled(1), labelled(2), labelled(3, "f" * 64))
    # of two labels of one record one is of an older text
    lines(folder / "gold" / "rounds" / "findings_a.jsonl", labelled(1), labelled(2, "e" * 64))
    append_decisions(
        workspace / "reviews",
        [Decision(record(4).pmid, "anna", "reject", False),
         Decision("99000777", "anna", "reject", False)],
    )  # fmt: skip
    with Store.open(workspace / "drmine.sqlite") as store:
        store.upsert_records([record(1)], "run")
    assert run("annotations", "hydrate", "--workspace", workspace) == 1
    said = capsys.readouterr()
    assert (
        "5 annotated records: 1 in the store, 0 in annotated.jsonl before, 3 fetched." in said.out
    )
    assert (
        "2 texts have changed since they were labelled (SHA-256 differs): 99000002, 99000003"
        in said.err
    )
    assert "Not to be had: 1 record: 99000777" in said.err
    out = workspace / "annotated.jsonl"
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [Record.from_json(row).text for row in rows] == [record(n).text for n in range(1, 5)]
    # the store is as it was: what is annotated is not what the query finds
    with Store.open(workspace / "drmine.sqlite") as store:
        assert store.known_pmids() == {record(1).pmid}


def test_what_was_fetched_once_is_not_asked_for_again(folder, pubmed, tmp_path, capsys) -> None:
    lines(folder / "gold" / "findings.jsonl", labelled(1), labelled(2))
    out = tmp_path / "texts.jsonl"
    command = ("annotations", "hydrate", "--workspace", tmp_path / "w", "--out", out)
    assert run(*command) == 0
    before, asked = out.read_bytes(), len(pubmed.requests)
    assert run(*command) == 0
    assert "0 in the store, 2 in texts.jsonl before, 0 fetched" in capsys.readouterr().out
    assert out.read_bytes() == before and len(pubmed.requests) == asked


def test_without_pubmed_the_rest_is_written(folder, tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.delenv("DRMINE_EMAIL", raising=False)
    lines(folder / "gold" / "findings.jsonl", labelled(1), labelled(2))
    workspace = tmp_path / "w"
    workspace.mkdir()
    with Store.open(workspace / "drmine.sqlite") as store:
        store.upsert_records([record(1)], "run")
    assert run("annotations", "hydrate", "--workspace", workspace) == 1
    assert "DRMINE_EMAIL" in capsys.readouterr().err
    assert len((workspace / "annotated.jsonl").read_text().splitlines()) == 1


def test_a_folder_of_reviews_that_is_not_there_is_not_in_order(folder) -> None:
    lines(folder / "gold" / "findings.jsonl", GOLD)
    with pytest.raises(InputError, match="is no folder"):
        run("annotations", "check", "--reviews", folder / "reveiws")


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path) -> None:
    made = Decision("123", "anna", "reject", False, text_sha256=DIGEST, taxonomy="t")
    append_decisions(tmp_path, [made])
    anna = tmp_path / "anna.jsonl"
    anna.write_bytes(b"\xef\xbb\xbf" + anna.read_bytes())
    assert [one.id for one in read_decisions(tmp_path)] == [made.id]
    assert list(check_files(annotation_files(None, tmp_path), TAXONOMY)) == []


def test_the_text_that_was_labelled_outlives_a_revision_in_the_store(
    folder, tmp_path, capsys
) -> None:
    workspace = tmp_path / "w"
    lines(folder / "gold" / "findings.jsonl", labelled(1))
    workspace.mkdir()
    out = workspace / "annotated.jsonl"
    with Store.open(workspace / "drmine.sqlite") as store:
        store.upsert_records([replace(record(1), title="Revised", revised="2002-01-01")], "run")
    lines(out, record(1).to_json())
    assert run("annotations", "hydrate", "--workspace", workspace) == 0
    assert "0 in the store, 1 in annotated.jsonl before" in capsys.readouterr().out
    assert Record.from_json(json.loads(out.read_text("utf-8"))).text == record(1).text
