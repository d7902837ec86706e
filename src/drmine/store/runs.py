"""What was run, when, and whether it got everything done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from drmine.store.rows import clean
from drmine.store.schema import runs
from drmine.store.sql import upsert


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as the store remembers it; times are UTC, ISO 8601."""

    id: str
    kind: str
    started: str
    ended: str | None
    is_complete: bool
    counts: Mapping[str, Any] = field(default_factory=dict)
    query: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)


def now() -> str:
    """Return the time as runs carry it; microseconds keep runs of one second in order."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def new_id() -> str:
    """Return an id for a run that no workspace gave one."""
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")


def start(connection: Connection, run: RunRow) -> None:
    """Remember the start of a run; one that starts again under its id goes on."""
    row = {
        "id": run.id,
        "kind": run.kind,
        "started": run.started,
        "ended": None,
        "is_complete": False,
        "counts": dict(run.counts),
        "query": None if run.query is None else clean(run.query),
        "versions": dict(run.versions),
    }
    upsert(connection, runs, [row], keep=("started",))


def finish(
    connection: Connection, run_id: str, is_complete: bool, counts: Mapping[str, Any]
) -> bool:
    """Remember the end of a run; return whether it was known."""
    done = connection.execute(
        update(runs)
        .where(runs.c.id == run_id)
        .values(ended=now(), is_complete=is_complete, counts=dict(counts))
    )
    return bool(done.rowcount)


def is_finished(connection: Connection, run_id: str) -> bool:
    """Whether this run was started and came to its end."""
    found = select(runs.c.id).where(runs.c.id == run_id, runs.c.ended.is_not(None))
    return connection.execute(found).first() is not None


def last(connection: Connection, kind: str) -> RunRow | None:
    """Return the last run of a kind, or None."""
    statement = select(runs).where(runs.c.kind == kind).order_by(runs.c.id.desc()).limit(1)
    row = connection.execute(statement).mappings().first()
    return None if row is None else RunRow(**row)


def last_complete_search(connection: Connection, kind: str) -> str:
    """Return the day on which the last run of this kind with a query that got all done started.

    One that started on a day to come is passed over: a clock was wrong.
    """
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    statement = (
        select(runs.c.started)
        .where(runs.c.kind == kind, runs.c.is_complete, runs.c.query.is_not(None))
        .where(runs.c.started <= tomorrow)
        .order_by(runs.c.started.desc())
        .limit(1)
    )
    return str(connection.execute(statement).scalar() or "")[:10]
