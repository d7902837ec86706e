"""Small helpers for statements that both databases take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")

CHUNK = 500
"""Records in one statement and one transaction: short locks, and few statements."""


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Cut any iterable into lists of at most ``size``."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    keep: Sequence[str] = (),
    where: Callable[[Any], ColumnElement[bool]] | None = None,
) -> None:
    """Insert rows; where the primary key is taken, overwrite all columns but ``keep``.

    Parameters
    ----------
    connection, table, rows
        Where, and what; every row has every column.
    keep
        Columns that stay as they are in a row that is there.
    where
        Gets the columns of the new row; a row that is there and does not meet the
        condition stays as it is.
    """
    if not rows:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    statement = statement.on_conflict_do_update(
        index_elements=keys,
        set_={
            column.name: statement.excluded[column.name]
            for column in table.columns
            if column.name not in (*keys, *keep)
        },
        where=None if where is None else where(statement.excluded),
    )
    connection.execute(statement, list(rows))


def numeric_order(pmid: str) -> tuple[int, str]:
    """Sort key that puts PMIDs in the order of their numbers."""
    return (len(pmid), pmid)
