"""What changed? A sentence per hypothesis, with its numbers and their uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drmine.report.data import ReportData
from drmine.report.drawing import STANCE_COLOURS, p_text, percent, signed, span, with_interval
from drmine.trends.balance import WINDOW_YEARS

MIN_FINDINGS_FOR_A_TREND = 10
"""Fewer findings in all their years make no trend to speak of."""
LEVEL = 0.05


_SIZE_BY = {
    "hypothesis_share": "count_model_ar1",
    "group_share": "count_model_ar1",
    "support_share": "odds_model",
    "resistance_rate": "theil_sen_ar1",
}
"""The test that says how large a trend is; whether there is one says ``mann_kendall_ar1``."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A trend by the tests to cite: its size with a 95 % interval, and the adjusted p value."""

    size: float
    low: float
    high: float
    unit: str
    direction: float
    p_adjusted: float
    first_year: int
    last_year: int
    ranked: str = ""
    """Years of the test, where they are not those of the size."""

    @property
    def verdict(self) -> str:
        """Return ``gains``, ``fades`` or ``steady`` (no trend that can be told from chance).

        Test and size rest on different figures, ranks and counts; a trend has both, one way.
        """
        if self.is_told_by_ranks and self.direction > 0 and self.low > 0:
            return "gains"
        if self.is_told_by_ranks and self.direction < 0 and self.high < 0:
            return "fades"
        return "steady"

    @property
    def is_told_by_ranks(self) -> bool:
        """Whether the test finds a trend, whatever its size may be."""
        return self.p_adjusted < LEVEL and self.direction != 0

    @property
    def in_words(self) -> str:
        """Return size, interval, years and p value."""
        if self.unit == "per_year":
            factor, unit = 1000.0, "percentage points in ten years"
        else:
            factor = 1.0
            unit = "% a year in its odds" if "odds" in self.unit else "% a year"
        size, low, high = signed(factor * end for end in (self.size, self.low, self.high))
        ends = f"95 % interval {low} to {high}"
        if self.low == self.high:  # so many years alike leave Sen's interval no width
            ends = "no interval, since most years are alike"
        p = "below 0.001" if self.p_adjusted < 0.001 else p_text(self.p_adjusted, LEVEL)
        p += f" by ranks of {self.ranked}" if self.ranked else ""
        return f"{size} {unit}, {ends}, {span(self.first_year, self.last_year)}, adjusted p {p}"

    def verdict_on(self, what: str) -> str:
        """Return a short sentence without its full stop."""
        said = {"gains": "rises", "fades": "falls", "steady": "shows no clear trend"}
        return f"{what} {said[self.verdict]}"


def trend_of(data: ReportData, measure: str, key: str) -> Trend | None:
    """Return the trend of one series, or None where years are too few."""
    tests = data["trend_tests"]
    mine = tests[(tests["measure"] == measure) & (tests["key"] == key)]
    test = mine[(mine["test"] == "mann_kendall_ar1") & mine["p_adjusted"].notna()]
    size = mine[(mine["test"] == _SIZE_BY[measure]) & mine["low"].notna()]
    if test.empty or size.empty:
        return None
    row: dict[Any, Any] = size.to_dict("records")[0]
    first, last = int(row["first_year"]), int(row["last_year"])
    ranked = span(int(test["first_year"].iloc[0]), int(test["last_year"].iloc[0]))
    return Trend(
        size=float(row["estimate"]),
        low=float(row["low"]),
        high=float(row["high"]),
        unit=str(row["unit"]),
        direction=float(test["estimate"].iloc[0]),
        p_adjusted=float(test["p_adjusted"].iloc[0]),
        first_year=first,
        last_year=last,
        ranked=ranked if ranked != span(first, last) else "",
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """A hypothesis with the sentences that answer "what changed?" and its counts."""

    id: str
    name: str
    definition: str
    is_core: bool
    verdict: str
    sentence: str
    balance: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """Findings in all years."""
        return sum(self.counts.values())

    @property
    def page(self) -> str:
        """Name of the page of the hypothesis."""
        return f"hypothesis_{self.id}.html"


def answers(data: ReportData) -> list[Answer]:
    """Return one answer per hypothesis, in the order of the taxonomy."""
    definitions = {h.id: h.definition for h in data.taxonomy.hypotheses}
    found = []
    for row in data.hypotheses:
        hypothesis = str(row["hypothesis"])
        stances = data.of("stance_by_year", hypothesis)
        counts = {s: int(stances.loc[stances["stance"] == s, "n"].sum()) for s in STANCE_COLOURS}
        verdict, sentence = _trend_sentence(data, hypothesis, sum(counts.values()))
        found.append(
            Answer(
                hypothesis,
                str(row["name"]),
                definitions.get(hypothesis, ""),
                bool(row["is_core"]),
                verdict,
                sentence,
                _balance_sentence(data, hypothesis, counts),
                counts,
            )
        )
    return found


def in_short(found: list[Answer]) -> str:
    """Say in a line which hypotheses gain, which fade, and of which nothing can be told."""
    said = (
        ("gains", "Gaining"),
        ("fades", "Fading"),
        ("steady", "Without a clear trend"),
        ("few", "With too few findings or years to tell"),
        ("none", "Without a record"),
    )
    parts = []
    for verdict, words in said:
        names = [answer.name for answer in found if answer.verdict == verdict]
        if names:
            parts.append(f"{words}: {', '.join(names)}.")
    return " ".join(parts)


def _trend_sentence(data: ReportData, hypothesis: str, total: int) -> tuple[str, str]:
    if not total:
        return "none", "No record that is counted bears on it."
    share = _share_words(data, hypothesis)
    if total < MIN_FINDINGS_FOR_A_TREND:
        return "few", f"Too few findings ({total}) to speak of a trend; {share}."
    trend = trend_of(data, "hypothesis_share", hypothesis)
    if trend is None:
        few = "Too few complete years hold records and findings to speak of a trend"
        return "few", f"{few}; {share}."
    said = {
        "gains": "Gains: its share of the records grows",
        "fades": "Fades: its share of the records falls",
        "steady": "No trend that can be told from chance in its share of the records",
    }[trend.verdict]
    if trend.verdict == "steady" and trend.is_told_by_ranks:
        turn = "rises" if trend.direction > 0 else "falls"
        size = "by how much cannot be told from nothing"
        if not trend.low <= 0 <= trend.high:
            size = f"yet {'falls' if turn == 'rises' else 'rises'} by counts: no clear trend"
        said = f"Its share of the records {turn} by ranks, {size}"
    return trend.verdict, f"{said} ({trend.in_words}); {share}."


def _share_words(data: ReportData, hypothesis: str) -> str:
    """Say in which share it stands: corrected for the machine's errors where that is known."""
    corrected = data.of("hypothesis_corrected", hypothesis)
    corrected = corrected[corrected["corrected_share"].notna()]
    if len(corrected):
        row: dict[Any, Any] = corrected.sort_values("period").to_dict("records")[-1]
        words = with_interval(row["corrected_share"], row["corrected_low"], row["corrected_high"])
        of_period = f"of the records on drug response of {row['period']}"
        return f"it stands in {words} {of_period}, corrected for the machine's errors"
    from drmine.trends.intervals import wilson

    frame = data.of("hypothesis_by_year", hypothesis)
    complete = frame[frame["is_complete"].astype(bool)].tail(WINDOW_YEARS)
    of = int(complete["n_articles"].sum())
    if not of:
        return "no complete year holds a record on drug response"
    share, low, high = wilson(complete[["n"]].sum(), complete[["n_articles"]].sum())
    years = span(int(complete["year"].min()), int(complete["year"].max()))
    records = f"the {of:,} records" if of > 1 else "the one record"
    words = with_interval(share[0], low[0], high[0])
    years += f", the last complete year{'s' if '–' in years else ''}"  # counts hold all years
    return f"it stands in {words} of {records} on drug response of {years}"


def _balance_sentence(data: ReportData, hypothesis: str, counts: dict[str, int]) -> str:
    """Say how the findings divide, and whether the last window differs from all before."""
    total = sum(counts.values())
    if not total:
        return ""
    said = (
        f"{total:,} finding{'s' if total > 1 else ''}: {counts['supports']:,} "
        f"support{'s' if counts['supports'] == 1 else ''} it, {counts['refutes']:,} "
        f"refute{'s' if counts['refutes'] == 1 else ''} it, {counts['mixed']:,} mixed, "
        f"{counts['neutral']:,} neutral."
    )
    last = data.of("balance_cumulative", hypothesis).tail(1)
    if not len(last) or last["support_share"].isna().all():
        return said
    row: dict[Any, Any] = last.to_dict("records")[0]
    ends = (row["support_share"], row["support_share_low"], row["support_share_high"])
    said += f" Of those that take a side, {with_interval(*ends)} support it"
    trend = trend_of(data, "support_share", hypothesis)
    if trend is not None and trend.verdict != "steady":
        turn = "growing" if trend.verdict == "gains" else "falling"
        return f"{said}, {turn} over the years ({trend.in_words})."
    windows = data.of("balance_by_window", hypothesis)
    windows = windows[windows["is_complete"].astype(bool) & windows["support_share"].notna()]
    if len(windows) >= 2:
        then, now = (windows.to_dict("records")[place] for place in (-2, -1))
        said += (
            f"; {_of_decided(then)} in {then['window_start']}–{then['window_end']} "
            f"and {_of_decided(now)} in {now['window_start']}–{now['window_end']}"
        )
    return said + "."


def _of_decided(row: dict[Any, Any]) -> str:
    """Return the share that supports with its number: 100 % of one is not 100 % of fifty."""
    return f"{percent(row['support_share'])} of {row['n_supports'] + row['n_refutes']:,}"
