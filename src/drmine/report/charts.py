"""The charts of the overview, as Vega-Lite specifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drmine.report.data import ReportData
from drmine.report.drawing import (
    PALETTE,
    PANEL,
    Chart,
    finish,
    in_order,
    latest,
    nothing,
    percent,
    table_of,
    unfinished_note,
    window_axis,
    windows,
)
from drmine.report.marks import (
    add_wilson,
    concept_labels,
    in_stretches,
    points_with_intervals,
    shaded,
    stance_bars,
)
from drmine.report.rate_chart import rate_chart
from drmine.report.vega import faceted, field, sized, value

if TYPE_CHECKING:
    import pandas as pd

_TOP_CONCEPTS = 20
_NO_MECHANISM = ("drug", "resistance", "epilepsy", "lesion", "probe")


def all_charts(data: ReportData) -> list[Chart]:
    """Return the charts of the overview in reading order; without records they are empty."""
    years = data["years"]
    if years.empty or not years["n_articles"].sum():
        why = "No record that is counted is about drug response."
        return [
            nothing("shares", "Hypotheses over the years", "hypothesis_by_year.csv", why),
            nothing("stances", "For and against, over the years", "stance_by_year.csv", why),
            nothing("mechanisms", "Mechanisms named", "mechanism_by_year.csv", why),
        ]
    return [
        share_chart(data),
        stance_chart(data),
        group_chart(data),
        rate_chart(data),
        mechanism_chart(data),
        study_chart(data),
    ]


def _when(last: pd.DataFrame) -> str:
    """Return the years of a window and the number of records that its shares are of."""
    return f"{last['window'].iloc[0]}, of {int(last['n_articles'].iloc[0]):,}"


def share_chart(data: ReportData) -> Chart:
    """Share of each hypothesis among the records on drug response, by five years."""
    frame = data["hypothesis_by_year"]
    names = data.names
    order = list(names.values())
    every = windows(frame, ["hypothesis"], ["n", "n_articles"])
    sums = in_stretches(add_wilson(every, "n", "n_articles"), "hypothesis")
    sums["name"] = sums["hypothesis"].map(names)
    # each panel names its hypothesis: one colour serves all
    colour = value(PALETTE[0])
    tooltip = [field("name:N", title="hypothesis"), field("n:Q", title="records"),
               field("n_articles:Q", title="of")]  # fmt: skip
    columns = ["window", "name", "n", "n_articles", "share", "low", "high", "stretch"]
    x = window_axis(in_order(every))
    panel = points_with_intervals(sums[columns], "share of records", colour, tooltip, x)
    by = field("name:N", sort=order, title=None)
    chart = faceted(sized(panel, PANEL, 140), by, columns=3)
    last = latest(sums)
    words = "; ".join(
        f"{row['name']} {percent(row['share'])} ({percent(row['low'])} to {percent(row['high'])})"
        for row in last.to_dict("records")
    )
    return Chart(
        "shares",
        "Hypotheses over the years",
        "Share of the records on drug response that bear on each hypothesis, by five years, with "
        f"95 % Wilson intervals; a record may bear on several. In {_when(last)}: {words}."
        + unfinished_note(sums),
        "hypothesis_by_year.csv",
        finish(chart),
        table_of(
            sums,
            {"window": "years", "name": "hypothesis", "n": "records", "n_articles": "of",
             "share": "share", "low": "95 % from", "high": "to"},
        ),
    )  # fmt: skip


def stance_chart(data: ReportData) -> Chart:
    """Findings by stance in windows of five years, a panel per hypothesis."""
    frame = data["stance_by_year"]
    order = list(data.names.values())
    sums = windows(frame, ["hypothesis", "stance"], ["n"])
    sums["name"] = sums["hypothesis"].map(data.names)
    panel = stance_bars(sums[["window", "name", "stance", "n"]], window_axis())
    chart = faceted(
        sized(panel, PANEL, 130), field("name:N", sort=order, title=None), columns=3,
        resolve={"scale": {"y": "independent"}},
    )  # fmt: skip
    totals = sums.groupby(["name", "stance"], observed=True)["n"].sum()
    words = "; ".join(
        f"{name} {int(totals.get((name, 'supports'), 0))} for, "
        f"{int(totals.get((name, 'refutes'), 0))} against"
        for name in order
    )
    return Chart(
        "stances",
        "For and against, over the years",
        "Findings that support, refute, are mixed or neutral, by five years; each panel has its "
        f"own scale. All years: {words}." + unfinished_note(sums),
        "stance_by_year.csv",
        finish(chart),
        table_of(
            sums.sort_values(["name", "start"], kind="stable"),
            {"name": "hypothesis", "window": "years", "stance": "stance", "n": "findings"},
        ),
    )


def group_chart(data: ReportData) -> Chart:
    """The two groups of hypotheses side by side: share of records and balance of findings."""
    groups = data["group_by_year"]
    labels = {group: data.group_name(group) for group in dict.fromkeys(groups["group"])}
    every = windows(groups, ["group"], ["n", "n_articles"])
    shares = add_wilson(every, "n", "n_articles")
    window_of = dict(zip(shares["start"], shares["window"], strict=True))
    balance = data["group_balance_by_window"]
    # the first window of the chart may hold several of the file
    start = balance["window_start"].clip(lower=min(window_of))
    sides = balance.assign(start=start, decided=balance["n_supports"] + balance["n_refutes"])
    sides = sides.groupby(["start", "group"], as_index=False, sort=False)[
        ["n_supports", "decided"]
    ].sum()
    balance = add_wilson(
        sides.assign(window=sides["start"].map(window_of)), "n_supports", "decided"
    )
    what = {"share of records": shares, "support among findings with a side": balance}
    columns = ["window", "group", "share", "low", "high", "stretch"]
    import pandas as pd

    both = pd.concat(
        [in_stretches(part, "group").assign(measure=name)[["measure", *columns]]
         for name, part in what.items()],
        ignore_index=True,
    )  # fmt: skip
    both["group"] = both["group"].map(labels)
    colour = field(
        "group:N", title=None, legend={"columns": 1, "orient": "top"},
        scale={"domain": list(labels.values()), "range": list(PALETTE)},
    )  # fmt: skip
    panels = points_with_intervals(
        both, "share", colour, [field("group:N")], window_axis(in_order(every)),
    )  # fmt: skip
    chart = faceted(
        sized(panels, 400, 200), field("measure:N", sort=list(what), title=None), columns=2
    )
    last = latest(shares)
    words = "; ".join(
        f"{labels[row['group']]} {percent(row['share'])} of the records "
        f"({percent(row['low'])} to {percent(row['high'])})"
        for row in last.to_dict("records")
    )
    return Chart(
        "groups",
        "The groups of hypotheses, side by side",
        "Share of the records on drug response that bear on a hypothesis of the group, and, of its "
        "findings that take a side, the share that supports; by five years with 95 % Wilson "
        f"intervals. In {_when(last)}: {words}." + unfinished_note(shares),
        "group_by_year.csv",
        finish(chart),
        table_of(
            both,
            {"measure": "measure", "window": "years", "group": "group", "share": "share",
             "low": "95 % from", "high": "to"},
        ),
    )  # fmt: skip


def mechanism_chart(data: ReportData) -> Chart:
    """The most named mechanisms, by five years."""
    frame = data["mechanism_by_year"]
    frame = frame[~frame["class"].isin(_NO_MECHANISM)]
    if not frame["n"].sum():
        return nothing("mechanisms", "Mechanisms named", "mechanism_by_year.csv",
                       "No record on drug response names a mechanism.")  # fmt: skip
    top = frame.groupby("concept", observed=True)["n"].sum().nlargest(_TOP_CONCEPTS)
    top = top[top > 0]  # a concept that is only denied stands in the file too
    named = frame[frame["concept"].isin(top.index)]
    sums = windows(named, ["concept", "name", "class"], ["n", "n_articles"])
    sums["label"] = concept_labels(sums)
    labels = dict(zip(sums["concept"], sums["label"], strict=True))
    order = [labels[c] for c in top.index]
    chart = shaded(
        sums[["window", "label", "name", "class", "n"]], "label", order, ["name:N", "class:N"]
    )
    words = ", ".join(f"{labels[concept]} ({int(n)})" for concept, n in top.items())
    return Chart(
        "mechanisms",
        "Mechanisms named",
        f"Records on drug response that name a mechanism without denying it, by five years; the "
        f"{len(top)} most named, of {data.counted} in all years: {words}."
        + unfinished_note(sums),
        "mechanism_by_year.csv",
        finish(chart),
        table_of(
            sums.sort_values(["label", "start"], kind="stable"),
            {"label": "mechanism", "name": "name", "class": "class", "window": "years",
             "n": "records", "n_articles": "of"},
        ),
    )  # fmt: skip


def study_chart(data: ReportData) -> Chart:
    """Kinds of study among the records on drug response, by five years."""
    sums = windows(data["study_type_by_year"], ["study_type"], ["n", "n_articles"])
    totals = sums.groupby("study_type")["n"].sum().sort_values(ascending=False)
    order = [str(kind) for kind, n in totals.items() if n]
    sums = sums[sums["study_type"].isin(order)]
    sums = sums.assign(kind=sums["study_type"].str.replace("_", " "))
    names = [kind.replace("_", " ") for kind in order]
    chart = shaded(sums[["window", "kind", "n"]], "kind", names, ["kind:N"])
    words = ", ".join(f"{kind.replace('_', ' ')} {int(totals[kind])}" for kind in order)
    return Chart(
        "studies",
        "Kinds of study",
        f"Records on drug response by kind of study and five years. All years, of "
        f"{data.counted}: {words or 'none'}." + unfinished_note(sums),
        "study_type_by_year.csv",
        finish(chart),
        table_of(
            sums.sort_values(["kind", "start"], kind="stable"),
            {"kind": "kind of study", "window": "years", "n": "records", "n_articles": "of"},
        ),
    )
