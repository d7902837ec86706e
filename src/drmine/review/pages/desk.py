"""Who looks at what next, and how far the queue is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from drmine.review.decisions.decision import SAMPLES, Decision
from drmine.review.decisions.differences import to_adjudicate
from drmine.review.decisions.index import DecisionIndex
from drmine.review.queue.entries import QUEUE_FILE, QueueEntry, read_queue

Stored = Callable[[Iterable[str]], set[str]]
LEASE_SECONDS = 30 * 60
"""How long a record that one reviewer has open is kept from the others."""


@dataclass(frozen=True, slots=True)
class Count:
    """How much of a sample is done; ``mine`` by the reviewer who asks."""

    sample: str
    done: int
    total: int
    mine: int


class Desk:
    """Hands the queue out, one record at a time.

    A record that somebody has open is not given to another, as long as enough reviewers
    have it: two at work at once do not do the same.

    Parameters
    ----------
    folder
        Where the queue is.
    index
        The decisions.
    stored
        Returns those of the PMIDs given whose records the store holds. A record that was deleted
        after the draw cannot be shown: handed out, it would be the end of the queue.
    """

    def __init__(self, folder: Path, index: DecisionIndex, stored: Stored = set) -> None:
        self.index = index
        self._path = folder / QUEUE_FILE
        self._folder = folder
        self._stamp: tuple[int, int] | None = None
        self._entries: dict[str, QueueEntry] = {}
        self._stored = stored
        self._open: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()
        self._waiting: dict[str, list[Decision]] = {}
        self._seen = (0, 0)

    def entries(self) -> dict[str, QueueEntry]:
        """Return the queue; it is read anew when it was drawn anew."""
        try:
            stat = self._path.stat()
            stamp = (stat.st_mtime_ns, stat.st_ino)
        except OSError:
            stamp = None
        if stamp != self._stamp:
            entries = {one.pmid: one for one in read_queue(self._folder)}
            there = self._stored(entries)
            self._entries = {pmid: one for pmid, one in entries.items() if pmid in there}
            self._stamp = stamp
        return self._entries

    def next_for(self, reviewer: str) -> str | None:
        """Return the next record for a reviewer and keep it for them; None if there is none."""
        with self._lock:
            self._open.pop(reviewer, None)
            for entry in self._free_for(reviewer):
                if self._stored([entry.pmid]):
                    self._open[reviewer] = (entry.pmid, time.monotonic() + LEASE_SECONDS)
                    return entry.pmid
                gone = entry.pmid
                self._entries = {p: one for p, one in self._entries.items() if p != gone}
        return None

    def has_next(self, reviewer: str) -> bool:
        """Whether there is a record for a reviewer: others may have what is left."""
        with self._lock:
            return any(True for _ in self._free_for(reviewer))

    def _free_for(self, reviewer: str) -> Iterator[QueueEntry]:
        for entry in self._left():
            if self.index.has_dealt_with(entry.pmid, reviewer, entry.outdated):
                continue
            if len(self._judges(entry)) + self._opened(entry.pmid, reviewer) < entry.wanted:
                yield entry

    def keep(self, reviewer: str, pmid: str) -> None:
        """Note that a reviewer has a record open."""
        with self._lock:
            self._open[reviewer] = (pmid, time.monotonic() + LEASE_SECONDS)

    def open_with_others(self, reviewer: str) -> int:
        """Return how many records that are left in the queue others have open now."""
        with self._lock:
            return sum(self._opened(entry.pmid, reviewer) > 0 for entry in self._left())

    def _opened(self, pmid: str, reviewer: str) -> int:
        """Return how many other reviewers have a record open."""
        now = time.monotonic()
        return sum(
            at == pmid and end > now for who, (at, end) in self._open.items() if who != reviewer
        )

    def _left(self) -> Iterator[QueueEntry]:
        for entry in self.entries().values():
            if entry.sample != "disagreement" and len(self._judges(entry)) < entry.wanted:
                yield entry

    def _judges(self, entry: QueueEntry) -> set[str]:
        """Return who has judged a record of the queue, on the text that is asked about."""
        reviews = self.index.reviews(entry.pmid)
        outdated = entry.outdated.split()
        return {who for who, one in reviews.items() if one.text_sha256 not in outdated}

    def put_off(self, reviewer: str) -> list[str]:
        """Return the records of the queue that a reviewer has skipped and not judged since."""
        return [
            pmid
            for pmid, entry in self.entries().items()
            if reviewer not in self._judges(entry)
            and self.index.has_skipped(pmid, reviewer, entry.outdated)
        ]

    def progress(self, reviewer: str = "") -> list[Count]:
        """Return how far each sample of the queue is, in the order of the samples."""
        counts: dict[str, list[int]] = {}
        for entry in self.entries().values():
            if entry.sample == "disagreement":
                continue
            row = counts.setdefault(entry.sample, [0, 0, 0])
            judges = self._judges(entry)
            row[0] += len(judges) >= entry.wanted
            row[1] += 1
            row[2] += reviewer in judges
        return [Count(name, *counts[name]) for name in SAMPLES if name in counts]

    def disagreements(self) -> dict[str, list[Decision]]:
        """Return the records that wait for somebody to settle what their reviewers decided."""
        with self._lock:
            # in this order: if the index begins anew between the two, the next call sees it
            generation, touched = self.index.generation, self.index.touched
            place = self._seen[1] if self._seen[0] == generation else 0
            if not place:
                self._waiting.clear()
            end = len(touched)
            for pmid in dict.fromkeys(touched[place:end]):
                self._waiting.pop(pmid, None)
                self._waiting |= to_adjudicate(self.index.of_record(pmid))
            self._seen = (generation, end)
            # decisions of a folder may be on records of other workspaces
            there = self._stored(self._waiting) if self._waiting else set()
            return {pmid: ours for pmid, ours in self._waiting.items() if pmid in there}
