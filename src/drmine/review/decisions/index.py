"""All decisions in memory, as fresh as the files: what a page needs to know at once."""

from __future__ import annotations

import bisect
import json
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from drmine.review.decisions import files
from drmine.review.decisions.decision import Decision, standing, time_after

_END = 200


@dataclass(slots=True)
class _Read:
    """How far a file has been read, and the last bytes of that, to know it by."""

    inode: int
    size: int = 0
    lines: int = 0
    changed: int = 0
    end: bytes = b""


def _is_whole(line: bytes) -> bool:
    """Whether a last line lacks nothing but its end: editors leave that out."""
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


class DecisionIndex:
    """The decisions of a folder, by record and by reviewer.

    Other programs may append to the files, or git replace them, while this one runs:
    :meth:`refresh` looks whether a file has grown, and reads what is new. ``touched`` holds
    the record of every line in the order in which they came, ``generation`` grows when it
    begins anew.

    Parameters
    ----------
    folder
        Where the decisions are.
    read
        All decisions of the folder, where they have been read already.
    """

    def __init__(self, folder: Path, read: Iterable[Decision] | None = None) -> None:
        self.folder = folder
        self.problems: list[str] = []
        self.generation = 0
        self._lock = threading.RLock()
        self._clear()
        if read is None:
            self.refresh()
        for one in read or ():
            self._add(one)

    def _clear(self) -> None:
        self._read: dict[Path, _Read] = {}
        self._by_id: dict[str, Decision] = {}
        self._by_record: dict[str, list[Decision]] = {}
        self._by_reviewer: dict[str, list[Decision]] = {}
        self._undone: set[str] = set()
        self.touched: list[str] = []
        self.generation += 1
        self.problems.clear()

    def refresh(self) -> None:
        """Read what has come since; a file that shrank or was replaced has all read anew."""
        with self._lock:
            paths = sorted(self.folder.glob("*.jsonl")) if self.folder.is_dir() else []
            stats = {path: path.stat() for path in paths}
            for path, known in self._read.items():
                now = stats.get(path)
                if now is None or now.st_ino != known.inode or now.st_size < known.size:
                    self._clear()
                    break
            if not all(self._read_on(path, stat) for path, stat in stats.items()):
                self._clear()
                for path, stat in stats.items():
                    self._read_on(path, stat)

    def _read_on(self, path: Path, stat: os.stat_result) -> bool:
        """Read what a file has grown by; False if what was read before is no longer there."""
        known = self._read.setdefault(path, _Read(stat.st_ino))
        if known.size == stat.st_size and known.changed:
            # written to, and no longer than before: somebody has changed lines
            return known.changed == stat.st_mtime_ns
        with path.open("rb") as file:
            file.seek(known.size - len(known.end))
            if file.read(len(known.end)) != known.end:
                return False
            content = file.read()
        # a line that another program is writing, or that a crash cut off, is not whole yet
        end = content.rfind(b"\n") + 1
        if not _is_whole(content[end:]):
            content = content[:end]
        for one in files.parse_lines(content, path.name, self.problems, known.lines + 1):
            self._add(one)
        known.size += len(content)
        known.lines += content.count(b"\n")
        known.changed = stat.st_mtime_ns
        known.end = (known.end + content)[-_END:]
        return True

    def _add(self, one: Decision) -> None:
        if one.id in self._by_id:
            return
        self._by_id[one.id] = one
        self.touched.append(one.pmid)
        if one.action == "undo":
            if one.undoes:
                self._undone.add(one.undoes)
            return
        for index, key in ((self._by_record, one.pmid), (self._by_reviewer, one.reviewer)):
            bisect.insort(index.setdefault(key, []), one, key=lambda d: (d.time, d.id))

    def append(self, make: Callable[[DecisionIndex], Decision | None]) -> Decision | None:
        """Append what ``make`` returns; it is on the disk when this returns.

        ``make`` sees the index as no other writer of this process can change it, and
        returns None where there is nothing to add. The time is set here, later than that
        of the reviewer's other decisions, and of all on the record, even where the clock was
        set back or another reviewer's runs ahead: the later word is the one that counts.
        """
        with self._lock:
            self.refresh()
            one = make(self)
            if one is None:
                return None
            mine = self._by_reviewer.get(one.reviewer, [])
            before = (*mine[-1:], *self._by_record.get(one.pmid, [])[-1:])
            one = replace(one, time=time_after(before))
            files.append_decision(self.folder, one)
            self.refresh()
            return one

    def get(self, id: str) -> Decision | None:
        """Return a decision by its id."""
        return self._by_id.get(id)

    def is_undone(self, id: str) -> bool:
        """Whether a decision was taken back."""
        return id in self._undone

    def _stands(self, one: Decision) -> bool:
        return self._undone.isdisjoint((one.id, one.repeats))

    def reviewers(self) -> list[str]:
        """Return who has decided anything, in the order of their first lines."""
        with self._lock:
            return list(self._by_reviewer)

    def of_record(self, pmid: str) -> list[Decision]:
        """Return the lines on a record that were not undone, oldest first."""
        with self._lock:
            return [one for one in self._by_record.get(pmid, ()) if self._stands(one)]

    def reviews(self, pmid: str) -> dict[str, Decision]:
        """Return the review of each reviewer that stands for a record, adjudications aside."""
        found = standing(self.of_record(pmid))
        return {who: one for (_, who, settles), one in found.items() if not settles}

    def standing(self, pmid: str, reviewer: str, *, adjudication: bool = False) -> Decision | None:
        """Return what a reviewer's word on a record is now."""
        return standing(self.of_record(pmid)).get((pmid, reviewer, adjudication))

    def settling(self, pmid: str, digest: str) -> Decision | None:
        """Return what settled a record with this text: it counts whatever reviewers say after."""
        found = [
            one
            for one in standing(self.of_record(pmid)).values()
            if one.round == "adjudication" and one.text_sha256 in ("", digest)
        ]
        return max(found, key=lambda one: (one.time, one.id), default=None)

    def last(self, reviewer: str) -> Decision | None:
        """Return the reviewer's last decision or skip that was not undone."""
        with self._lock:
            for one in reversed(self._by_reviewer.get(reviewer, ())):
                # what a draw has written again is nothing that the reviewer did last
                if not one.repeats and self._stands(one):
                    return one
        return None

    def has_dealt_with(self, pmid: str, reviewer: str, outdated: str = "") -> bool:
        """Whether the reviewer has judged or skipped a record (on a text not given)."""
        return bool(self._words_of(pmid, reviewer, outdated))

    def has_skipped(self, pmid: str, reviewer: str, outdated: str = "") -> bool:
        """Whether the reviewer has put off reviewing a record (on a text not given)."""
        return any(
            one.action == "skip" and one.round != "adjudication"
            for one in self._words_of(pmid, reviewer, outdated)
        )

    def _words_of(self, pmid: str, reviewer: str, outdated: str) -> list[Decision]:
        earlier = outdated.split()
        return [
            one
            for one in self.of_record(pmid)
            if one.reviewer == reviewer and one.text_sha256 not in earlier
        ]
