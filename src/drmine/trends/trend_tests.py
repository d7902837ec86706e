"""Every series of the trend files through every test, with adjusted p values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd

from drmine.trends import change_points as jumps
from drmine.trends import joinpoint as bends
from drmine.trends import statistics, statistics_ar1
from drmine.trends.schema_tests import TREND_TESTS
from drmine.trends.statistics import Outcome

MIN_YEARS = 8
MIN_DENOMINATOR = 3
"""A year enters the tests of shares only if its share is of at least so many."""
MIN_EXPECTED = 1.0
"""And only if a share that never changes would give it so many on either side, or if it is at least
:data:`LARGE_YEAR` of the largest. Where less is expected the share of a year is mostly 0 (or 1),
that of a larger year seldom: as a literature grows, ranks would rise without any trend."""
LARGE_YEAR = 0.5
_EXPLORATORY = frozenset({"joinpoint", "change_point"})
_NOTHING = 1e-9
"""What rounding leaves of an estimate of 0, which has no direction."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts ``n`` among ``of`` in the years in which ``of`` is not 0."""

    years: np.ndarray
    n: np.ndarray
    of: np.ndarray


@dataclass(frozen=True, slots=True)
class Series:
    """One yearly series of complete years: values to rank, and the counts behind them, if any."""

    measure: str
    key: str
    years: np.ndarray
    values: np.ndarray
    counts: Counts | None = None


def trend_tests(
    hypotheses: pd.DataFrame, groups: pd.DataFrame, stances: pd.DataFrame, rates: pd.DataFrame
) -> pd.DataFrame:
    """Run every test on every series.

    Parameters
    ----------
    hypotheses, groups, stances, rates
        The frames of hypothesis_by_year, group_by_year, stance_by_year and
        resistance_rate_by_year.

    Returns
    -------
    pandas.DataFrame
        The rows of trend_tests.csv. A family is one test over the series of one measure.
    """
    rows: list[dict[str, object]] = []
    for series in _all_series(hypotheses, groups, stances, rates):
        rows += _tested(series)
    frame = pd.DataFrame(rows, columns=TREND_TESTS.column_names)
    frame["p_adjusted"] = np.nan
    with_p = frame["p_value"].notna() & (frame["family"] != "")
    for _, family in frame[with_p].groupby("family", sort=False):
        p_values = family["p_value"].to_numpy(dtype=float)
        frame.loc[family.index, "p_adjusted"] = statistics.adjusted(p_values)
    return frame


def _all_series(
    hypotheses: pd.DataFrame, groups: pd.DataFrame, stances: pd.DataFrame, rates: pd.DataFrame
) -> Iterator[Series]:
    for frame, measure, key in (
        (hypotheses, "hypothesis_share", "hypothesis"),
        (groups, "group_share", "group"),
    ):
        for name, part in frame.groupby(key, sort=False):
            yield _of_counts(part, measure, str(name), part["n"], part["n_articles"])
    for name, part in stances.groupby("hypothesis", sort=False):
        wide = part.pivot(index="year", columns="stance", values="n")
        wide["is_complete"] = part.groupby("year")["is_complete"].first()
        wide = wide.reset_index()
        decided = wide["supports"] + wide["refutes"]
        yield _of_counts(wide, "support_share", str(name), wide["supports"], decided)
    for name, part in rates.groupby("population", sort=False):
        part = part[part["is_complete"] & (part["n_reports"] > 0)]
        yield Series(
            "resistance_rate",
            str(name),
            part["year"].to_numpy(dtype=float),
            part["median"].to_numpy(dtype=float),
        )


def _of_counts(frame: pd.DataFrame, measure: str, key: str, n: pd.Series, of: pd.Series) -> Series:
    years, hits, totals = (part.to_numpy(dtype=float) for part in (frame["year"], n, of))
    complete = frame["is_complete"].to_numpy(dtype=bool)
    counted = complete & (totals > 0)
    ranked = counted & _can_be_ranked(hits, totals, counted)
    counts = Counts(years[counted], hits[counted], totals[counted])
    return Series(measure, key, years[ranked], hits[ranked] / totals[ranked], counts)


def _can_be_ranked(hits: np.ndarray, totals: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Say of which years the shares can be ranked among each other."""
    n, of = hits[counted].sum(), totals[counted].sum()
    rarer = min(n, of - n) / of if of else 0.0
    large = totals >= LARGE_YEAR * totals[counted].max(initial=0)
    return (totals >= MIN_DENOMINATOR) & (large | (totals * rarer >= MIN_EXPECTED))


def _tested(series: Series) -> list[dict[str, object]]:
    years, values, counts = series.years, series.values, series.counts
    rows = [
        _row(series, name, years, test() if len(years) >= MIN_YEARS else _too_few(years))
        for name, test in (
            ("mann_kendall", lambda: statistics.mann_kendall(values)),
            ("mann_kendall_hamed_rao", lambda: statistics.mann_kendall_hamed_rao(values)),
            ("mann_kendall_ar1", lambda: statistics_ar1.mann_kendall_ar1(values)),
            ("theil_sen", lambda: statistics.theil_sen(years, values)),
            ("theil_sen_ar1", lambda: statistics_ar1.theil_sen_ar1(years, values)),
        )
    ]
    if counts is None:
        return rows
    # a rare outcome among many is a count; one side of two is a matter of odds
    if series.measure == "support_share":
        name, model = "odds_model", statistics.odds_trend
    else:
        name, model = "count_model", statistics.count_trend
    enough = len(counts.years) >= MIN_YEARS
    result = model(counts.years, counts.n, counts.of) if enough else _too_few(counts.years)
    rows.append(_row(series, name, counts.years, result))
    if series.measure != "support_share":
        allowing = (
            statistics_ar1.count_trend_ar1(counts.years, counts.n, counts.of)
            if enough
            else _too_few(counts.years)
        )
        rows.append(_row(series, "count_model_ar1", counts.years, allowing))
    if series.measure != "support_share":
        rows += _joinpoint_rows(series, counts)
    return rows + _change_point_rows(series, counts)


def _joinpoint_rows(series: Series, counts: Counts) -> list[dict[str, object]]:
    reason = _no_segments(counts, bends.MIN_YEARS)
    if reason:
        return [_row(series, "joinpoint", counts.years, Outcome(reason=reason))]
    segments = bends.joinpoint(counts.years, counts.n, counts.of)
    model = f"joinpoints={len(segments) - 1}"
    return [
        _row(
            series,
            "joinpoint",
            counts.years[(counts.years >= one.first_year) & (counts.years <= one.last_year)],
            Outcome(
                p_value=one.p_value,
                estimate=one.change,
                low=one.low,
                high=one.high,
                unit="percent_per_year",
                model=model,
            )
            if one.is_told
            else Outcome(
                unit="percent_per_year",
                model=model,
                reason="The segment holds too few counts to tell a slope.",
            ),
            segment=number,
        )
        for number, one in enumerate(segments, start=1)
    ]


def _change_point_rows(series: Series, counts: Counts) -> list[dict[str, object]]:
    reason = _no_segments(counts, jumps.MIN_YEARS)
    found = [] if reason else jumps.change_points(counts.years, counts.n, counts.of)
    if not found:
        reason = reason or "No change point was found."
        return [_row(series, "change_point", counts.years, Outcome(reason=reason))]
    ends = [*(one.year for one in found[1:]), counts.years[-1] + 1]
    return [
        _row(
            series,
            "change_point",
            counts.years[(counts.years >= one.year) & (counts.years < end)],
            Outcome(
                estimate=one.after - one.before,
                unit="share_difference",
                model=f"penalties={one.n_penalties}/{len(jumps.PENALTIES)}",
            ),
            segment=number,
        )
        for number, (one, end) in enumerate(zip(found, ends, strict=True), start=1)
    ]


def _no_segments(counts: Counts, min_years: int) -> str:
    """Why a series cannot be cut into segments; empty if it can."""
    if len(counts.years) < min_years:
        return f"Only {len(counts.years)} usable years; at least {min_years} are needed."
    if counts.n.sum() < bends.MIN_COUNTS:
        return f"Only {counts.n.sum():.0f} counts; at least {bends.MIN_COUNTS} are needed."
    return ""


def _too_few(years: np.ndarray) -> Outcome:
    return Outcome(reason=f"Only {len(years)} usable years; at least {MIN_YEARS} are needed.")


def _row(
    series: Series, test: str, years: np.ndarray, result: Outcome, *, segment: int = 1
) -> dict[str, object]:
    exploratory = test in _EXPLORATORY
    if result.estimate is not None and abs(result.estimate) < _NOTHING:
        result = replace(result, estimate=0.0)
    return {
        "measure": series.measure,
        "key": series.key,
        "test": test,
        "segment": segment,
        "first_year": int(years[0]) if len(years) else None,
        "last_year": int(years[-1]) if len(years) else None,
        "n_years": len(years),
        "family": "" if exploratory or test.startswith("theil_sen") else f"{series.measure}:{test}",
        "direction": _direction(result),
        "is_exploratory": exploratory,
        **asdict(result),
    }


def _direction(result: Outcome) -> str:
    if result.estimate is None or result.reason:
        return ""
    return "up" if result.estimate > 0 else "down" if result.estimate < 0 else "flat"
