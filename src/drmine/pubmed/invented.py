"""Which PMIDs belong to invented records: a rule of the project, not of PubMed."""

from __future__ import annotations

from dataclasses import replace

from drmine.records import Record

# PubMed stood at 42 million in 2025 and adds under two million a year
FIRST_INVENTED_PMID = 99_000_001
LAST_INVENTED_PMID = 99_999_999
INVENTED_KEYWORD = "INVENTED RECORD (drmine demonstration)"


def is_invented(pmid: str) -> bool:
    """Say whether a PMID lies in the range that the project keeps for invented records."""
    return pmid.isdecimal() and FIRST_INVENTED_PMID <= int(pmid) <= LAST_INVENTED_PMID


def mark_invented(record: Record) -> Record:
    """Return the record with ``invented`` set where its PMID or keyword says so."""
    if record.invented or not (is_invented(record.pmid) or INVENTED_KEYWORD in record.keywords):
        return record
    return replace(record, invented=True)
