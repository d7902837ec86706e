"""How much there is of everything."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, func, select

from drmine.store.schema import (
    annotation_table,
    deletions,
    failures,
    findings,
    mentions,
    record_versions,
    records,
    resistance_rates,
)


def count_all(connection: Connection) -> dict[str, int]:
    """Return the number of rows by kind; what belongs to deleted records is left out."""
    a, r = annotation_table.c, records.c

    def all_of(table: Any) -> Select[Any]:
        return select(func.count()).select_from(table)

    def present(table: Any) -> Select[Any]:
        return all_of(table).join(records, r.pmid == table.c.pmid).where(~r.is_deleted)

    labelled = present(annotation_table)
    wanted = {
        "records": all_of(records).where(~r.is_deleted),
        "invented": all_of(records).where(~r.is_deleted, r.invented),
        "deleted": all_of(records).where(r.is_deleted),
        "older_versions": all_of(record_versions),
        "deletions": all_of(deletions),
        "annotated": labelled,
        "about_drug_response": labelled.where(a.about_drug_response),
        "needs_review": labelled.where(a.needs_review),
        "reviewed": labelled.where(a.reviewed),
        "findings": present(findings),
        "mentions": present(mentions),
        "resistance_rates": present(resistance_rates),
        "failures": all_of(failures),
    }
    return {name: connection.execute(query).scalar_one() for name, query in wanted.items()}
