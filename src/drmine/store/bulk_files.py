"""Which bulk files the store has begun to take, and taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from drmine.store.rows import clean
from drmine.store.runs import now
from drmine.store.schema import bulk_files
from drmine.store.sql import upsert


@dataclass(frozen=True, slots=True)
class BulkFileKey:
    """What was kept of a file, and where it stands among others: all that the store sees of it.

    ``place`` is its order among NLM's files, or its name; ``entries`` the digest of what was
    kept of it.
    """

    place: str
    entries: str


def marks(connection: Connection) -> Mapping[BulkFileKey, str]:
    """Return every file that was begun, and when it was taken to its end; blank if never."""
    statement = select(bulk_files.c.place, bulk_files.c.entries, bulk_files.c.taken)
    return {
        BulkFileKey(place, entries): taken or ""
        for place, entries, taken in connection.execute(statement)
    }


def mark(
    connection: Connection,
    key: BulkFileKey,
    run_id: str,
    *,
    is_taken: bool,
    read: int,
    kept: int,
) -> str:
    """Remember that a file is begun, or taken, and return when; what was taken once stays so."""
    time = now()
    row = {
        "place": clean(key.place),
        "entries": key.entries,
        "run_id": run_id,
        "begun": time,
        "taken": time if is_taken else None,
        "records_read": read,
        "records_kept": kept,
    }
    upsert(connection, bulk_files, [row], keep=("begun",) if is_taken else ("taken",))
    return time
