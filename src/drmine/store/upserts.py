"""Records in: nothing lost, nothing twice, and never an older version over a newer one.

Of a record the newest version is current: by ``version``, then by ``revised``, then,
where both come from files that say their order, by that; else by arrival (see
``precedence``). Every other content that was ever seen is kept in ``record_versions``.

PubMed dates no deletion. A record is deleted if its deletion came after it: by the
order of the files where both have one, else by arrival, where a version older than the
current one does not bring a record back to life. A deletion that names a version is of that
version alone: a newer one stays, and where the newest goes an older one that lives is current.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, delete, or_, select, tuple_, update

from drmine.records import Record
from drmine.store import deletions
from drmine.store.precedence import are_doubtful, is_later, is_older_than, latest
from drmine.store.rows import RECORD_FIELDS, STAMPS, record_row
from drmine.store.schema import record_versions, records
from drmine.store.sql import upsert

if TYPE_CHECKING:
    from drmine.pubmed.entries import Deletion

# Columns that news of a record can change while its content stays
_TOUCHED = ("version", "revised", "is_deleted", "file_order")


@dataclass(slots=True)
class UpsertCounts:
    """What became of the records that were handed in.

    ``changed`` were overwritten by newer content or came back after a deletion,
    ``unchanged`` were there already (at most their revision date is new), ``older``
    were there in a newer version.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0

    def describe(self) -> str:
        """Return the counts as part of a sentence."""
        text = f"{self.new:,} new, {self.changed:,} changed, {self.unchanged:,} unchanged"
        return text + (f", {self.older:,} older than what is stored" if self.older else "")


@dataclass(slots=True)
class ApplyCounts(UpsertCounts):
    """Upserts and the ``deleted``: records in the store that a file deletes."""

    deleted: int = 0

    def describe(self) -> str:
        """Return the counts as part of a sentence."""
        # super() without arguments does not work in a dataclass with slots
        text = UpsertCounts.describe(self)
        return text + (f", {self.deleted:,} deleted" if self.deleted else "")


@dataclass(slots=True)
class _Changes:
    """What one chunk asks of the database."""

    write: list[dict[str, Any]] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    touch: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)


def upsert_chunk(
    connection: Connection,
    chunk: Sequence[Record],
    run_id: str,
    counts: UpsertCounts,
    file_order: str | None,
) -> None:
    """Put records with different PMIDs into the store, inside the caller's transaction."""
    if not chunk:
        return
    pmids = [record.pmid for record in chunk]
    held = _held(connection, pmids)
    names = [deletions.key(record.pmid, record.version) for record in chunk]
    deleted_by = deletions.orders(connection, [*pmids, *names])
    doubtful = [
        record.pmid
        for record in chunk
        if record.pmid in held and are_doubtful(record.revised, held[record.pmid]["revised"])
    ]
    superseded = _superseded(connection, doubtful) if doubtful else {}
    changes = _Changes()
    for record in chunk:
        _place(record, held, deleted_by, superseded, run_id, counts, file_order, changes)
    _write(connection, changes, run_id)


def delete_chunk(
    connection: Connection, deleted: Sequence[Deletion], run_id: str, file_order: str | None
) -> int:
    """Mark records as deleted and remember it; return how many were not deleted before.

    What an older version takes the place of is not deleted.
    """
    if not deleted:
        return 0
    held = _held(connection, [one.pmid for one in deleted])
    names = [deletions.key(one.pmid, one.version) for one in deleted]
    known = deletions.orders(connection, names)
    gone = [
        one
        for one in deleted
        if (row := held.get(one.pmid)) is not None
        and one.version in (None, row["version"])
        and not row["is_deleted"]
        and not is_later(row["file_order"], file_order)
    ]
    if gone:
        pmids = [one.pmid for one in gone]
        connection.execute(update(records).where(records.c.pmid.in_(pmids)).values(is_deleted=True))
    newest = {name: latest(known.get(name), file_order) for name in names}
    deletions.remember(connection, newest, run_id)
    returned = deletions.survivors(connection, gone)
    for row in returned:
        # the order known is that of the version which is gone
        row |= {"first_seen": run_id, "last_changed": run_id, "file_order": None}
    _write(connection, _Changes(write=returned, superseded=[r["pmid"] for r in returned]), run_id)
    return len(gone) - len(returned)


def _place(
    record: Record,
    held: Mapping[str, dict[str, Any]],
    deleted_by: Mapping[str, str | None],
    superseded: Mapping[tuple[str, str], str],
    run_id: str,
    counts: UpsertCounts,
    file_order: str | None,
    changes: _Changes,
) -> None:
    """Decide what becomes of one record."""
    row = record_row(record)
    row |= {"first_seen": run_id, "last_changed": run_id, "file_order": file_order}
    old = held.get(record.pmid)
    name = deletions.key(record.pmid, record.version)
    deletion_order = latest(deleted_by.get(record.pmid), deleted_by.get(name))
    has_orders = bool(file_order and deletion_order)
    # the same file: NLM's files list their deletions after the records
    outlived = has_orders and not is_later(file_order, deletion_order)
    if old is None:
        counts.new += 1
        changes.write.append({**row, "is_deleted": outlived})
        return
    is_same = row["record_hash"] == old["record_hash"]
    gave_way = superseded.get((record.pmid, row["record_hash"]), "")
    is_older = is_older_than(row, old, is_same, gave_way)
    if row["version"] != old["version"]:
        if not is_older and outlived and not old["is_deleted"]:
            # a newer version that is deleted: the older one stays
            counts.older += 1
            changes.history += [] if is_same else [row]
            return
        if is_older and old["is_deleted"] and not outlived:
            # only the newer version is deleted, or this one has come since it was
            is_older = not has_orders and (record.pmid in deleted_by or name in deleted_by)
    revives = old["is_deleted"] and not outlived and (has_orders or not is_older)
    row["is_deleted"] = old["is_deleted"] and not revives
    if row["version"] == old["version"]:
        row["file_order"] = latest(old["file_order"], file_order)
    elif is_older or not file_order:
        # the file of one version says nothing of when another one was deleted
        row["file_order"] = old["file_order"]
    if not is_older and not is_same:
        counts.changed += 1
        changes.write.append(row)
        changes.superseded.append(record.pmid)
        return
    if is_older:
        counts.older += 1
        if not is_same:
            changes.history.append(row)
        row = {**row, "version": old["version"], "revised": old["revised"]}
    elif revives:
        counts.changed += 1
    else:
        counts.unchanged += 1
    if any(row[name] != old[name] for name in _TOUCHED):
        changes.touch.append({f"new_{name}": row[name] for name in ("pmid", *_TOUCHED)})


def _write(connection: Connection, changes: _Changes, run_id: str) -> None:
    history = [_version_row(row, run_id) for row in changes.history]
    if changes.superseded:
        before = select(records).where(records.c.pmid.in_(changes.superseded))
        history += [
            _version_row(dict(row), run_id) for row in connection.execute(before).mappings()
        ]
    upsert(
        connection,
        record_versions,
        history,
        where=lambda new: or_(
            new.version > record_versions.c.version,
            (new.version == record_versions.c.version) & (new.revised > record_versions.c.revised),
        ),
    )
    upsert(connection, records, changes.write, keep=("first_seen",))
    if changes.superseded:
        # what is current again is not history
        connection.execute(
            delete(record_versions).where(
                tuple_(record_versions.c.pmid, record_versions.c.record_hash).in_(
                    [(row["pmid"], row["record_hash"]) for row in changes.write]
                )
            )
        )
    if changes.touch:
        connection.execute(
            update(records)
            .where(records.c.pmid == bindparam("new_pmid"))
            .values({name: bindparam(f"new_{name}") for name in _TOUCHED}),
            changes.touch,
        )


def _version_row(row: Mapping[str, Any], run_id: str) -> dict[str, Any]:
    return {
        "pmid": row["pmid"],
        "record_hash": row["record_hash"],
        "content_hash": row["content_hash"],
        "version": row["version"],
        "revised": row["revised"],
        "record": {name: row[name] for name in RECORD_FIELDS if name not in STAMPS},
        "run_id": run_id,
    }


def _held(connection: Connection, pmids: Iterable[str]) -> dict[str, dict[str, Any]]:
    names = ("pmid", "version", "revised", "record_hash", "is_deleted", "file_order")
    statement = select(*(records.c[name] for name in names)).where(records.c.pmid.in_(list(pmids)))
    return {row["pmid"]: dict(row) for row in connection.execute(statement).mappings()}


def _superseded(connection: Connection, pmids: list[str]) -> dict[tuple[str, str], str]:
    """Return the date of each content of these records that gave way, by PMID and hash."""
    v = record_versions.c
    statement = select(v.pmid, v.record_hash, v.revised).where(v.pmid.in_(pmids))
    return {(row.pmid, row.record_hash): row.revised for row in connection.execute(statement)}
