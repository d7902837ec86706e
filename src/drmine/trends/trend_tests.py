"""Every series of the trend files through every test, with adjusted p values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from drmine.trends import change_points as jumps
from drmine.trends import joinpoint as bends
from drmine.trends import statistics
from drmine.trends.schema_tests import TREND_TESTS
from drmine.trends.statistics import Outcome

MIN_YEARS = 8
MIN_DENOMINATOR = 3
"""A year's share enters the tests only if it is of at least so many."""
_EXPLORATORY = frozenset({"joinpoint", "change_point"})


@dataclass(frozen=True, slots=True)
class Series:
    """One yearly series of complete years: ``n`` among ``of``, or plain ``values``."""

    measure: str
    key: str
    years: np.ndarray
    values: np.ndarray
    n: np.ndarray | None = None
    of: np.ndarray | None = None


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
    used = (frame["is_complete"] & (of >= MIN_DENOMINATOR)).to_numpy()
    counts = n.to_numpy(dtype=float)[used]
    totals = of.to_numpy(dtype=float)[used]
    years = frame["year"].to_numpy(dtype=float)[used]
    return Series(measure, key, years, counts / totals, counts, totals)


def _tested(series: Series) -> list[dict[str, object]]:
    tests: dict[str, Callable[[], Outcome]] = {
        "mann_kendall": lambda: statistics.mann_kendall(series.values),
        "mann_kendall_hamed_rao": lambda: statistics.mann_kendall_hamed_rao(series.values),
        "mann_kendall_ar1": lambda: statistics.mann_kendall_ar1(series.values),
        "theil_sen": lambda: statistics.theil_sen(series.years, series.values),
    }
    if series.n is not None and series.of is not None:
        n, of = series.n, series.of
        tests["count_model"] = lambda: statistics.count_trend(series.years, n, of)
    rows = [
        _row(series, name, test() if len(series.years) >= MIN_YEARS else _too_few(series))
        for name, test in tests.items()
    ]
    return rows + _joinpoint_rows(series) + _change_point_rows(series)


def _joinpoint_rows(series: Series) -> list[dict[str, object]]:
    if series.n is None or series.of is None:
        return []
    reason = _no_segments(series, bends.MIN_YEARS)
    if reason:
        return [_row(series, "joinpoint", Outcome(reason=reason))]
    segments = bends.joinpoint(series.years, series.n, series.of)
    return [
        _row(
            series,
            "joinpoint",
            Outcome(
                p_value=one.p_value,
                estimate=one.change,
                low=one.low,
                high=one.high,
                unit="percent_per_year",
                model=f"joinpoints={len(segments) - 1}",
            ),
            segment=number,
            span=(one.first_year, one.last_year, one.n_years),
        )
        for number, one in enumerate(segments, start=1)
    ]


def _change_point_rows(series: Series) -> list[dict[str, object]]:
    if series.n is None or series.of is None:
        return []
    reason = _no_segments(series, jumps.MIN_YEARS)
    if reason:
        return [_row(series, "change_point", Outcome(reason=reason))]
    found = jumps.change_points(series.years, series.n, series.of)
    if not found:
        return [_row(series, "change_point", Outcome(reason="No change point was found."))]
    return [
        _row(
            series,
            "change_point",
            Outcome(
                estimate=one.after - one.before,
                unit="share_difference",
                model=f"penalties={one.n_penalties}/{len(jumps.PENALTIES)}",
            ),
            segment=number,
            span=(one.year, one.year, len(series.years)),
        )
        for number, one in enumerate(found, start=1)
    ]


def _no_segments(series: Series, min_years: int) -> str:
    """Why a series cannot be cut into segments; empty if it can."""
    if len(series.years) < min_years:
        return f"Only {len(series.years)} usable years; at least {min_years} are needed."
    if series.n is not None and series.n.sum() < bends.MIN_COUNTS:
        return f"Only {series.n.sum():.0f} counts; at least {bends.MIN_COUNTS} are needed."
    return ""


def _too_few(series: Series) -> Outcome:
    return Outcome(
        reason=f"Only {len(series.years)} usable years; at least {MIN_YEARS} are needed."
    )


def _row(
    series: Series,
    test: str,
    result: Outcome,
    *,
    segment: int = 1,
    span: tuple[int, int, int] | None = None,
) -> dict[str, object]:
    if span is None and len(series.years):
        span = (int(series.years[0]), int(series.years[-1]), len(series.years))
    first, last, n_years = span or (None, None, 0)
    exploratory = test in _EXPLORATORY
    return {
        "measure": series.measure,
        "key": series.key,
        "test": test,
        "segment": segment,
        "first_year": first,
        "last_year": last,
        "n_years": n_years,
        "family": "" if exploratory or test == "theil_sen" else f"{series.measure}:{test}",
        "direction": _direction(result),
        "is_exploratory": exploratory,
        **asdict(result),
    }


def _direction(result: Outcome) -> str:
    if result.estimate is None or result.reason:
        return ""
    return "up" if result.estimate > 0 else "down" if result.estimate < 0 else "flat"
