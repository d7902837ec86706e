"""Preprints that became papers: which of them do not count, since the paper does.

PubMed links the two by ``UpdateIn`` and ``UpdateOf``. Either side can come late or without its
link, so a link of either is enough. Living guidelines, reviews of Cochrane and letters carry the
same links: only a record that PubMed calls a preprint gives way.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Text, cast, select

from drmine.records import Record
from drmine.store.schema import records
from drmine.store.sql import chunks, numeric_order

_r = records.c
_FIELDS = (_r.pmid, _r.publication_types, _r.retraction, _r.is_erratum, _r.updates)


def published_as(connection: Connection) -> dict[str, str]:
    """Return, for each preprint that gives way, the paper that counts in its place, by PMID.

    The paper is in the store, not deleted, no preprint itself, and evidence. Of several the one
    with the lowest PMID is named.
    """
    linked = {one.pmid: one for one in _read(connection, cast(_r.updates, Text) != "[]")}
    pairs = {(one.pmid, paper) for one in linked.values() for paper in one.updated("UpdateIn")}
    pairs |= {(old, one.pmid) for one in linked.values() for old in one.updated("UpdateOf")}
    others = {pmid for pair in pairs for pmid in pair if pmid not in linked}
    for chunk in chunks(others):
        linked |= {one.pmid: one for one in _read(connection, _r.pmid.in_(chunk))}
    # a preprint that is no evidence is left out as what it is: retracted, say
    preprints = {one.pmid for one in linked.values() if one.is_preprint and one.is_evidence}
    papers = {one.pmid for one in linked.values() if not one.is_preprint and one.is_evidence}
    found: dict[str, str] = {}
    for preprint, paper in sorted(pairs, key=lambda pair: numeric_order(pair[1])):
        if preprint in preprints and paper in papers:
            found.setdefault(preprint, paper)
    return found


def _read(connection: Connection, which: ColumnElement[bool]) -> list[Record]:
    rows = connection.execute(select(*_FIELDS).where(~_r.is_deleted, which))
    return [
        Record(
            pmid=row.pmid,
            publication_types=tuple(row.publication_types),
            retraction=row.retraction,
            is_erratum=bool(row.is_erratum),
            updates=tuple(row.updates or ()),
        )
        for row in rows
    ]
