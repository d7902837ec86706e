"""The monthly check: is the machine as right as it was, against what people decided?

    python flows/evaluate.py            runs it here and now, on ./workspace
    prefect deploy                      schedules it (see prefect.yaml)

Ends as "Drift" where the machine errs more often of late. A task is a batch of some hundred
records.
"""

from __future__ import annotations

import os

# before Prefect is imported: nothing about a run leaves the machine
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
# by hand Prefect starts a server, on a busy machine in more than the 20 s that it grants itself
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "90")

from dataclasses import asdict
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from drmine.evaluation import job as evaluating
from drmine.evaluation.current import LATEST, Outcome, drifted
from drmine.evaluation.drift import THRESHOLD
from drmine.evaluation.markdown import as_markdown
from drmine.flowtools.crashes import tell_crash
from drmine.flowtools.life import sign_of_life
from drmine.flowtools.notify import tell_failure, tell_named
from drmine.flowtools.runs import RETRIES, log_sentences

log_sentences()


@task(name="judge batch", task_run_name="judge batch {number}", **RETRIES)
def judge(job: evaluating.EvaluationJob, number: int, pmids: list[str]) -> list[dict[str, Any]]:
    """Label the texts of one batch anew, and set the labels beside what people decided."""
    return [asdict(one) for one in evaluating.judge_batch(job, pmids)]


@task(name="write evaluation", **RETRIES)
def write(job: evaluating.EvaluationJob, outcomes: list[dict[str, Any]]) -> dict[str, Any]:
    """Compute every figure and test, and write them as JSON."""
    return evaluating.finish(job, [Outcome(**one) for one in outcomes])


def _run_name() -> str:
    from prefect.runtime import flow_run

    return f"evaluate {Path(str(flow_run.parameters.get('workspace', 'workspace'))).name}"


@flow(
    name="evaluate",
    flow_run_name=_run_name,
    validate_parameters=True,
    on_failure=[tell_failure],
    on_crashed=[tell_crash],
    on_completion=[tell_named],
)
def evaluate(
    workspace: str = "workspace",
    gold: str | None = None,
    reviews: str | None = None,
    drift_threshold: float = THRESHOLD,
    latest: int = LATEST,
) -> State[dict[str, Any]]:
    """Hold the machine against all decisions and gold labels whose texts are at hand.

    Args:
        workspace: Folder of the database; texts are taken from it.
        gold: Gold file; the checkout's where none is given.
        reviews: Folder of the reviewers' decisions; the checkout's where none is given.
        drift_threshold: Adjusted p below which more errors of late count as drift.
        latest: So many decisions count as the latest.
    """
    log = get_run_logger()
    job = evaluating.EvaluationJob(workspace, gold, reviews, drift_threshold, latest)
    with sign_of_life(workspace):
        batches = evaluating.batches(job)
        outcomes: list[dict[str, Any]] = []
        for number, pmids in enumerate(batches):
            outcomes += judge(job, number, pmids)
        found = write(job, outcomes)
    create_markdown_artifact(
        key="drmine-evaluation", markdown=as_markdown(found), description="How right the machine is"
    )
    for problem in found["problems"]:
        log.warning(problem)
    said = drifted(found)
    if said:
        for one in said:
            log.warning("Drift: %s", one)
        return Completed(name="Drift", message=f"Drift: {'; '.join(said)}.", data=found)
    if not outcomes:
        return Completed(name="NothingToJudge", message=evaluating.NOTHING, data=found)
    return Completed(message=evaluating.headline(found), data=found)


if __name__ == "__main__":
    evaluate()
