"""Which of two contents of a record is the newer one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drmine.dates import is_to_come


def is_older_than(
    new: Mapping[str, Any], held: Mapping[str, Any], is_same: bool, superseded: str = ""
) -> bool:
    """Whether what arrives is older than what is held.

    By version, then by the date of the revision, then by the order of files where both have
    one. A date that is still to come is a mistake of PubMed's, and would else keep every later
    revision out until its day: beside one that can be true it says nothing.

    Parameters
    ----------
    new, held
        Rows of the two, with the stamps.
    is_same
        Whether only stamps differ.
    superseded
        The date under which what arrives was here before and gave way, or nothing. It counts where
        the dates say nothing, and of files alone: an old one that is read again has it once more,
        while what is fetched is what PubMed has.
    """
    if new["version"] != held["version"]:
        return bool(new["version"] < held["version"])
    revised, held_revised = new["revised"], held["revised"]
    if not are_doubtful(revised, held_revised):
        if revised != held_revised:
            return bool(revised < held_revised)
    elif new["file_order"] and superseded and superseded >= revised:
        return not is_same
    return not is_same and is_later(held["file_order"], new["file_order"])


def are_doubtful(one: str, other: str) -> bool:
    """Whether just one of two dates is to come; where both are, the clock here is behind."""
    return is_to_come(one) != is_to_come(other)


def is_later(one: str | None, other: str | None) -> bool:
    """Whether a file is known to be newer than another one."""
    return bool(one and other and one > other)


def latest(one: str | None, other: str | None) -> str | None:
    """Return the order of the newer of two files, of which either may have none."""
    return max((order for order in (one, other) if order), default=None)
