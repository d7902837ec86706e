"""All PubMed records of each year: the widest denominator, kept in a file of the workspace."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from drmine.errors import InputError
from drmine.pubmed.atomic import write_atomically

FILE = "pubmed_totals.csv"
_HEADER = ("year", "n_pubmed", "asked_on")


@dataclass(frozen=True, slots=True)
class Total:
    """The records of a year, and the day (ISO) on which PubMed said so; blank in a user's file."""

    n: int
    asked_on: str = ""

    def may_have_grown(self, year: int, today: date) -> bool:
        """Whether the number was asked for while records of the year still came in.

        When it was asked for is not known where a clock that ran ahead says so.
        """
        asked_on = self.asked_on or str(today)
        return asked_on[:4] < str(year + 2) or asked_on > str(today + timedelta(days=1))

    def is_of_a_part(self, year: int, today: date) -> bool:
        """Whether the year was not over when it was asked for, and is by now."""
        return bool(self.asked_on) and int(self.asked_on[:4]) <= year < today.year


def read_totals(workspace: Path) -> dict[int, Total]:
    """Return the records of each year from the workspace's file; none without one.

    Raises
    ------
    InputError
        The file lacks a column or holds something else than whole numbers.
    """
    path = workspace / FILE
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return {
                int(row["year"]): Total(int(row["n_pubmed"]), _day(row.get("asked_on")))
                for row in csv.DictReader(lines)
            }
    except (OSError, UnicodeDecodeError, KeyError, TypeError, ValueError):
        raise InputError(
            f"{path} needs the columns year and n_pubmed with whole numbers; mend or delete it."
        ) from None


def _day(text: str | None) -> str:
    return date.fromisoformat(text).isoformat() if text else ""


def whole_totals(workspace: Path, today: date) -> dict[int, int]:
    """Return the number of records by year, without those that are of a part of a year now over."""
    totals = read_totals(workspace).items()
    return {year: one.n for year, one in totals if not one.is_of_a_part(year, today)}


def write_totals(workspace: Path, totals: Mapping[int, Total]) -> Path:
    """Write the file, one row a year."""
    rows = [f"{year},{one.n},{one.asked_on}" for year, one in sorted(totals.items())]
    path = workspace / FILE
    write_atomically(path, ("\n".join([",".join(_HEADER), *rows]) + "\n").encode())
    return path
