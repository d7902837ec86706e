"""What a trend file is: columns with type and meaning, keys; the one source for CSV and package."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

TRUE, FALSE = "TRUE", "FALSE"
"""How flags are written: R takes no other spelling for logical by itself."""

ColumnType = Literal["string", "integer", "number", "boolean"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how it is written, what it means, whether it may be blank."""

    name: str
    type: ColumnType
    description: str
    required: bool = True
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    def to_field(self) -> dict[str, Any]:
        """Return the column as a field of a Frictionless table schema."""
        constraints: dict[str, Any] = {}
        if self.required:
            constraints["required"] = True
        if self.values:
            constraints["enum"] = list(self.values)
        if self.minimum is not None:
            constraints["minimum"] = self.minimum
        if self.maximum is not None:
            constraints["maximum"] = self.maximum
        field: dict[str, Any] = {
            "name": self.name,
            "type": self.type,
            "description": self.description,
        }
        if self.type == "boolean":
            field |= {"trueValues": [TRUE], "falseValues": [FALSE]}
        if constraints:
            field["constraints"] = constraints
        return field


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns of this table whose values stand in another table of the package."""

    columns: tuple[str, ...]
    table: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One CSV file; rows are unique by ``primary_key``."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()

    @property
    def file_name(self) -> str:
        """Name of the CSV file."""
        return f"{self.name}.csv"

    @property
    def column_names(self) -> list[str]:
        """Names of the columns, in order."""
        return [column.name for column in self.columns]

    def to_schema(self) -> dict[str, Any]:
        """Return the table as a Frictionless table schema."""
        schema: dict[str, Any] = {
            "fields": [column.to_field() for column in self.columns],
            "primaryKey": list(self.primary_key),
            "missingValues": [""],
        }
        if self.foreign_keys:
            schema["foreignKeys"] = [
                {
                    "fields": list(key.columns),
                    "reference": {"resource": key.table, "fields": list(key.references)},
                }
                for key in self.foreign_keys
            ]
        return schema


def text(
    name: str, description: str, *, required: bool = True, values: Iterable[str] = ()
) -> Column:
    """Declare a column of text."""
    return Column(name, "string", description, required, tuple(values))


def count(name: str, description: str, *, required: bool = True) -> Column:
    """Declare a column of counts, zero or more."""
    return Column(name, "integer", description, required, minimum=0)


def integer(name: str, description: str, *, required: bool = True) -> Column:
    """Declare a column of whole numbers."""
    return Column(name, "integer", description, required)


def number(name: str, description: str, *, required: bool = False) -> Column:
    """Declare a column of numbers; blank where there is nothing to say."""
    return Column(name, "number", description, required)


def share(name: str, description: str, *, required: bool = False) -> Column:
    """Declare a column of shares between 0 and 1."""
    return Column(name, "number", description, required, minimum=0, maximum=1)


def flag(name: str, description: str, *, required: bool = True) -> Column:
    """Declare a column of true and false."""
    return Column(name, "boolean", description, required)


def interval(prefix: str, of: str) -> tuple[Column, Column, Column]:
    """Declare a share with its Wilson 95 % interval: three columns."""
    return (
        share(prefix, f"{of}; blank where the denominator is 0."),
        share(f"{prefix}_low", f"Lower end of the Wilson 95 % interval of {prefix}."),
        share(f"{prefix}_high", f"Upper end of the Wilson 95 % interval of {prefix}."),
    )


YEAR = integer("year", "Year of publication.")
DENOMINATORS = (
    flag(
        "is_complete",
        "Whether the year was over for two months when it was fetched; false: counts will grow.",
    ),
    count("n_articles", "Evidence records of the year that are about drug response in epilepsy."),
    count("n_records", "All records of the year in the store, whatever they are about."),
    count(
        "n_pubmed",
        "All PubMed records of the year, where a table of them was given; else blank. Blank also "
        "where it was asked for before the year was over, and the year is over now. PubMed counts "
        "a paper whose electronic and printed form are of two years in both.",
        required=False,
    ),
)
TO_HYPOTHESIS = ForeignKey(("hypothesis",), "hypotheses", ("hypothesis",))
TO_YEAR = ForeignKey(("year",), "years", ("year",))
TO_ARTICLE = ForeignKey(("pmid",), "articles", ("pmid",))
HYPOTHESIS = text("hypothesis", "Id of the hypothesis of drug resistance; see hypotheses.csv.")
HYPOTHESIS_KEY = (
    HYPOTHESIS,
    text("group", "Group of hypotheses it belongs to; blank if none.", required=False),
    flag("is_core", "True for the hypotheses of the review, false for extensions (counted apart)."),
)
