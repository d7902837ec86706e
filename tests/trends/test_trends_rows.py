"""Rows as a store may hand them over: without a year, a partner or a known name."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from trends_tables import FIRST_PMID, article, finding, frames, row, tables

from drmine.errors import InputError

A, B = range(FIRST_PMID, FIRST_PMID + 2)


def test_a_record_without_a_year_keeps_its_finding_in_the_rows_and_that_is_said() -> None:
    made, said = frames(
        tables(
            [article(A, 2000), article(B, None)],
            [finding(A, 2000, "target"), finding(B, None, "target")],
        )
    )
    assert list(made["findings"]["is_counted"]) == [True, False]
    (told,) = (text for text in said if "without a year" in text)
    assert told.startswith("1 record ") and "findings.csv" in told and "in no year" in told


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda t: replace(t, findings=t.findings.assign(hypothesis="phlogiston")), "phlogiston"),
        (
            lambda t: replace(t, findings=pd.concat([t.findings] * 2)),
            "with the key of another",
        ),
        (lambda t: replace(t, articles=t.articles.iloc[1:]), "of no known article left out"),
        (lambda t: replace(t, articles=t.articles.assign(year=pd.NA)), "without a year"),
        (lambda t: replace(t, articles=t.articles.assign(year=[201, 2001])), "impossible year"),
    ],
)
def test_rows_that_cannot_be_joined_are_left_out_with_a_warning(spoil, message: str) -> None:  # type: ignore[no-untyped-def]
    data = tables([article(A, 2000), article(B, 2001)], [finding(A, 2000, "target")])
    _, warnings = frames(spoil(data))
    assert any(message in warning for warning in warnings)


def test_a_missing_column_is_named() -> None:
    data = tables([article(A, 2000)])
    with pytest.raises(InputError, match="findings lacks the columns stance"):
        frames(replace(data, findings=data.findings.drop(columns="stance")))


def test_values_of_no_known_name_keep_a_row_of_their_own() -> None:
    data = tables(
        [article(A, 2000, study_type="")], [finding(A, 2000, "target", stance="shrugs", origin="")]
    )
    made, _ = frames(data)
    assert row(made["stance_by_year"], hypothesis="target", stance="shrugs")["n"] == 1
    assert row(made["origin_by_year"], hypothesis="target", origin="unknown")["n"] == 1
    assert row(made["study_type_by_year"], study_type="unknown")["n"] == 1
    assert row(made["balance_cumulative"], hypothesis="target")["n_findings"] == 1


def test_flags_from_sqlite_come_as_numbers() -> None:
    data = tables([article(A, 2000, about_drug_response=1, is_evidence=1, reviewed=0)])
    made, _ = frames(data)
    assert row(made["years"], year=2000)["n_articles"] == 1


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_findings_with_one_key_the_one_with_the_better_score_stays(first: int) -> None:
    both = [
        finding(A, 2000, "target", score=0.3, stance="refutes"),
        finding(A, 2000, "target", score=0.8, stance="supports"),
    ]
    made, _ = frames(tables([article(A, 2000)], [both[first], both[1 - first]]))
    assert list(made["findings"]["stance"]) == ["supports"]
    assert row(made["stance_by_year"], year=2000, hypothesis="target", stance="refutes")["n"] == 0
