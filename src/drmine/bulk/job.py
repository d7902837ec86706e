"""Begin and end of a bulk run: one at a time in a workspace, with a manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drmine.bulk.summary import FileRow, totals, write_csv
from drmine.locks import BULK_LOCK, only_one
from drmine.plural import how_many
from drmine.pubmed.atomic import remove_leftovers
from drmine.settings import settings_of
from drmine.versions import versions
from drmine.workspace import Run, Workspace

if TYPE_CHECKING:
    from drmine.store import Store

KIND = "bulk"


@dataclass(slots=True)
class BulkRun:
    """A bulk run on its way: where things lie, and what came of each file so far."""

    run: Run
    workspace: Workspace
    store: Store
    rows: list[FileRow] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """Where the sieved files lie."""
        return sieved_folder(self.workspace)

    @property
    def problems(self) -> list[str]:
        """Everything that is wrong, in the order of the files."""
        return [problem for row in self.rows for problem in row.problems]


def sieved_folder(workspace: Workspace) -> Path:
    """Return the folder of the sieved files of a workspace."""
    return workspace.root.resolve() / "bulk"


def downloads_folder(workspace: Workspace) -> Path:
    """Return the folder of the files that came from a server."""
    return sieved_folder(workspace) / "downloads"


@contextmanager
def begin_bulk(workspace: str) -> Iterator[BulkRun]:
    """Open a bulk run.

    Raises
    ------
    ConfigurationError
        Another bulk run is at work in the workspace, or the store cannot be opened.
    """
    from drmine.store import Store

    space = Workspace(Path(workspace)).create()
    with only_one(space.root / BULK_LOCK, "bulk run"):
        folder = sieved_folder(space)
        folder.mkdir(exist_ok=True)
        remove_leftovers(folder)
        with Store.open(settings_of(space.root)) as store:
            run = space.new_run(KIND)
            store.start_run(KIND, run_id=run.id, versions=versions())
            yield BulkRun(run, space, store)


def finish_bulk(job: BulkRun) -> dict[str, Any]:
    """Write the table of the files and the manifest; return the manifest."""
    counts = totals(job.rows)
    is_complete = not job.problems
    job.store.finish_run(job.run.id, is_complete=is_complete, counts=counts)
    write_csv(job.run.directory / "files.csv", job.rows)
    manifest = {
        "run": job.run.id,
        "kind": KIND,
        "started": job.run.started,
        "counts": {**counts, "store_records": job.store.counts()["records"]},
        "files_table": f"runs/{job.run.id}/files.csv",
        "versions": versions(),
        "is_complete": is_complete,
        "problems": job.problems,
    }
    job.workspace.write_manifest(job.run, manifest)
    return manifest


def headline(manifest: Mapping[str, Any]) -> str:
    """Say in a sentence what a bulk run did."""
    counts = manifest["counts"]
    did = (
        f"{counts['taken']:,} of {how_many(counts['files'], 'file')} taken into the store"
        if counts["taken"]
        else f"nothing new in {how_many(counts['files'], 'file')}"
    )
    return (
        f"Done: {how_many(counts['records_read'], 'record')} read, {counts['records_kept']:,} "
        f"kept, {did}; "
        f"it holds {how_many(counts['store_records'], 'record')}."
    )


def what_to_do(manifest: Mapping[str, Any]) -> str:
    """Say what is wrong after an incomplete run, and what to do."""
    problems = manifest["problems"]
    more = f"; and {len(problems) - 5:,} more" if len(problems) > 5 else ""
    return (
        f"Incomplete: {'; '.join(problem.rstrip('.') for problem in problems[:5])}{more}. All "
        "other files are in the store; mend or replace what is named and run the same command "
        "again: it reads only what is new."
    )
