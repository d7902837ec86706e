"""What the runs so far say of a store: what was asked last, and how far it is whole.

Manifests are in the order of the runs, the oldest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drmine.bulk.job import KIND as BULK
from drmine.dates import is_to_come
from drmine.plural import how_many
from drmine.refresh.job import KIND, Job, Summary, open_store
from drmine.workspace import Workspace

if TYPE_CHECKING:
    from drmine.store import Store

ARRIVED = "03-01"
"""Month and day by which PubMed has most papers of the year before."""

STORE_MARK = "store_mark"
"""Says in the manifest of the trend files of which state of the store they are."""

NO_YEAR = 0
"""Last whole year of a store of which no year is."""


def left_over(manifests: Iterable[Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """Return the problems and the missing PMIDs of the last run that fetched.

    A run that fetches nothing mends none of it: what it works on stays a part until one is
    complete.
    """
    fetched = [m for m in manifests if m.get("kind") == KIND and m.get("query")]
    if not fetched or _is_whole(fetched[-1]):
        return [], []
    problems, missing = (list(fetched[-1].get(name, ())) for name in ("problems", "missing"))
    # each run says anew, as its last problem, what it could not label
    unlabelled = set(fetched[-1].get("not_labelled", ()))
    return problems[: -1 if unlabelled else None], [p for p in missing if p not in unlabelled]


def keep_left_over(job: Job, summary: Summary) -> None:
    """Lay to a run that fetches nothing what the last one that fetched left undone.

    And, where all comes from files, what the last bulk run did.
    """
    manifests = Workspace(Path(job.workspace)).manifests()
    problems, missing = left_over(manifests)
    summary.problems.extend(problems)
    summary.missing.extend(missing)
    with open_store(job.settings) as store:
        if not (store.last_complete_search(KIND) or last_whole_search(manifests, store)):
            summary.problems.extend(filter(None, [lacking_files(store)]))


def lacking_files(store: Store) -> str | None:
    """Say that the last bulk run has not brought all of its files, or nothing.

    Records that could not be read are no reason: the files of PubMed hold them as they are, and
    the run has named them.
    """
    run = store.last_run(BULK)
    if run is None:
        return None
    again = "run the same `drmine bulk` again, then `drmine refresh --offline`"
    if run.ended is None:
        return f"The bulk run {run.id} was stopped, or is still at work: {again}."
    if n_failed := run.counts.get("failed"):
        return (
            f"{n_failed:,} of {how_many(run.counts['files'], 'file')} of the bulk run {run.id} "
            "could not be "
            f"taken in (runs/{run.id}/files.csv names them): mend them, {again}."
        )
    return None


def _is_whole(manifest: Mapping[str, Any]) -> bool:
    """Whether a run fetched all; that it could not label some of it is another matter."""
    return bool(manifest.get("is_fetched", manifest.get("is_complete")))


def last_search(manifests: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return run, query and day of the last search, or None where there never was one.

    One of a day to come is named only where there is no other: a clock was wrong.
    """
    searches = [m for m in manifests if m.get("kind") == KIND and m.get("searched_on")]
    searches = [m for m in searches if not is_to_come(str(m["searched_on"]))] or searches
    if not searches:
        return None
    return {key: searches[-1].get(key) for key in ("run", "query", "searched_on")}


def last_whole_search(
    manifests: Iterable[Mapping[str, Any]], store: Store, query_fingerprint: str | None = None
) -> Mapping[str, Any] | None:
    """Return the last run that brought all it found into this very store, or None.

    From it the next search counts. Manifests stay where the database is moved away, restored from
    an older dump or replaced by another: only what a run brought into this one need not be fetched
    again. A day that is still to come was read from a clock that was wrong: counted from it,
    nothing would be new before then.

    Parameters
    ----------
    manifests
        Those of all runs.
    store
        The store.
    query_fingerprint
        That of the query, if others do not count.
    """
    for manifest in reversed(list(manifests)):
        if (
            manifest.get("kind") == KIND
            and _is_whole(manifest)
            and query_fingerprint in (None, manifest.get("query_fingerprint"))
            and manifest.get("searched_on")
            and not is_to_come(str(manifest["searched_on"]))
            and store.has_finished_run(str(manifest.get("run")))
        ):
            return manifest
    return None


def complete_through(
    manifests: Iterable[Mapping[str, Any]],
    searched: str,
    newest: str,
    today: date,
    *,
    lacks_files: bool = False,
) -> int | None:
    """Return the last year that is over, was fetched to its end, and had time to arrive.

    PubMed goes on taking in the papers of a year for weeks after it, so a year is whole from
    ``ARRIVED`` of the next on; before that its counts would look like a fall.

    Parameters
    ----------
    manifests
        Those of all runs; an incomplete search changes nothing on what the last complete one
        had brought, and where there was none before it no year is whole.
    searched
        The day of the last complete search that the store remembers, or nothing: it can have
        come from another workspace. A day to come says nothing, here as in a manifest.
    newest
        The latest day (or year) on which a stored record was entered into PubMed, or nothing:
        so far reach records that were read from files alone.
    today
        The day.
    lacks_files
        Whether the last bulk run left files out, of whatever years: where no search has brought
        all, no year is whole then.

    Returns
    -------
    int or None
        None where nothing tells.
    """
    searches = [m for m in manifests if m.get("kind") == KIND and m.get("searched_on")]
    days = [searched, *(str(m["searched_on"]) for m in searches if _is_whole(m))]
    reached = max((day for day in days if not is_to_come(day, today)), default="")
    # one of an unknown day has brought at least what is there
    if not any(days) and (searches or lacks_files):
        return NO_YEAR
    reached = reached or newest
    if not reached:
        return None
    return min(_last_whole_year(today.isoformat()), _last_whole_year(reached))


def _last_whole_year(day: str) -> int:
    """Return the last year whose papers had arrived by a day; of a year alone, the one before."""
    year = int(day[:4])
    return year - 2 if len(day) >= len("2026-01-01") and day[5:] < ARRIVED else year - 1
