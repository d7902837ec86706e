"""What BioC, PubTator and brat share: what stands in a record, and when a record counts as done.

These formats hold spans and no "I have decided". So each record carries a mark: ``open`` as it
goes out with the machine's proposals, ``done`` once its reviewer says so. Of an open record nothing
is taken; files of others, which have no such mark, are read for their mentions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drmine.records import ORIGINS, STANCES
from drmine.review.decisions.decision import DecidedFinding
from drmine.review.exchange.answer import (
    Answer,
    MarkedMention,
    Shown,
    Task,
    check_findings,
    one_of,
    study_type_of,
    yes_or_no,
)
from drmine.review.exchange.proposal import proposed_findings
from drmine.taxonomy import Taxonomy

OPEN, DONE, SKIP = STATES = ("open", "done", "skip")
STATE, ABOUT, STUDY_TYPE, NOTE = "decision", "about_drug_response", "study_type", "note"
BLIND = "blind"
"""Whether the machine's findings stayed out; where a record does not say so, they did not."""


@dataclass(frozen=True, slots=True)
class Content:
    """What goes out of one record; ``findings`` are the reviewer's, or the machine's proposal."""

    state: str
    about: bool | None
    study_type: str
    note: str
    findings: tuple[DecidedFinding, ...]
    mentions: tuple[MarkedMention, ...]


def content_of(task: Task) -> Content:
    """Return what goes out of a record: the reviewer's answer, or else what the machine said."""
    answer, proposal = task.answer, task.shown.proposal
    mentions = tuple(
        MarkedMention(one.start, one.end, one.text, one.concept, one.class_)
        for one in (task.machine.mentions if task.machine else ())
        if 0 <= one.start < one.end <= len(task.record.text)
    )
    if answer is not None:
        return Content(
            SKIP if answer.is_skip else DONE, answer.about, answer.study_type or "", answer.note,
            answer.findings, mentions,
        )  # fmt: skip
    if proposal is None:
        return Content(OPEN, None, "", "", (), mentions)
    findings = proposed_findings(proposal)
    return Content(OPEN, proposal.about_drug_response, proposal.study_type, "", findings, mentions)


def yes_no(value: bool | None) -> str:
    """Return how a yes or no is written; blank where it is open."""
    return "" if value is None else "yes" if value else "no"


def finding_of(
    id: str, stance: str, origin: str, evidence: tuple[int, int] | None
) -> DecidedFinding:
    """Return a finding as a file names it.

    Raises
    ------
    AnswerError
        Stance or origin is none of the allowed values.
    """
    return DecidedFinding(
        id,
        one_of(stance, STANCES, f"stance of {id}"),  # type: ignore[arg-type]
        one_of(origin, ORIGINS, f"origin of {id}") if origin else "unspecified",  # type: ignore[arg-type]
        evidence,
    )


def answer_of(
    pmid: str,
    state: str,
    about: str,
    study_type: str,
    note: str,
    findings: Sequence[DecidedFinding],
    shown: Shown,
    taxonomy: Taxonomy,
    place: str,
) -> Answer | None:
    """Return what a record's marks say; None where it is open.

    Raises
    ------
    AnswerError
        They cannot be so.
    """
    state = one_of(state, STATES, STATE)
    if state == OPEN:
        return None
    if state == SKIP:
        return Answer(pmid, note=note, shown=shown, place=place)
    decided = yes_or_no(about, ABOUT)
    ordered = sorted(findings, key=lambda one: _rank(one.id, taxonomy))
    check_findings(ordered, decided, taxonomy)
    return Answer(
        pmid,
        bool(findings) if decided is None else decided,
        study_type_of(study_type),
        tuple(ordered),
        note,
        shown,
        place,
    )


def _rank(id: str, taxonomy: Taxonomy) -> int:
    return taxonomy.ids.index(id) if id in taxonomy else len(taxonomy.ids)
