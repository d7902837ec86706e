"""The store: guards the engine and offers what the steps of a run need."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, Select, func, select

from drmine.errors import InputError
from drmine.records import Annotation, Record
from drmine.settings import Settings
from drmine.store import bulk_files, labels, lookups, runs
from drmine.store.bulk_files import BulkFileKey
from drmine.store.counts import count_all
from drmine.store.engine import connect, parse_url, reading, sqlite_url, writing
from drmine.store.intake import pieces
from drmine.store.lookups import Stamp
from drmine.store.migrate import upgrade
from drmine.store.rows import RECORD_FIELDS, record_of
from drmine.store.runs import RunRow
from drmine.store.schema import failures, records
from drmine.store.sql import CHUNK, chunks, numeric_order
from drmine.store.upserts import ApplyCounts, UpsertCounts, delete_chunk, upsert_chunk
from drmine.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

    from drmine.pubmed.entries import Deletion


class Store:
    """Records, annotations and runs in SQLite or PostgreSQL.

    Any number of processes may use one database. What is written is written in
    transactions of some hundred records: a process that is killed loses at most its
    last one, and doing the same again ends in the same content.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # content hashes of the records handed out to be labelled: while they are, another
        # process can store a newer content, of which the annotation is not
        self._handed_out: dict[str, str] = {}

    @classmethod
    def open(cls, place: Settings | str | Path) -> Store:
        """Open a store, create or migrate its tables as needed.

        Parameters
        ----------
        place
            Settings (their database URL, else SQLite in their workspace), a database
            URL, or the path of an SQLite file.

        Raises
        ------
        ConfigurationError
            The database cannot be reached or used, or a newer drmine made it.
        """
        if isinstance(place, Settings):
            if place.database_url:
                url = parse_url(place.database_url)
            else:
                url = sqlite_url(Workspace(place.workspace).create().database)
        else:
            url = sqlite_url(place) if isinstance(place, Path) else parse_url(place)
        store = cls(connect(url))
        try:
            upgrade(store._engine)
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # Records

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
        n_deleted = 0
        for chunk in chunks(dict.fromkeys(pmids)):
            with writing(self._engine) as connection:
                n_deleted += delete_chunk(connection, chunk, run_id, file_order)
        return n_deleted

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

    def known_of(self, pmids: Iterable[str]) -> set[str]:
        """Return those of the PMIDs given whose records are there and not deleted."""
        found: set[str] = set()
        with reading(self._engine) as connection:
            for chunk in chunks(pmids):
                statement = select(records.c.pmid).where(records.c.pmid.in_(chunk))
                found.update(connection.execute(_present(statement, False)).scalars())
        return found

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

    # Annotations

    def pending_pmids(self, fingerprint: str, *, retry_failed: bool = False) -> list[str]:
        """Return the records to label: without annotation, or with one of something else.

        Left out are those that failed with this fingerprint and content, unless
        ``retry_failed``.
        """
        with reading(self._engine) as connection:
            return labels.pending_pmids(connection, fingerprint, retry_failed)

    def save_annotations(self, made: Iterable[Annotation], fingerprint: str, run_id: str) -> int:
        """Replace the annotations of these records; return how many were saved.

        Those whose record is not in the store are left out. An annotation counts as made
        from the content that this store handed out last, or else from the present one.
        """
        n_saved = 0
        for chunk in chunks(made):
            with writing(self._engine) as connection:
                n_saved += labels.save_chunk(
                    connection, chunk, fingerprint, run_id, self._handed_out
                )
            self._forget(annotation.pmid for annotation in chunk)
        return n_saved

    def save_failures(
        self, failed: Iterable[tuple[str, str, str]], fingerprint: str, run_id: str
    ) -> None:
        """Remember records that could not be labelled, as (pmid, stage, reason).

        What an older content of theirs was labelled is deleted.
        """
        for chunk in chunks(failed):
            with writing(self._engine) as connection:
                labels.save_failures(connection, chunk, fingerprint, run_id, self._handed_out)
            self._forget(pmid for pmid, _, _ in chunk)

    def failures(self) -> list[dict[str, Any]]:
        """Return what failed last: pmid, stage, reason, fingerprint, content_hash, run_id."""
        statement = select(failures).order_by(
            func.length(failures.c.pmid), failures.c.pmid, failures.c.stage
        )
        with reading(self._engine) as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]

    def standing_failures(self, fingerprint: str) -> dict[str, str]:
        """Return reasons by PMID of what :meth:`pending_pmids` leaves out as failed."""
        with reading(self._engine) as connection:
            return labels.standing_failures(connection, fingerprint)

    def get_annotation(self, pmid: str) -> Annotation | None:
        """Return the annotation of a record as it was saved, or None."""
        with reading(self._engine) as connection:
            return labels.get_annotation(connection, pmid)

    def mark_reviewed(self, pmids: Collection[str], is_reviewed: bool = True) -> int:
        """Note that a reviewer has decided on these records; it outlasts new annotations."""
        n_marked = 0
        for chunk in chunks(pmids):
            with writing(self._engine) as connection:
                n_marked += labels.mark_reviewed(connection, chunk, is_reviewed)
        return n_marked

    def mark_for_relabelling(self, pmids: Collection[str]) -> int:
        """Have these records labelled anew by the next run, whatever labelled them last."""
        n_marked = 0
        for chunk in chunks(pmids):
            with writing(self._engine) as connection:
                n_marked += labels.mark_for_relabelling(connection, chunk)
        return n_marked

    def stamps(self, pmids: Iterable[str]) -> dict[str, Stamp]:
        """Return what made the annotations of these records; those without one are absent."""
        found: dict[str, Stamp] = {}
        with reading(self._engine) as connection:
            for chunk in chunks(pmids):
                found |= lookups.stamps(connection, chunk)
        return found

    def reviewed_pmids(self) -> set[str]:
        """Return the records whose annotation carries the mark of :meth:`mark_reviewed`."""
        with reading(self._engine) as connection:
            return lookups.reviewed_pmids(connection)

    def has_invented(self) -> bool:
        """Whether any record is invented: then everything that is made here is."""
        with reading(self._engine) as connection:
            return lookups.has_invented(connection)

    def newest_date(self) -> str:
        """Return the latest day on which a record was entered or revised, or nothing."""
        with reading(self._engine) as connection:
            return lookups.newest_date(connection)

    def arrivals(self) -> dict[str, str]:
        """Return the run that first brought each record that is not deleted."""
        with reading(self._engine) as connection:
            return lookups.arrivals(connection)

    def _forget(self, pmids: Iterable[str]) -> None:
        for pmid in pmids:
            self._handed_out.pop(pmid, None)

    # Runs

    def start_run(
        self,
        kind: str,
        *,
        run_id: str | None = None,
        query: str | None = None,
        versions: Mapping[str, str] | None = None,
    ) -> str:
        """Remember that a run starts; return its id (a new one unless given)."""
        run_id = run_id or runs.new_id()
        row = RunRow(run_id, kind, runs.now(), None, False, {}, query, versions or {})
        with writing(self._engine) as connection:
            runs.start(connection, row)
        return run_id

    def finish_run(
        self, run_id: str, *, is_complete: bool, counts: Mapping[str, Any] | None = None
    ) -> None:
        """Remember how a run ended.

        Raises
        ------
        InputError
            No such run was started.
        """
        with writing(self._engine) as connection:
            if not runs.finish(connection, run_id, is_complete, counts or {}):
                raise InputError(f"The run {run_id} was never started; start it first.")

    def has_finished_run(self, run_id: str) -> bool:
        """Whether this run came to its end on this database, complete or not."""
        with reading(self._engine) as connection:
            return runs.is_finished(connection, run_id)

    def last_complete_search(self, kind: str) -> str:
        """Return the day of the last run with a query that got everything done, or nothing."""
        with reading(self._engine) as connection:
            return runs.last_complete_search(connection, kind)

    # Bulk files

    def bulk_marks(self) -> Mapping[BulkFileKey, bool]:
        """Return the bulk files that were begun, and whether each was taken to its end."""
        with reading(self._engine) as connection:
            return bulk_files.marks(connection)

    def mark_bulk_file(
        self, key: BulkFileKey, run_id: str, *, is_taken: bool, read: int, kept: int
    ) -> None:
        """Remember that a bulk file is begun, or taken, with the counts of its records."""
        with writing(self._engine) as connection:
            bulk_files.mark(connection, key, run_id, is_taken=is_taken, read=read, kept=kept)

    # Numbers and frames

    def counts(self) -> dict[str, int]:
        """Return how much there is of everything; records without the deleted ones."""
        with reading(self._engine) as connection:
            return count_all(connection)

    def article_frame(self) -> pd.DataFrame:
        """Return one row a record, annotated or not."""
        from drmine.store import frames

        with reading(self._engine) as connection:
            return frames.article_frame(connection)

    def finding_frame(self) -> pd.DataFrame:
        """Return one row a record and hypothesis."""
        from drmine.store import frames

        with reading(self._engine) as connection:
            return frames.finding_frame(connection)

    def mention_frame(self) -> pd.DataFrame:
        """Return one row a mention."""
        from drmine.store import frames

        with reading(self._engine) as connection:
            return frames.mention_frame(connection)

    def rate_frame(self) -> pd.DataFrame:
        """Return one row a reported resistance rate."""
        from drmine.store import frames

        with reading(self._engine) as connection:
            return frames.rate_frame(connection)


def _present(statement: Select[Any], include_deleted: bool) -> Select[Any]:
    return statement if include_deleted else statement.where(~records.c.is_deleted)
