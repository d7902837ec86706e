"""From what a file says to lines in the reviewer's file, each once however often it comes."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from drmine.records import Annotation
from drmine.review.decisions.decision import DecidedFinding, Decision, Round, standing, time_after
from drmine.review.exchange.answer import Answer, Shown
from drmine.review.pages.forms import FormState, HypothesisState, action_of

ROUND: Round = "import"
_NAMESPACE = uuid.UUID("5e0a7f5c-3f0e-5b7c-9d2f-6f0c7a1d9b42")


@dataclass(slots=True)
class Intake:
    """What is new, and what is there already.

    ``n_replaced`` counts what is there, but has been decided otherwise or taken back since: it
    is not brought back by importing an old file again.
    """

    new: list[Decision] = field(default_factory=list)
    n_known: int = 0
    n_replaced: int = 0


def to_decisions(
    answers: Iterable[Answer],
    reviewer: str,
    known: Sequence[Decision],
    defaults: Mapping[str, Shown],
    taxonomy: str,
) -> Intake:
    """Return the decisions that answers become.

    Parameters
    ----------
    answers
        What a file says.
    reviewer
        Whose decisions these are.
    known
        All decisions that are there, oldest first.
    defaults
        By PMID what the workspace knows of a record (queue, machine), for files that do not
        say it.
    taxonomy
        Id and version, for files that do not say it.
    """
    intake = Intake()
    in_force = {one.id for one in standing(known).values()}
    in_force |= {one.id for one in known if one.action == "skip"}
    same: dict[str, list[Decision]] = {}
    for one in known:
        if one.reviewer == reviewer and one.action != "undo":
            for key in (one.id, _content(one)):
                same.setdefault(key, []).append(one)
    last_on = {one.pmid: one for one in known if one.action != "undo"}
    for answer in answers:
        default, last = defaults.get(answer.pmid, Shown()), last_on.get(answer.pmid)
        decision = _decision(answer, reviewer, default, taxonomy, last)
        # what was decided in the browser, and went out with the file, has an id of another kind
        content = _content(decision)
        said_before = same.get(decision.id) or [
            one for one in same.get(content, ()) if one.text_sha256 in ("", decision.text_sha256)
        ]
        if not said_before:
            same.setdefault(content, []).append(decision)
            in_force.add(decision.id)
            intake.new.append(decision)
        elif any(one.id in in_force for one in said_before):
            intake.n_known += 1
        else:
            intake.n_replaced += 1
    return intake


def _decision(
    answer: Answer, reviewer: str, default: Shown, taxonomy: str, last: Decision | None
) -> Decision:
    shown = answer.shown
    proposal = shown.proposal or default.proposal
    return Decision(
        answer.pmid,
        reviewer,
        answer.action or ("skip" if answer.is_skip else action_of(_state(answer), proposal)),
        answer.about,
        answer.study_type,
        answer.findings,
        answer.note,
        shown.text_sha256,
        taxonomy=shown.taxonomy or taxonomy,
        round="adjudication" if answer.settles else ROUND,
        # another queue may have been drawn since the file went out
        sample=shown.sample or default.sample or "chosen",
        weight=shown.weight or default.weight or 1.0,
        blind=shown.blind,
        machine=_machine_json(proposal) if shown.machine is None else shown.machine,
        fingerprint=shown.fingerprint or default.fingerprint,
        id=decision_id(answer, reviewer),
        time=_utc(answer.time) or time_after([last] if last else []),
    )


def decision_id(answer: Answer, reviewer: str) -> str:
    """Return the id that the same answer of the same reviewer always has."""
    content: list[Any] = [
        reviewer, answer.pmid, answer.about, answer.study_type, _sorted(answer.findings),
        answer.note, answer.shown.text_sha256, *(["adjudication"] if answer.settles else []),
    ]  # fmt: skip
    return uuid.uuid5(_NAMESPACE, json.dumps(content, ensure_ascii=True)).hex


def _content(one: Decision) -> str:
    """Return what a decision says of its record, with the note as any format may bring it back."""
    # PubTator holds no bar and no line break, brat no two blanks
    note = " ".join(one.note.replace("|", "¦").split())
    content = [
        one.round == "adjudication", one.pmid, one.about_drug_response, one.study_type,
        _sorted(one.findings), note,
    ]  # fmt: skip
    return json.dumps(content)


def _sorted(findings: Iterable[DecidedFinding]) -> list[list[Any]]:
    return sorted([f.id, f.stance, f.origin, list(f.evidence or ())] for f in findings)


def _state(answer: Answer) -> FormState:
    return FormState(
        answer.about,
        answer.study_type or "",
        answer.note,
        {f.id: HypothesisState(True, f.stance, f.origin, f.evidence) for f in answer.findings},
    )


def _machine_json(proposal: Annotation | None) -> tuple[dict[str, Any], ...] | None:
    if proposal is None:
        return None
    return tuple(
        {"id": one.id, "score": round(one.score, 4), "stance": one.stance, "origin": one.origin}
        for one in proposal.hypotheses
    )


def _utc(text: str) -> str:
    """Return a time as decisions write it; blank where there is none that can be read."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
