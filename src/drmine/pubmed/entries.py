"""What the readers yield beside records."""

from __future__ import annotations

from dataclasses import dataclass

from drmine.records import Record


@dataclass(frozen=True, slots=True)
class Deletion:
    """PubMed took the record with this PMID back: one version of it, or all where none is named."""

    pmid: str
    version: int | None = None


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

_MAX_PMID_DIGITS = 9


def checked_pmid(text: str) -> str:
    """Return the PMID that stands in a record, as it is kept.

    Raises
    ------
    ValueError
        It is none; the message completes "the record …".
    """
    pmid = text.strip()
    if not pmid:
        raise ValueError("has no PMID")
    # with zeros before it, one paper would be stored, and counted, twice
    digits = pmid.lstrip("0") or pmid
    # PubMed's have eight digits; Python reads no number of some thousand
    if not (pmid.isascii() and pmid.isdecimal() and len(digits) <= _MAX_PMID_DIGITS):
        raise ValueError(f"has {pmid[:40]!r} for a PMID, which is none")
    return digits
