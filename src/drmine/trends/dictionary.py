"""The data dictionary: every table and column of the trend files, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from drmine.trends.datapackage import FORMAT_VERSION, TABLES
from drmine.trends.schema import Column, TableSpec


def data_dictionary() -> str:
    """Return every trend table with its columns, their types, limits and keys, in Markdown."""
    lines = [f"Layout {FORMAT_VERSION}.", ""]
    for spec in TABLES:
        lines += _table(spec)
    return "\n".join(lines)


def _table(spec: TableSpec) -> Iterator[str]:
    yield from (f"## {spec.file_name}", "", f"{spec.title}. {spec.description}", "")
    yield "One row per " + ", ".join(f"`{name}`" for name in spec.primary_key) + "."
    yield ""
    yield from ("| column | type | blank | meaning |", "|---|---|---|---|")
    for column in spec.columns:
        blank = "no" if column.required else "yes"
        meaning = column.description.replace("|", "\\|")
        yield f"| `{column.name}` | {column.type} | {blank} | {meaning}{_limits(column)} |"
    yield ""
    for key in spec.foreign_keys:
        here = ", ".join(f"`{name}`" for name in key.columns)
        there = ", ".join(f"`{name}`" for name in key.references)
        yield f"- {here} stands in [{key.table}.csv](#{key.table}csv) as {there}."
    yield ""


def _limits(column: Column) -> str:
    if column.values:
        return " One of " + ", ".join(f"`{value}`" for value in column.values) + "."
    if column.minimum is not None and column.maximum is not None:
        return f" From {column.minimum:g} to {column.maximum:g}."
    return ""
