"""The texts that annotations speak of: from the store, from an earlier file, or from PubMed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from drmine.annotation_files.kinds import AnnotationFile, lines_of
from drmine.annotations import text_digest
from drmine.errors import DrmineError
from drmine.mention_gold import stored_records
from drmine.pubmed.atomic import write_atomically
from drmine.records import Record
from drmine.settings import Settings

HYDRATED = "annotated.jsonl"
"""File of the workspace. It is no part of the store: annotated records are not what the query
finds, and would be counted in every share."""


@dataclass(slots=True)
class Hydrated:
    """The annotated records at hand; ``changed`` and ``missing`` are PMIDs in numeric order.

    ``changed``: the text is not, or not in every annotation, the one that was labelled.
    """

    records: dict[str, Record] = field(default_factory=dict)
    n_wanted: int = 0
    n_stored: int = 0
    n_kept: int = 0
    n_fetched: int = 0
    changed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def labelled_texts(files: Iterable[AnnotationFile]) -> dict[str, set[str]]:
    """Return the digests of the texts that were labelled, by PMID; none where a file has none."""
    wanted: dict[str, set[str]] = {}
    for file in files:
        for _, row in lines_of(file):
            pmid = str(row.get("pmid", "")) if isinstance(row, dict) else ""
            if pmid.isascii() and pmid.isdecimal():
                digest = row.get("text_sha256")
                wanted.setdefault(pmid, set()).update(
                    [digest] if digest and isinstance(digest, str) else []
                )
    return wanted


def hydrate(settings: Settings, wanted: Mapping[str, set[str]], out: Path) -> Hydrated:
    """Gather the records of these PMIDs and write them to a file of JSON lines.

    Taken from the store where they are in it, then from ``out``, and fetched otherwise; from
    ``out`` too where that alone has the text that was labelled.
    What cannot be fetched is listed.
    """
    done = Hydrated(n_wanted=len(wanted))
    for record in stored_records(settings, sorted(wanted, key=int)):
        done.records[record.pmid] = record
    done.n_stored = len(done.records)
    for record in read_records(out):
        if record.pmid in wanted and _is_better(record, done.records, wanted[record.pmid]):
            done.n_stored -= record.pmid in done.records
            done.n_kept += 1
            done.records[record.pmid] = record
    absent = [pmid for pmid in wanted if pmid not in done.records]
    if absent:
        _fetch(settings, absent, done)
    done.missing = sorted(wanted.keys() - done.records.keys(), key=int)
    done.changed = sorted(
        (
            pmid
            for pmid, record in done.records.items()
            if wanted[pmid] - {text_digest(record.text)}
        ),
        key=int,
    )
    lines = (
        json.dumps(_short(done.records[pmid]), ensure_ascii=False) + "\n"
        for pmid in sorted(done.records, key=int)
    )
    write_atomically(out, "".join(lines).encode("utf-8", "replace"))
    return done


def _is_better(kept: Record, found: Mapping[str, Record], labelled: set[str]) -> bool:
    """Say whether a text that is kept goes before what the store has.

    PubMed serves no earlier text of a record: the one that was labelled must not be lost to
    one that was revised since.
    """
    if kept.pmid not in found:
        return True
    return text_digest(kept.text) in labelled - {text_digest(found[kept.pmid].text)}


def _fetch(settings: Settings, pmids: list[str], done: Hydrated) -> None:
    from drmine.imports import fetch_list
    from drmine.pubmed.batches import read_batch

    try:
        harvest = fetch_list(settings, pmids)
    except DrmineError as error:
        # what is at hand is of use without the rest
        done.problems.append(str(error))
        return
    for batch in harvest.batches:
        for record in read_batch(batch.path):
            if record.pmid not in done.records:
                done.records[record.pmid] = record
                done.n_fetched += 1
    done.problems += harvest.problems


def read_records(path: Path) -> Iterator[Record]:
    """Yield the records of a file that :func:`hydrate` wrote; cut lines are passed over."""
    if not path.is_file():
        return
    for line in path.read_bytes().decode("utf-8", "replace").split("\n"):
        try:
            yield Record.from_json(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue


def _short(record: Record) -> dict[str, object]:
    """Return a record without what it does not have."""
    return {key: value for key, value in record.to_json().items() if value or key == "abstract"}
