"""Brings reviewers' decisions into the store before anything is counted."""

from __future__ import annotations

from dataclasses import dataclass

from drmine.refresh.job import Job, open_store
from drmine.review.apply import Applied, apply_decisions
from drmine.review.decisions import Decision, read_decisions
from drmine.review.folder import reviews_folder


@dataclass(frozen=True, slots=True)
class Reviews:
    """The decisions of a workspace, what became of them, and what to say of it."""

    decisions: list[Decision]
    applied: Applied
    notes: tuple[str, ...]


def read_reviews(job: Job) -> tuple[list[Decision], list[str]]:
    """Return the decisions of a workspace, oldest first, and what could not be read."""
    settings = job.settings
    problems: list[str] = []
    with open_store(settings) as store:
        folder = reviews_folder(settings, invented=store.has_invented())
    return read_decisions(folder, problems), problems


def apply_reviews(job: Job) -> Reviews:
    """Read the decisions and put them in the machine's place; the store is then as decided."""
    decisions, problems = read_reviews(job)
    with open_store(job.settings) as store:
        applied = apply_decisions(store, decisions, job.run_id)
    notes = list(applied.notes())
    if problems:
        notes.append(
            f"{len(problems)} lines of reviewers' decisions were left out: {problems[0]}"
            + (" ..." if len(problems) > 1 else "")
        )
    return Reviews(decisions, applied, tuple(notes))
