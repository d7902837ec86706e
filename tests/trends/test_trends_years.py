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
    assert any("1 records carry an impossible year" in warning for warning in warnings)
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
