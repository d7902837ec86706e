"""What a line of decisions must hold: people edit these files, and git joins them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from drmine.pubmed.entries import checked_pmid

_TEXTS = (
    "id", "time", "reviewer", "action", "study_type", "note", "text_sha256", "taxonomy",
    "fingerprint", "undoes", "repeats",
)  # fmt: skip
_LONGEST_ID = 200


def check_kinds(row: Mapping[str, Any]) -> None:
    """Refuse values of another kind than the schema has: one of them would stop every command.

    Raises
    ------
    ValueError
        Says what is wrong with which value.
    """
    for name in _TEXTS:
        if not isinstance(row.get(name, ""), str):
            raise ValueError(f"{name} must be a text in quotation marks")
    if not isinstance(row.get("pmid", ""), str | int | float):
        raise ValueError("pmid must be a number")
    for name in ("findings", "machine"):
        ours = row.get(name, [])
        if not (isinstance(ours, list) and all(isinstance(one, Mapping) for one in ours)):
            raise ValueError(f"{name} must be a list of objects")
        if not all(_is_id(one.get("id")) for one in ours):
            raise ValueError(f"{name}: each must have an id")
    for one in row.get("findings", []):
        _check_evidence(one.get("evidence"))
    weight = row.get("weight", 1.0)
    if not isinstance(weight, int | float) or not 0 < weight < math.inf:
        raise ValueError("weight must be a number above 0")


def pmid_of(value: Any) -> str:
    """Return the PMID of a line as the store has it: programs add zeros or a point to numbers.

    Raises
    ------
    ValueError
        It is none; a database may refuse to look for it, and no command would go on.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    try:
        return checked_pmid("" if isinstance(value, bool) else str(value))
    except ValueError:
        raise ValueError("pmid must be a number of up to nine digits") from None


def _is_id(value: Any) -> bool:
    # a database takes neither control characters nor an id of some thousand letters
    return isinstance(value, str) and len(value) <= _LONGEST_ID and value.isprintable()


def _check_evidence(place: Any) -> None:
    if place is None:
        return
    if not (
        isinstance(place, list)
        and len(place) == 2
        and all(isinstance(one, int) for one in place)
        and 0 <= place[0] < place[1]
    ):
        raise ValueError("evidence must be two numbers, start and end, or null")


def utc(time: str) -> str:
    """Return a time as lines of the app have it: by these their order is told.

    Raises
    ------
    ValueError
        It is no time.
    """
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        raise ValueError(f"time {time!r} is none; write it as 2026-03-31T12:00:00+00:00") from None
    if time.endswith("+00:00"):
        return time
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")
