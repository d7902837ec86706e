"""All PubMed records of each year: the widest denominator, kept in a file of the workspace."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from drmine.errors import InputError
from drmine.pubmed.atomic import write_atomically

FILE = "pubmed_totals.csv"
_HEADER = ("year", "n_pubmed")


def read_totals(workspace: Path) -> dict[int, int]:
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
            return {int(row["year"]): int(row["n_pubmed"]) for row in csv.DictReader(lines)}
    except (OSError, UnicodeDecodeError, KeyError, TypeError, ValueError):
        raise InputError(
            f"{path} needs the columns year and n_pubmed with whole numbers; mend or delete it."
        ) from None


def write_totals(workspace: Path, totals: Mapping[int, int]) -> Path:
    """Write the file, one row a year."""
    rows = [",".join(_HEADER), *(f"{year},{totals[year]}" for year in sorted(totals))]
    path = workspace / FILE
    write_atomically(path, ("\n".join(rows) + "\n").encode())
    return path
