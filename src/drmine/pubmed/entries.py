"""What the readers yield beside records."""

from __future__ import annotations

from dataclasses import dataclass

from drmine.records import Record


@dataclass(frozen=True, slots=True)
class Deletion:
    """PubMed took the record with this PMID back."""

    pmid: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that could not be read.

    ``position`` is the byte of the unpacked file at which it starts; ``reason``
    completes "the record …". ``ends_file`` says that the input stopped before
    its end, such that an unknown number of records is missing.
    """

    position: int
    reason: str
    ends_file: bool = False


Entry = Record | Deletion | Unreadable
