"""Balance of supporting and refuting evidence: over time, by study type, origin and concept."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from drmine.records import ORIGINS, STANCES, STUDY_TYPES
from drmine.trends.counts import group_names, keys, with_group
from drmine.trends.counts import with_hypothesis_key as with_key
from drmine.trends.intervals import add_balance
from drmine.trends.prepare import UNKNOWN, Prepared

WINDOW_YEARS = 5
_COUNTS = [f"n_{stance}" for stance in STANCES] + ["n_findings"]


def balance_cumulative(data: Prepared) -> pd.DataFrame:
    """Sum the findings of each hypothesis up to each year."""
    grid = _product(year=data.years["year"], hypothesis=data.hypotheses["hypothesis"])
    frame = _stances(grid, data.counted_findings, ["year", "hypothesis"])
    frame[_COUNTS] = frame.groupby("hypothesis", sort=False)[_COUNTS].cumsum()
    frame = frame.merge(data.years[["year", "is_complete"]], on="year", how="left")
    return add_balance(with_key(frame, data))


def balance_by_window(data: Prepared) -> pd.DataFrame:
    """Sum the findings of each hypothesis in windows of five calendar years."""
    frame = _by_window(
        data, data.counted_findings, "hypothesis", list(data.hypotheses["hypothesis"])
    )
    return with_key(frame, data)


def group_balance_by_window(data: Prepared) -> pd.DataFrame:
    """Sum the findings of each group of hypotheses in windows of five calendar years."""
    findings = with_group(data.counted_findings, data)
    return _by_window(data, findings, "group", group_names(data))


def balance_by_study_type(data: Prepared) -> pd.DataFrame:
    """Sum the findings of each hypothesis by kind of study, all years together."""
    findings = data.counted_findings
    kinds = findings["study_type"].replace("", UNKNOWN)
    return _by_attribute(data, findings.assign(study_type=kinds), "study_type", STUDY_TYPES)


def balance_by_origin(data: Prepared) -> pd.DataFrame:
    """Sum the findings of each hypothesis by origin, all years together."""
    return _by_attribute(data, data.counted_findings, "origin", ORIGINS)


def balance_by_concept(data: Prepared) -> pd.DataFrame:
    """Sum the findings by concept that the record names and whose class bears on the hypothesis.

    A concept counts however often a record names it, and when it is denied too.
    """
    mentions = data.mentions[data.mentions["is_counted"] & (data.mentions["finding_id"] != "")]
    named = mentions[["finding_id", "concept"]].drop_duplicates()
    findings = data.counted_findings.merge(named, on="finding_id", how="inner")
    by = ["hypothesis", "concept"]
    grid = findings[by].drop_duplicates().sort_values(by, ignore_index=True)
    frame = add_balance(_stances(grid, findings, by))
    frame = frame.merge(data.concepts, on="concept", how="left", validate="many_to_one")
    return with_key(frame, data)


def _by_window(data: Prepared, findings: pd.DataFrame, key: str, names: list[str]) -> pd.DataFrame:
    years = data.years.assign(window_start=data.years["year"] // WINDOW_YEARS * WINDOW_YEARS)
    complete = years[years["is_complete"]].groupby("window_start").size()
    starts = sorted(set(years["window_start"]))
    rows = findings.assign(
        window_start=findings["year"].astype("int64") // WINDOW_YEARS * WINDOW_YEARS
    )
    grid = _product(
        window_start=pd.Series(starts, dtype="int64"), **{key: pd.Series(names, dtype=object)}
    )
    frame = _stances(grid, rows, ["window_start", key])
    frame["window_end"] = frame["window_start"] + WINDOW_YEARS - 1
    frame["is_complete"] = frame["window_start"].map(complete).fillna(0).eq(WINDOW_YEARS)
    return add_balance(frame)


def _by_attribute(
    data: Prepared, findings: pd.DataFrame, name: str, expected: Sequence[str]
) -> pd.DataFrame:
    values = pd.Series(keys(expected, findings[name]), dtype=object)
    grid = _product(hypothesis=data.hypotheses["hypothesis"], **{name: values})
    return with_key(add_balance(_stances(grid, findings, ["hypothesis", name])), data)


def _product(**values: pd.Series) -> pd.DataFrame:
    index = pd.MultiIndex.from_product(list(values.values()), names=list(values))
    frame = index.to_frame(index=False)
    return frame.astype({name: column.dtype for name, column in values.items()})


def _stances(grid: pd.DataFrame, findings: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Add the count of every stance and of all findings, unknown stances included."""
    rows = findings[[*by, "stance"]]
    if "year" in by:
        rows = rows.assign(year=rows["year"].astype("int64"))
    for stance in STANCES:
        n = rows[rows["stance"] == stance].groupby(by).size().rename(f"n_{stance}")
        grid = grid.merge(n.reset_index(), on=by, how="left")
    n = rows.groupby(by).size().rename("n_findings")
    grid = grid.merge(n.reset_index(), on=by, how="left")
    grid[_COUNTS] = grid[_COUNTS].fillna(0).astype("int64")
    return grid
