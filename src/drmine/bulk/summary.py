"""What came of each file: rows for people, a CSV file, totals."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drmine.bulk.sieved import Sieved
from drmine.bulk.sources import readable
from drmine.errors import DrmineError
from drmine.pubmed.atomic import write_atomically

if TYPE_CHECKING:
    from drmine.store.upserts import ApplyCounts

TAKEN, UNCHANGED, FAILED = "taken", "unchanged", "failed"


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file: ``taken`` into the store, ``unchanged`` since it was taken, or ``failed``.

    ``seconds`` is what reading took, once; ``deletions`` stand in the file, ``deleted`` of them
    were in the store.
    """

    file: str
    status: str
    read: int = 0
    kept: int = 0
    off_topic: int = 0
    unreadable: int = 0
    deletions: int = 0
    new: int = 0
    changed: int = 0
    deleted: int = 0
    seconds: float = 0.0
    store_seconds: float = 0.0
    problems: tuple[str, ...] = ()

    def table_row(self) -> dict[str, Any]:
        """Return the row of tables, with the names that users see."""
        return {
            "file": self.file,
            "status": self.status,
            "records_read": self.read,
            "records_kept": self.kept,
            "off_topic": self.off_topic,
            "unreadable": self.unreadable,
            "deletions": self.deletions,
            "new_in_store": self.new,
            "changed_in_store": self.changed,
            "deleted_in_store": self.deleted,
            "seconds_reading": round(self.seconds, 3),
            "seconds_storing": round(self.store_seconds, 3),
            "problems": " | ".join(self.problems),
        }


def file_row(sieved: Sieved, applied: ApplyCounts | None, store_seconds: float) -> FileRow:
    """Return the row of a file that was read; ``applied`` is None if the store had it."""
    return FileRow(
        file=readable(sieved.name),
        status=UNCHANGED if applied is None else TAKEN,
        read=sieved.read,
        kept=sieved.kept,
        off_topic=sieved.passed_over,
        unreadable=sieved.unreadable,
        deletions=sieved.deletions,
        new=applied.new if applied else 0,
        changed=applied.changed if applied else 0,
        deleted=applied.deleted if applied else 0,
        seconds=0.0 if sieved.was_there else sieved.seconds,
        store_seconds=store_seconds,
        problems=tuple(map(readable, sieved.problems)),
    )


def failed_row(name: str, error: DrmineError) -> FileRow:
    """Return the row of a file of which nothing, or not all, could be taken."""
    return FileRow(readable(name), FAILED, problems=(readable(str(error)),))


def totals(rows: Iterable[FileRow]) -> dict[str, int]:
    """Add the rows up."""
    rows = list(rows)
    return {
        "files": len(rows),
        "taken": sum(row.status == TAKEN for row in rows),
        "unchanged": sum(row.status == UNCHANGED for row in rows),
        "failed": sum(row.status == FAILED for row in rows),
        "records_read": sum(row.read for row in rows),
        "records_kept": sum(row.kept for row in rows),
        "deletions": sum(row.deletions for row in rows),
        "unreadable": sum(row.unreadable for row in rows),
        "records_new": sum(row.new for row in rows),
        "records_changed": sum(row.changed for row in rows),
        "records_deleted": sum(row.deleted for row in rows),
    }


def write_csv(path: Path, rows: Iterable[FileRow]) -> Path:
    """Write one line a file, in the order of the files."""
    lines = [row.table_row() for row in rows]
    columns = list(FileRow("", "").table_row())
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(_guarded, lines))
    # names of files can hold bytes that are no text
    write_atomically(path, text.getvalue().encode("utf-8", "backslashreplace"))
    return path


def _guarded(row: Mapping[str, Any]) -> dict[str, Any]:
    """Keep a spreadsheet from taking a file's name for a formula."""
    from drmine.trends.csvfile import guard_text

    return {
        key: guard_text(value) if isinstance(value, str) else value for key, value in row.items()
    }
