"""How a store stands, in a few questions that take no time: for `drmine status`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, func, select

from drmine.store.labels import has_failed, lacks_labels
from drmine.store.lookups import newest_date
from drmine.store.schema import annotation_table, records

_r, _a = records.c, annotation_table.c


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
    alive = ~_r.is_deleted
    has_label = _a.pmid.is_not(None)
    is_set_aside = has_failed(fingerprint)
    wanted = {
        "records": alive,
        "invented": alive & _r.invented,
        "deleted": _r.is_deleted,
        "labelled": alive & has_label,
        "without": alive & ~has_label & ~is_set_aside,
        "set_aside": alive & is_set_aside,
    }
    if fingerprint is not None:
        lacks = lacks_labels(fingerprint)
        wanted |= {"present": alive & ~lacks, "to_label": alive & lacks & ~is_set_aside}
    # one look at the tables for all of it
    statement = select(*(func.count(case((one, 1))).label(name) for name, one in wanted.items()))
    row = connection.execute(
        statement.select_from(records).join(annotation_table, _a.pmid == _r.pmid, isouter=True)
    ).one()
    counts: dict[str, Any] = {"present": None, "to_label": None, **row._mapping}
    return Standing(**counts, newest=newest_date(connection))


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
