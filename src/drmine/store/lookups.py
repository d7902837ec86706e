"""Small questions to the store that need no frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, exists, func, select

from drmine.store.schema import annotation_table, records

_r, _a = records.c, annotation_table.c


@dataclass(frozen=True, slots=True)
class Stamp:
    """What made an annotation, and whether the record is still what it was made from.

    ``extra`` is that of the annotation.
    """

    fingerprint: str
    is_current: bool
    is_reviewed: bool
    extra: Mapping[str, Any]


def stamps(connection: Connection, pmids: Sequence[str]) -> dict[str, Stamp]:
    """Return the stamps of the annotations of these records."""
    statement = (
        select(_a.pmid, _a.fingerprint, _a.content_hash == _r.content_hash, _a.reviewed, _a.extra)
        .join_from(annotation_table, records, _a.pmid == _r.pmid)
        .where(_a.pmid.in_(pmids))
    )
    return {
        pmid: Stamp(fingerprint, bool(same), bool(reviewed), extra)
        for pmid, fingerprint, same, reviewed, extra in connection.execute(statement)
    }


def reviewed_pmids(connection: Connection) -> set[str]:
    """Return the records whose annotation is marked as reviewed."""
    return set(connection.execute(select(_a.pmid).where(_a.reviewed)).scalars())


def has_invented(connection: Connection) -> bool:
    """Whether any record that is not deleted is invented."""
    statement = select(exists().where(_r.invented, ~_r.is_deleted))
    return bool(connection.execute(statement).scalar())


def newest_date(connection: Connection) -> str:
    """Return the latest day on which a record that is not deleted was entered into PubMed.

    Where no record carries such a day, the latest year of publication; without one, nothing.
    The day of a revision tells nothing: PubMed revises papers of any age, and an export of
    papers until 2003 holds one of them that was revised last month.
    """
    last = func.max(_r.entered), func.max(_r.year)
    entered, year = connection.execute(select(*last).where(~_r.is_deleted)).one()
    return entered or str(year or "")


def arrivals(connection: Connection) -> dict[str, str]:
    """Return the run that first brought each record that is not deleted."""
    statement = select(_r.pmid, _r.first_seen).where(~_r.is_deleted)
    return {row.pmid: row.first_seen for row in connection.execute(statement)}
