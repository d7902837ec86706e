"""Earlier runs tell which years are whole, what is missing, and what was asked last."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from drmine.records import Record
from drmine.refresh.history import NO_YEAR, complete_through
from drmine.refresh.job import Job
from drmine.refresh.outputs import make_trends
from drmine.store import Store

TODAY = date(2026, 11, 30)


def manifest(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "refresh", "run": "20240305-000000-0000", "query": "epilep*[tiab]",
        "searched_on": "2024-03-05", "is_complete": True, "problems": [], "missing": [],
    } | changes  # fmt: skip


OFFLINE = manifest(query=None, searched_on=None)
BROKEN_OFF = manifest(searched_on="2026-11-01", is_complete=False)


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
        ([OFFLINE], "2999-01-01", 2025),
        ([OFFLINE], "", None),
        ([], "", None),
    ],
)
def test_a_year_is_whole_where_a_search_or_file_reached_beyond_its_end(
    manifests: list[dict[str, Any]], newest: str, year: int | None
) -> None:
    assert complete_through(manifests, newest, TODAY) == year


@pytest.mark.usefixtures("either_database")
def test_the_store_knows_the_latest_day_of_its_records(tmp_path: Path) -> None:
    with Store.open(tmp_path / "drmine.sqlite") as store:
        assert store.newest_date() == ""
        store.upsert_records([Record("99000001", "One", year=2019)], "a-run")
        assert store.newest_date() == "2019"
        more = Record("99000002", "Two", year=2019, entered="2020-05-03", revised="2021-01-02")
        store.upsert_records([more], "a-run")
        assert store.newest_date() == "2021-01-02"


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
    make_trends(job, manifest(searched_on="2022-01-09", invented=True))
    assert whole_years(job) == [2018, 2019, 2020, 2021]
