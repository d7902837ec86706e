"""Annotations in and out, and which records still need one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, or_, select, update

from drmine.records import Annotation
from drmine.store.rows import (
    annotation_row,
    clean,
    finding_of,
    finding_rows,
    mention_of,
    mention_rows,
    rate_of,
    rate_rows,
)
from drmine.store.schema import (
    DERIVED,
    annotation_table,
    failures,
    findings,
    mentions,
    records,
    resistance_rates,
)
from drmine.store.sql import numeric_order, upsert

# Where an annotation fails that cannot be stored
STORING = "storing"


def pending_pmids(connection: Connection, fingerprint: str, retry_failed: bool) -> list[str]:
    """Return the records without an up-to-date annotation, in numeric order."""
    r, a = records.c, annotation_table.c
    statement = (
        select(r.pmid)
        .join_from(records, annotation_table, a.pmid == r.pmid, isouter=True)
        .where(~r.is_deleted, lacks_labels(fingerprint))
    )
    if not retry_failed:
        statement = statement.where(~has_failed(fingerprint))
    return sorted(connection.execute(statement).scalars(), key=numeric_order)


def lacks_labels(fingerprint: str) -> ColumnElement[bool]:
    """Whether a record is to be labelled; its annotation, if there is one, is joined to it."""
    r, a = records.c, annotation_table.c
    return or_(a.pmid.is_(None), a.fingerprint != fingerprint, a.content_hash != r.content_hash)


def has_failed(fingerprint: str | None) -> ColumnElement[bool]:
    """Whether a record failed with its present text, and this fingerprint if one is given."""
    f = failures.c
    of_the_text = exists().where(f.pmid == records.c.pmid, f.content_hash == records.c.content_hash)
    return of_the_text if fingerprint is None else of_the_text.where(f.fingerprint == fingerprint)


def standing_failures(connection: Connection, fingerprint: str) -> dict[str, str]:
    """Return reasons by PMID, in numeric order, of the records that are not tried again."""
    f = failures.c
    statement = (
        select(f.pmid, f.reason)
        .join_from(failures, records, f.pmid == records.c.pmid)
        .where(~records.c.is_deleted, f.fingerprint == fingerprint)
        .where(f.content_hash == records.c.content_hash)
        .order_by(f.stage)
    )
    found = {row.pmid: row.reason for row in connection.execute(statement)}
    return {pmid: found[pmid] for pmid in sorted(found, key=numeric_order)}


def save_chunk(
    connection: Connection,
    chunk: Sequence[Annotation],
    fingerprint: str,
    run_id: str,
    made_from: Mapping[str, str],
) -> int:
    """Replace the annotations of these records; return how many were saved.

    One for a PMID that is not in the store is left out, as is one of an older content where another
    process has labelled the present one; one that no database can hold becomes a failure.
    ``made_from`` holds the content hashes of what was labelled; without one the present content
    counts.
    """
    latest = {annotation.pmid: annotation for annotation in chunk}
    present = content_hashes(connection, latest)
    reviewed, up_to_date = _marks(connection, latest)
    rows: dict[str, list[dict[str, Any]]] = {table.name: [] for table in DERIVED}
    saved: list[str] = []
    failed: list[tuple[str, str, str]] = []
    for pmid, annotation in latest.items():
        if pmid not in present:
            continue
        if pmid in up_to_date and made_from.get(pmid, present[pmid]) != present[pmid]:
            continue
        try:
            made = annotation_row(annotation)
            parts = (finding_rows(annotation), mention_rows(annotation), rate_rows(annotation))
        except (TypeError, ValueError, OverflowError) as error:
            failed.append((pmid, STORING, f"the annotation cannot be stored: {error}"))
            continue
        made |= {
            "reviewed": pmid in reviewed,
            "fingerprint": fingerprint,
            "content_hash": made_from.get(pmid, present[pmid]),
            "run_id": run_id,
        }
        saved.append(pmid)
        rows[annotation_table.name].append(made)
        for table, part in zip((findings, mentions, resistance_rates), parts, strict=True):
            rows[table.name] += part
    for table in (*DERIVED, failures):
        connection.execute(delete(table).where(table.c.pmid.in_(saved)))
    for table in reversed(DERIVED):
        if rows[table.name]:
            connection.execute(insert(table), rows[table.name])
    save_failures(connection, failed, fingerprint, run_id, made_from)
    return len(saved)


def save_failures(
    connection: Connection,
    failed: Iterable[tuple[str, str, str]],
    fingerprint: str,
    run_id: str,
    made_from: Mapping[str, str],
) -> None:
    """Remember what failed, as (pmid, stage, reason), so that it is not tried again in vain.

    The annotation of an older content goes: nothing replaces it, and it is not of this text.
    """
    latest = {(pmid, stage): reason for pmid, stage, reason in failed}
    hashes = content_hashes(connection, [pmid for pmid, _ in latest])
    rows = [
        {
            "pmid": pmid,
            "stage": stage,
            "reason": clean(reason),
            "fingerprint": fingerprint,
            "content_hash": made_from.get(pmid, hashes.get(pmid, "")),
            "run_id": run_id,
        }
        for (pmid, stage), reason in latest.items()
    ]
    upsert(connection, failures, rows)
    _drop_superseded(connection, list(hashes))


def _drop_superseded(connection: Connection, pmids: Sequence[str]) -> None:
    """Delete the annotations of these records that were made from another content."""
    r, a = records.c, annotation_table.c
    statement = (
        select(a.pmid)
        .join_from(annotation_table, records, a.pmid == r.pmid)
        .where(a.pmid.in_(pmids), a.content_hash != r.content_hash)
    )
    superseded = list(connection.execute(statement).scalars())
    for table in DERIVED:
        connection.execute(delete(table).where(table.c.pmid.in_(superseded)))


def get_annotation(connection: Connection, pmid: str, is_current: bool) -> Annotation | None:
    """Return the annotation of a record as it was saved, if wanted of its present content alone."""
    a, r = annotation_table.c, records.c
    statement = select(annotation_table).where(a.pmid == pmid)
    if is_current:
        statement = statement.where(
            exists().where(r.pmid == a.pmid, r.content_hash == a.content_hash)
        )
    row = connection.execute(statement).mappings().one_or_none()
    if row is None:
        return None
    found = [
        connection.execute(select(table).where(table.c.pmid == pmid).order_by(table.c.position))
        .mappings()
        .all()
        for table in (findings, mentions, resistance_rates)
    ]
    return Annotation(
        pmid=pmid,
        about_drug_response=row["about_drug_response"],
        about_drug_response_score=row["about_drug_response_score"],
        hypotheses=tuple(finding_of(dict(one)) for one in found[0]),
        study_type=row["study_type"],
        study_type_score=row["study_type_score"],
        mentions=tuple(mention_of(dict(one)) for one in found[1]),
        resistance_rates=tuple(rate_of(dict(one)) for one in found[2]),
        needs_review=row["needs_review"],
        extra=row["extra"],
    )


def mark_reviewed(connection: Connection, pmids: Collection[str], is_reviewed: bool) -> int:
    """Set the reviewed flag of these records' annotations; return how many there are."""
    return connection.execute(
        update(annotation_table)
        .where(annotation_table.c.pmid.in_(pmids))
        .values(reviewed=is_reviewed)
    ).rowcount


def mark_for_relabelling(connection: Connection, pmids: Collection[str]) -> int:
    """Take away what says that these annotations are up to date; return how many there are."""
    return connection.execute(
        update(annotation_table).where(annotation_table.c.pmid.in_(pmids)).values(fingerprint="")
    ).rowcount


def content_hashes(connection: Connection, pmids: Iterable[str]) -> dict[str, str]:
    """Return the hash of the present content of those records that are in the store."""
    statement = select(records.c.pmid, records.c.content_hash).where(
        records.c.pmid.in_(list(pmids))
    )
    return {row.pmid: row.content_hash for row in connection.execute(statement)}


def _marks(connection: Connection, pmids: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return which annotations are marked as reviewed, and which are of the present content."""
    a, r = annotation_table.c, records.c
    statement = (
        select(a.pmid, a.reviewed, a.content_hash == r.content_hash)
        .join_from(annotation_table, records, a.pmid == r.pmid)
        .where(a.pmid.in_(list(pmids)))
    )
    rows = [tuple(row) for row in connection.execute(statement)]
    return {row[0] for row in rows if row[1]}, {row[0] for row in rows if row[2]}
