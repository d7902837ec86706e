"""Put sieved files into the store, one after the other, in the order of NLM's files.

Ends in the store that `drmine import` of the same files makes. One thing asks for care: import
keeps a record that was revised off the topic if the store knows its PMID, and a file that is
sieved alone cannot know what the files before it held. So each sieved file says which PMIDs were
passed over, and where an earlier file kept one of them, the file is sieved once more for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from drmine.bulk.sieved import Sieved, read_entries, read_passed_over
from drmine.records import Record

if TYPE_CHECKING:
    from drmine.store import Store
    from drmine.store.bulk_files import BulkFileKey
    from drmine.store.upserts import ApplyCounts


class Taking:
    """The one writer of a bulk run; hand it the sieved files in their order.

    Parameters
    ----------
    store, run_id
        Where records go, and the run that brings them.
    """

    def __init__(self, store: Store, run_id: str) -> None:
        self._store = store
        self._run_id = run_id
        self._held = store.known_pmids(include_deleted=True)
        self._kept: set[str] = set()
        self._all_again = False
        # of each file that was begun, when it was taken
        self._marks = dict(store.bulk_marks())
        # the latest of those that were passed so far
        self._latest = ""

    def is_taken(self, sieved: Sieved) -> bool:
        """Whether the store holds this file already, and taking it again would change nothing.

        Files without a number are in the order in which they arrive: where one is new, all
        after it arrive again, also where the run that took it was stopped before them.
        """
        taken = self._marks.get(_key(sieved), "")
        if sieved.order is None and (self._all_again or taken < self._latest):
            return False
        return bool(taken)

    def wanted(self, sieved: Sieved) -> set[str]:
        """Return the PMIDs for which a file has to be sieved once more, off the topic or not."""
        if not self._kept and not self._held:
            return set()
        # What the store held before was asked for when the file was begun; what a run that was
        # killed then took of the file itself is no reason to want more of it.
        known = self._kept if _key(sieved) in self._marks else self._kept | self._held
        return {pmid for pmid in read_passed_over(Path(sieved.path)) if pmid in known}

    def take(self, sieved: Sieved) -> ApplyCounts | None:
        """Put one file into the store; None where it is there already."""
        if self.is_taken(sieved):
            self._latest = max(self._latest, self._marks[_key(sieved)])
            self._remember(sieved)
            return None
        self._mark(sieved, is_taken=False)
        counts = self._store.apply(
            read_entries(Path(sieved.path)), self._run_id, file_order=sieved.order
        )
        self._mark(sieved, is_taken=True)
        self._all_again = True
        self._remember(sieved)
        return counts

    def _mark(self, sieved: Sieved, *, is_taken: bool) -> None:
        key = _key(sieved)
        time = self._store.mark_bulk_file(
            key, self._run_id, is_taken=is_taken, read=sieved.read, kept=sieved.kept
        )
        self._marks[key] = time if is_taken else self._marks.get(key, "")

    def _remember(self, sieved: Sieved) -> None:
        for entry in read_entries(Path(sieved.path)):
            if isinstance(entry, Record):
                self._kept.add(entry.pmid)


def _key(sieved: Sieved) -> BulkFileKey:
    # workers load this module and need no database
    from drmine.store.bulk_files import BulkFileKey
    from drmine.store.rows import clean

    # names of files can hold bytes that are no text
    return BulkFileKey(clean(sieved.order or sieved.name), sieved.entries)
