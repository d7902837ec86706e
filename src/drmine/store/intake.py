"""Cut what comes in into pieces of one transaction each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from drmine.records import Record
from drmine.store.sql import CHUNK

if TYPE_CHECKING:
    from drmine.pubmed.entries import Deletion


def pieces(
    entries: Iterable[Record | Deletion], size: int = CHUNK
) -> Iterator[tuple[list[Record], list[Deletion]]]:
    """Yield records and deletions such that no PMID stands twice in one piece.

    So the order inside a piece does not matter, and that of the pieces is the order in
    which things came.
    """
    arrived: list[Record] = []
    deleted: list[Deletion] = []
    waiting: set[str] = set()
    for entry in entries:
        if entry.pmid in waiting or len(waiting) >= size:
            yield arrived, deleted
            arrived, deleted, waiting = [], [], set()
        waiting.add(entry.pmid)
        if isinstance(entry, Record):
            arrived.append(entry)
        else:
            deleted.append(entry)
    if waiting:
        yield arrived, deleted
