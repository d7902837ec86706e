"""Dates as PubMed writes them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drmine.pubmed.dates import free_date, iso_date, month_number, year_of


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1998 Dec-1999 Jan", "1998-12"),
        ("2000 Spring", "2000"),
        ("Winter 2000", "2000"),
        ("1976 Apr 12-18", "1976-04"),
        ("1976 Apr 12", "1976-04-12"),
        ("1976 Jan 30-Feb 2", "1976-01"),
        ("1978 Jul-Aug", "1978-07"),
        ("1976-1977", "1976"),
        ("1976-1977 Fall-Winter", "1976"),
        ("2021 3rd Quarter", "2021"),
        ("19981999", "1998"),
        ("Dec 1998-Jan 1999", "1998"),
        ("2026-Dec", "2026-12"),
        ("2027 Feb 29", "2027-02"),
        ("2021 Sept", "2021-09"),
        ("2018 Feb 30", "2018-02"),
        ("(1983)", "1983"),
        ("no date", ""),
        ("12345", ""),
        ("19989999", ""),
        ("0000", ""),
        ("", ""),
    ],
)
def test_free_text_dates_begin_where_the_period_begins(text: str, date: str) -> None:
    assert free_date(text) == date


@pytest.mark.parametrize(("text", "number"), [("Jun", 6), ("june", 6), ("06", 6), ("13", None)])
def test_months_come_as_names_and_numbers(text: str, number: int | None) -> None:
    assert month_number(text) == number


def test_a_leap_day_exists_in_leap_years_only() -> None:
    assert iso_date("2020", "Feb", "29") == "2020-02-29"
    assert iso_date("2021", "Feb", "29") == "2021-02"


@given(st.text(), st.text(), st.text())
def test_any_parts_give_an_iso_date_or_nothing(year: str, month: str, day: str) -> None:
    assert re.fullmatch(r"(\d{4}(-\d\d(-\d\d)?)?)?", iso_date(year, month, day))


@given(st.text(alphabet="0123456789 -JanuryFebSpig()/", max_size=20))
def test_any_free_text_gives_an_iso_date_or_nothing(text: str) -> None:
    date = free_date(text)
    assert re.fullmatch(r"(\d{4}(-\d\d(-\d\d)?)?)?", date)
    year = year_of(date)
    assert year is None or 1500 <= year < 2200
