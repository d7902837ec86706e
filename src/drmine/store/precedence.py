"""Which of two contents of a record is the newer one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any


def is_older_than(new: Mapping[str, Any], held: Mapping[str, Any], is_same: bool) -> bool:
    """Whether what arrives is older than what is held; ``is_same`` says that only stamps differ.

    By version, then by the date of the revision, then by the order of files where both have
    one. A date that is still to come is a mistake of PubMed's, and would else keep every later
    revision out until its day: beside one that can be true it says nothing.
    """
    if new["version"] != held["version"]:
        return bool(new["version"] < held["version"])
    revised, held_revised = new["revised"], held["revised"]
    if revised != held_revised and _is_to_come(revised) == _is_to_come(held_revised):
        # both to come: it is rather the clock of this machine that is behind
        return bool(revised < held_revised)
    return not is_same and is_later(held["file_order"], new["file_order"])


def _is_to_come(day: str) -> bool:
    # a day of another time zone may have begun already
    return day > (datetime.now(UTC).date() + timedelta(days=1)).isoformat()


def is_later(one: str | None, other: str | None) -> bool:
    """Whether a file is known to be newer than another one."""
    return bool(one and other and one > other)


def latest(one: str | None, other: str | None) -> str | None:
    """Return the order of the newer of two files, of which either may have none."""
    return max((order for order in (one, other) if order), default=None)
