"""What all charts share: colours, one look, windows of five years, and their data as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as default
from typing import TYPE_CHECKING, Any

from drmine.report.vega import Spec, field, whole
from drmine.trends.balance import WINDOW_YEARS

if TYPE_CHECKING:
    import pandas as pd

# Okabe and Ito (2008): told apart with every common colour vision.
PALETTE = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#7A5C00", "#666666",
)  # fmt: skip
STANCE_COLOURS = {
    "supports": "#0072B2",
    "refutes": "#D55E00",
    "mixed": "#8A63A6",
    "neutral": "#A6A6A6",
}
ORIGIN_COLOURS = {
    "congenital": "#009E73",
    "acquired": "#E69F00",
    "both": "#CC79A7",
    "unspecified": "#A6A6A6",
}
WIDTH = 900
HEIGHT = 200
"""Of a chart that stands alone on the page of a hypothesis, in pixels as the width."""
PANEL = 270
# the figure carries the text alternative (no aria): a label on each of a thousand marks is noise
_LOOK: dict[str, dict[str, Any]] = {
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
        "gridColor": "#e6e6e6", "labelColor": "#1b1f24", "titleColor": "#1b1f24",
        "domainColor": "#8c959f", "tickColor": "#8c959f",
        # labels that touch would read as one number: 230 and 240 as 230240
        "labelSeparation": 8,
    },
    "header": {"labelFontSize": 13, "labelFontWeight": "bold", "labelColor": "#1b1f24"},
    "legend": {"labelFontSize": 12, "titleFontSize": 12, "symbolSize": 120, "labelLimit": 260},
}  # fmt: skip
MOST_WINDOWS = 16
"""How many windows a chart has room for."""
UNFINISHED = " *"
"""Marks a window of years that holds an incomplete one."""


@dataclass(frozen=True, slots=True)
class Table:
    """The data of a chart: shown under it, and downloaded as CSV."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its title, its text alternative and the file that holds its data.

    An empty ``spec`` means that there is nothing to draw. The file is a trend file, or
    ``is_beside`` the page.
    """

    id: str
    title: str
    text: str
    source: str
    spec: Spec
    table: Table = default(default_factory=lambda: Table((), ()))
    is_beside: bool = False


def nothing(chart: str, title: str, source: str, why: str) -> Chart:
    """Return the chart that says why there is nothing to draw."""
    return Chart(chart, title, why, source, {})


def finish(spec: Spec) -> Spec:
    """Return the specification of a whole chart, with one look for all and its data inlined."""
    return whole(spec, _LOOK)


def table_of(frame: pd.DataFrame, columns: Mapping[str, str]) -> Table:
    """Return columns of a frame under the names given, numbers in short."""
    rows = [tuple(_cell(value) for value in row) for row in
            frame[list(columns)].itertuples(index=False)]  # fmt: skip
    return Table(tuple(columns.values()), tuple(rows))


def _cell(value: Any) -> str:
    if value is None or value != value:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def windows(frame: pd.DataFrame, keys: list[str], counts: list[str]) -> pd.DataFrame:
    """Sum yearly counts to windows of five years, named by their first and last year.

    ``window`` carries a mark where a year of it is incomplete, ``unfinished`` says so. All that is
    earlier than :data:`MOST_WINDOWS` of them is one window: a single paper of 1862 would else
    leave no room for the others.
    """
    starts = (frame["year"].astype(int) // WINDOW_YEARS) * WINDOW_YEARS
    earliest = int(starts.max()) - (MOST_WINDOWS - 1) * WINDOW_YEARS if len(starts) else 0
    years = frame.assign(start=starts.clip(lower=earliest))
    years["unfinished"] = ~years["is_complete"].astype(bool)
    n_years = years.groupby("start")["year"].nunique()
    sums = years.groupby(["start", *keys], as_index=False, observed=True, sort=False)[
        [*counts, "unfinished"]
    ].sum()
    sums["unfinished"] = sums["unfinished"] > 0
    sums["n_years"] = sums["start"].map(n_years)
    first, last = int(frame["year"].min()), int(frame["year"].max())
    ends = (sums["start"] + WINDOW_YEARS - 1).clip(upper=last)
    starts = sums["start"].where(sums["start"] > earliest, first).clip(lower=first)
    sums["window"] = [
        span(a, b) + (UNFINISHED if open_ else "")
        for a, b, open_ in zip(starts, ends, sums["unfinished"], strict=True)
    ]
    return sums


def latest(sums: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the last whole window; of the last one if none is whole."""
    whole = sums[~sums["unfinished"] & (sums["n_years"] == WINDOW_YEARS)]
    return sums[sums["start"] == (whole if len(whole) else sums)["start"].max()]


def count_axis() -> Spec:
    """Return an axis of counts: no label between whole numbers."""
    return {"labelExpr": "datum.value % 1 ? '' : datum.label"}


def window_axis(order: list[str] | None = None) -> Spec:
    """Return the axis of windows, in their order; where it is given, those without a mark too."""
    domain = {"scale": {"domain": order}} if order else {}
    axis = {"grid": False, "labelAngle": -45}
    return field("window:O", title=None, sort=order, axis=axis, **domain)


def in_order(sums: pd.DataFrame) -> list[str]:
    """Return the windows of a frame by year."""
    return [str(one) for one in dict.fromkeys(sums.sort_values("start")["window"])]


def unfinished_note(frame: pd.DataFrame) -> str:
    """Return the sentence that explains the mark, if a window bears it."""
    if not frame["unfinished"].any():
        return ""
    return " Windows marked * hold a year that is not over or not fetched whole."


def span(first: int, last: int) -> str:
    """Return years as text, one alone where there is one."""
    return f"{first}–{last}" if first != last else str(first)


def percent(value: float) -> str:
    """Return a share as percent: one decimal below 10 % and from 99.5 % on, none between.

    Only nothing is "0 %", and only all is "100 %".
    """
    # a no-break space: the sign stays with its number
    if 0 < value < 0.0005:
        return "<0.1\u00a0%"
    if 0.9995 <= value < 1:
        return ">99.9\u00a0%"
    is_near_an_end = 0 < value < 0.0995 or 0.995 <= value < 1
    return f"{100 * value:.{1 if is_near_an_end else 0}f}\u00a0%"


def signed(values: Iterable[float]) -> list[str]:
    """Return an estimate and the ends of its interval with signs and one decimal.

    With more decimals where an interval that leaves out 0 would else read as if it held it.
    """
    numbers = list(values)
    digits = 1
    is_off = min(numbers) > 0 or max(numbers) < 0
    while is_off and digits < 4 and not all(round(number, digits) for number in numbers):
        digits += 1
    # never "-0.0": a rounded zero has no sign; a minus sign, not a hyphen
    rounded = [round(number, digits) for number in numbers]
    return [f"{n:+.{digits}f}".replace("-", "−") if n else f"{0:.{digits}f}" for n in rounded]


def p_text(p: float, level: float = 0.05) -> str:
    """Return a p value with two digits, or with as many as show on which side of the level it is.

    Rounded to 0.05, one of 0.0498 would speak against the verdict that rests on it.
    """
    texts = [f"{p:.{digits}g}" for digits in range(2, 8)]
    return next((text for text in texts if (float(text) < level) == (p < level)), texts[-1])


def with_interval(value: float, low: float, high: float) -> str:
    """Return a share with its 95 % interval in words."""
    return f"{percent(value)} (95 % interval {percent(low)} to {percent(high)})"
