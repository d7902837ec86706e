"""The charts of the page of one hypothesis: those of its share and number by years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drmine.report.balance_charts import (
    attribute_chart,
    balance_chart,
    concept_chart,
    origin_chart,
)
from drmine.report.data import ReportData
from drmine.report.drawing import (
    HEIGHT,
    PALETTE,
    WIDTH,
    Chart,
    finish,
    in_order,
    latest,
    percent,
    table_of,
    unfinished_note,
    window_axis,
    windows,
)
from drmine.report.marks import add_wilson, in_stretches, points_with_intervals, stance_bars
from drmine.report.vega import field, sized
from drmine.trends.balance import WINDOW_YEARS

if TYPE_CHECKING:
    import pandas as pd

# what reviewers have decided is in both: so neither is "what the machine reads"
_PLAIN, _CORRECTED = "plain share", "corrected for the machine's errors"


def hypothesis_charts(data: ReportData, hypothesis: str) -> list[Chart]:
    """Return the charts of one hypothesis that has findings, in reading order."""
    charts = [
        trend_chart(data, hypothesis),
        balance_chart(data, hypothesis),
        window_chart(data, hypothesis),
        attribute_chart(data, hypothesis, "study_type", "By kind of study"),
        origin_chart(data, hypothesis),
        concept_chart(data, hypothesis),
    ]
    return [chart for chart in charts if chart is not None]


def trend_chart(data: ReportData, hypothesis: str) -> Chart:
    """Share of the records by five years, with the corrected share of each period beside it."""
    import pandas as pd

    frame = data.of("hypothesis_by_year", hypothesis)
    every = windows(frame, ["hypothesis"], ["n", "n_articles"])
    x = window_axis(in_order(every))
    sums = in_stretches(add_wilson(every, "n", "n_articles"), "hypothesis")
    sums["kind"] = _PLAIN
    columns = ["window", "kind", "n", "n_articles", "share", "low", "high", "stretch"]
    corrected = _corrected_windows(data, hypothesis, sums)
    kinds = [_PLAIN, *([_CORRECTED] if len(corrected) else [])]
    colour = field(
        "kind:N", title=None, scale={"domain": kinds, "range": [PALETTE[0], PALETTE[1]]},
        legend={"orient": "top"} if len(corrected) else None,
    )  # fmt: skip
    tooltip = [field("n:Q", title="records"), field("n_articles:Q", title="of")]
    drawn = points_with_intervals(sums[columns], "share of records", colour, tooltip, x)
    if len(corrected):
        drawn["layer"].append(
            points_with_intervals(corrected[columns], "share of records", colour, [], x)
        )
    # the last window that is whole: a few records of a year that has begun show no change
    ends = pd.concat([sums.head(1), latest(sums)]).drop_duplicates("start").to_dict("records")
    words = " and ".join(
        f"{percent(row['share'])} of {row['n_articles']:,} ({percent(row['low'])} to "
        f"{percent(row['high'])}) in {row['window']}"
        for row in ends
    )
    said = (
        " The second line is corrected for the machine's errors by labelled records "
        "(prediction-powered inference); one value serves a whole period, so compare it with the "
        f"plain share of that period, not of one window: {_by_period(data, hypothesis)}."
        if len(corrected)
        else " Not corrected for the machine's errors: too few labels."
    )
    return Chart(
        "trend",
        "Share of the records on drug response",
        f"By five years, with 95 % Wilson intervals: {words}.{said}" + unfinished_note(sums),
        "hypothesis_by_year.csv",
        finish(sized(drawn, WIDTH - 60, HEIGHT)),
        table_of(
            # a corrected share is no count of records
            pd.concat([sums, corrected.assign(n="", n_articles="")]) if len(corrected) else sums,
            {"window": "years", "kind": "line", "n": "records", "n_articles": "of",
             "share": "share", "low": "95 % from", "high": "to"},
        ),
    )  # fmt: skip


def _by_period(data: ReportData, hypothesis: str) -> str:
    """Return plain and corrected share of each period: the same records, unlike in a window."""
    rows = data.of("hypothesis_corrected", hypothesis)
    rows = rows[rows["corrected_share"].notna()].sort_values("period")
    return "; ".join(
        f"{row['period']} plain {percent(row['share'])}, corrected "
        f"{percent(row['corrected_share'])} ({percent(row['corrected_low'])} to "
        f"{percent(row['corrected_high'])})"
        for row in rows.to_dict("records")
    )


def _corrected_windows(data: ReportData, hypothesis: str, sums: pd.DataFrame) -> pd.DataFrame:
    """Return the corrected share of the period in which each window begins, if any."""
    import pandas as pd

    frame = data.of("hypothesis_by_year", hypothesis)
    frame = frame[frame["corrected_share"].notna()]
    if frame.empty:
        return pd.DataFrame()
    by_year = frame.set_index(frame["year"].astype(int))
    rows = []
    for row in sums.to_dict("records"):
        start = int(row["start"])
        years = [y for y in range(start, start + WINDOW_YEARS) if y in by_year.index]
        if years:
            one = by_year.loc[years[0]]
            rows.append(
                row
                | {"kind": _CORRECTED, "share": one["corrected_share"],
                   "low": one["corrected_low"], "high": one["corrected_high"]}
            )  # fmt: skip
    return pd.DataFrame(rows)


def window_chart(data: ReportData, hypothesis: str) -> Chart:
    """Findings by stance and five years."""
    sums = windows(data.of("stance_by_year", hypothesis), ["stance"], ["n"])
    busiest = sums.groupby("window", sort=False)["n"].sum()
    return Chart(
        "windows",
        "For and against, by five years",
        f"Findings by stance; the most in one window, {busiest.max():,}, are of {busiest.idxmax()}."
        + unfinished_note(sums),
        "stance_by_year.csv",
        finish(
            sized(stance_bars(sums[["window", "stance", "n"]], window_axis()), WIDTH - 60, HEIGHT)
        ),
        table_of(sums, {"window": "years", "stance": "stance", "n": "findings"}),
    )
