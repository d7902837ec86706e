"""What the runs so far say of a store: what was asked last, and how far it is whole.

Manifests are in the order of the runs, the oldest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from drmine.refresh.job import KIND

NOT_LABELLED = "could not be labelled"
"""Words of the sentence of a manifest on records that have no label."""
NO_YEAR = 0
"""Last whole year of a store of which no year is."""


def is_fetched(manifest: Mapping[str, Any]) -> bool:
    """Whether all came that a run asked for, labelled or not."""
    return bool(manifest.get("is_fetched", manifest.get("is_complete")))


def left_over(manifests: Iterable[Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """Return the problems and the missing PMIDs of the last run that fetched.

    A run that fetches nothing mends none of it: what it works on stays a part until one is
    complete.
    """
    fetched = [m for m in manifests if m.get("kind") == KIND and m.get("query")]
    if not fetched or is_fetched(fetched[-1]):
        return [], []
    last = fetched[-1]
    # labels are a matter of their own: what lacks one now is looked for anew
    not_labelled = set(last.get("not_labelled", ()))
    return (
        [text for text in last.get("problems", ()) if NOT_LABELLED not in text],
        [pmid for pmid in last.get("missing", ()) if pmid not in not_labelled],
    )


def last_search(manifests: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return run, query and day of the last search, or None where there never was one."""
    searches = [m for m in manifests if m.get("kind") == KIND and m.get("searched_on")]
    if not searches:
        return None
    return {key: searches[-1].get(key) for key in ("run", "query", "searched_on")}


def complete_through(
    manifests: Iterable[Mapping[str, Any]], newest: str, today: date
) -> int | None:
    """Return the last year that is over and was fetched to its end.

    Parameters
    ----------
    manifests
        Those of all runs; an incomplete search changes nothing on what the last complete one
        had brought, and where there was none before it no year is whole.
    newest
        The latest day (or year) on which a stored record was entered or revised, or nothing:
        so far reach records that were read from files alone.
    today
        The day.

    Returns
    -------
    int or None
        None where nothing tells.
    """
    searches = [m for m in manifests if m.get("kind") == KIND and m.get("searched_on")]
    whole = [str(m["searched_on"]) for m in searches if is_fetched(m)]
    if searches and not whole:
        return NO_YEAR
    reached = whole[-1] if whole else newest
    return min(today.year, int(reached[:4])) - 1 if reached else None
