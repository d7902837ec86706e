"""The chart of the reported shares of resistant patients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drmine.report.data import ReportData
from drmine.report.drawing import (
    PALETTE,
    WIDTH,
    Chart,
    finish,
    nothing,
    percent,
    span,
    table_of,
)
from drmine.report.overview import trend_of
from drmine.report.vega import Spec, field, layers, sized, tooltips, unit
from drmine.trends.balance import WINDOW_YEARS

if TYPE_CHECKING:
    import pandas as pd

REVIEW_RANGE = (0.2, 0.4)
"""The share of resistant patients that the review of 2019 calls unchanged for decades."""
_POPULATIONS = 5
_HALF_YEAR = 0.4


def rate_chart(data: ReportData) -> Chart:
    """Reported shares of resistant patients against the year of publication."""
    title = "How many patients are resistant, as reported"
    rates = data["resistance_rates"]
    rates = rates[rates["is_counted"].astype(bool) & rates["year"].notna()]
    if rates.empty:
        return nothing("rates", title, "resistance_rates.csv",
                       "No record reports a share of resistant patients.")  # fmt: skip
    rates = rates.drop_duplicates(["pmid", "low", "high"])
    start = rates["year"].astype(int) // WINDOW_YEARS * WINDOW_YEARS
    grouped = rates.assign(start=start).groupby("start")["mid"]
    medians = grouped.agg(
        median="median", q1=lambda v: v.quantile(0.25), q3=lambda v: v.quantile(0.75), n="size"
    ).reset_index()
    first, last = int(rates["year"].min()), int(rates["year"].max())
    medians["from"] = medians["start"].clip(lower=first) - _HALF_YEAR
    medians["to"] = (medians["start"] + WINDOW_YEARS - 1).clip(upper=last) + _HALF_YEAR
    points = _points(rates)
    band = unit(
        [dict(zip(("low", "high"), REVIEW_RANGE, strict=True))],
        "rect", {"color": "#E69F00", "opacity": 0.18}, y=field("low:Q"), y2=field("high"),
    )  # fmt: skip
    medians["years"] = [
        span(max(a, first), min(a + WINDOW_YEARS - 1, last)) for a in medians["start"]
    ]
    steps = unit(
        medians, "rule", {"color": "#1b1f24", "strokeWidth": 2.5},
        x=field("from:Q", title="year of publication"), x2=field("to"), y=field("median:Q"),
        tooltip=tooltips(field("median:Q", format=".0%"), field("n:Q", title="reports")),
    )  # fmt: skip
    inside = ((rates["low"] >= REVIEW_RANGE[0]) & (rates["high"] <= REVIEW_RANGE[1])).sum()
    return Chart(
        "rates",
        title,
        f"{len(rates):,} reported share{'s' if len(rates) > 1 else ''} of drug-resistant patients "
        "by year of publication, with the median of each five years as a line; the median of all "
        f"is {percent(rates['mid'].median())}, and {inside:,} of {len(rates):,} "
        f"{'lies' if inside == 1 else 'lie'} within the "
        "band of 20–40 % that the review of 2019 calls unchanged for decades. "
        f"{_rate_trend(data)} They are of different populations, by colour, "
        "and of definitions of resistance that differ; authors often repeat a figure from others: "
        "this shows what is written, not a measurement.",
        "resistance_rates.csv",
        finish(sized(layers(band, points, steps), WIDTH - 170, 240)),
        table_of(
            medians,
            {"years": "years", "n": "reports", "median": "median", "q1": "lower quartile",
             "q3": "upper quartile"},
        ),
    )  # fmt: skip


def _points(rates: pd.DataFrame) -> Spec:
    """Return a point a reported share, by what it speaks of."""
    top = list(rates["population"].value_counts().index[:_POPULATIONS])
    rates = rates.assign(
        speaks_of=rates["population"].where(rates["population"].isin(top), "other")
    )
    domain = [*top, *(["other"] if (rates["speaks_of"] == "other").any() else [])]
    return unit(
        rates[["year", "mid", "low", "high", "population", "speaks_of", "pmid", "text"]],
        "point", {"size": 45, "opacity": 0.8, "filled": True},
        x=field("year:Q", title="year of publication",
                axis={"format": "d", "grid": False, "tickMinStep": 1},
                scale={"nice": False, "padding": 12, "zero": False}),
        y=field("mid:Q", title="share of patients", axis={"format": "%"},
                scale={"domain": [0, 1]}),
        color=field("speaks_of:N", title="speaks of",
                    scale={"domain": domain, "range": list(PALETTE)}),
        shape=field("speaks_of:N", title="speaks of", scale={"domain": domain}),
        tooltip=tooltips(field("pmid:N", title="PMID"), "year:Q", "text:N", "population:N"),
    )  # fmt: skip


def _rate_trend(data: ReportData) -> str:
    trend = trend_of(data, "resistance_rate", "all")
    if trend is None:
        return "There are too few years to say whether the figure changes."
    return f"{trend.verdict_on('The yearly median')} ({trend.in_words})."
