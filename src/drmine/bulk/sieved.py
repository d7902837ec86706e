"""What is left of one bulk file: a small file of its own, there as a whole or not at all.

Gzip, JSON lines. The first says where the rest is from and counts it; the second holds the PMIDs
that were passed over (a later run may want one of them: see ``taking``); then come the records
and deletions in the order of the file. The name follows from the content of the file read and
from what reads it, so one that is there is done.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from typing import Any

from drmine.errors import InputError
from drmine.pubmed.atomic import write_atomically
from drmine.pubmed.entries import Deletion
from drmine.pubmed.packed_lines import packed_lines
from drmine.records import Record

FORMAT = 1
_KIND = "sieved file"
ENDING = ".jsonl.gz"

# all that ``pubmed.files`` imports: what is read from a file follows from these, and the nouns
_READERS = (
    "byte_window", "citation", "corrections", "dates", "entries", "file_entries", "files",
    "flatten", "invented", "medline_text", "medline_xml", "other_abstracts", "pmid_lists",
    "record_bounds", "record_stream", "topic", "topic_scan", "unpack",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sieved:
    """One file after the sieve; the counts are those of ``ReadCounts``.

    ``md5`` is that of the file read, ``entries`` the digest of what was kept of it. ``wanted``
    are PMIDs that were kept although they are off the topic. ``seconds`` is what reading took;
    ``was_there`` says that it had been read before.
    """

    path: str
    name: str
    md5: str
    order: str | None
    read: int
    kept: int
    passed_over: int
    deletions: int
    unreadable: int
    entries: str
    seconds: float
    problems: tuple[str, ...] = ()
    wanted: tuple[str, ...] = field(default=(), repr=False)
    was_there: bool = False


class Body:
    """Takes what is kept, packs it as it comes, and sums it up."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        self._parts: list[bytes] = []
        self._digest = hashlib.sha256()

    def add(self, entry: Record | Deletion) -> None:
        """Take one more entry."""
        if isinstance(entry, Deletion):
            row: dict[str, Any] = {"deleted": entry.pmid, "version": entry.version}
        else:
            # most fields of most records are empty; from_json fills them in again
            row = {name: value for name, value in entry.to_json().items() if value not in _EMPTY}
        # a lone surrogate of a broken file passes as an escape
        line = json.dumps(row, separators=(",", ":")).encode("ascii") + b"\n"
        self._digest.update(line)
        self._parts.append(self._packer.compress(line))

    def finish(self) -> tuple[bytes, str]:
        """Return everything, packed, and its digest."""
        return b"".join([*self._parts, self._packer.flush()]), self._digest.hexdigest()


_EMPTY: tuple[Any, ...] = ("", (), None)


@lru_cache(maxsize=1)
def reading_fingerprint() -> str:
    """Return the digest of the topic's terms and of the code that reads files."""
    digest = hashlib.sha256(str(FORMAT).encode())
    folder = files("drmine.pubmed")
    for name in (*(f"{reader}.py" for reader in _READERS), "topic_terms.tsv"):
        digest.update(name.encode() + folder.joinpath(name).read_bytes())
    digest.update(files("drmine").joinpath("records.py").read_bytes())
    return digest.hexdigest()[:16]


def sieved_path(folder: Path, name: str, md5: str, keep_all: bool) -> Path:
    """Return where the sieved file of a file with this content lies."""
    how = "all" if keep_all else "topic"
    stem = name.removesuffix(".gz").rsplit(".", 1)[0]
    return folder / f"{stem}-{md5[:12]}-{how}-{reading_fingerprint()[:12]}{ENDING}"


def write_sieved(sieved: Sieved, body: bytes, passed_over: Iterable[str]) -> None:
    """Write a sieved file; ``passed_over`` are the PMIDs of the records that were not kept."""
    row = asdict(sieved)
    # where it lies is no part of it: a workspace can be moved
    for name in ("path", "was_there"):
        del row[name]
    numbers = sorted({int(pmid) for pmid in passed_over if pmid.isdecimal()})
    # steps instead of numbers: nearly all are 1, which packs to nothing
    steps = [b - a for a, b in zip([0, *numbers], numbers, strict=False)]
    head = json.dumps({"drmine_sieved": FORMAT, **row}) + "\n" + json.dumps(steps) + "\n"
    write_atomically(Path(sieved.path), gzip.compress(head.encode("ascii"), 6, mtime=0) + body)


def read_sieved(path: Path) -> Sieved:
    """Return what a sieved file says of itself.

    Raises
    ------
    InputError
        It is no whole sieved file of this version.
    """
    row = next(packed_lines(path, _KIND), None)
    if not isinstance(row, dict) or row.pop("drmine_sieved", None) != FORMAT:
        raise InputError(f"{path} is no sieved file of this version; delete it and run again.")
    values: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in row.items()
    }
    return Sieved(path=str(path), was_there=True, **values)


def read_passed_over(path: Path) -> Iterator[str]:
    """Yield the PMIDs of the records that were not kept."""
    lines = packed_lines(path, _KIND)
    next(lines, None)
    return map(str, accumulate(next(lines, [])))


def read_entries(path: Path) -> Iterator[Record | Deletion]:
    """Yield the records and deletions of a sieved file, in the order of the file read."""
    lines = packed_lines(path, _KIND)
    next(lines, None)
    next(lines, None)
    for row in lines:
        if "deleted" in row:
            yield Deletion(row["deleted"], row.get("version"))
        else:
            yield Record.from_json(row)
