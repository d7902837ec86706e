"""The part of the store for annotations: in, out, what failed, and what is to be labelled."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import func, select

from drmine.records import Annotation
from drmine.store import labels, lookups
from drmine.store.engine import reading, writing
from drmine.store.lookups import Stamp
from drmine.store.part import Part
from drmine.store.schema import failures
from drmine.store.sql import chunks


class AnnotationPart(Part):
    """What was made of the records, by what, and what a reviewer has decided on."""

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

    def get_annotation(self, pmid: str, *, is_current: bool = False) -> Annotation | None:
        """Return the annotation of a record as it was saved, or None.

        With ``is_current`` only one that was made from what the record says now: in another,
        offsets lead elsewhere.
        """
        with reading(self._engine) as connection:
            return labels.get_annotation(connection, pmid, is_current)

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

    def _forget(self, pmids: Iterable[str]) -> None:
        for pmid in pmids:
            self._handed_out.pop(pmid, None)
