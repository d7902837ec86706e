"""Reads back the trend files that the report is made from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drmine.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from drmine.taxonomy import Taxonomy

_TABLES = (
    "years", "hypotheses", "hypothesis_by_year", "stance_by_year", "study_type_by_year",
    "origin_by_year", "mechanism_by_year", "resistance_rate_by_year", "resistance_rates",
    "group_by_year", "balance_cumulative", "balance_by_study_type", "balance_by_origin",
    "balance_by_concept", "balance_by_window", "group_balance_by_window", "hypothesis_corrected",
    "trend_tests", "articles", "findings", "mentions",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportData:
    """The trend tables by name, the manifest of the run that made them, and the taxonomy."""

    tables: dict[str, pd.DataFrame]
    manifest: dict[str, Any]
    taxonomy: Taxonomy

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @property
    def hypotheses(self) -> list[dict[str, Any]]:
        """The hypotheses in the order of the taxonomy."""
        return self.tables["hypotheses"].to_dict("records")  # type: ignore[return-value]

    @property
    def names(self) -> dict[str, str]:
        """Names of the hypotheses by id, in the order of the taxonomy."""
        return {str(one["hypothesis"]): str(one["name"]) for one in self.hypotheses}

    @property
    def counted(self) -> str:
        """How many records on drug response are counted, in words."""
        n = int(self.tables["years"]["n_articles"].sum())
        return f"{n:,} record{'s' if n != 1 else ''}"

    def group_name(self, group: str) -> str:
        """Return the name of a group; its id where the taxonomy has none."""
        return next((one.name for one in self.taxonomy.groups if one.id == group), group)

    def of(self, name: str, hypothesis: str) -> pd.DataFrame:
        """Return the rows of a table that belong to one hypothesis."""
        table = self.tables[name]
        return table[table["hypothesis"] == hypothesis]


def read_report_data(trends_dir: Path, manifest: dict[str, Any], taxonomy: Taxonomy) -> ReportData:
    """Load the trend files of a workspace.

    Raises
    ------
    InputError
        When a file is missing.
    """
    import pandas as pd

    from drmine.trends.csvfile import restore_text
    from drmine.trends.datapackage import TABLES

    # by what the columns are: a few titles such as "1984" would else be numbers
    kinds: dict[str, dict[str, Any]] = {
        spec.name: {one.name: str for one in spec.columns if one.type == "string"}
        for spec in TABLES
    }
    tables = {}
    for name in _TABLES:
        path = trends_dir / f"{name}.csv"
        if not path.is_file():
            raise InputError(
                f"There is no {path}; run `drmine refresh --offline` to write the trend files."
            )
        frame = pd.read_csv(
            path,
            dtype=kinds[name] | {"year": "Int64"},
            keep_default_na=False,
            na_values=[""],
            low_memory=False,
        )
        if frame.empty:  # its numbers would else be text, of which there is no largest
            numbers = frame.columns.difference([*kinds[name], "year"])
            frame = frame.astype(dict.fromkeys(numbers, "float64"))
        for column in frame.select_dtypes("object"):
            frame[column] = frame[column].map(restore_text, na_action="ignore")
        tables[name] = frame
    return ReportData(tables, manifest, taxonomy)
