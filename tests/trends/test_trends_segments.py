"""Joinpoints and change points: what was put in comes out."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from drmine.trends.change_points import change_points
from drmine.trends.joinpoint import joinpoint
from drmine.trends.trend_tests import trend_tests

YEARS = np.arange(1990.0, 2020)
OF = np.tile([200.0, 220.0, 240.0], 10)
# 2 % a year until 2005, then 12.7 % a year
BENT = np.array([10, 11, 12, 10, 12, 14, 11, 13, 14, 12, 14, 14, 13, 14, 16, 14, 16, 21, 19, 24, 31,
                 26, 34, 41, 40, 52, 57, 57, 69, 88], dtype=float)  # fmt: skip


def test_one_bend_is_found_with_slopes_and_intervals_as_by_r() -> None:
    """glm(n ~ yr + pmax(0, yr - 2005) + offset(log(of)), poisson) in R 4.2.2, t with 26 df."""
    first, second = joinpoint(YEARS, BENT, OF)
    assert (first.first_year, first.last_year, second.last_year) == (1990, 2005, 2019)
    assert (first.change, first.low, first.high) == pytest.approx(
        (2.080970345522, -0.376807062964, 4.599382929529), rel=1e-5
    )
    assert (second.change, second.low, second.high) == pytest.approx(
        (12.6898167502, 10.6809140545, 14.7351818303), rel=1e-5
    )
    assert first.p_value == pytest.approx(0.0942004354927, rel=1e-5)


def test_two_bends_are_found_with_the_growth_of_each_stretch() -> None:
    """5 % up to 2000, 10 % down to 2010, 8 % up."""
    steps = np.repeat([np.log(1.05), np.log(0.9), np.log(1.08)], [10, 10, 9])
    rates = 0.2 * np.exp(np.concatenate([[0.0], np.cumsum(steps)]))
    segments = joinpoint(YEARS, np.round(1000 * rates), np.full(30, 1000.0))
    assert [one.first_year for one in segments] == [1990, 2000, 2010]
    assert [one.change for one in segments] == pytest.approx([5, -10, 8], abs=0.3)


def test_counts_that_jump_to_and_fro_widen_the_interval() -> None:
    """The same backwards, so slope 0; each year expects 20 and is 10 off: dispersion 100 / 18."""
    (one,) = joinpoint(np.arange(2000.0, 2020), np.array([30.0, 10, 10, 30] * 5), np.full(20, 90.0))
    error = np.sqrt(100 / 18 / (20 * 665))  # the squares of the years' distances add up to 665
    end = 100 * np.expm1(student.ppf(0.975, 18) * error)
    assert one.change == pytest.approx(0, abs=1e-6)
    assert one.high == pytest.approx(end, rel=1e-4)


def test_a_straight_trend_seldom_gets_a_bend() -> None:
    rng = np.random.default_rng(2)
    rates = 0.08 * 1.02 ** (YEARS - 1990)
    bent = sum(len(joinpoint(YEARS, rng.poisson(OF * rates).astype(float), OF)) > 1
               for _ in range(100))  # fmt: skip
    assert bent / 100 < 0.08


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=10, max_size=40).filter(lambda n: sum(n) >= 10))
def test_segments_cover_the_years_without_a_gap(counts: list[int]) -> None:
    n = np.array(counts, dtype=float)
    years, of = np.arange(1980.0, 1980 + len(n)), np.full(len(n), 60.0)
    segments = joinpoint(years, n, of)
    assert segments[0].first_year == 1980 and segments[-1].last_year == 1979 + len(n)
    for before, after in itertools.pairwise(segments):
        assert before.last_year == after.first_year
    for one in segments:
        assert one.n_years >= 4
        assert one.low <= one.change <= one.high
        assert 0 <= one.p_value <= 1


def test_a_jump_of_level_is_found_in_its_year() -> None:
    rng = np.random.default_rng(3)
    n = rng.binomial(100, np.where(YEARS < 2004, 0.1, 0.3)).astype(float)
    (jump,) = change_points(YEARS, n, np.full(30, 100.0))
    assert jump.year == 2004
    assert jump.before == pytest.approx(0.1, abs=0.03)
    assert jump.after == pytest.approx(0.3, abs=0.04)


def test_a_level_series_seldom_gets_a_change_point() -> None:
    rng = np.random.default_rng(4)
    of = np.full(30, 100.0)
    found = sum(bool(change_points(YEARS, rng.binomial(100, 0.2, 30).astype(float), of))
                for _ in range(100))  # fmt: skip
    assert found / 100 < 0.05


def test_a_stretch_of_zeros_before_a_jump_has_no_slope() -> None:
    """Its growth came out as 110,460 % a year, with an interval that went on for ever."""
    years, of = np.arange(1990.0, 2025), np.full(35, 60.0)
    before, after = joinpoint(years, np.array([0.0] * 25 + [5.0] * 10), of)
    assert (before.is_told, after.is_told) == (False, True)
    assert all(s.is_told for s in joinpoint(years, np.array([2.0, 3, 4, 5] + [4] * 31), of))
    frame = pd.DataFrame(
        {"year": years.astype(int), "is_complete": True, "n": [0] * 25 + [5] * 10,
         "n_articles": 60, "hypothesis": "transporter"}
    )  # fmt: skip
    none = pd.DataFrame(columns=["hypothesis", "group", "population"])
    rows = trend_tests(frame, none, none, none)
    bends = rows[rows["test"] == "joinpoint"]
    assert list(bends["estimate"].notna()) == list(bends["reason"] == "") == [False, True]
    assert "too few counts" in bends["reason"].iloc[0]


@pytest.mark.parametrize(("later", "n_penalties"), [((15, 16), 3), ((14, 15), None)])
def test_a_jump_is_told_where_at_least_half_of_the_penalties_keep_it(
    later: tuple[int, int], n_penalties: int | None
) -> None:
    """10 % to 15.5 % of 1,000 each gains 13.7, which is 4.6 times log 20; to 14.5 % 3.1 times."""
    n = np.array([10.0] * 10 + list(later) * 5)
    found = change_points(np.arange(2000.0, 2020), n, np.full(20, 100.0))
    if n_penalties is None:
        assert found == []
        return
    (jump,) = found
    assert (jump.year, jump.n_penalties) == (2010, n_penalties)
    assert (jump.before, jump.after) == pytest.approx((0.1, 0.155))


def test_a_level_has_three_years_or_more() -> None:
    n = np.array([5.0] * 9 + [60.0, 60.0] + [5.0] * 9)
    found = change_points(np.arange(2000.0, 2020), n, np.full(20, 100.0))
    edges = [2000, *(one.year for one in found), 2020]
    assert len(found) == 2 and min(np.diff(edges)) >= 3
