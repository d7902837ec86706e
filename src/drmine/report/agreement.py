"""The page on agreement: its chart, and its figures as a file beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from drmine.report.drawing import PALETTE, WIDTH, Chart, Table, finish, nothing
from drmine.report.vega import field, layers, sized, tooltips, unit
from drmine.review.agreement.text import figure_text, flat_rows, label_name

if TYPE_CHECKING:
    from drmine.review.agreement.compare import Pair

AGREEMENT_PAGE = "agreement.html"
AGREEMENT_CSV = "agreement.csv"
_TITLE = "Kappa by label"
_LABELS = 160


def agreement_chart(pairs: Sequence[Pair]) -> Chart:
    """Return kappa with its interval for each label, a colour for each two raters."""
    import pandas as pd

    drawn = [
        {
            "raters": pair.name, "label": label_name(row).replace("_", " "),
            "kappa": row["kappa"], "n": row["n"],
            "low": row["kappa_95"][0], "high": row["kappa_95"][1],
        }
        for pair in pairs
        for row in pair.rows
        if row["kappa"] is not None and row["kappa_95"] is not None
    ]  # fmt: skip
    if not drawn:
        return nothing(
            "agreement",
            _TITLE,
            AGREEMENT_CSV,
            "no kappa has an interval, since too few records were judged by both, or all alike.",
        )
    frame = pd.DataFrame(drawn)
    labels = list(dict.fromkeys(frame["label"]))
    raters = list(dict.fromkeys(frame["raters"]))
    base = {
        "y": field("label:N", sort=labels, title=None, axis={"labelLimit": _LABELS}),
        "yOffset": field("raters:N", sort=raters),
        "color": field("raters:N", title=None, sort=raters,
                       scale={"range": list(PALETTE)}, legend={"orient": "top"}),
    }  # fmt: skip
    scale = {"domain": [min(0.0, float(frame["low"].min())), 1.0]}
    intervals = unit(
        frame, "rule", {"strokeWidth": 2},
        **base, x=field("low:Q", scale=scale, title="kappa"), x2=field("high"),
    )  # fmt: skip
    points = unit(
        frame, "point", {"size": 60, "filled": True, "opacity": 1},
        **base,
        x=field("kappa:Q", scale=scale),
        shape=field("raters:N", sort=raters, legend=None),
        tooltip=tooltips(
            "raters:N", "label:N", field("kappa:Q", format=".2f"),
            field("low:Q", format=".2f", title="95 % from"),
            field("high:Q", format=".2f", title="to"), "n:Q",
        ),
    )  # fmt: skip
    height = 16 * len(labels) * max(1, len(raters)) + 20
    rows = tuple(
        (pair.name, label_name(row).replace("_", " "), str(row["n"]), figure_text(row, "kappa"))
        for pair in pairs
        for row in pair.rows
    )
    return Chart(
        "agreement",
        _TITLE,
        "Agreement beyond chance (Cohen's kappa) with its 95 % interval for each label and each "
        "two raters: 1 is full agreement, 0 what chance would give.",
        AGREEMENT_CSV,
        finish(sized(layers(intervals, points), WIDTH - _LABELS, height)),
        Table(("raters", "label", "n", "kappa"), rows),
        is_beside=True,
    )


def csv_bytes(pairs: Sequence[Pair]) -> bytes:
    """Return every figure as CSV (UTF-8), a row a pair and label."""
    from drmine.trends.csvfile import guard_text

    rows = flat_rows(pairs)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]) if rows else ["first"], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: guard_text(v) if isinstance(v, str) else v for k, v in row.items()})
    return text.getvalue().encode()
