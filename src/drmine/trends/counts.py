"""Counts and shares by year; every year and key has a row, zeros included."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from drmine.records import ORIGINS, STANCES, STUDY_TYPES
from drmine.trends.intervals import add_share
from drmine.trends.prepare import UNKNOWN, Prepared

_YEAR_COLUMNS = ["year", "is_complete", "n_articles", "n_records", "n_pubmed"]
UNGROUPED = "ungrouped"


def hypothesis_by_year(data: Prepared) -> pd.DataFrame:
    """Count records per year and hypothesis, as a share of those on drug response."""
    frame = _grid(data, hypothesis=list(data.hypotheses["hypothesis"]))
    frame = _counted(frame, data.counted_findings, ["hypothesis"])
    return add_share(with_hypothesis_key(frame, data), "n", "n_articles")


def group_by_year(data: Prepared) -> pd.DataFrame:
    """Count records per year and group of hypotheses; a record counts once per group."""
    findings = with_group(data.counted_findings, data)
    once = findings.drop_duplicates(["pmid", "group"])
    frame = _counted(_grid(data, group=group_names(data)), once, ["group"])
    return add_share(frame, "n", "n_articles")


def stance_by_year(data: Prepared) -> pd.DataFrame:
    """Count findings per year, hypothesis and stance, as a share of the hypothesis' findings."""
    return _attribute_by_year(data, "stance", STANCES)


def origin_by_year(data: Prepared) -> pd.DataFrame:
    """Count findings per year, hypothesis and origin, as a share of the hypothesis' findings."""
    return _attribute_by_year(data, "origin", ORIGINS)


def study_type_by_year(data: Prepared) -> pd.DataFrame:
    """Count records on drug response per year and kind of study."""
    articles = data.counted_articles
    kinds = articles["study_type"].where(articles["study_type"] != "", UNKNOWN)
    articles = articles.assign(study_type=kinds)
    frame = _grid(data, study_type=keys(STUDY_TYPES, kinds))
    return add_share(_counted(frame, articles, ["study_type"]), "n", "n_articles")


def mechanism_by_year(data: Prepared) -> pd.DataFrame:
    """Count records on drug response per year and concept that they name without denying it."""
    mentions = data.mentions
    counted = mentions.loc[
        mentions["is_counted"] & ~mentions["negated"], ["pmid", "year", "concept"]
    ]
    counted = counted.drop_duplicates(["pmid", "concept"])
    frame = _counted(_grid(data, concept=list(data.concepts["concept"])), counted, ["concept"])
    frame = frame.merge(data.concepts, on="concept", how="left", validate="many_to_one")
    return add_share(frame, "n", "n_articles")


def resistance_rate_by_year(data: Prepared) -> pd.DataFrame:
    """Summarise the reported shares of resistant patients per year and population."""
    rates = data.rates[data.rates["is_counted"]]
    rates = rates.drop_duplicates(["pmid", "population", "low", "high"])
    # the same figure for two populations of one record is still one figure
    pooled = rates.drop_duplicates(["pmid", "low", "high"]).assign(population="all")
    both = pd.concat([rates[rates["population"] != "all"], pooled], ignore_index=True)
    grouped = both.assign(year=both["year"].astype("int64")).groupby(["year", "population"])
    summary = pd.DataFrame(
        {
            "n_reports": grouped.size(),
            "n_reporting_articles": grouped["pmid"].nunique(),
            "median": grouped["mid"].median(),
            "q1": grouped["mid"].quantile(0.25),
            "q3": grouped["mid"].quantile(0.75),
            "min": grouped["low"].min(),
            "max": grouped["high"].max(),
        }
    ).reset_index()
    populations = ["all", *sorted(set(both["population"]) - {"all"})]
    frame = _grid(data, population=populations).merge(
        summary, on=["year", "population"], how="left"
    )
    columns = ["n_reports", "n_reporting_articles"]
    frame[columns] = frame[columns].fillna(0).astype("int64")
    return frame


def keys(expected: Sequence[str], found: pd.Series) -> list[str]:
    """Return the expected values, then any other that occurs: nothing is dropped unseen."""
    return [*expected, *sorted(set(found) - set(expected))]


def group_names(data: Prepared) -> list[str]:
    """Groups in the order of the taxonomy."""
    groups = data.hypotheses["group"].where(data.hypotheses["group"] != "", UNGROUPED)
    return list(dict.fromkeys(groups))


def with_group(findings: pd.DataFrame, data: Prepared) -> pd.DataFrame:
    """Add the group of each finding's hypothesis."""
    group_of = dict(zip(data.hypotheses["hypothesis"], data.hypotheses["group"], strict=True))
    return findings.assign(group=findings["hypothesis"].map(group_of).replace("", UNGROUPED))


def with_hypothesis_key(frame: pd.DataFrame, data: Prepared) -> pd.DataFrame:
    """Add group and is_core of the hypothesis."""
    return frame.merge(
        data.hypotheses[["hypothesis", "group", "is_core"]], on="hypothesis", how="left"
    )


def _attribute_by_year(data: Prepared, name: str, expected: Sequence[str]) -> pd.DataFrame:
    findings = data.counted_findings
    grid = _grid(
        data,
        hypothesis=list(data.hypotheses["hypothesis"]),
        **{name: keys(expected, findings[name])},
    )
    frame = _counted(grid, findings, ["hypothesis", name])
    frame["n_findings"] = frame.groupby(["year", "hypothesis"])["n"].transform("sum")
    return add_share(with_hypothesis_key(frame, data), "n", "n_findings")


def _grid(data: Prepared, **values: list[str]) -> pd.DataFrame:
    """Every year with every combination of values, in the order given."""
    index = pd.MultiIndex.from_product(
        [data.years["year"], *values.values()], names=["year", *values]
    )
    grid = index.to_frame(index=False).astype({"year": "int64"})
    return grid.merge(data.years[_YEAR_COLUMNS], on="year", how="left", validate="many_to_one")


def _counted(grid: pd.DataFrame, rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Add ``n``: how many rows there are of each year and key."""
    n = rows.assign(year=rows["year"].astype("int64")).groupby(["year", *by]).size().rename("n")
    frame = grid.merge(n.reset_index(), on=["year", *by], how="left")
    frame["n"] = frame["n"].fillna(0).astype("int64")
    return frame
