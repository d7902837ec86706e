"""Read NLM's bulk files, many at a time, into the store.

    drmine bulk FOLDER --runner processes       runs it here and now
    prefect deploy --name bulk                  makes it a deployment (see prefect.yaml)

One file is one task, on threads, processes or a Dask cluster; it leaves a small file with what is
on the topic. One writer takes these into the store, in the order of NLM's files.
"""

from __future__ import annotations

import os

# before Prefect is imported: nothing about a run leaves the machine
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")

import sys
import time
from pathlib import Path
from typing import Any, Literal

import cloudpickle
from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from drmine.bulk.job import begin_bulk, downloads_folder, finish_bulk, headline, what_to_do
from drmine.bulk.sieve import sieve
from drmine.bulk.sieved import Sieved
from drmine.bulk.sources import find_sources
from drmine.bulk.summary import FileRow, failed_row, file_row
from drmine.bulk.taking import Taking
from drmine.errors import DrmineError, InputError
from drmine.flowtools.crashes import tell_crash
from drmine.flowtools.life import sign_of_life
from drmine.flowtools.notify import tell_failure
from drmine.flowtools.pool import Pool
from drmine.flowtools.runs import RETRIES, incomplete, log_sentences
from drmine.flowtools.steps import show_counts, show_lines, show_table

log_sentences()

# a task's context holds its flow, and other processes cannot import this file by a name
cloudpickle.register_pickle_by_value(sys.modules[__name__])

# the function itself is the library's, so that any worker with drmine can load it
sieve_file = task(
    sieve,
    name="sieve file",
    task_run_name="sieve {source.name}",
    cache_policy=NO_CACHE,
    **RETRIES,
)


@task(name="take file", task_run_name="take {sieved.name}", cache_policy=NO_CACHE, **RETRIES)
def take_file_again(taking: Taking, sieved: Sieved) -> FileRow:
    """Put one sieved file into the store, where it did not go in at once."""
    return take_file(taking, sieved)


def take_file(taking: Taking, sieved: Sieved) -> FileRow:
    """Put one sieved file into the store."""
    begun = time.perf_counter()
    applied = taking.take(sieved)
    return file_row(sieved, applied, time.perf_counter() - begun)


def _run_name() -> str:
    from prefect.runtime import flow_run

    parameters = flow_run.parameters
    files = parameters.get("files") or []
    first = Path(str(files[0]).rstrip("/")).name if files else "nothing"
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return f"bulk {first}{more} ({parameters.get('runner')})"


@flow(
    name="bulk",
    flow_run_name=_run_name,
    validate_parameters=True,
    on_failure=[tell_failure],
    on_crashed=[tell_crash],
)
def bulk(
    files: list[str],
    workspace: str = "workspace",
    runner: Literal["threads", "processes", "dask"] = "processes",
    workers: int | None = None,
    dask_address: str | None = None,
    keep_all: bool = False,
) -> State[dict[str, Any]]:
    """Read PubMed's baseline and update files into the store; what is done is not done again.

    Args:
        files: Files, folders, or the address of a folder such as
            https://ftp.ncbi.nlm.nih.gov/pubmed/baseline/ (with the slash at its end).
        workspace: Folder of the database; all workers must see it under this path.
        runner: What reads the files: threads or processes of this machine, or Dask.
        workers: How many files are read at a time; all cores unless given.
        dask_address: Address of a Dask scheduler; without it Dask runs on this machine.
        keep_all: Keep every record, on epilepsy or not.
    """
    log = get_run_logger()
    with sign_of_life(workspace), begin_bulk(workspace) as job:
        sources = find_sources(files, downloads_folder(job.workspace))
        log.info(f"{len(sources):,} files, read by {runner}.")
        taking = Taking(job.store, job.run.id)
        folder = str(job.folder)
        with Pool(runner, workers, dask_address) as pool:
            waiting = [
                pool.submit(sieve_file, source=source, folder=folder, keep_all=keep_all, wanted=())
                for source in sources
            ]
            for place, source in enumerate(sources):
                try:
                    sieved = pool.result(waiting[place], waiting[place + 1 :])
                    if again := taking.wanted(sieved):
                        log.info(f"{source.name}: read again for {len(again)} stored records.")
                        once_more = pool.submit(
                            sieve_file, source=source, folder=folder, keep_all=keep_all,
                            wanted=sorted({*again, *sieved.wanted}),
                        )  # fmt: skip
                        sieved = pool.result(once_more, waiting[place + 1 :])
                except DrmineError as error:
                    job.rows.append(failed_row(source.name, error))
                    log.error(job.rows[-1].problems[0])
                    continue
                try:
                    row = take_file(taking, sieved)
                except InputError as error:
                    # its small file is damaged: the others go on
                    row = failed_row(source.name, error)
                    log.error(row.problems[0])
                except DrmineError:
                    raise
                except Exception as error:
                    # a task costs more than taking a file, so it becomes one only where it has
                    # to be tried again
                    log.warning(f"{source.name} did not go into the store: {error}")
                    row = take_file_again(taking, sieved)
                job.rows.append(row)
        manifest = finish_bulk(job)
        rows = job.rows
    _show(manifest, rows)
    if not manifest["is_complete"]:
        return incomplete(what_to_do(manifest), manifest)
    return Completed(message=headline(manifest), data=manifest)


def _show(manifest: dict[str, Any], rows: list[FileRow]) -> None:
    run = f"Run {manifest['run']}"
    show_counts("drmine-bulk-counts", manifest["counts"], run)
    show_table("drmine-bulk-files", [row.table_row() for row in rows], run)
    slowest = sorted(rows, key=lambda row: -(row.seconds + row.store_seconds))[:10]
    show_table(
        "drmine-bulk-slowest",
        [{"file": r.file, "seconds": round(r.seconds + r.store_seconds, 2)} for r in slowest],
        run,
    )
    show_lines("drmine-bulk-problems", manifest["problems"], run)


if __name__ == "__main__":
    bulk(["."])
