"""Go on with what a run before this one has fetched, where that one ended incomplete."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from drmine.refresh.job import Job
from drmine.workspace import MANIFEST, Workspace

if TYPE_CHECKING:
    from drmine.pubmed.harvest import Plan
    from drmine.pubmed.query import Query

log = logging.getLogger(__name__)


def take_over(job: Job, query: Query, since: date | None) -> Plan | None:
    """Take plan and batches of the run before into this run's folder; return the plan, if any.

    Only those of an incomplete run with the same query, day and kind are taken. Its manifest
    stays where it is.
    """
    from drmine.pubmed.harvest import resume_plan

    old = _incomplete_run(job)
    plan = resume_plan(old, query, since, job.full) if old else None
    if old is None or plan is None or not _is_worth_it(plan, old):
        return None
    batches = job.folder / "batches"
    try:
        job.folder.mkdir(parents=True, exist_ok=True)
        if (old / "batches").is_dir():
            ignore = shutil.ignore_patterns(".*")  # what killed processes left half written
            shutil.copytree(old / "batches", batches, ignore=ignore, dirs_exist_ok=True)
        # the one moment at which all is handed over: a run stopped before it leaves everything
        # with the old run, one stopped after it goes on here
        (old / "plan.json").replace(job.folder / "plan.json")
    except OSError as error:
        log.warning("what run %s fetched cannot be taken over: %s", old.name, error)
        shutil.rmtree(batches, ignore_errors=True)
        return None
    shutil.rmtree(old / "batches", ignore_errors=True)
    return plan


def drop_outdated(folders: Iterable[Path]) -> None:
    """Delete what was fetched by plans that nobody goes on with any more, being of over a week ago.

    Each is a folder of a run or of a list, with a plan and batches; the rest of it stays.
    """
    from drmine.pubmed.harvest import OVERLAP

    today = datetime.now(UTC).date()
    for folder in folders:
        try:
            plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
            # also one of a day far ahead, which a wrong clock has left
            is_outdated = abs(today - date.fromisoformat(plan["searched_on"])) > OVERLAP
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if is_outdated:
            # the plan last: while it is there, the next run tries again
            shutil.rmtree(folder / "batches", ignore_errors=True)
            (folder / "plan.json").unlink(missing_ok=True)


def _incomplete_run(job: Job) -> Path | None:
    """Return the folder of the latest other run with a plan, if its manifest says incomplete."""
    plans = sorted(Workspace(Path(job.workspace)).runs_dir.glob("*/plan.json"), reverse=True)
    for folder in [plan.parent for plan in plans if plan.parent.name != job.run_id][:1]:
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        # one that got all and was stopped before it had cleared up has nothing left to fetch
        is_fetched = manifest.get("is_fetched", manifest.get("is_complete"))
        return folder if is_fetched is False else None
    return None


def _is_worth_it(plan: Plan, folder: Path) -> bool:
    """Whether to go on with a plan rather than search anew.

    On the day of its search, always. Later only where batches remain to fetch: a record that
    never comes whole would else keep out what has come into PubMed since. After a week what
    was fetched is too old; a day that is still to come is that of a clock that was wrong.
    """
    from drmine.pubmed.batches import batch_path
    from drmine.pubmed.harvest import OVERLAP

    age = datetime.now(UTC).date() - date.fromisoformat(plan.searched_on)
    if age <= timedelta(0):
        return age >= timedelta(-1)
    chunks = enumerate(plan.batches())
    remain = (not batch_path(folder / "batches", pmids, n).exists() for n, pmids in chunks)
    return age <= OVERLAP and any(remain)
