"""Fetch one batch of PMIDs into one file.

A batch is the unit of work and of resuming: its file holds the records as JSON lines (gzip),
with a first line that says what was asked and what did not come. The file appears at once and
complete, under a name that follows from its PMIDs, so a batch that is there is done.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from drmine.errors import InputError
from drmine.pubmed.atomic import write_atomically
from drmine.pubmed.entrez import FETCH_SIZE, BadAnswerError, EntrezClient, UnavailableError
from drmine.pubmed.invented import mark_invented
from drmine.pubmed.medline_xml import parse_records
from drmine.pubmed.packed_lines import packed_lines
from drmine.records import Record

log = logging.getLogger(__name__)

FORMAT = 2
"""Grows when records hold more than before: what an older drmine has fetched lacks it."""
_KIND = "batch file"
# while a bad batch is being halved, each part gets this many attempts
HALVING_ATTEMPTS = 3
# a PMID that does not come is asked for so many times more before it counts as missing
CONFIRMATIONS = 2
# so many single records refused and none delivered: the server is at fault, not the records
SUSPECTS = 5


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of one batch.

    ``missing`` were asked for three times and did not come: deleted from PubMed or never there.
    ``set_aside`` could not be fetched or read; with any of them the batch is not complete.
    """

    path: Path
    asked: tuple[str, ...] = field(repr=False)
    received: int
    missing: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    reused: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether every PMID asked for is either here or known not to be served."""
        return not self.set_aside


def split_batches(pmids: Sequence[str], size: int = FETCH_SIZE) -> list[tuple[str, ...]]:
    """Cut PMIDs into batches, in order, each PMID once."""
    unique = list(dict.fromkeys(pmids))
    return [tuple(unique[start : start + size]) for start in range(0, len(unique), size)]


def batch_path(directory: Path, pmids: Sequence[str], number: int = 0) -> Path:
    """Return where the batch of these PMIDs lies: number and digest make the name."""
    digest = hashlib.sha256(",".join(pmids).encode()).hexdigest()[:16]
    return directory / f"batch-{number:05d}-{digest}.jsonl.gz"


def fetch_batch(
    client: EntrezClient, pmids: Sequence[str], directory: Path, number: int = 0
) -> Batch:
    """Fetch some PMIDs and write their records to one file; a complete file there is reused.

    Parameters
    ----------
    client
        The Entrez client.
    pmids
        At most a few hundred PMIDs.
    directory
        Folder for the batch file; made if needed.
    number
        Place of the batch in the run, for its name.

    Raises
    ------
    UnavailableError
        The server gives nothing usable; no file is written.
    """
    pmids = tuple(pmids)
    path = batch_path(directory, pmids, number)
    if path.exists():
        try:
            batch = read_header(path, reused=True)
            # where nothing came at all, the server may have been in trouble
            if batch.is_complete and batch.received:
                return batch
            n_lacking = len(batch.set_aside) or len(batch.missing)
            log.warning("%s lacks %d records: fetched again", path.name, n_lacking)
        except InputError:
            log.warning("%s is damaged or of another version: fetched again", path.name)
    job = _Job(client, directory)
    job.fetch(pmids)
    for _ in range(CONFIRMATIONS):
        if absent := job.absent(pmids):
            # PubMed leaves out deleted records without a word; so does a server in trouble
            job.fetch(absent)
    batch = Batch(
        path,
        asked=pmids,
        received=len(job.records),
        missing=job.absent(pmids),
        set_aside=tuple(pmid for pmid in pmids if pmid in job.set_aside),
    )
    records = [job.records[pmid] for pmid in pmids if pmid in job.records]
    write_atomically(path, _encode(batch, records))
    return batch


def read_header(path: Path, *, reused: bool = False) -> Batch:
    """Return what a batch file says of itself, without reading its records.

    Raises
    ------
    InputError
        The file is not a whole batch file.
    """
    header = next(packed_lines(path, _KIND), None)
    if not isinstance(header, dict) or header.get("drmine_batch") != FORMAT:
        raise InputError(f"{path} is not a batch file of this version; delete it and run again.")
    return Batch(
        path,
        asked=tuple(header["asked"]),
        received=int(header["received"]),
        missing=tuple(header["missing"]),
        set_aside=tuple(header["set_aside"]),
        reused=reused,
    )


def header_of_whole(path: Path) -> Batch | None:
    """Return what a batch file says of itself, or None where no whole one is there."""
    try:
        return read_header(path) if path.exists() else None
    except InputError:
        return None


def read_batch(path: Path) -> Iterator[Record]:
    """Yield the records of a batch file in the order in which they were asked for."""
    lines = packed_lines(path, _KIND)
    next(lines, None)
    for row in lines:
        yield Record.from_json(row)


def _encode(batch: Batch, records: Sequence[Record]) -> bytes:
    header = {
        "drmine_batch": FORMAT,
        "asked": batch.asked,
        "received": batch.received,
        "missing": batch.missing,
        "set_aside": batch.set_aside,
    }
    rows = [header, *(record.to_json() for record in records)]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    # no time stamp inside: the same batch is the same file, byte for byte
    return gzip.compress(text.encode("utf-8"), compresslevel=6, mtime=0)


class _Job:
    """The state of one batch on its way: what came and what had to be set aside."""

    def __init__(self, client: EntrezClient, directory: Path) -> None:
        self._client = client
        self._directory = directory
        self.records: dict[str, Record] = {}
        self.set_aside: dict[str, str] = {}

    def fetch(self, pmids: Sequence[str], attempts: int | None = None) -> None:
        """Ask for some PMIDs; a request that fails for its content is halved down to one PMID."""
        try:
            self._take(pmids, attempts)
        except (BadAnswerError, InputError) as error:
            if len(pmids) == 1:
                self._put_aside(pmids[0], error)
                return
            log.warning("a batch of %d records is halved: %s", len(pmids), error)
            middle = len(pmids) // 2
            self.fetch(pmids[:middle], HALVING_ATTEMPTS)
            self.fetch(pmids[middle:], HALVING_ATTEMPTS)

    def absent(self, pmids: Sequence[str]) -> tuple[str, ...]:
        """Return the PMIDs that neither came nor were set aside."""
        return tuple(p for p in pmids if p not in self.records and p not in self.set_aside)

    def _take(self, pmids: Sequence[str], attempts: int | None) -> None:
        fetched = self._client.fetch(pmids, attempts=attempts)
        wanted = set(pmids)
        for entry in parse_records(fetched.xml, "the answer of the server"):
            if not isinstance(entry, Record):
                continue
            if entry.pmid not in wanted:
                log.warning("PMID %s came without being asked for; left out", entry.pmid)
                continue
            known = self.records.get(entry.pmid)
            if known is None or entry.version >= known.version:
                self.records[entry.pmid] = mark_invented(entry)
        for pmid in wanted & set(fetched.pmids) - set(self.records):
            self.set_aside[pmid] = "came but cannot be read"

    def _put_aside(self, pmid: str, error: Exception) -> None:
        self.set_aside[pmid] = str(error)
        if not self.records and len(self.set_aside) >= SUSPECTS:
            raise UnavailableError(
                f"{self._client.base_url} delivers no record in a usable form; run the same "
                "command again later."
            ) from error
        body = getattr(error, "body", b"")
        if body:
            path = self._directory.parent / "set_aside" / f"{pmid}.txt"
            write_atomically(path, self._client.without_secrets(body[: 1 << 20]))
