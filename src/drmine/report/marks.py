"""Marks that several charts share: intervals, bars by stance, shaded tables, names of concepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drmine.report.drawing import STANCE_COLOURS, WIDTH, count_axis, window_axis

if TYPE_CHECKING:
    import pandas as pd


def add_wilson(frame: pd.DataFrame, n: str, of: str) -> pd.DataFrame:
    """Add share, low and high; rows of nothing are left out."""
    from drmine.trends.intervals import add_share

    return add_share(frame[frame[of] > 0], n, of).rename(
        columns={"share_low": "low", "share_high": "high"}
    )


def support_shares(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with a share that supports, named share, low and high."""
    return frame[frame["support_share"].notna()].rename(
        columns={"support_share": "share", "support_share_low": "low",
                 "support_share_high": "high"}
    )  # fmt: skip


def concept_labels(frame: pd.DataFrame) -> list[str]:
    """Return what to call the concepts of a table: a gene by its symbol, a phenomenon by name."""
    return [
        str(name) if "_" in str(concept) else str(concept)
        for concept, name in zip(frame["concept"], frame["name"], strict=True)
    ]


def points_with_intervals(frame: pd.DataFrame, y: str, colour: Any, tooltip: list[Any]) -> Any:
    """Return a line with a point and a 95 % interval per window; ``frame`` has share, low, high."""
    import altair as alt

    base = alt.Chart(frame).encode(x=window_axis(alt), color=colour)
    axis = alt.Axis(format="%", tickCount=5)
    bars = base.mark_errorbar(thickness=2, ticks=True, opacity=0.7).encode(
        y=alt.Y("low:Q", title=y, axis=axis), y2="high:Q"
    )
    # the share may stand in a mark of its own colour: shape tells it from the interval
    line = base.mark_line(point=alt.OverlayMarkDef(size=55, filled=True), strokeWidth=2).encode(
        y=alt.Y("share:Q", title=y, axis=axis),
        tooltip=[
            *tooltip,
            alt.Tooltip("window:O", title="years"),
            alt.Tooltip("share:Q", format=".1%"),
            alt.Tooltip("low:Q", format=".1%", title="95 % from"),
            alt.Tooltip("high:Q", format=".1%", title="to"),
        ],
    )
    return bars + line


def by_stance(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return one row per key and stance from a table with a column for each stance."""
    long = frame.melt(
        id_vars=keys, value_vars=[f"n_{s}" for s in STANCE_COLOURS],
        var_name="stance", value_name="n",
    )  # fmt: skip
    return long.assign(stance=long["stance"].str.removeprefix("n_"))


def stance_bars(sums: pd.DataFrame, by: Any) -> Any:
    """Return stacked bars of findings by stance; ``sums`` has stance and n.

    ``by`` is the axis of the bars: upright on an X, lying on a Y.
    """
    import altair as alt

    rank = {stance: place for place, stance in enumerate(STANCE_COLOURS)}
    sums = sums.assign(rank=sums["stance"].map(rank))
    lying = isinstance(by, alt.Y)
    count = (alt.X if lying else alt.Y)("n:Q", title="findings", axis=count_axis(alt))
    axes = {"x": count, "y": by} if lying else {"x": by, "y": count}
    return (
        alt.Chart(sums)
        .mark_bar()
        .encode(
            **axes,
            color=alt.Color(
                "stance:N", title=None, legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=list(STANCE_COLOURS), range=list(STANCE_COLOURS.values())),
            ),
            order=alt.Order("rank:Q"),
            tooltip=["stance:N", alt.Tooltip("n:Q", title="findings"), str(by.shorthand)],
        )
    )  # fmt: skip


def shaded(sums: pd.DataFrame, by: str, order: list[str], tooltip: list[str]) -> Any:
    """Return a table of windows by a name, each cell shaded by its number of records."""
    import altair as alt

    return (
        alt.Chart(sums)
        .mark_rect()
        .encode(
            x=window_axis(alt),
            y=alt.Y(f"{by}:N", sort=order, title=None, axis=alt.Axis(labelLimit=200, grid=False)),
            color=alt.Color("n:Q", title="records", scale=alt.Scale(scheme="cividis")),
            tooltip=[*tooltip, "window:O", alt.Tooltip("n:Q", title="records")],
        )
        .properties(width=WIDTH - 160, height=21 * max(1, len(order)))
    )
