"""How far the review is, and how well reviewers agree as far as it can be counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from drmine.plural import how_many
from drmine.review.agreement.text import status_lines
from drmine.review.decisions.decision import Decision, settled, standing
from drmine.review.decisions.differences import by_record, differences, of_latest_text
from drmine.review.decisions.files import read_decisions
from drmine.review.decisions.folder import (
    check_is_there,
    review_dir,
    reviews_folder,
    same_workspace,
)
from drmine.review.decisions.index import DecisionIndex
from drmine.review.pages.desk import Count, Desk
from drmine.settings import Settings

if TYPE_CHECKING:
    from drmine.store import Store


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of the records that several judged: on how many they agree, in all and by part."""

    n: int = 0
    whole: int = 0
    about: int = 0
    hypotheses: int = 0
    stances: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """What reviewers have decided, which lines of it cannot be read, and what waits for them."""

    folder: Path
    decisions: list[Decision]
    problems: list[str]
    queue: list[Count]
    n_reviewed: int
    n_disagreements: int


@dataclass(slots=True)
class Status:
    """What `drmine review status` says."""

    folder: Path
    per_reviewer: dict[str, Counter[str]] = field(default_factory=dict)
    queue: list[Count] = field(default_factory=list)
    n_records: int = 0
    n_reviewed: int = 0
    n_disagreements: int = 0
    agreement: Agreement = Agreement()
    more: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    option: str = ""
    """What the commands that it names need to mean the same workspace."""


def raw_agreement(decisions: Iterable[Decision]) -> Agreement:
    """Count agreement among reviewers of the same text; adjudications are set aside."""
    n = whole = about = hypotheses = stances = 0
    for reviews in by_record(decisions).values():
        ours = of_latest_text(reviews)
        if len(ours) < 2:
            continue
        found = {one.what for one in differences(ours)}
        n += 1
        whole += not found
        about += "about_drug_response" not in found
        hypotheses += "assigned" not in found
        stances += not found & {"assigned", "stance"}
    return Agreement(n, whole, about, hypotheses, stances)


def read_work(store: Store, settings: Settings, reviews: Path | None) -> Work:
    """Read what the reviewers of a workspace have done, and what waits for them.

    Raises
    ------
    InputError
        ``reviews`` is no folder.
    """
    check_is_there(reviews)
    folder = reviews_folder(settings, reviews, invented=store.has_invented())
    problems: list[str] = []
    decisions = read_decisions(folder, problems)
    desk = Desk(review_dir(settings), DecisionIndex(folder, decisions), store.known_of)
    return Work(
        folder=folder,
        decisions=decisions,
        problems=problems,
        queue=desk.progress(),
        n_reviewed=len(store.known_of(settled(decisions))),
        n_disagreements=len(desk.disagreements()),
    )


def read_status(settings: Settings, reviews: Path | None = None) -> Status:
    """Gather what is known of the review of a workspace."""
    from drmine.refresh.job import reading_store

    with reading_store(settings) as store:
        work = read_work(store, settings, reviews)
        n_records = len(store.known_pmids())
    per_reviewer: dict[str, Counter[str]] = {}
    for name, action in _last_words(work.decisions):
        per_reviewer.setdefault(name, Counter())[action] += 1
    return Status(
        folder=work.folder,
        per_reviewer=per_reviewer,
        queue=work.queue,
        n_records=n_records,
        n_reviewed=work.n_reviewed,
        n_disagreements=work.n_disagreements,
        agreement=raw_agreement(work.decisions),
        more=status_lines(work.decisions),
        problems=work.problems,
        option=same_workspace(settings),
    )


def _last_words(decisions: list[Decision]) -> Iterator[tuple[str, str]]:
    """Yield reviewer and action of each record that somebody judged or left to others, once."""
    stands = standing(decisions)
    for one in stands.values():
        yield one.reviewer, one.action
    undone = {one.undoes for one in decisions if one.action == "undo"}
    skipped = {
        (one.pmid, one.reviewer, one.round == "adjudication")
        for one in decisions
        if one.action == "skip" and one.id not in undone
    }
    for _, name, _ in skipped - stands.keys():
        yield name, "skip"


def as_lines(status: Status) -> list[str]:
    """Return what to print."""
    actions = ("accept", "change", "reject", "skip")
    lines = [f"Decisions in {status.folder}"]
    if status.per_reviewer:
        lines.append(f"{'reviewer':<20}" + "".join(f"{name:>8}" for name in actions))
    else:
        lines.append(f"None yet: drmine review serve{status.option}")
    for name, counts in sorted(status.per_reviewer.items()):
        lines.append(f"{name:<20}" + "".join(f"{counts[action]:>8,}" for action in actions))
    lines.append(f"Reviewed: {status.n_reviewed:,} of {how_many(status.n_records, 'record')}")
    if status.queue:
        left = sum(one.total - one.done for one in status.queue)
        parts = ", ".join(f"{one.sample} {one.done:,}/{one.total:,}" for one in status.queue)
        lines.append(f"Queue: {left:,} left ({parts})")
    else:
        lines.append(f"Queue: none; draw one with drmine review queue{status.option}")
    lines.append(
        f"To settle: {how_many(status.n_disagreements, 'record')} on which reviewers differ"
    )
    one = status.agreement
    if one.n:
        lines.append(
            f"Agreement on {how_many(one.n, 'record')} that several judged: everything "
            f"{one.whole:,}, "
            f"drug response {one.about:,}, hypotheses {one.hypotheses:,}, with stance "
            f"{one.stances:,}"
        )
    return [*lines, *status.more, *(f"Left out: {problem}" for problem in status.problems)]
