"""What changed? A sentence per hypothesis, with its numbers and their uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drmine.report.data import ReportData

# Fewer findings in all their years make no trend to speak of.
MIN_FINDINGS_FOR_A_TREND = 10
_STANCES = ("supports", "refutes", "mixed", "neutral")


@dataclass(frozen=True, slots=True)
class Answer:
    """A hypothesis with the sentence that answers "what changed?" and its counts."""

    id: str
    name: str
    definition: str
    is_core: bool
    sentence: str
    counts: dict[str, int]
    total: int


def answers(data: ReportData, definitions: dict[str, str]) -> list[Answer]:
    """Return one answer per hypothesis, in the order of the taxonomy."""
    found = []
    for row in data.hypotheses:
        hypothesis = str(row["hypothesis"])
        stances = data["stance_by_year"]
        mine = stances[stances["hypothesis"] == hypothesis]
        counts = {s: int(mine.loc[mine["stance"] == s, "n"].sum()) for s in _STANCES}
        found.append(
            Answer(
                hypothesis,
                str(row["name"]),
                definitions.get(hypothesis, ""),
                bool(row["is_core"]),
                _sentence(data, hypothesis, counts),
                counts,
                sum(counts.values()),
            )
        )
    return found


def _sentence(data: ReportData, hypothesis: str, counts: dict[str, int]) -> str:
    total = sum(counts.values())
    if not total:
        return "No record in the store bears on it."
    parts = [
        f"{total:,} finding{'s' if total > 1 else ''}: {counts['supports']:,} support, "
        f"{counts['refutes']:,} refute, {counts['mixed']:,} mixed, {counts['neutral']:,} neutral"
    ]
    balance = data["balance_cumulative"]
    last = balance[balance["hypothesis"] == hypothesis].tail(1)
    if len(last) and last["support_share"].notna().all():
        row: dict[Any, Any] = last.to_dict("records")[0]
        parts.append(
            f"of those that take a side {row['support_share']:.0%} support it "
            f"(95 % interval {row['support_share_low']:.0%}–{row['support_share_high']:.0%})"
        )
    trend = (
        _trend(data, hypothesis)
        if total >= MIN_FINDINGS_FOR_A_TREND
        else "Too few findings to speak of a trend."
    )
    return "; ".join(parts) + ". " + trend


def _trend(data: ReportData, hypothesis: str) -> str:
    tests = data["trend_tests"]
    mine = tests[
        (tests["key"] == hypothesis)
        & (tests["measure"] == "hypothesis_share")
        & tests["test"].isin(("count_model", "theil_sen"))
    ]
    usable = mine[mine["estimate"].notna() & mine["low"].notna()]
    if usable.empty:
        return "There are too few years to speak of a trend."
    row = usable.to_dict("records")[0]
    for candidate in usable.to_dict("records"):
        if str(candidate["test"]).startswith("count_model"):
            row = candidate
    unit = str(row["unit"]).replace("_", " ")
    change = (
        f"{row['estimate']:+.2g} {unit} (95 % interval {row['low']:+.2g} to {row['high']:+.2g})"
    )
    if row["low"] <= 0 <= row["high"]:
        return f"No trend in its share can be told from chance: {change}."
    return f"Its share {'grows' if row['estimate'] > 0 else 'falls'}: {change}."
