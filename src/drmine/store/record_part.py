"""The part of the store for records: in, out, and which there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, select

from drmine.pubmed.entries import Deletion
from drmine.records import Record
from drmine.store import lookups, preprints
from drmine.store.engine import reading, writing
from drmine.store.intake import pieces
from drmine.store.part import Part
from drmine.store.rows import RECORD_FIELDS, record_of
from drmine.store.schema import records
from drmine.store.sql import CHUNK, chunks, numeric_order
from drmine.store.upserts import ApplyCounts, UpsertCounts, delete_chunk, upsert_chunk


class RecordPart(Part):
    """Records as PubMed gives and deletes them."""

    def upsert_records(
        self, source: Iterable[Record], run_id: str, *, file_order: str | None = None
    ) -> UpsertCounts:
        """Put records into the store, in any order and as often as one likes.

        Parameters
        ----------
        source, run_id
            The records, and the run that brings them.
        file_order
            For files that come in a known order (NLM's numbered ones): a text that
            sorts as they do, such as ``2026n01234``. It lets them be read in any order.
        """
        counts = UpsertCounts()
        for chunk, _ in pieces(source):
            with writing(self._engine) as connection:
                upsert_chunk(connection, chunk, run_id, counts, file_order)
        return counts

    def delete_records(
        self, pmids: Iterable[str], run_id: str, *, file_order: str | None = None
    ) -> int:
        """Mark records as deleted by PubMed; return how many of them were in the store.

        They are kept but left out of everything else, until PubMed gives them again.
        """
        gone = map(Deletion, dict.fromkeys(pmids))
        return self.apply(gone, run_id, file_order=file_order).deleted

    def apply(
        self,
        entries: Iterable[Record | Deletion],
        run_id: str,
        *,
        batch: int = CHUNK,
        file_order: str | None = None,
    ) -> ApplyCounts:
        """Put the records and deletions of a file into the store, in the order they come in."""
        counts = ApplyCounts()
        for arrived, deleted in pieces(entries, batch):
            with writing(self._engine) as connection:
                upsert_chunk(connection, arrived, run_id, counts, file_order)
                counts.deleted += delete_chunk(connection, deleted, run_id, file_order)
        return counts

    def get_record(self, pmid: str, *, include_deleted: bool = False) -> Record | None:
        """Return a record; None if it is not there or was deleted."""
        return next(self._read([pmid], include_deleted), None)

    def iter_records(
        self, pmids: Iterable[str] | None = None, *, include_deleted: bool = False
    ) -> Iterator[Record]:
        """Yield records, some hundred at a time from the database.

        Parameters
        ----------
        pmids
            Which, in which order; those that are not there are left out. Without it
            all, in the numeric order of the PMIDs.
        """
        if pmids is None:
            pmids = sorted(self.known_pmids(include_deleted=include_deleted), key=numeric_order)
        # one short read a chunk: whoever labels them takes minutes, and a long read would
        # keep the database from cleaning up
        for chunk in chunks(pmids):
            yield from self._read(chunk, include_deleted)

    def known_pmids(self, *, include_deleted: bool = False) -> set[str]:
        """Return the PMIDs of all records; deleted ones only if asked for."""
        statement = select(records.c.pmid)
        with reading(self._engine) as connection:
            return set(connection.execute(_present(statement, include_deleted)).scalars())

    def published_as(self, pmid: str) -> str | None:
        """Return the paper that counts in the place of this record, if it is a preprint of one."""
        with reading(self._engine) as connection:
            return preprints.published_as(connection).get(pmid)

    def known_of(self, pmids: Iterable[str]) -> set[str]:
        """Return those of the PMIDs given whose records are there and not deleted."""
        found: set[str] = set()
        with reading(self._engine) as connection:
            for chunk in chunks(pmids):
                statement = select(records.c.pmid).where(records.c.pmid.in_(chunk))
                found.update(connection.execute(_present(statement, False)).scalars())
        return found

    def has_invented(self) -> bool:
        """Whether any record is invented: then everything that is made here is."""
        with reading(self._engine) as connection:
            return lookups.has_invented(connection)

    def newest_date(self) -> str:
        """Return the latest day on which a record was entered into PubMed, or nothing."""
        with reading(self._engine) as connection:
            return lookups.newest_date(connection)

    def arrivals(self) -> dict[str, str]:
        """Return the run that first brought each record that is not deleted."""
        with reading(self._engine) as connection:
            return lookups.arrivals(connection)

    def _read(self, pmids: Sequence[str], include_deleted: bool) -> Iterator[Record]:
        columns = [records.c[name] for name in (*RECORD_FIELDS, "content_hash")]
        statement = select(*columns).where(records.c.pmid.in_(pmids))
        with reading(self._engine) as connection:
            rows = connection.execute(_present(statement, include_deleted)).mappings().all()
        found = {row["pmid"]: row for row in rows}
        for pmid in pmids:
            if pmid in found:
                self._handed_out[pmid] = found[pmid]["content_hash"]
                yield record_of(dict(found[pmid]))


def _present(statement: Select[Any], include_deleted: bool) -> Select[Any]:
    return statement if include_deleted else statement.where(~records.c.is_deleted)
