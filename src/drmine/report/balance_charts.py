"""The charts of the page of one hypothesis: for and against, in all and by what was studied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drmine.report.data import ReportData
from drmine.report.drawing import (
    HEIGHT,
    ORIGIN_COLOURS,
    PALETTE,
    WIDTH,
    Chart,
    Table,
    count_axis,
    finish,
    percent,
    table_of,
    unfinished_note,
    window_axis,
    windows,
)
from drmine.report.marks import by_stance, concept_labels, stacked, stance_bars, support_shares
from drmine.report.vega import field, layers, sized, tooltips, unit

if TYPE_CHECKING:
    import pandas as pd

_TOP_CONCEPTS = 12


def balance_chart(data: ReportData, hypothesis: str) -> Chart | None:
    """The share that supports among findings that take a side, up to each year."""
    frame = support_shares(data.of("balance_cumulative", hypothesis))
    if frame.empty:
        return None
    drawn = frame[["year", "share", "low", "high", "n_supports", "n_refutes"]]
    x = field("year:Q", title=None, axis={"format": "d", "grid": False},
              scale={"nice": False, "zero": False})  # fmt: skip
    title, scale = "share that supports", {"domain": [0, 1]}
    area = unit(
        drawn, "area", {"opacity": 0.2, "color": PALETTE[0]},
        x=x, y=field("low:Q", scale=scale, title=title), y2=field("high"),
    )  # fmt: skip
    half = unit(
        [{"half": 0.5}], "rule", {"color": "#57606a", "strokeDash": [4, 4]}, y=field("half:Q")
    )
    line = unit(
        drawn, "line", {"color": PALETTE[0], "strokeWidth": 2, "point": True},
        x=x, y=field("share:Q", title=title, scale=scale, axis={"format": "%"}),
        tooltip=tooltips(
            "year:Q", field("share:Q", format=".0%"), field("n_supports:Q", title="support"),
            field("n_refutes:Q", title="refute"),
        ),
    )  # fmt: skip
    last = frame.to_dict("records")[-1]
    return Chart(
        "balance",
        "Balance of the evidence, cumulative",
        "Of all findings up to a year that take a side, the share that supports, with its 95 % "
        f"Wilson interval; the dashed line is an even balance. Each "
        "finding counts as one, whatever the size and kind of its study. At the end: "
        f"{percent(last['share'])} of {int(last['n_supports'] + last['n_refutes'])} "
        f"({percent(last['low'])} to {percent(last['high'])}).",
        "balance_cumulative.csv",
        finish(sized(layers(area, half, line), WIDTH - 60, HEIGHT)),
        table_of(
            frame,
            {"year": "year", "n_supports": "support", "n_refutes": "refute", "share": "share",
             "low": "95 % from", "high": "to"},
        ),
    )  # fmt: skip


def attribute_chart(data: ReportData, hypothesis: str, name: str, title: str) -> Chart | None:
    """Findings by stance and one attribute, all years together."""
    table = f"balance_by_{name}"
    frame = data.of(table, hypothesis)
    frame = frame[frame["n_findings"] > 0].sort_values("n_findings", ascending=False)
    if frame.empty:
        return None
    frame = frame.assign(label=frame[name].str.replace("_", " "))
    by = field("label:N", title=None, sort=list(frame["label"]),
               axis={"labelAngle": -35, "labelLimit": 160})  # fmt: skip
    return Chart(
        name,
        title,
        "Findings by stance, all years together; share that supports among those that take a "
        f"side: {_shares_in_words(frame)}.",
        f"{table}.csv",
        finish(sized(stance_bars(by_stance(frame, ["label"]), by), WIDTH - 60, HEIGHT)),
        _balance_table(frame, title.removeprefix("By ")),
    )


def origin_chart(data: ReportData, hypothesis: str) -> Chart | None:
    """Congenital against acquired causes, by five years."""
    sums = windows(data.of("origin_by_year", hypothesis), ["origin"], ["n"])
    sums = sums[sums["origin"].isin(ORIGIN_COLOURS)]
    known = data.of("balance_by_origin", hypothesis)
    known = known[known["n_findings"] > 0].assign(label=lambda f: f["origin"])
    if known.empty:
        return None
    bars = unit(
        sums[["window", "origin", "n"]], "bar", {},
        x=window_axis(),
        y=field("n:Q", title="findings", axis=count_axis()),
        color=stacked("origin", ORIGIN_COLOURS),
        tooltip=tooltips("window:O", "origin:N", field("n:Q", title="findings")),
    )  # fmt: skip
    totals = ", ".join(
        f"{row['origin']} {int(row['n_findings'])}" for row in known.to_dict("records")
    )
    return Chart(
        "origin",
        "Congenital or acquired",
        f"Findings by the origin of the difference and five years. All years: {totals}. Share that "
        f"supports among those that take a side: {_shares_in_words(known)}."
        + unfinished_note(sums),
        "origin_by_year.csv",
        finish(sized(bars, WIDTH - 60, HEIGHT)),
        _balance_table(known, "origin"),
    )


def concept_chart(data: ReportData, hypothesis: str) -> Chart | None:
    """The concepts named most in the findings, with their stances."""
    frame = data.of("balance_by_concept", hypothesis).nlargest(_TOP_CONCEPTS, "n_findings")
    if frame.empty:
        return None
    frame = frame.assign(label=concept_labels(frame))
    by = field("label:N", title=None, sort=list(frame["label"]), axis={"labelLimit": 200})
    bars = stance_bars(by_stance(frame, ["label"]), by, lying=True)
    return Chart(
        "concepts",
        "Concepts behind it",
        f"{_most_named(len(frame))} findings, by stance. Share that supports among those that take "
        f"a side: {_shares_in_words(frame)}.",
        "balance_by_concept.csv",
        finish(sized(bars, WIDTH - 160, 22 * len(frame))),
        _balance_table(frame, "concept"),
    )


def _most_named(n: int) -> str:
    concepts = f"The {n} concepts that bear" if n > 1 else "The one concept that bears"
    return f"{concepts} on the hypothesis and {'are' if n > 1 else 'is'} named in most of its"


def _balance_table(frame: pd.DataFrame, first: str) -> Table:
    return table_of(
        frame,
        {"label": first, "n_supports": "support", "n_refutes": "refute", "n_mixed": "mixed",
         "n_neutral": "neutral", "support_share": "share that supports",
         "support_share_low": "95 % from", "support_share_high": "to"},
    )  # fmt: skip


def _shares_in_words(frame: pd.DataFrame) -> str:
    decided = frame[frame["support_share"].notna()]
    words = [
        f"{row['label']} {percent(row['support_share'])} of "
        f"{int(row['n_supports'] + row['n_refutes'])} ({percent(row['support_share_low'])} to "
        f"{percent(row['support_share_high'])})"
        for row in decided.to_dict("records")
    ]
    return ", ".join(words) or "none takes a side"
