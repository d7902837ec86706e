"""``drmine trends``: trend files anew, and what moved between runs that the workspace keeps."""

from __future__ import annotations

import json
import shutil
from datetime import date

import pandas as pd
import pytest

from drmine.errors import InputError
from drmine.refresh.job import alone
from drmine.trends.totals import Total, read_totals, whole_totals, write_totals
from drmine.workspace import Workspace
from running import drmine


@pytest.fixture
def workspace(demo, tmp_path):
    """A copy of the demonstration's workspace, with its last run alone, that a test may change."""
    copy = shutil.copytree(demo.workspace, tmp_path / "work")
    # other tests refresh the demonstration again: how many runs it has depends on their order
    for run in sorted((copy / "runs").iterdir())[:-1]:
        shutil.rmtree(run)
    return copy


def second_run(workspace, change) -> None:
    """Add a later run whose kept rows and manifest ``change`` may alter."""
    (first,) = (workspace / "runs").iterdir()
    second = shutil.copytree(first, first.with_name("29990101-000000-0000"))
    kept = second / "trends"
    rows = {
        name: pd.read_csv(kept / f"{name}.csv.gz", dtype=str, keep_default_na=False)
        for name in ("articles", "findings")
    }
    manifest = json.loads((kept / "manifest.json").read_text(encoding="utf-8"))
    change(rows, manifest)
    for name, frame in rows.items():
        frame.to_csv(kept / f"{name}.csv.gz", index=False)
    (kept / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_two_runs_of_one_workspace_are_compared_and_changes_laid_to_their_cause(workspace):
    def change(rows, manifest):
        articles, findings = rows["articles"], rows["findings"]
        articles.loc[1, "text_hash"] = "revised"
        articles.loc[1, "study_type"] = "another"
        rows["articles"] = articles.drop(index=0)
        findings.loc[findings.index[-1], "stance"] = "other"
        findings.loc[findings.index[-2], ["origin", "reviewed"]] = ["other", "TRUE"]
        manifest["fingerprints"]["vocabulary"] = "new"
        manifest["fingerprints"]["pipeline"] = "new"

    second_run(workspace, change)
    table = workspace / "changes.csv"
    done = drmine("trends", "--compare", "previous", "latest", "--changes", table,
                  "--workspace", workspace)  # fmt: skip
    assert done.returncode == 0, done.stderr
    # which runs these are, and so of which days, is said
    before, after = sorted(path.name for path in (workspace / "runs").iterdir())[-2:]
    assert f"between previous ({before}) and latest ({after})." in done.stdout
    assert "Made anew between them: vocabulary." in done.stdout
    changes = pd.read_csv(table, dtype=str, keep_default_na=False)
    cause = {(row["change"], row["label"].partition(".")[2]): row["cause"]
             for row in changes.to_dict("records")}  # fmt: skip
    assert cause[("removed", "")] == "new data"
    assert cause[("relabelled", "stance")] == "new vocabulary"
    assert cause[("relabelled", "origin")] == "review"
    revised = changes[changes["label"] == "study_type"]
    assert list(revised["cause"]) == ["new data"]


def test_runs_that_are_not_kept_are_one_sentence(workspace):
    for names in (("previous", "latest"), ("nowhere", "latest")):
        done = drmine("trends", "--compare", *names, "--workspace", workspace)
        assert done.returncode == 2
        assert done.stderr.startswith("Error:") and done.stderr.count("\n") == 1


def test_trend_files_are_written_anew_with_the_totals_of_pubmed(workspace):
    write_totals(workspace, {2001: Total(543210)})
    done = drmine("trends", "--workspace", workspace)
    assert done.returncode == 0, done.stderr
    years = pd.read_csv(workspace / "trends" / "years.csv").set_index("year")
    assert years.loc[2001, "n_pubmed"] == 543210
    assert pd.isna(years.loc[2002, "n_pubmed"])


def test_totals_that_cannot_be_read_are_one_sentence(tmp_path):
    (tmp_path / "pubmed_totals.csv").write_text("year,n\n2001,many\n", encoding="utf-8")
    with pytest.raises(InputError, match="n_pubmed"):
        read_totals(tmp_path)


def test_a_total_of_a_part_of_a_year_is_none_of_the_year(tmp_path):
    totals = {
        2023: Total(9, "2024-02-01"), 2024: Total(5, "2024-06-01"), 2025: Total(7), 2026: Total(1)
    }  # fmt: skip
    write_totals(tmp_path, totals)
    assert read_totals(tmp_path) == totals
    # in 2024 itself it is that of the year so far
    assert whole_totals(tmp_path, date(2024, 12, 31)) == {2023: 9, 2024: 5, 2025: 7, 2026: 1}
    today = date(2027, 1, 1)
    assert whole_totals(tmp_path, today) == {2023: 9, 2025: 7, 2026: 1}
    # 2023 grew after it was asked for; what a user's file says of a year long over stays
    grown = [year for year, one in totals.items() if one.may_have_grown(year, today)]
    assert grown == [2023, 2024, 2026]
    # a clock that ran ahead does not keep a number for ever
    assert Total(9, "2099-02-01").may_have_grown(2001, today)
    assert not Total(9, "2027-01-02").may_have_grown(2001, today)


def test_totals_without_the_day_as_a_user_writes_them_are_read(tmp_path):
    (tmp_path / "pubmed_totals.csv").write_text("year,n_pubmed\n2001,3\n", encoding="utf-8")
    assert whole_totals(tmp_path, date(2026, 1, 1)) == {2001: 3}


def test_pubmed_is_asked_once_for_each_year_that_is_over(workspace, monkeypatch):
    from dataclasses import replace
    from types import SimpleNamespace

    from drmine import trends_command
    from drmine.pubmed.entrez import EntrezClient
    from drmine.settings import Settings

    asked = []

    def search(query, retmax):
        asked.append(query)
        return SimpleNamespace(count=1000 + len(asked))

    client = SimpleNamespace(search=search)
    monkeypatch.setattr(EntrezClient, "from_settings", classmethod(lambda cls, settings: client))
    settings = replace(Settings(), workspace=workspace)
    said = []
    trends_command.write(settings, parquet=False, pubmed_totals=True, say=said.append)
    first_time = len(asked)
    trends_command.write(settings, parquet=False, pubmed_totals=True, say=said.append)
    assert asked[0] == "(all[sb]) AND 1990[PDAT]"
    # the last years still grow, and are asked again; the others are kept
    assert first_time <= len(asked) <= first_time + 2
    years = pd.read_csv(workspace / "trends" / "years.csv").set_index("year")
    assert years.loc[1990, "n_pubmed"] == 1001
    assert years["n_pubmed"].notna().all()
    assert said[0].startswith("All PubMed records of 1990 to ")


def test_files_are_written_after_an_import_too(workspace):
    path = workspace / "one.nbib"
    path.write_text("PMID- 99000901\nTI  - Invented: epilepsy once more.\n", encoding="utf-8")
    assert drmine("import", path, "--workspace", workspace).returncode == 0
    done = drmine("trends", "--workspace", workspace)
    assert done.returncode == 0, done.stderr


def test_trend_files_are_not_written_beside_a_refresh(workspace):
    # both would fill and swap the same folder, and each take away what the other had begun
    with alone(Workspace(workspace)):
        done = drmine("trends", "--workspace", workspace)
    assert done.returncode == 2
    assert "Another refresh is at work" in done.stderr and done.stderr.count("\n") == 1
    assert drmine("trends", "--workspace", workspace).returncode == 0


def test_the_report_says_of_the_files_what_is_true_now(workspace):
    (run,) = (workspace / "runs").iterdir()
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["trend_notes"]) <= set(manifest["notes"])
    beside = workspace / "trends" / "manifest.json"
    # who has nothing but the folder of the files reads the same
    assert json.loads(beside.read_text(encoding="utf-8"))["notes"] == manifest["notes"]
    gone = "The store holds no records; every file has its header and no counts."
    manifest |= {"notes": ["PubMed said so.", gone], "trend_notes": [gone]}
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert drmine("trends", "--workspace", workspace).returncode == 0
    page = (workspace / "report" / "method.html").read_text(encoding="utf-8")
    assert "PubMed said so." in page
    assert gone not in page
    assert "are not counted as evidence" in page
    told = json.loads(beside.read_text(encoding="utf-8"))
    assert told["notes"] == ["PubMed said so.", *told["trend_notes"]]
    assert told["trend_notes"] and gone not in told["trend_notes"]


def test_without_its_store_or_after_a_part_the_files_are_not_called_whole(workspace):
    space = Workspace(workspace)
    manifest = space.latest_manifest("refresh")
    path = space.runs_dir / str(manifest["run"]) / "manifest.json"
    path.write_text(json.dumps({**manifest, "is_complete": False}), encoding="utf-8")
    done = drmine("trends", "--workspace", workspace)
    assert done.returncode == 1 and "marked as partial" in done.stdout
    before = (workspace / "trends" / "articles.csv").read_bytes()
    space.database.unlink()
    done = drmine("trends", "--workspace", workspace)
    assert done.returncode == 2 and "holds no store" in done.stderr
    assert (workspace / "trends" / "articles.csv").read_bytes() == before and before
