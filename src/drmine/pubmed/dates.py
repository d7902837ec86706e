"""Publication dates as PubMed writes them, brought to ISO form as far as they are known."""

from __future__ import annotations

import calendar
import re

FIRST_YEAR = 1781
"""The oldest publication year in PubMed."""
# Before the first printed journals and after the next century nothing is a year.
# Two years can stand together: "19981999".
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|2[01]\d\d)(?=(?:(?:1[5-9]|2[01])\d\d)?(?!\d))")
# In "Dec 1998-Jan 1999" the month that follows is that of the other year.
_MONTH_AFTER_YEAR = re.compile(
    r"(?:\s*[,;:]?\s*|\s*-\s*(?![A-Za-z]+\.?\s+\d{4}))"
    r"([A-Za-z]{3,})\.?(?:\s+(\d{1,2})(?!\d|\s*-))?"
)
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}


def month_number(text: str) -> int | None:
    """Return 1–12 for ``Jun``, ``June``, ``jun.``, ``06`` or ``6``; None for anything else."""
    text = text.strip()
    if text.isdecimal():
        return int(text) if 1 <= int(text) <= 12 else None
    return _MONTHS.get(text[:3].lower()) if len(text) >= 3 else None


def iso_date(year: str, month: str = "", day: str = "") -> str:
    """Join date parts into ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.

    Parts that are missing or impossible (``Spring``, 31 June) are left out
    together with everything finer; no usable year gives an empty string.
    """
    found = _YEAR.search(year)
    if not found:
        return ""
    number = month_number(month)
    if number is None:
        return found[1]
    last = calendar.monthrange(int(found[1]), number)[1]
    day = day.strip()
    if day.isdecimal() and 1 <= int(day) <= last:
        return f"{found[1]}-{number:02d}-{int(day):02d}"
    return f"{found[1]}-{number:02d}"


def free_date(text: str) -> str:
    """Read a free-text date (``MedlineDate``, the ``DP`` line of MEDLINE text).

    A period counts from its start, as PubMed itself sorts it: ``1998 Dec-1999
    Jan`` is ``1998-12``, ``1976 Apr 12-18`` is ``1976-04``, ``2000 Spring``
    and ``Winter 2000`` are ``2000``.
    """
    found = _YEAR.search(text)
    if not found:
        return ""
    following = _MONTH_AFTER_YEAR.match(text, found.end())
    if not following:
        return found[1]
    return iso_date(found[1], following[1], following[2] or "")


def year_of(date: str) -> int | None:
    """Return the year of a date made by this module."""
    return int(date[:4]) if date else None
