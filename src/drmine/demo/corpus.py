"""The invented demonstration records."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources

from drmine.errors import InputError
from drmine.pubmed.invented import is_invented
from drmine.records import Record


def load_corpus() -> list[Record]:
    """Return all records of ``corpus/*.jsonl``, by PMID, each marked as invented.

    The day on which a record entered is taken from its publication date where the file does
    not give it, and the day of its last revision from the day on which it entered.

    Raises
    ------
    InputError
        A line is not a record, its PMID is outside the range for invented records, or two
        records share a PMID.
    """
    folder = resources.files("drmine.demo").joinpath("corpus")
    records: dict[str, Record] = {}
    files = [file for file in folder.iterdir() if file.name.endswith(".jsonl")]
    for file in sorted(files, key=lambda item: item.name):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            place = f"Line {number} of {file.name} in the demonstration corpus"
            try:
                record = Record.from_json(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise InputError(f"{place} is not a record; correct it.") from error
            if not is_invented(record.pmid):
                raise InputError(f"{place} has a PMID below 99000001; invented records start there")
            if record.pmid in records:
                raise InputError(f"{place} repeats PMID {record.pmid}; give it one of its own.")
            records[record.pmid] = _dated(record)
    return [records[pmid] for pmid in sorted(records, key=int)]


def _dated(record: Record) -> Record:
    date = record.date or (str(record.year) if record.year else "")
    year = int(date[:4]) if date else None
    entered = record.entered or (date + "-01-01"[len(date) - 4 :] if date else "")
    return replace(
        record,
        date=date,
        year=record.year or year,
        entered=entered,
        revised=record.revised or entered,
        languages=record.languages or ("eng",),
        invented=True,
    )
