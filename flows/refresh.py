"""The weekly job: fetch what is new, read it, judge it, count it, show it.

    drmine refresh                      runs it here and now
    drmine schedule                     runs it on its schedules, from here
    prefect deploy --all                schedules it on a server (see prefect.yaml)

A task is a batch of some hundred records: a task costs 10 to 30 ms, an abstract less.
What passes between tasks are PMIDs, paths and counts.
"""

from __future__ import annotations

import os
import sys

# before Prefect is imported: nothing about a run leaves the machine
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cloudpickle
from prefect import flow, get_run_logger, task
from prefect.artifacts import create_link_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from drmine.errors import DrmineError
from drmine.flowtools.crashes import tell_crash
from drmine.flowtools.life import sign_of_life
from drmine.flowtools.notify import tell_failure
from drmine.flowtools.pool import Pool
from drmine.flowtools.runs import RETRIES, incomplete, log_sentences
from drmine.flowtools.steps import Steps, show_counts, show_lines, show_table
from drmine.refresh import fetch as fetching
from drmine.refresh import label as labelling
from drmine.refresh import outputs
from drmine.refresh.history import keep_left_over
from drmine.refresh.job import Job, begin

log_sentences()

# a task's context holds its flow, and other processes cannot import this file by a name
cloudpickle.register_pickle_by_value(sys.modules[__name__])


@task(name="search PubMed", **RETRIES)
def search(job: Job) -> int:
    """Search, write the plan down, and return the number of batches to fetch."""
    return fetching.plan_fetch(job)


@task(name="fetch batch", task_run_name="fetch batch {number}", **RETRIES)
def fetch(job: Job, number: int) -> Path:
    """Fetch one batch of the plan into a file."""
    return fetching.fetch_planned(job, number)


@task(name="store batch", task_run_name="store batch {number}", **RETRIES)
def store(job: Job, number: int, batch: Path) -> dict[str, int]:
    """Put one fetched batch into the store."""
    return fetching.store_records(job, batch)


# the function itself is the library's, so that another process can load it
label = task(
    labelling.label_batch,
    name="label batch",
    task_run_name="label batch {number}",
    cache_policy=NO_CACHE,
    **RETRIES,
)


@task(name="write trends", **RETRIES)
def trends(job: Job, manifest: dict[str, Any]) -> dict[str, Any]:
    """Write the trend files."""
    return outputs.make_trends(job, manifest)


@task(name="write report", **RETRIES)
def report(job: Job, manifest: dict[str, Any]) -> Path:
    """Write the HTML report."""
    return outputs.make_report(job, manifest)


def _label_all(job: Job, pending: list[list[str]]) -> Iterator[dict[str, int]]:
    """Label batch by batch, on several processes where there is much to do; yield the counts."""
    workers = labelling.workers_for(len(pending))
    if workers == 1:
        for number, pmids in enumerate(pending):
            yield label(job, number, pmids)
        return
    get_run_logger().info(f"Much to label: on {workers} processes.")
    with Pool("processes", workers, None) as pool:
        waiting = [
            pool.submit(label, job=job, number=number, pmids=pmids)
            for number, pmids in enumerate(pending)
        ]
        for place, one in enumerate(waiting):
            yield pool.result(one, waiting[place + 1 :])


def _run_name() -> str:
    from prefect.runtime import flow_run

    parameters = flow_run.parameters
    how = "offline" if parameters.get("offline") else "full" if parameters.get("full") else "new"
    return f"refresh {Path(str(parameters.get('workspace', 'workspace'))).name} ({how})"


@flow(
    name="refresh",
    flow_run_name=_run_name,
    validate_parameters=True,
    on_failure=[tell_failure],
    on_crashed=[tell_crash],
)
def refresh(
    workspace: str = "workspace",
    query: str | None = None,
    offline: bool = False,
    full: bool = False,
    wait_minutes: float = 0,
) -> State[dict[str, Any]]:
    """Bring the evidence map up to date.

    Args:
        workspace: Folder of the database, the trend files and the report.
        query: A PubMed query; the project's own where none is given.
        offline: Fetch nothing, work on what is stored.
        full: Compare everything that PubMed holds with the store, and find deletions.
        wait_minutes: How long to wait for another refresh of the same workspace to end.
    """
    log = get_run_logger()
    steps = Steps()
    with (
        sign_of_life(workspace),
        begin(
            workspace, query=query, offline=offline, full=full, wait=60 * wait_minutes,
            say=log.info,
        ) as (job, summary),
    ):  # fmt: skip
        if not offline:
            try:
                with steps.step("search PubMed"):
                    n_batches = search(job)
                for number in range(n_batches):
                    with steps.step("fetch"):
                        batch = fetch(job, number)
                    with steps.step("store"):
                        summary.add(store(job, number, batch))
            except DrmineError as error:
                # what came is kept and worked on; the run says that it is partial
                summary.problems.append(str(error))
            fetching.note_fetch(job, summary)
        else:
            keep_left_over(job, summary)
        with steps.step("find what to label"):
            pending = labelling.pending_batches(job)
        if pending:
            with steps.step("label"):
                for counts in _label_all(job, pending):
                    summary.add(counts)
        else:
            log.info("Nothing to tag or classify: no record is new or changed.")
        manifest = outputs.manifest_of(job, summary)
        with steps.step("write trends"):
            summary.trend_notes.extend(trends(job, manifest)["warnings"])
        manifest = outputs.manifest_of(job, summary)
        with steps.step("write report"):
            page = report(job, manifest)
        manifest = outputs.finish(job, summary)
        changed = outputs.changes_since_last(job)
    _show(manifest, page, steps, changed)
    if not manifest["is_complete"]:
        return incomplete(outputs.what_to_do(manifest), manifest)
    return Completed(message=outputs.headline(manifest), data=manifest)


def _show(manifest: dict[str, Any], page: Path, steps: Steps, changed: list[str]) -> None:
    run = f"Run {manifest['run']}"
    show_counts("drmine-counts", manifest["counts"], run)
    show_table("drmine-slowest", steps.slowest(), run)
    show_lines("drmine-changes", changed, run)
    create_link_artifact(
        key="drmine-report", link=page.resolve().as_uri(), link_text="The evidence map"
    )
    problems = list(manifest["problems"])
    if n_missing := outputs.n_not_fetched(manifest):
        problems.append(outputs.missing_records(n_missing))
    show_lines("drmine-problems", problems, run)


if __name__ == "__main__":
    refresh()
