"""The folder of trend files as an analyst finds it."""

from pathlib import Path

import frictionless
import pytest
from trends_tables import CONCEPTS, HYPOTHESES, random_tables

from drmine.trends import Tables, TrendsResult, write_trends


def write(tables: Tables, folder: Path, **more: object) -> TrendsResult:
    settings: dict = {
        "manifest": {"run_id": "r1", "is_complete": True},
        "invented": True,
        "complete_through": 2019,
        "concept_names": CONCEPTS,
    }
    return write_trends(tables, HYPOTHESES, folder, **(settings | more))


@pytest.mark.parametrize("tables", [Tables.empty(), random_tables()], ids=["empty", "filled"])
def test_the_data_package_is_valid(tables: Tables, tmp_path: Path) -> None:
    write(tables, tmp_path / "trends")
    report = frictionless.validate(str(tmp_path / "trends/datapackage.json"), type="package")
    assert report.valid, report.flatten(["taskNumber", "type", "message"])
