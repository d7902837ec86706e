"""Read record files: find out what they are, keep what is on the topic, count everything."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from drmine.errors import InputError
from drmine.pubmed.entries import Deletion, Entry, Unreadable
from drmine.pubmed.file_entries import HEAD_BYTES, file_entries
from drmine.pubmed.invented import mark_invented
from drmine.pubmed.topic import NOT_ON_TOPIC, is_on_topic
from drmine.pubmed.unpack import (
    GZIP_MAGIC,
    GzipStream,
    check_md5,
    open_bytes,
    refuse_other_archives,
)
from drmine.records import Record

MAX_PROBLEMS = 100
"""How many sentences on unreadable records are kept for one file; all are counted."""

_PROGRESS_EVERY = 1000
_NLM_FILE = re.compile(r"(?:pubmed|medline)(\d\d)n(\d{4,})", re.IGNORECASE)


@dataclass(slots=True)
class ReadCounts:
    """What one file held.

    ``read`` counts the records, duplicates included and deletions not:
    ``read == kept + sum(skipped.values()) + unreadable``. Where a file breaks
    off, the unknown number behind that place is in no count. ``problems`` are
    sentences for the user.
    """

    read: int = 0
    kept: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    deleted: int = 0
    unreadable: int = 0
    problems: list[str] = field(default_factory=list)
    is_complete: bool = True

    def note(self, problem: str) -> None:
        """Take down what is wrong with the file."""
        self.is_complete = False
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)


Progress = Callable[[float, ReadCounts], None]
"""Called now and then with the share of the file's bytes that is done (0–1) and the counts."""


class FileReading:
    """The records and deletions of one file, in its order; ``counts`` grows on the way.

    Iterating never raises for what is in the file: what cannot be read is
    counted and explained in ``counts.problems``. Close it (or use it in a
    ``with``) if it is not read to its end.
    """

    def __init__(
        self,
        path: Path,
        *,
        keep_all: bool = False,
        known: Collection[str] = (),
        progress: Progress | None = None,
        passed_over: Callable[[str], object] | None = None,
    ) -> None:
        self.path = path
        self.counts = ReadCounts()
        self._keep_all = keep_all
        self._known = known
        self._progress = progress
        self._passed_over = passed_over
        self._stream = open_bytes(path)
        try:
            check_md5(path)
            self._reading = self._read()
            # a file of a wrong kind shows itself here
            first = list(islice(self._reading, 1))
            self._entries: Iterator[Record | Deletion] = chain(first, self._reading)
        except BaseException:
            self._stream.close()
            raise

    def __iter__(self) -> Iterator[Record | Deletion]:
        return self

    def __next__(self) -> Record | Deletion:
        return next(self._entries)

    def __enter__(self) -> FileReading:
        return self

    def __exit__(self, *exc: object) -> None:
        self._entries = iter(())
        self._reading.close()
        self._stream.close()

    def _read(self) -> Generator[Record | Deletion, None, None]:
        name, counts, stream = self.path.name, self.counts, self._stream
        size = max(self.path.stat().st_size, 1)
        refuse_other_archives(_head(stream), name)
        unpacked = GzipStream(stream) if _head(stream).startswith(GZIP_MAGIC) else None
        broken_off = ""
        try:
            entries = file_entries(
                unpacked or stream, name, self._keep_all, self._known, self._passed_over
            )
            for entry in entries:
                if isinstance(entry, Unreadable) and entry.ends_file:
                    broken_off = f"breaks off (the record at byte {entry.position} "
                    broken_off += f"{entry.reason})"
                elif (kept := self._counted(entry)) is not None:
                    yield kept
                if self._progress and counts.read % _PROGRESS_EVERY == 0:
                    self._progress(stream.tell() / size, counts)
        except InputError:
            if unpacked and unpacked.problem:
                raise InputError(f"{name} {unpacked.problem}: download it again") from None
            raise
        finally:
            stream.close()
        if unpacked and unpacked.problem:
            broken_off = unpacked.problem
        if broken_off:
            counts.note(f"{name} {broken_off}: what came before is kept, download it again")
        if self._progress:
            self._progress(1.0, counts)

    def _counted(self, entry: Entry | None) -> Record | Deletion | None:
        """Count an entry; return it if it is to be kept. None is a record not worth parsing."""
        counts = self.counts
        if isinstance(entry, Deletion):
            counts.deleted += 1
            return entry
        counts.read += 1
        if isinstance(entry, Unreadable):
            counts.unreadable += 1
            counts.note(f"{self.path.name}: the record at byte {entry.position} {entry.reason}")
        elif entry is None or not (
            self._keep_all or entry.pmid in self._known or is_on_topic(entry).keep
        ):
            counts.skipped[NOT_ON_TOPIC] += 1
            if entry is not None and self._passed_over:
                self._passed_over(entry.pmid)
        else:
            counts.kept += 1
            return mark_invented(entry)
        return None


def read_file(
    path: str | Path,
    *,
    keep_all: bool = False,
    known: Collection[str] = (),
    progress: Progress | None = None,
    passed_over: Callable[[str], object] | None = None,
) -> FileReading:
    """Read PubMed or Medline XML or MEDLINE text (``.nbib``), plain or gzip.

    Parameters
    ----------
    path
        The file; its kind is told from its content. An ``.md5`` file beside it
        is checked first.
    keep_all
        Yield every record instead of those on epilepsy.
    known
        PMIDs whose records are yielded in any case, such that a stored record that was
        revised off the topic does not stay as it was.
    progress
        Told now and then how far the reading is.
    passed_over
        Told the PMID of each record that is not kept (empty where none stands in it).

    Raises
    ------
    InputError
        At once, if the file is not there, cannot be opened, is empty, is of no
        known kind, or differs from its MD5 sum.
    """
    return FileReading(
        Path(path), keep_all=keep_all, known=known, progress=progress, passed_over=passed_over
    )


def nlm_file_order(path: str | Path) -> str | None:
    """Return a text that sorts NLM's numbered files as they follow each other, or None.

    Only ``pubmed26n1298`` and the like are numbered; exports of PubMed's website
    begin with the same word and are not.
    """
    numbered = _NLM_FILE.match(Path(path).name)
    return f"{numbered[1]}n{int(numbered[2]):06d}" if numbered else None


def nlm_order(paths: Iterable[str | Path]) -> list[Path]:
    """Sort NLM baseline and update files by year and number; other files follow as given.

    The sum of a file that is named too is left out, since it is looked at with that one: a
    pattern such as ``pubmed27n*`` names both.
    """
    given = list(map(Path, paths))
    named = set(given)

    def key(path: Path) -> tuple[bool, int, int]:
        found = _NLM_FILE.match(path.name)
        return (False, int(found[1]), int(found[2])) if found else (True, 0, 0)

    files = (path for path in given if path.suffix != ".md5" or path.with_suffix("") not in named)
    return sorted(files, key=key)


def _head(stream: BinaryIO) -> bytes:
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    return head
