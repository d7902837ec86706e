"""How a store stands, in a few questions that take no time: for `drmine status`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, or_, select

from drmine.store.lookups import newest_date
from drmine.store.schema import annotation_table, failures, records

_r, _a, _f = records.c, annotation_table.c, failures.c


@dataclass(frozen=True, slots=True)
class Standing:
    """Numbers of records that are not deleted, and what the newest of them is from.

    ``present`` are labelled by what labels now and from their present text, ``to_label`` those
    that a refresh would label; both are None where it is not known what labels now.
    ``set_aside`` could not be labelled and are not tried again; ``without`` have no label
    for another reason.
    """

    records: int
    invented: int
    deleted: int
    labelled: int
    without: int
    set_aside: int
    present: int | None
    to_label: int | None
    newest: str


def standing(connection: Connection, fingerprint: str | None) -> Standing:
    """Count records by what they lack; ``fingerprint`` is of what labels now."""

    def count(*conditions: ColumnElement[bool]) -> int:
        statement = (
            select(func.count(func.distinct(_r.pmid)))
            .select_from(records)
            .join(annotation_table, _a.pmid == _r.pmid, isouter=True)
            .join(
                failures, (_f.pmid == _r.pmid) & (_f.content_hash == _r.content_hash), isouter=True
            )
            .where(*conditions)
        )
        return int(connection.execute(statement).scalar_one())

    alive = ~_r.is_deleted
    has_label = _a.pmid.is_not(None)
    has_failed: ColumnElement[bool] = _f.pmid.is_not(None)
    present: int | None = None
    to_label: int | None = None
    if fingerprint is not None:
        has_failed = _f.fingerprint == fingerprint
        is_present = (_a.fingerprint == fingerprint) & (_a.content_hash == _r.content_hash)
        present = count(alive, has_label, is_present)
        # as in `labels.pending_pmids`: a test holds the two together
        is_done = count(alive, or_(has_label & is_present, has_failed))
        to_label = count(alive) - is_done
    n_records = count(alive)
    return Standing(
        records=n_records,
        invented=count(alive, _r.invented),
        deleted=count(_r.is_deleted),
        labelled=count(alive, has_label),
        without=n_records - count(alive, or_(has_label, has_failed)),
        set_aside=count(alive, has_failed),
        present=present,
        to_label=to_label,
        newest=newest_date(connection),
    )


def mark(connection: Connection) -> str:
    """Return a short text that is another one after anything was stored that is counted.

    Runs write their ids beside what they change, and ids sort by time. Not beside a record that is
    deleted or comes back: which ones are deleted is said by a digest. Deletions of records that
    were never here change nothing.
    """
    row = connection.execute(select(func.max(_r.last_changed), func.count(_r.pmid))).one()
    labels = connection.execute(select(func.max(_a.run_id), func.count())).one()
    gone = sorted(connection.execute(select(_r.pmid).where(_r.is_deleted)).scalars())
    digest = hashlib.sha256(" ".join(gone).encode()).hexdigest()[:16] if gone else 0
    return " ".join(str(value or 0) for value in (*row, *labels, digest))
