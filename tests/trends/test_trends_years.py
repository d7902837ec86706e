"""Which years are complete and are tested, and what the tests say of shares."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import numpy as np
import pandas as pd
import pytest
from trends_tables import FIRST_PMID, article, finding, frames, random_tables, row, tables

from drmine.trends import clean
from drmine.trends.trend_tests import trend_tests

A, B, C = range(FIRST_PMID, FIRST_PMID + 3)


def test_years_after_the_last_complete_one_are_flagged_and_not_tested() -> None:
    made, warnings = frames(random_tables(), complete_through=2018)
    flags = made["years"].set_index("year")["is_complete"]
    assert flags[2018] and not flags[2019] and not flags[2020]
    assert made["trend_tests"]["last_year"].max() <= 2018
    assert any("left out of the trend tests: 2019, 2020" in warning for warning in warnings)


def test_without_a_last_complete_year_the_last_year_is_incomplete() -> None:
    made, _ = frames(random_tables(), complete_through=None)
    assert list(made["years"].loc[~made["years"]["is_complete"], "year"]) == [2020]


def test_a_year_far_ahead_is_a_slip_that_adds_no_empty_years() -> None:
    ahead = datetime.now(UTC).year + 1  # issues are dated ahead
    made, warnings = frames(tables([article(A, 2024), article(B, ahead), article(C, 2099)]))
    assert list(made["years"]["year"]) == list(range(2024, ahead + 1))
    assert any("1 record with an impossible year" in warning for warning in warnings)
    assert made["articles"].set_index("pmid")["year"].isna().to_dict() == {
        str(A): False, str(B): False, str(C): True
    }  # fmt: skip


def test_a_clock_that_was_set_back_takes_no_years_away(monkeypatch: pytest.MonkeyPatch) -> None:
    class Reset(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Reset:
            return cls(1970, 1, 1, tzinfo=tz)

    monkeypatch.setattr(clean, "datetime", Reset)
    made, _ = frames(tables([article(A, 2024), article(B, 2026)]))
    assert list(made["years"]["year"]) == [2024, 2025, 2026]


def test_few_years_give_a_reason_instead_of_numbers() -> None:
    rows = [article(FIRST_PMID + i, 2000 + i % 3) for i in range(30)]
    made, _ = frames(tables(rows, [finding(A, 2000, "target")]))
    tests = made["trend_tests"]
    shares = tests[tests["measure"] == "hypothesis_share"]
    assert (shares["reason"].str.startswith("Only 3 usable years")).all()
    assert shares[["p_value", "p_adjusted", "estimate"]].isna().all(axis=None)


def share_tests(n: np.ndarray, of: np.ndarray) -> pd.DataFrame:
    """Return the trend tests of a hypothesis with these counts, from 1990 on."""
    years = np.arange(1990, 1990 + len(n))
    hypotheses = pd.DataFrame(
        {"year": years, "hypothesis": "target", "is_complete": True, "n": n, "n_articles": of}
    )
    empty = pd.DataFrame(columns=["year", "group", "is_complete", "n", "n_articles"])
    stances = pd.DataFrame(columns=["year", "hypothesis", "stance", "is_complete", "n"])
    rates = pd.DataFrame(columns=["year", "population", "is_complete", "n_reports", "median"])
    return trend_tests(hypotheses, empty, stances, rates)


def ranked_years(n: np.ndarray, of: np.ndarray) -> pd.Series:
    return row(share_tests(n, of), test="mann_kendall_ar1")


def test_a_growing_literature_does_not_make_a_constant_share_rise() -> None:
    """Next to nothing is expected in a small year: its share is 0, and that of a large one not."""
    rng = np.random.default_rng(6)
    of = np.round(np.geomspace(3, 300, 36)).astype(int)
    p = [ranked_years(rng.binomial(of, 0.02), of)["p_value"] for _ in range(150)]
    assert np.mean(np.array(p) < 0.05) <= 0.08  # 50 % with every year of three records


def test_years_of_about_one_size_are_ranked_however_rare_the_hypothesis() -> None:
    of = np.full(20, 40)
    n = np.zeros(20, dtype=int)
    n[[3, 9, 10, 16]] = 1
    assert ranked_years(n, of)["n_years"] == 20
    of[:5] = 5
    assert ranked_years(n, of)["first_year"] == 1995


def test_a_share_that_never_changes_has_no_direction() -> None:
    made = share_tests(np.full(25, 10), np.full(25, 10))
    assert set(made.loc[made["estimate"].notna(), "direction"]) == {"flat"}
    assert (made["estimate"].dropna() == 0).all()


def test_adjusted_p_values_stay_within_their_family() -> None:
    made, _ = frames(random_tables(seed=5), complete_through=2020)
    tests = made["trend_tests"]
    for _, family in tests[tests["family"] != ""].groupby("family"):
        assert family["test"].nunique() == 1 and family["measure"].nunique() == 1
        known = family.dropna(subset=["p_value"])
        assert (known["p_adjusted"] >= known["p_value"]).all()


@pytest.mark.parametrize(("n_years", "is_tested"), [(7, False), (8, True)])
def test_eight_years_are_enough_and_seven_are_not(n_years: int, is_tested: bool) -> None:
    made = share_tests(np.arange(n_years) + 3, np.full(n_years, 30))
    tested = made[~made["is_exploratory"]]
    assert (tested["estimate"].notna() == is_tested).all()
    assert (tested["n_years"] == n_years).all()


def test_a_year_of_two_records_has_no_share_to_rank_and_one_of_three_has() -> None:
    half = np.tile([1, 2], 6)
    assert ranked_years(half, np.full(12, 3))["n_years"] == 12
    assert ranked_years(half, np.full(12, 2))["n_years"] == 0


def test_years_that_expect_one_finding_are_ranked_and_those_that_expect_less_are_not() -> None:
    """Ten years of 10 records and ten of 100: of 110 findings 1 falls on a small year."""
    of = np.repeat([10, 100], 10)
    n = np.repeat([1, 10], 10)
    assert ranked_years(n, of)["n_years"] == 20
    n[-1] -= 1
    assert ranked_years(n, of)["n_years"] == 10
    # a hypothesis that nearly all records bear on is as rare from the other side
    assert ranked_years(of - n, of)["n_years"] == 10


def test_a_year_of_half_the_largest_is_ranked_whatever_it_expects() -> None:
    of, n = np.repeat([20, 40], 10), np.zeros(20, dtype=int)
    n[[4, 15]] = 1
    assert ranked_years(n, of)["n_years"] == 20
    of[0] = 19
    assert ranked_years(n, of)["n_years"] == 19


def test_half_a_percentage_point_a_year_is_a_direction() -> None:
    slope = row(share_tests(np.arange(20) + 20, np.full(20, 200)), test="theil_sen")
    assert (slope["estimate"], slope["direction"]) == (pytest.approx(0.005), "up")
    assert slope["family"] == ""  # no p value, so none to adjust


def test_a_test_that_was_not_possible_tells_no_direction() -> None:
    n = np.array([29, 20, 26, 21, 21, 12, 27, 4, 17])
    one = row(share_tests(n, np.full(9, 30)), test="mann_kendall_hamed_rao")
    assert "not positive" in one["reason"] and one["estimate"] < 0
    assert one["direction"] == ""


def test_mixed_and_neutral_findings_take_no_side_in_the_trend_of_support() -> None:
    """Twelve years of 2 for and 1 against, two more of mixed findings alone."""
    years = np.arange(2000, 2014)
    decided = years < 2012
    by_stance = {"supports": 2 * decided, "refutes": 1 * decided, "mixed": 5, "neutral": 3}
    stances = pd.concat(
        pd.DataFrame({"year": years, "hypothesis": "target", "stance": stance,
                      "is_complete": True, "n": n})
        for stance, n in by_stance.items()
    )  # fmt: skip
    none = pd.DataFrame(columns=["hypothesis", "group", "population"])
    made = trend_tests(none, none, stances, none)
    assert set(made["measure"]) == {"support_share"}
    assert set(made["last_year"]) == {2011} and set(made["n_years"]) == {12}
    assert row(made, test="odds_model")["estimate"] == pytest.approx(0)


def test_each_jump_is_told_with_the_years_of_its_level_and_stays_out_of_the_adjustment() -> None:
    made = share_tests(np.repeat([10, 40, 20], 10), np.full(30, 100))
    levels = made[made["test"] == "change_point"]
    assert list(levels["estimate"]) == pytest.approx([0.3, -0.2])
    assert list(zip(levels["first_year"], levels["last_year"], strict=True)) == [
        (2000, 2009), (2010, 2019)
    ]  # fmt: skip
    stretches = made[made["test"] == "joinpoint"]
    assert stretches["p_value"].notna().all() and stretches["p_adjusted"].isna().all()
    assert list(stretches["first_year"])[1:] == list(stretches["last_year"])[:-1]
    assert list(stretches["last_year"])[-1] == 2019


def test_nine_findings_are_too_few_to_look_for_bends_and_jumps() -> None:
    n = np.tile([1, 0], 10)
    for counts, is_told in ((n, False), (n * 2, True)):
        counts = counts - np.eye(1, 20, dtype=int)[0]  # one fewer: 9 and 19
        reasons = share_tests(counts, np.full(20, 30)).query("is_exploratory")["reason"]
        assert reasons.str.startswith("Only 9 counts").all() != is_told
