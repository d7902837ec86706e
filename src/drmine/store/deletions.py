"""What PubMed has deleted: a version of a record, or the record with all its versions.

PubMed names a version as ``PMID.version``, never gives its number again, and can delete one and
leave the others (NLM Technical Bulletin 384, e6, 2012). So a deletion is kept under
``PMID.version``, and under the PMID alone where no version was named: a file that names none, or a
record that PubMed no longer serves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from drmine.store.rows import RECORD_FIELDS, STAMPS
from drmine.store.schema import deletions, record_versions
from drmine.store.sql import upsert

if TYPE_CHECKING:
    from drmine.pubmed.entries import Deletion


def key(pmid: str, version: int | None) -> str:
    """Return the name under which a deletion is kept."""
    return pmid if version is None else f"{pmid}.{version}"


def orders(connection: Connection, keys: Iterable[str]) -> dict[str, str | None]:
    """Return those of the deletions that there are, each with the order of its file if known."""
    statement = select(deletions.c.pmid, deletions.c.file_order).where(
        deletions.c.pmid.in_(list(keys))
    )
    return {row.pmid: row.file_order for row in connection.execute(statement)}


def remember(connection: Connection, latest: Mapping[str, str | None], run_id: str) -> None:
    """Keep deletions, each with the order of the latest file that holds it."""
    rows = [
        {"pmid": name, "file_order": order, "first_run": run_id, "last_run": run_id}
        for name, order in latest.items()
    ]
    upsert(connection, deletions, rows, keep=("first_run",))


def survivors(connection: Connection, gone: Iterable[Deletion]) -> list[dict[str, Any]]:
    """Return the newest content of an older version that lives, of records that lost their newest.

    They come as rows for `records`, but for what says who changed it and when.
    """
    limits = {one.pmid: one.version for one in gone if one.version is not None}
    if not limits:
        return []
    statement = select(record_versions).where(record_versions.c.pmid.in_(list(limits)))
    older = [
        row
        for row in connection.execute(statement).mappings()
        if row["version"] < limits[row["pmid"]]
    ]
    names = {key(row["pmid"], row["version"]) for row in older}
    deleted = orders(connection, names | {row["pmid"] for row in older})
    best: dict[str, dict[str, Any]] = {}
    for row in sorted(older, key=lambda row: (row["version"], row["revised"])):
        if not {key(row["pmid"], row["version"]), row["pmid"]} & deleted.keys():
            best[row["pmid"]] = dict(row)
    return [_record_row(row) for row in best.values()]


def _record_row(row: Mapping[str, Any]) -> dict[str, Any]:
    kept: Mapping[str, Any] = row["record"]
    names: Sequence[str] = [name for name in RECORD_FIELDS if name not in STAMPS]
    stamps = {name: row[name] for name in (*STAMPS, "content_hash", "record_hash")}
    return {**{name: kept.get(name) for name in names}, **stamps, "is_deleted": False}
