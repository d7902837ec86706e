"""From a query to batch files: plan what to fetch, fetch it, say what is missing.

The plan is written down before the first batch: a run that was killed goes on with the same
plan, and every batch that is already there stays.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

from drmine.pubmed.atomic import remove_leftovers, write_atomically
from drmine.pubmed.batches import Batch, fetch_batch, read_batch, split_batches
from drmine.pubmed.entrez import FETCH_SIZE, EntrezClient, UnavailableError
from drmine.pubmed.query import Query
from drmine.pubmed.search import search

__all__ = [
    "Batch",
    "Harvest",
    "Plan",
    "fetch_batch",
    "harvest",
    "make_plan",
    "read_batch",
    "resume_plan",
    "save_plan",
    "since_last_run",
    "summarize",
]

log = logging.getLogger(__name__)

# PubMed's days are those of US Eastern time, and its index lags behind its database
OVERLAP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which PMIDs a run fetches, and why.

    ``pmids`` are all to fetch, ascending. ``vanished`` are those among them that the store
    knows and the query no longer finds: if they do not come, PubMed has deleted them.
    ``searched_on`` is the day (UTC, of the earlier of both clocks) from which the next run
    counts back.
    """

    query_fingerprint: str
    since: str | None
    full: bool
    searched_on: str
    count: int
    pmids: tuple[str, ...] = field(repr=False)
    vanished: tuple[str, ...] = field(default=(), repr=False)
    is_complete: bool = True
    problems: tuple[str, ...] = ()

    def batches(self, size: int = FETCH_SIZE) -> list[tuple[str, ...]]:
        """Cut the PMIDs into batches; the place in the list is the batch's number."""
        return split_batches(self.pmids, size)


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a run brought.

    ``deleted`` were in the store and are no longer served, ``missing`` were found by the
    search and never served, ``set_aside`` could not be read, ``not_fetched`` remain to do.
    """

    plan: Plan = field(repr=False)
    batches: tuple[Batch, ...] = field(repr=False)
    received: int
    deleted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    not_fetched: tuple[str, ...] = field(default=(), repr=False)
    is_complete: bool = True
    problems: tuple[str, ...] = ()


def since_last_run(searched_on: str | date) -> date:
    """Return the day from which to search again after a complete run of that day."""
    day = date.fromisoformat(searched_on) if isinstance(searched_on, str) else searched_on
    return day - OVERLAP


def make_plan(
    client: EntrezClient,
    query: Query,
    *,
    known: Collection[str] = (),
    since: date | None = None,
    full: bool = False,
) -> Plan:
    """Search and decide what to fetch.

    Parameters
    ----------
    client, query
        Where and what to search.
    known
        PMIDs in the store.
    since
        Fetch what entered or changed on or after this day (see :func:`since_last_run`);
        without it everything that the query finds.
    full
        Reconcile: compare all that the query finds with all that is known; beside what
        ``since`` asks for, fetch what is new to the store, and ask again for what has vanished.
    """
    today = datetime.now(UTC).date()
    changed = search(client, query.text, since=since)
    wanted = set(changed.pmids)
    problems = list(changed.problems)
    is_complete, count, vanished = changed.is_complete, changed.count, set[str]()
    if full:
        known = set(known)
        everything = search(client, query.text) if since else changed
        found = set(everything.pmids)
        is_complete = is_complete and everything.is_complete
        problems += [text for text in everything.problems if text not in problems]
        count = everything.count
        vanished = known - found
        if known and not found:
            # a whole answer, asked for twice, but of a search in trouble
            is_complete = False
            problems.append(
                f"PubMed finds no record, and the store holds {len(known):,}; run it again later, "
                "or look at the query."
            )
        # without a day all that was found is wanted: what the store holds may be older
        wanted |= (found - known) | vanished
    # counted from a day that our clock has ahead, what comes until then would be lost
    searched_on = min(today, client.server_day or today)
    if (ahead := (today - searched_on).days) > 1:
        problems.append(
            f"The clock of this machine is {ahead} days ahead of the server's; set it right."
        )
    return Plan(
        query_fingerprint=query.fingerprint,
        since=since.isoformat() if since else None,
        full=full,
        searched_on=searched_on.isoformat(),
        count=count,
        pmids=tuple(sorted(wanted, key=int)),
        vanished=tuple(sorted(vanished, key=int)),
        is_complete=is_complete,
        problems=tuple(problems),
    )


def resume_plan(directory: Path, query: Query, since: date | None, full: bool) -> Plan | None:
    """Return the plan of an interrupted run in this folder if it is for the same job."""
    try:
        row: dict[str, Any] = json.loads((directory / "plan.json").read_text(encoding="utf-8"))
        row = {key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}
        plan = Plan(**row)
    except (OSError, ValueError, TypeError):
        return None
    job = (query.fingerprint, since.isoformat() if since else None, full)
    if (plan.query_fingerprint, plan.since, plan.full) != job or not plan.is_complete:
        return None
    return plan


def save_plan(directory: Path, plan: Plan) -> Path:
    """Write the plan to ``plan.json`` in the run's folder."""
    path = directory / "plan.json"
    write_atomically(path, json.dumps(asdict(plan), indent=1).encode())
    return path


def harvest(
    query: Query,
    client: EntrezClient,
    directory: Path,
    *,
    known: Collection[str] = (),
    since: date | None = None,
    full: bool = False,
    batch_size: int = FETCH_SIZE,
    workers: int = 1,
) -> Harvest:
    """Fetch all that a plan asks for into ``directory/batches``, going on where it was.

    Parameters
    ----------
    query, client, known, since, full
        See :func:`make_plan`.
    directory
        Folder of the run, with ``plan.json`` and ``batches/``.
    batch_size
        PMIDs in one request and one file.
    workers
        Threads; all share the pace.

    Returns
    -------
    Harvest
        With ``is_complete`` false where the server gave up midway; what came is kept.
    """
    plan = resume_plan(directory, query, since, full)
    if plan is None:
        plan = make_plan(client, query, known=known, since=since, full=full)
        save_plan(directory, plan)
    folder = directory / "batches"
    remove_leftovers(folder)
    chunks = plan.batches(batch_size)
    stop = Event()
    problems: list[str] = []

    def fetch(number: int, pmids: tuple[str, ...]) -> Batch | None:
        if stop.is_set():
            return None
        try:
            return fetch_batch(client, pmids, folder, number)
        except UnavailableError as error:
            stop.set()
            problems.append(str(error))
            return None

    with ThreadPoolExecutor(workers) as pool:
        try:
            done = list(pool.map(fetch, range(len(chunks)), chunks))
        except BaseException:
            # without this, Ctrl-C would wait for every batch that is still in the queue
            stop.set()
            raise
    return summarize(plan, chunks, done, problems)


def summarize(
    plan: Plan,
    chunks: Sequence[tuple[str, ...]],
    done: Sequence[Batch | None],
    problems: Sequence[str] = (),
) -> Harvest:
    """Put the outcome of all batches together; ``None`` stands for one that was not fetched."""
    batches = tuple(batch for batch in done if batch is not None)
    pairs = zip(chunks, done, strict=True)
    not_fetched = tuple(pmid for chunk, batch in pairs if batch is None for pmid in chunk)
    absent = [pmid for batch in batches for pmid in batch.missing]
    vanished = set(plan.vanished)
    set_aside = tuple(pmid for batch in batches for pmid in batch.set_aside)
    return Harvest(
        plan=plan,
        batches=batches,
        received=sum(batch.received for batch in batches),
        deleted=tuple(pmid for pmid in absent if pmid in vanished),
        missing=tuple(pmid for pmid in absent if pmid not in vanished),
        set_aside=set_aside,
        not_fetched=not_fetched,
        is_complete=plan.is_complete and not not_fetched and not set_aside,
        problems=(*plan.problems, *problems),
    )
