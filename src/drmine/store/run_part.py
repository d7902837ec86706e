"""The part of the store for runs: what was begun, and what got to its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drmine.errors import InputError
from drmine.store import bulk_files, runs
from drmine.store.bulk_files import BulkFileKey
from drmine.store.engine import reading, writing
from drmine.store.part import Part
from drmine.store.runs import RunRow


class RunPart(Part):
    """Runs, and the bulk files that they took."""

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

    def last_run(self, kind: str) -> RunRow | None:
        """Return the last run of a kind that began on this database; None before any."""
        with reading(self._engine) as connection:
            return runs.last(connection, kind)

    def last_complete_search(self, kind: str) -> str:
        """Return the day of the last run with a query that got everything done, or nothing."""
        with reading(self._engine) as connection:
            return runs.last_complete_search(connection, kind)

    def bulk_marks(self) -> Mapping[BulkFileKey, str]:
        """Return the bulk files that were begun, and when each was taken; blank if never."""
        with reading(self._engine) as connection:
            return bulk_files.marks(connection)

    def mark_bulk_file(
        self, key: BulkFileKey, run_id: str, *, is_taken: bool, read: int, kept: int
    ) -> str:
        """Remember that a bulk file is begun, or taken, with its counts; return when."""
        with writing(self._engine) as connection:
            return bulk_files.mark(connection, key, run_id, is_taken=is_taken, read=read, kept=kept)
