"""Earlier runs tell which years are whole, what is missing, and what was asked last."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import update
from stepwise import refresh

from drmine.records import Record
from drmine.refresh import label
from drmine.refresh.history import (
    NO_YEAR,
    STORE_MARK,
    complete_through,
    keep_left_over,
    last_search,
    left_over,
)
from drmine.refresh.job import Job, begin
from drmine.refresh.outputs import finish, make_report, make_trends, manifest_of
from drmine.store import Store
from drmine.store.engine import writing
from drmine.store.schema import runs
from drmine.versions import versions
from drmine.workspace import Run, Workspace

TODAY = date(2026, 11, 30)


def manifest(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "refresh", "run": "20240305-000000-0000", "query": "epilep*[tiab]",
        "searched_on": "2024-03-05", "is_complete": True, "problems": [], "missing": [],
    } | changes  # fmt: skip


OFFLINE = manifest(query=None, searched_on=None)
BROKEN_OFF = manifest(
    run="20261101-000000-0000", searched_on="2026-11-01", is_complete=False,
    problems=["PubMed stopped answering"], missing=["99000008", "99000009"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("manifests", "newest", "year"),
    [
        ([manifest(searched_on="2026-11-01")], "2026-10-31", 2025),
        ([manifest()], "2026-10-31", 2023),
        ([manifest(), OFFLINE], "2026-10-31", 2023),
        ([manifest(), BROKEN_OFF, OFFLINE], "2026-11-01", 2023),
        ([BROKEN_OFF], "2026-11-01", NO_YEAR),
        ([OFFLINE, {"kind": "bulk", "is_complete": True}], "2021-12-12", 2020),
        ([OFFLINE], "2019", 2018),
        ([OFFLINE], "2999-03-01", 2025),
        # papers of December come in January and February
        ([manifest(searched_on="2026-01-05")], "", 2024),
        ([manifest(searched_on="2026-02-28")], "", 2024),
        ([manifest(searched_on="2026-03-01")], "", 2025),
        # searched while the clock ran ahead
        ([manifest(), manifest(searched_on="2099-07-01"), OFFLINE], "2026-10-31", 2023),
        ([manifest(searched_on="2099-07-01"), OFFLINE], "2024-03-05", 2023),
        ([OFFLINE], "", None),
        ([], "", None),
    ],
)
def test_a_year_is_whole_where_a_search_or_file_reached_beyond_its_end(
    manifests: list[dict[str, Any]], newest: str, year: int | None
) -> None:
    assert complete_through(manifests, "", newest, TODAY) == year


def test_a_year_that_has_just_ended_is_not_whole_yet() -> None:
    searches = [manifest(searched_on="2027-01-04")]
    assert complete_through(searches, "", "", date(2027, 1, 4)) == 2025
    assert complete_through(searches, "", "", date(2027, 6, 1)) == 2025


def test_a_store_that_was_restored_elsewhere_remembers_its_last_complete_search(
    tmp_path: Path,
) -> None:
    with Store.open(tmp_path / "drmine.sqlite") as store:
        for run_id, query, is_complete in (("a", "q", False), ("b", None, True)):
            store.start_run("refresh", run_id=run_id, query=query)
            store.finish_run(run_id, is_complete=is_complete)
        assert store.last_complete_search("refresh") == ""
        store.start_run("refresh", run_id="c", query="q")
        store.finish_run("c", is_complete=True)
        assert store.last_complete_search("refresh")[:2] == "20"
    assert complete_through([OFFLINE], "2024-03-05", "2026-10-31", TODAY) == 2023
    assert complete_through([BROKEN_OFF], "2024-03-05", "2026-10-31", TODAY) == 2023


def test_a_search_of_a_day_to_come_hides_none_before_it(tmp_path: Path) -> None:
    ahead = manifest(run="20990701-000000-0000", searched_on="2099-07-01")
    found = last_search([manifest(), ahead, OFFLINE])
    assert found is not None and found["searched_on"] == "2024-03-05"
    # with nothing else, better that one than none
    assert last_search([ahead]) is not None
    with Store.open(tmp_path / "drmine.sqlite") as store:
        for run_id, started in (("a", "2026-03-05"), ("b", "2099-07-01")):
            store.start_run("refresh", run_id=run_id, query="q")
            store.finish_run(run_id, is_complete=True)
            with writing(store._engine) as connection:
                connection.execute(
                    update(runs).where(runs.c.id == run_id).values(started=f"{started}T00:00:00")
                )
        assert store.last_complete_search("refresh") == "2026-03-05"


@pytest.mark.usefixtures("either_database")
def test_the_store_knows_the_latest_day_of_its_records(tmp_path: Path) -> None:
    with Store.open(tmp_path / "drmine.sqlite") as store:
        assert store.newest_date() == ""
        store.upsert_records([Record("99000001", "One", year=2019)], "a-run")
        assert store.newest_date() == "2019"
        more = Record("99000002", "Two", year=2019, entered="2020-05-03", revised="2021-01-02")
        store.upsert_records([more], "a-run")
        assert store.newest_date() == "2020-05-03"


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    """A workspace with invented records of 2018 to 2024, read from a file of March 2024."""
    for name in ("DRMINE_REVIEWS", "DRMINE_DATABASE_URL", "DRMINE_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    with Store.open(tmp_path / "drmine.sqlite") as store:
        store.upsert_records(
            [
                Record(f"9900{year}", f"Invented, of {year}", year=year, entered="2024-03-01",
                       invented=True)
                for year in range(2018, 2025)
            ],
            "a-run",
        )  # fmt: skip
    return Job(str(tmp_path), "20261130-000000-0000", "2026-11-30T00:00:00+00:00")


def whole_years(job: Job) -> list[int]:
    years = pd.read_csv(Path(job.workspace) / "trends" / "years.csv")
    return list(years.loc[years["is_complete"], "year"])


def test_years_after_the_last_search_or_file_are_not_whole(job: Job) -> None:
    make_trends(job, OFFLINE | {"invented": True})
    assert whole_years(job) == [2018, 2019, 2020, 2021, 2022, 2023]
    make_trends(job, manifest(searched_on="2022-03-09", invented=True))
    assert whole_years(job) == [2018, 2019, 2020, 2021]
    make_trends(job, manifest(searched_on="2022-01-09", invented=True))
    assert whole_years(job) == [2018, 2019, 2020]


def test_a_late_revision_of_an_old_paper_makes_no_year_whole(job: Job) -> None:
    with Store.open(Path(job.workspace) / "drmine.sqlite") as store:
        old = Record("99002018", "Invented, of 2018", year=2018, entered="2018-05-01",
                     revised="2026-10-01", invented=True)  # fmt: skip
        store.upsert_records([old], "later")
    make_trends(job, OFFLINE | {"invented": True})
    assert whole_years(job) == [2018, 2019, 2020, 2021, 2022, 2023]


def test_what_a_fetch_left_undone_stays_so_until_one_is_complete() -> None:
    left = (["PubMed stopped answering"], ["99000008", "99000009"])
    assert left_over([manifest(), BROKEN_OFF]) == left
    assert left_over([manifest(), BROKEN_OFF, OFFLINE, {"kind": "bulk"}]) == left
    assert left_over([BROKEN_OFF, manifest(), OFFLINE]) == ([], [])
    assert left_over([OFFLINE]) == left_over([]) == ([], [])


def test_what_could_not_be_labelled_is_not_left_over_from_a_fetch() -> None:
    more = {"not_labelled": ["99000003"], "is_fetched": False,
            "problems": ["PubMed stopped answering", "1 record could not be labelled"],
            "missing": ["99000008", "99000003"]}  # fmt: skip
    assert left_over([BROKEN_OFF | more]) == (["PubMed stopped answering"], ["99000008"])
    whole = BROKEN_OFF | more | {"is_fetched": True}
    assert left_over([whole]) == ([], [])
    assert complete_through([whole], "", "", TODAY) == 2025


def test_the_last_search_is_known_after_runs_that_searched_nothing() -> None:
    assert last_search([manifest(), OFFLINE]) == {
        "run": "20240305-000000-0000", "query": "epilep*[tiab]", "searched_on": "2024-03-05",
    }  # fmt: skip
    assert last_search([OFFLINE]) is None


def keep(job: Job, said: dict[str, Any]) -> None:
    run = Run(said["run"], "refresh", "2026-11-01T00:00:00+00:00", Path())
    Workspace(Path(job.workspace)).write_manifest(run, said)


def offline(workspace: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Refresh without fetching or labelling; return the manifest and the pages of the report."""
    with begin(workspace, query=None, offline=True, full=False) as (job, summary):
        keep_left_over(job, summary)
        make_trends(job, manifest_of(job, summary))
        folder = make_report(job, manifest_of(job, summary)).parent
        pages = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}
        return finish(job, summary), pages


def test_a_run_offline_after_a_broken_fetch_is_partial_and_names_the_last_query(job: Job) -> None:
    _, pages = offline(job.workspace)
    assert "none: records were read from files" in pages["method.html"]
    assert "This run is incomplete" not in pages["index.html"]

    keep(job, BROKEN_OFF)
    for _ in range(2):
        said, pages = offline(job.workspace)
        assert said["is_complete"] is False
        assert (said["problems"], said["missing"]) == left_over([BROKEN_OFF])
        assert "PubMed stopped answering" in pages["index.html"]
    assert "<pre>epilep*[tiab]</pre>" in pages["method.html"]
    assert "Searched on 2026-11-01 by run 20261101-000000-0000" in pages["method.html"]
    package = json.loads((Path(job.workspace) / "trends/datapackage.json").read_text("utf-8"))
    assert package["is_complete"] is False

    keep(job, manifest(run="29990101-000000-0000"))
    said, pages = offline(job.workspace)
    assert said["is_complete"] is True and said["missing"] == said["problems"] == []
    assert "This run is incomplete" not in pages["index.html"]


REAL = manifest(invented=False, ended="2024-03-05", versions={"drmine": "0"}, fingerprints={},
                counts={}, notes=[])  # fmt: skip


def test_invented_and_unread_records_imported_after_the_last_refresh_are_said(job: Job) -> None:
    make_trends(job, REAL)
    make_report(job, REAL)
    trends, report = Path(job.workspace) / "trends", Path(job.workspace) / "report"
    package = json.loads((trends / "datapackage.json").read_text("utf-8"))
    assert package["invented"] is True and package["title"].startswith("INVENTED")
    assert "INVENTED" in (trends / "README.md").read_text("utf-8")
    assert json.loads((trends / "manifest.json").read_text("utf-8"))["invented"] is True
    assert "Every paper on this page was made up" in (report / "index.html").read_text("utf-8")
    method = (report / "method.html").read_text("utf-8")
    assert "<strong>7</strong> not read by the machine yet" in method
    assert "<strong>0</strong> records read by the machine" in method
    assert "not on drug response" not in method


def test_a_manifest_names_the_statistical_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DRMINE_DATABASE_URL", raising=False)
    labeller = label.classifier(None)
    assert refresh(tmp_path, offline=True)["versions"] == versions()
    monkeypatch.setattr(labeller.pipeline, "spacy_model", "en_invented")
    told = refresh(tmp_path, offline=True)["versions"]
    assert told == {**versions(), "en_invented": labeller.pipeline.nlp.meta["version"]}


def test_what_is_stored_while_trend_files_are_made_makes_them_older_than_the_store(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Store.frames

    def read_and_be_overtaken(store: Store, *names: str) -> dict[str, pd.DataFrame]:
        found = read(store, *names)
        late = Record("99009999", "Invented", invented=True)
        store.upsert_records([late], "20991231-000000-0000")
        return found

    monkeypatch.setattr(Store, "frames", read_and_be_overtaken)
    make_trends(job, OFFLINE | {"invented": True})
    made = json.loads((Path(job.workspace) / "trends/manifest.json").read_text("utf-8"))
    with Store.open(Path(job.workspace) / "drmine.sqlite") as store:
        assert store.mark() != made[STORE_MARK]
