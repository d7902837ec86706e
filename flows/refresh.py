"""The weekly job: fetch what is new, read it, judge it, count it, show it.

    drmine refresh                      runs it here and now
    prefect deploy --name weekly        schedules it (see prefect.yaml)

A task is a batch of some hundred records: a task costs 10 to 30 ms, an abstract less.
What passes between tasks are PMIDs, paths and counts.
"""

from __future__ import annotations

import os

# before Prefect is imported: nothing about a run leaves the machine
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")

import logging
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from drmine.errors import DrmineError
from drmine.refresh import fetch as fetching
from drmine.refresh import label as labelling
from drmine.refresh import outputs
from drmine.refresh.job import Job, begin


class _OneSentence(logging.Filter):
    """Takes the traceback off errors that users can mend: their sentence says it all."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        if kind is not None and issubclass(kind, DrmineError):
            record.exc_info = record.exc_text = None
        return True


for _name in ("prefect.task_runs", "prefect.flow_runs"):
    logging.getLogger(_name).addFilter(_OneSentence())


def _may_pass(task: Any, run: Any, state: State[Any]) -> bool:
    """Whether another try may help: not for what drmine itself has given up on.

    The client tries each request for some minutes; a wrong setting stays wrong.
    """
    return not isinstance(state.result(raise_on_failure=False), DrmineError)


_RETRIES = {"retries": 2, "retry_delay_seconds": [2, 20], "retry_condition_fn": _may_pass}


@task(name="search PubMed", **_RETRIES)
def search(job: Job) -> int:
    """Search, write the plan down, and return the number of batches to fetch."""
    return fetching.plan_fetch(job)


@task(name="fetch batch", task_run_name="fetch batch {number}", **_RETRIES)
def fetch(job: Job, number: int) -> Path:
    """Fetch one batch of the plan into a file."""
    return fetching.fetch_planned(job, number)


@task(name="store batch", task_run_name="store batch {number}", **_RETRIES)
def store(job: Job, number: int, batch: Path) -> dict[str, int]:
    """Put one fetched batch into the store."""
    return fetching.store_records(job, batch)


@task(name="label batch", task_run_name="label batch {number}", **_RETRIES)
def label(job: Job, number: int, pmids: list[str]) -> dict[str, int]:
    """Tag and classify one batch of stored records."""
    return labelling.label_records(job, pmids)


@task(name="write trends", **_RETRIES)
def trends(job: Job, manifest: dict[str, Any]) -> dict[str, Any]:
    """Write the trend files."""
    return outputs.make_trends(job, manifest)


@task(name="write report", **_RETRIES)
def report(job: Job, manifest: dict[str, Any]) -> Path:
    """Write the HTML report."""
    return outputs.make_report(job, manifest)


def _run_name() -> str:
    from prefect.runtime import flow_run

    parameters = flow_run.parameters
    how = "offline" if parameters.get("offline") else "full" if parameters.get("full") else "new"
    return f"refresh {Path(str(parameters.get('workspace', 'workspace'))).name} ({how})"


@flow(name="refresh", flow_run_name=_run_name, validate_parameters=True)
def refresh(
    workspace: str = "workspace",
    query: str | None = None,
    offline: bool = False,
    full: bool = False,
) -> State[dict[str, Any]]:
    """Bring the evidence map up to date.

    Args:
        workspace: Folder of the database, the trend files and the report.
        query: A PubMed query; the project's own where none is given.
        offline: Fetch nothing, work on what is stored.
        full: Compare everything that PubMed holds with the store, and find deletions.
    """
    log = get_run_logger()
    with begin(workspace, query=query, offline=offline, full=full) as (job, summary):
        if not offline:
            try:
                n_batches = search(job)
                for number in range(n_batches):
                    summary.add(store(job, number, fetch(job, number)))
            except DrmineError as error:
                # what came is kept and worked on; the run says that it is partial
                summary.problems.append(str(error))
            fetching.note_fetch(job, summary)
        pending = labelling.pending_batches(job)
        if not pending:
            log.info("Nothing to tag or classify: no record is new or changed.")
        for number, pmids in enumerate(pending):
            summary.add(label(job, number, pmids))
        manifest = outputs.manifest_of(job, summary)
        summary.notes.extend(trends(job, manifest)["warnings"])
        manifest = outputs.manifest_of(job, summary)
        page = report(job, manifest)
        manifest = outputs.finish(job, summary)
    _show(manifest, page)
    if not manifest["is_complete"]:
        return Failed(name="Incomplete", message=outputs.what_to_do(manifest), data=manifest)
    return Completed(message=outputs.headline(manifest), data=manifest)


def _show(manifest: dict[str, Any], page: Path) -> None:
    create_table_artifact(
        key="drmine-counts",
        table=[{"step": step, "records": n} for step, n in manifest["counts"].items()],
        description=f"Run {manifest['run']}",
    )
    create_link_artifact(
        key="drmine-report", link=page.resolve().as_uri(), link_text="The evidence map"
    )
    if manifest["problems"] or manifest["missing"]:
        lines = [f"- {problem}" for problem in manifest["problems"]]
        lines += [f"- {len(manifest['missing']):,} records are missing"] * bool(manifest["missing"])
        create_markdown_artifact(key="drmine-problems", markdown="\n".join(lines))


if __name__ == "__main__":
    refresh()
