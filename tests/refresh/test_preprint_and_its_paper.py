"""A refresh that brings the paper of a preprint: from then on the two count as one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from stepwise import QUERY

from drmine.demo.corpus import load_corpus
from drmine.demo.server import EutilsServer
from drmine.refresh import fetch, label, outputs
from drmine.refresh.job import begin
from drmine.report.data import read_report_data
from drmine.report.method import flow
from drmine.taxonomy import load_taxonomy


def refresh(workspace: Path) -> dict[str, Any]:
    """Do what the flow does, without Prefect; return the manifest."""
    with begin(str(workspace), query=QUERY, offline=False, full=False) as (job, summary):
        for number in range(fetch.plan_fetch(job)):
            summary.add(fetch.store_records(job, fetch.fetch_planned(job, number)))
        fetch.note_fetch(job, summary)
        for pmids in label.pending_batches(job):
            summary.add(label.label_records(job, pmids))
        made = outputs.make_trends(job, outputs.manifest_of(job, summary))
        summary.trend_notes = tuple(made["warnings"])
        return outputs.finish(job, summary)


@pytest.mark.parametrize("linked", ["preprint", "paper"])
def test_the_preprint_gives_way_in_every_file_when_its_paper_comes(
    pubmed: EutilsServer, tmp_path: Path, either_database: str, linked: str
) -> None:
    of_corpus = next(one for one in load_corpus() if one.pmid == "99000016")
    preprint = replace(of_corpus, publication_types=("Preprint",))
    paper = replace(of_corpus, pmid="99900016", publication_types=("Journal Article",))
    pubmed.put(preprint)

    def read(name: str) -> pd.DataFrame:
        frame = pd.read_csv(tmp_path / "trends" / f"{name}.csv", dtype={"pmid": str})
        return frame[frame["pmid"].isin((preprint.pmid, paper.pmid))] if "pmid" in frame else frame

    def counted() -> list[set[str]]:
        tables = [read(name) for name in ("articles", "findings", "mentions")]
        return [set(one.loc[one["is_counted"], "pmid"]) for one in tables]

    first = refresh(tmp_path)
    assert counted() == [{preprint.pmid}] * 3
    assert not any("preprint" in note for note in first["notes"])

    today = datetime.now(UTC).date().isoformat()
    of_paper = (f"UpdateOf:{preprint.pmid}",) if linked == "paper" else ()
    pubmed.put(replace(paper, entered=today, revised=today, updates=of_paper))
    if linked == "preprint":
        pubmed.put(replace(preprint, revised=today, updates=(f"UpdateIn:{paper.pmid}",)))
    for n_labelled in (1, 0):
        later = refresh(tmp_path)
        assert later["is_complete"] and later["counts"].get("labelled", 0) == n_labelled
        assert counted() == [{paper.pmid}] * 3
        said = [note for note in later["notes"] if "preprint" in note]
        assert len(said) == 1 and said[0].startswith("1 preprint is not counted as evidence")
        years = read("years").set_index("year")
        assert years["n_published_preprints"].sum() == 1
        assert years.loc[preprint.year, "n_excluded"] == 1
        articles = read("articles").set_index("pmid")
        assert str(articles.loc[preprint.pmid, "published_as"]).removesuffix(".0") == paper.pmid
        data = read_report_data(tmp_path / "trends", later, load_taxonomy())
        assert ("preprints whose published paper is here", 1) in [
            one for step in flow(data, later) for one in step.left_out
        ]
