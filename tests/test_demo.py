"""The whole line on the invented corpus: fetch, store, tag, classify, count, report."""

from __future__ import annotations

import json
import os
import re
import shutil

import pandas as pd
import pytest

from drmine.records import Record
from drmine.settings import Settings
from drmine.store import Store
from running import Demo, drmine

CONTRACT = (
    "hypothesis_by_year", "stance_by_year", "study_type_by_year", "origin_by_year",
    "mechanism_by_year", "resistance_rate_by_year", "trend_tests", "articles", "findings",
    "mentions",
)  # fmt: skip
CORE = {"transporter", "target", "pharmacokinetic", "intrinsic_severity", "neural_network"}


def read(demo: Demo, name: str) -> pd.DataFrame:
    return pd.read_csv(demo.workspace / "trends" / f"{name}.csv", dtype={"pmid": str})


def test_it_ends_well_and_says_where_the_report_is(demo):
    assert demo.result.returncode == 0, demo.result.stderr[-3000:]
    report = re.search(r"^Report: (.+)$", demo.result.stdout, re.MULTILINE)
    assert report and report.group(1).endswith("report/index.html")


@pytest.mark.parametrize("name", CONTRACT)
def test_every_file_of_the_contract_is_filled(demo, name):
    assert len(read(demo, name)) > 0


def test_all_core_hypotheses_have_findings_on_both_sides(demo):
    findings = read(demo, "findings")
    stances = findings.groupby("hypothesis")["stance"].agg(set)
    for hypothesis in CORE:
        assert {"supports", "refutes"} <= stances[hypothesis], hypothesis


def test_the_row_files_join(demo):
    articles, findings, mentions = (read(demo, n) for n in ("articles", "findings", "mentions"))
    assert set(findings["pmid"]) <= set(articles["pmid"])
    assert set(mentions["pmid"]) <= set(articles["pmid"])
    assert set(mentions["finding_id"].dropna()) <= set(findings["finding_id"])


def test_the_data_package_is_valid(demo):
    import frictionless

    report = frictionless.validate(str(demo.workspace / "trends" / "datapackage.json"))
    assert report.valid, report.flatten(["type", "note"])


def test_everything_says_that_it_is_invented(demo):
    page = (demo.workspace / "report" / "index.html").read_text(encoding="utf-8")
    package = json.loads((demo.workspace / "trends" / "datapackage.json").read_text())
    readme = (demo.workspace / "trends" / "README.md").read_text(encoding="utf-8")
    assert "Invented records. Every paper on this page was made up" in page
    assert "INVENTED" in package["title"].upper() + package["description"].upper()
    assert "INVENTED" in readme.upper()
    assert "INVENTED" in demo.result.stdout
    assert read(demo, "articles")["invented"].astype(str).str.lower().eq("true").all()


def test_retracted_papers_are_kept_but_not_counted(demo):
    articles = read(demo, "articles")
    retracted = articles[articles["retraction"] == "retracted"]
    assert len(retracted) > 0
    assert not retracted["is_counted"].astype(str).str.lower().eq("true").any()


def test_the_manifest_names_query_counts_versions_and_fingerprints(demo):
    (path,) = (demo.workspace / "runs").glob("*/manifest.json")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert manifest["is_complete"] is True
    assert manifest["invented"] is True
    assert "epilep" in manifest["query"].lower()
    assert manifest["counts"]["fetched"] == manifest["counts"]["asked"] > 200
    assert {"pipeline", "vocabulary", "taxonomy", "model"} <= set(manifest["fingerprints"])
    assert "demo@example.org" not in path.read_text(encoding="utf-8")


def test_a_second_run_tags_and_classifies_nothing_and_says_so(demo, tmp_path):
    # other tests, in other processes too, count the runs of the one that all share
    copy = shutil.copytree(demo.workspace, tmp_path / "work")
    again = drmine("refresh", "--offline", "--workspace", copy, environment=demo.environment)
    assert again.returncode == 0, again.stderr[-2000:]
    assert "nothing to tag or classify" in again.stdout
    assert "label batch" not in again.stderr + again.stdout


def test_it_is_not_laid_among_real_records(tmp_path):
    with Store.open(Settings(workspace=tmp_path)) as store:
        store.upsert_records([Record("31000001", "Drug-resistant epilepsy")], "run")
    done = drmine("demo", "--workspace", tmp_path)
    assert done.returncode == 2
    assert "holds 1 real records" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_query_of_one_s_own_is_not_asked_of_it(monkeypatch, tmp_path):
    from drmine.demo import run

    monkeypatch.setenv("DRMINE_QUERY_FILE", "/nowhere/query.txt")
    seen = []
    monkeypatch.setattr(run, "run_refresh", lambda settings, **_: seen.append(settings) or 0)
    assert run.run_demo(tmp_path, say=seen.append) == 0
    assert seen[-1].query_file is None
    assert os.environ["DRMINE_QUERY_FILE"] == "/nowhere/query.txt"
