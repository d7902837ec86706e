"""The charts of the report, as Vega-Lite specifications made by Altair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from drmine.report.data import ReportData

if TYPE_CHECKING:
    import altair as alt
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
_WIDTH = 720
_TOP_CONCEPTS = 20
_WINDOW = 5


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its title, its text alternative and the file that holds its data.

    An empty ``spec`` means that there is nothing to draw.
    """

    id: str
    title: str
    text: str
    source: str
    spec: dict[str, Any]


def _finish(chart: alt.LayerChart | alt.Chart | alt.FacetChart) -> dict[str, Any]:
    """Return the specification with one look for all; data are inlined by Altair."""
    return (
        chart.configure_axis(labelFontSize=12, titleFontSize=12, grid=True, gridColor="#e6e6e6")
        .configure_legend(labelFontSize=12, titleFontSize=12, symbolSize=120)
        .configure_view(stroke=None)
        .to_dict()
    )


def _windows(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sum yearly counts to windows of five years, named by their first and last year."""
    years = frame.assign(start=(frame["year"] // _WINDOW) * _WINDOW)
    sums = years.groupby(["start", *keys], as_index=False, observed=True)[["n", "n_articles"]].sum()
    ends = (sums["start"] + _WINDOW - 1).clip(upper=int(frame["year"].max()))
    sums["window"] = [f"{a}–{b}" for a, b in zip(sums["start"], ends, strict=True)]
    return sums


def share_chart(data: ReportData) -> Chart:
    """Share of each core hypothesis among the records on drug response, by five years."""
    import altair as alt
    from statsmodels.stats.proportion import proportion_confint

    frame = data["hypothesis_by_year"]
    names = {h["hypothesis"]: h["name"] for h in data.hypotheses}
    order = [names[h["hypothesis"]] for h in data.hypotheses]
    sums = _windows(frame, ["hypothesis"])
    sums = sums[sums["n_articles"] > 0].copy()
    sums["name"] = sums["hypothesis"].map(names)
    sums["share"] = sums["n"] / sums["n_articles"]
    low, high = proportion_confint(
        sums["n"].to_numpy(dtype=float), sums["n_articles"].to_numpy(dtype=float), method="wilson"
    )
    sums["low"], sums["high"] = low, high
    base = alt.Chart(sums[["window", "name", "n", "n_articles", "share", "low", "high"]]).encode(
        x=alt.X("window:O", title=None, axis=alt.Axis(labelAngle=-45))
    )
    colour = alt.Color(
        "name:N", sort=order, title=None, scale=alt.Scale(domain=order, range=list(PALETTE)),
        legend=None,
    )  # fmt: skip
    band = base.mark_errorbar(thickness=2, ticks=True, opacity=0.7).encode(
        y=alt.Y("low:Q", title="share of records", axis=alt.Axis(format="%")),
        y2="high:Q",
        color=colour,
    )
    points = base.mark_line(point=alt.OverlayMarkDef(size=55, filled=True), strokeWidth=2).encode(
        y=alt.Y("share:Q", title="share of records", axis=alt.Axis(format="%")),
        color=colour,
        tooltip=[
            alt.Tooltip("name:N", title="hypothesis"), alt.Tooltip("window:O", title="years"),
            alt.Tooltip("n:Q", title="records"), alt.Tooltip("n_articles:Q", title="of"),
            alt.Tooltip("share:Q", format=".1%"),
            alt.Tooltip("low:Q", format=".1%", title="95 % from"),
            alt.Tooltip("high:Q", format=".1%", title="to"),
        ],
    )  # fmt: skip
    chart = (
        (band + points)
        .properties(width=230, height=150)
        .facet(facet=alt.Facet("name:N", sort=order, title=None), columns=3)
    )
    latest = sums[sums["window"] == sums["window"].iloc[-1]] if len(sums) else sums
    words = "; ".join(
        f"{row['name']} {row['share']:.0%} ({row['low']:.0%}–{row['high']:.0%})"
        for row in latest.to_dict("records")
    )
    return Chart(
        "shares",
        "Hypotheses over the years",
        f"Share of the records on drug response that bear on each hypothesis, by five years, with "
        f"95 % Wilson intervals. In the last window: {words or 'no record'}.",
        "hypothesis_by_year.csv",
        _finish(chart),
    )


def stance_chart(data: ReportData) -> Chart:
    """Findings by stance in windows of five years, a panel per hypothesis."""
    import altair as alt

    frame = data["stance_by_year"]
    names = {h["hypothesis"]: h["name"] for h in data.hypotheses}
    order = [names[h["hypothesis"]] for h in data.hypotheses]
    sums = _windows(frame, ["hypothesis", "stance"])
    sums["name"] = sums["hypothesis"].map(names)
    rank = {stance: i for i, stance in enumerate(STANCE_COLOURS)}
    sums["rank"] = sums["stance"].map(rank)
    chart = (
        alt.Chart(sums[["window", "name", "stance", "n", "rank"]])
        .mark_bar()
        .encode(
            x=alt.X("window:O", title=None, axis=alt.Axis(labelAngle=-45)),
            y=alt.Y("n:Q", title="findings"),
            color=alt.Color(
                "stance:N", title=None, legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=list(STANCE_COLOURS), range=list(STANCE_COLOURS.values())),
            ),
            order=alt.Order("rank:Q"),
            tooltip=["name:N", "window:O", "stance:N", alt.Tooltip("n:Q", title="findings")],
        )
        .properties(width=230, height=130)
        .facet(facet=alt.Facet("name:N", sort=order, title=None), columns=3)
        .resolve_scale(y="independent")
    )  # fmt: skip
    totals = sums.groupby(["name", "stance"], observed=True)["n"].sum()
    words = "; ".join(
        f"{name}: " + ", ".join(f"{int(totals.get((name, s), 0))} {s}" for s in STANCE_COLOURS)
        for name in order
    )
    return Chart(
        "stances",
        "For and against, over the years",
        f"Findings that support, refute, are mixed or neutral, by five years. All years: {words}.",
        "stance_by_year.csv",
        _finish(chart),
    )


def mechanism_chart(data: ReportData) -> Chart:
    """The most named mechanisms, by five years."""
    import altair as alt

    skipped = ("drug", "resistance", "epilepsy", "lesion", "probe")
    frame = data["mechanism_by_year"]
    frame = frame[~frame["class"].isin(skipped)]
    top = frame.groupby("concept", observed=True)["n"].sum().nlargest(_TOP_CONCEPTS)
    sums = _windows(frame[frame["concept"].isin(top.index)], ["concept", "name", "class"])
    # a gene goes by its symbol, a phenomenon by its name
    labels = {
        c: str(n) if "_" in c else c for c, n in zip(sums["concept"], sums["name"], strict=True)
    }
    sums["label"] = sums["concept"].map(labels)
    order = [labels[c] for c in top.index]
    chart = (
        alt.Chart(sums[["window", "label", "name", "class", "n"]])
        .mark_rect()
        .encode(
            x=alt.X("window:O", title=None, axis=alt.Axis(labelAngle=-45, grid=False)),
            y=alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=240, grid=False)),
            color=alt.Color("n:Q", title="records", scale=alt.Scale(scheme="viridis")),
            tooltip=["name:N", "class:N", "window:O", alt.Tooltip("n:Q", title="records")],
        )
        .properties(width=_WIDTH - 140, height=20 * max(1, len(order)))
    )
    words = ", ".join(f"{labels[concept]} ({int(n)})" for concept, n in top.items())
    return Chart(
        "mechanisms",
        "Mechanisms named",
        f"Records on drug response that name a mechanism without denying it, by five years; the "
        f"{_TOP_CONCEPTS} most named: {words or 'none'}.",
        "mechanism_by_year.csv",
        _finish(chart),
    )


def rate_chart(data: ReportData) -> Chart:
    """Reported shares of resistant patients against the year of publication."""
    import altair as alt

    rates = data["resistance_rates"]
    rates = rates[rates["is_counted"].astype(bool) & rates["year"].notna()]
    points = (
        alt.Chart(rates[["year", "mid", "low", "high", "population", "pmid", "text"]])
        .mark_point(size=45, opacity=0.75, filled=True, color=PALETTE[0])
        .encode(
            x=alt.X("year:Q", title="year of publication", axis=alt.Axis(format="d"),
                    scale=alt.Scale(zero=False)),
            y=alt.Y("mid:Q", title="resistant patients", axis=alt.Axis(format="%"),
                    scale=alt.Scale(domain=[0, 1])),
            tooltip=["pmid:N", "year:Q", "text:N", "population:N"],
        )
    )  # fmt: skip
    band = (
        alt.Chart(alt.Data(values=[{"low": 0.2, "high": 0.4}]))
        .mark_rect(color="#E69F00", opacity=0.18)
        .encode(y="low:Q", y2="high:Q")
    )
    median = f"{rates['mid'].median():.0%}" if len(rates) else "none"
    return Chart(
        "rates",
        "How many patients are resistant, as reported",
        f"{len(rates)} reported shares of drug-resistant patients by year of publication, median "
        f"{median}. The band is the 20–40 % that the review of 2019 calls unchanged for decades. "
        "Authors often repeat a figure from others: this shows what is written, not a measurement.",
        "resistance_rates.csv",
        _finish((band + points).properties(width=_WIDTH - 60, height=240)) if len(rates) else {},
    )


def study_chart(data: ReportData) -> Chart:
    """Kinds of study among the records on drug response, by five years."""
    import altair as alt

    sums = _windows(data["study_type_by_year"], ["study_type"])
    chart = (
        alt.Chart(sums[["window", "study_type", "n"]])
        .mark_bar()
        .encode(
            x=alt.X("window:O", title=None, axis=alt.Axis(labelAngle=-45)),
            y=alt.Y("n:Q", title="records"),
            color=alt.Color("study_type:N", title=None, scale=alt.Scale(scheme="tableau10")),
            tooltip=["window:O", "study_type:N", alt.Tooltip("n:Q", title="records")],
        )
        .properties(width=_WIDTH - 200, height=240)
    )
    totals = sums.groupby("study_type")["n"].sum().sort_values(ascending=False)
    words = ", ".join(f"{kind} {int(n)}" for kind, n in totals.items() if n)
    return Chart(
        "studies",
        "Kinds of study",
        f"Records on drug response by kind of study and five years. All years: {words or 'none'}.",
        "study_type_by_year.csv",
        _finish(chart),
    )


def _nothing(chart: str, title: str, source: str) -> Chart:
    return Chart(chart, title, "No record in the store is about drug response.", source, {})


def all_charts(data: ReportData) -> list[Chart]:
    """Return the charts of the report in reading order; without records they are empty."""
    years = data["years"]
    if years.empty or not years["n_articles"].sum():
        return [
            _nothing("shares", "Hypotheses over the years", "hypothesis_by_year.csv"),
            _nothing("stances", "For and against, over the years", "stance_by_year.csv"),
            _nothing("mechanisms", "Mechanisms named", "mechanism_by_year.csv"),
        ]
    return [
        share_chart(data),
        stance_chart(data),
        mechanism_chart(data),
        rate_chart(data),
        study_chart(data),
    ]
