"""Marks that several charts share: intervals, bars by stance, shaded tables, names of concepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from drmine.report.drawing import STANCE_COLOURS, WIDTH, count_axis, window_axis
from drmine.report.vega import Spec, field, layers, sized, tooltips, unit
from drmine.trends.balance import WINDOW_YEARS

if TYPE_CHECKING:
    import pandas as pd


def add_wilson(frame: pd.DataFrame, n: str, of: str) -> pd.DataFrame:
    """Add share, low and high; rows of nothing are left out."""
    from drmine.trends.intervals import add_share

    return add_share(frame[frame[of] > 0], n, of).rename(
        columns={"share_low": "low", "share_high": "high"}
    )


def in_stretches(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """Number the windows that follow each other without a gap, for each value of ``key``.

    A line over a window that holds nothing would tell of years of which nothing is known.
    """
    frame = frame.sort_values("start", kind="stable")
    place = frame["start"] // WINDOW_YEARS
    return frame.assign(stretch=place - frame.groupby(key, observed=True).cumcount())


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


def points_with_intervals(
    frame: pd.DataFrame, y: str, colour: Spec, tooltip: list[Spec], x: Spec | None = None
) -> Spec:
    """Return a line with a point and a 95 % interval per window; ``frame`` has share, low, high.

    Where it has ``stretch`` too, no line joins points of two stretches.
    """
    x = x or window_axis()
    axis = {"format": "%", "tickCount": 5}
    bars = unit(
        frame, "errorbar", {"thickness": 2, "ticks": True, "opacity": 0.7},
        x=x, color=colour, y=field("low:Q", title=y, axis=axis), y2=field("high"),
    )  # fmt: skip
    shown = tooltips(
        *tooltip,
        field("window:O", title="years"),
        field("share:Q", format=".1%"),
        field("low:Q", format=".1%", title="95 % from"),
        field("high:Q", format=".1%", title="to"),
    )
    # colours alone are lost in grey print: lines of several names have points of several shapes
    domain = colour.get("scale", {}).get("domain")
    shape = {"shape": colour | {"scale": {"domain": domain}}} if domain else {}
    gaps = {"detail": field("stretch:N")} if "stretch" in frame else {}
    line = unit(
        frame, "line", {"point": {"filled": True, "size": 70}, "strokeWidth": 2},
        x=x, color=colour, **shape, **gaps, y=field("share:Q", title=y, axis=axis), tooltip=shown,
    )  # fmt: skip
    return layers(bars, line)


def by_stance(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return one row per key and stance from a table with a column for each stance."""
    long = frame.melt(
        id_vars=keys, value_vars=[f"n_{s}" for s in STANCE_COLOURS],
        var_name="stance", value_name="n",
    )  # fmt: skip
    return long.assign(stance=long["stance"].str.removeprefix("n_"))


def stacked(name: str, colours: Mapping[str, str]) -> Spec:
    """Return the colours of stacked bars, in their order, with a legend on top."""
    return field(
        f"{name}:N", title=None, legend={"orient": "top"},
        scale={"domain": list(colours), "range": list(colours.values())},
    )  # fmt: skip


def stance_bars(sums: pd.DataFrame, by: Spec, *, lying: bool = False) -> Spec:
    """Return stacked bars of findings by stance; ``sums`` has stance and n.

    ``by`` is the axis of the bars, which stand on it or are ``lying``.
    """
    rank = {stance: place for place, stance in enumerate(STANCE_COLOURS)}
    sums = sums.assign(rank=sums["stance"].map(rank))
    count = field("n:Q", title="findings", axis=count_axis())
    axes = {"x": count, "y": by} if lying else {"x": by, "y": count}
    name = {"field": by["field"], "type": by["type"]}
    return unit(
        sums, "bar", {},
        **axes,
        color=stacked("stance", STANCE_COLOURS),
        order=field("rank:Q"),
        tooltip=tooltips("stance:N", field("n:Q", title="findings"), name),
    )  # fmt: skip


def shaded(sums: pd.DataFrame, by: str, order: list[str], tooltip: list[str]) -> Spec:
    """Return a table of windows by a name, each cell shaded by its number of records."""
    cells = unit(
        sums, "rect", {},
        x=window_axis(),
        y=field(f"{by}:N", sort=order, title=None, axis={"grid": False, "labelLimit": 200}),
        color=field("n:Q", title="records", scale={"scheme": "cividis"}),
        tooltip=tooltips(*tooltip, "window:O", field("n:Q", title="records")),
    )  # fmt: skip
    return sized(cells, WIDTH - 160, 21 * max(1, len(order)))
