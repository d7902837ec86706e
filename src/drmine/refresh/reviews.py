"""Brings reviewers' decisions into the store before anything is counted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from drmine.errors import ConfigurationError
from drmine.plural import how_many
from drmine.refresh.job import Job, open_store
from drmine.review.decisions.apply import Applied, apply_decisions
from drmine.review.decisions.decision import Decision
from drmine.review.decisions.files import read_decisions
from drmine.review.decisions.folder import reviews_folder


@dataclass(frozen=True, slots=True)
class Reviews:
    """The decisions of a workspace, what became of them, and what to say of it."""

    decisions: list[Decision]
    applied: Applied
    notes: tuple[str, ...]


def read_reviews(job: Job) -> tuple[list[Decision], list[str]]:
    """Return the decisions of a workspace, oldest first, and what could not be read."""
    problems: list[str] = []
    return read_decisions(_folder(job), problems), problems


def _folder(job: Job) -> Path:
    with open_store(job.settings) as store:
        return reviews_folder(job.settings, invented=store.has_invented())


def apply_reviews(job: Job) -> Reviews:
    """Read the decisions and put them in the machine's place; the store is then as decided.

    Raises
    ------
    ConfigurationError
        Their folder is not there, and the store holds some.
    """
    _check_folder(job)
    decisions, problems = read_reviews(job)
    with open_store(job.settings) as store:
        applied = apply_decisions(store, decisions, job.run_id)
    notes = list(applied.notes())
    if problems:
        notes.append(
            f"{how_many(len(problems), 'line')} of reviewers' decisions left out: {problems[0]}"
            + (" ..." if len(problems) > 1 else "")
        )
    return Reviews(decisions, applied, tuple(notes))


def _check_folder(job: Job) -> None:
    """See that decisions are not taken back because their folder is not where it was.

    A share that is not mounted, a slip in the setting, or another folder to start from would else
    give the machine all its labels back. An empty folder is a wish, and the run tells what it took
    back.
    """
    folder = _folder(job)
    if folder.is_dir():
        return
    with open_store(job.settings) as store:
        n_decided = len(store.reviewed_pmids())
    if n_decided or folder.exists():
        raise ConfigurationError(
            f"{folder} is no folder, but should hold the decisions of reviewers, which stand in "
            f"{how_many(n_decided, 'record')} of the store; name their folder with "
            "DRMINE_REVIEWS, or make "
            "this one to do without them."
        )
