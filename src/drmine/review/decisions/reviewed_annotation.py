"""An annotation that says what a reviewer decided, and the way back to the machine's.

The machine's own labels stay beside the reviewer's, in ``extra["machine"]``: they come back when
a decision is undone, are what the reviewers' page shows, and tell the machine's error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from drmine.records import Annotation, DecidedFinding, Finding, Record, Span
from drmine.review.decisions.decision import Decision

REVIEW, MACHINE = "review", "machine"
"""Keys of ``Annotation.extra``: who decided, and what the machine had said."""
CERTAIN = 1.0
"""Score of what a reviewer has decided."""


@dataclass(frozen=True, slots=True)
class MachineSaid:
    """What the present machine says of a record whose decision stands in its place."""

    about: bool
    hypotheses: frozenset[str]


def machine_said(extra: Mapping[str, Any]) -> MachineSaid:
    """Return what the machine said by the ``extra`` of a reviewed annotation."""
    kept = extra[MACHINE]
    return MachineSaid(
        bool(kept["about_drug_response"]), frozenset(one["id"] for one in kept["hypotheses"])
    )


def reviewed_annotation(
    record: Record, present: Annotation, decision: Decision, reviewers: Iterable[str]
) -> Annotation:
    """Return the annotation that says what the reviewer decided.

    Mentions and rates stay the machine's; so does the study type, where the reviewer has
    given none, and the evidence of a hypothesis for which none was chosen. Its second sentence
    stays only where stance and first sentence do: it was chosen to go with them.
    """
    machine = machine_annotation(present) or present
    given = {finding.id: finding for finding in machine.hypotheses}
    findings = tuple(
        _finding(record.text, one, given.get(one.id)) for one in _each_once(decision.findings)
    )
    about = bool(decision.about_drug_response)
    extra = {key: value for key, value in present.extra.items() if key not in (REVIEW, MACHINE)}
    return replace(
        machine,
        about_drug_response=about,
        about_drug_response_score=CERTAIN if about else 1 - CERTAIN,
        hypotheses=findings,
        study_type=decision.study_type or machine.study_type,
        study_type_score=CERTAIN if decision.study_type else machine.study_type_score,
        needs_review=False,
        extra={
            **extra,
            REVIEW: {
                "id": decision.id,
                "time": decision.time,
                "action": decision.action,
                "round": decision.round,
                "decided_by": decision.reviewer,
                "reviewers": sorted(reviewers),
            },
            MACHINE: _machine_json(machine),
        },
    )


def _each_once(findings: Iterable[DecidedFinding]) -> list[DecidedFinding]:
    return list({one.id: one for one in findings}.values())


def _finding(text: str, decided: DecidedFinding, machine: Finding | None) -> Finding:
    evidence = machine.evidence if machine else ()
    is_kept = decided.evidence in (None, *((span.start, span.end) for span in evidence[:1]))
    if not is_kept and decided.evidence is not None:
        start, end = decided.evidence
        evidence = (Span(start, end, text[start:end]),) if 0 <= start < end <= len(text) else ()
    elif machine and decided.stance != machine.stance:
        evidence = evidence[:1]
    return Finding(
        decided.id, CERTAIN, decided.stance, CERTAIN, decided.origin, evidence, needs_review=False
    )


def machine_annotation(present: Annotation) -> Annotation | None:
    """Return what the machine said of a record, also where a decision stands in its place.

    None where a decision does and the machine's labels were not kept.
    """
    if REVIEW not in present.extra:
        return present
    kept = present.extra.get(MACHINE)
    if not isinstance(kept, Mapping):
        return None
    extra = {key: value for key, value in present.extra.items() if key not in (REVIEW, MACHINE)}
    return replace(
        present,
        about_drug_response=bool(kept["about_drug_response"]),
        about_drug_response_score=float(kept["about_drug_response_score"]),
        hypotheses=tuple(
            Finding(
                one["id"],
                one["score"],
                one["stance"],
                one["stance_score"],
                one["origin"],
                tuple(Span(*span) for span in one["evidence"]),
                one["needs_review"],
            )
            for one in kept["hypotheses"]
        ),
        study_type=kept["study_type"],
        study_type_score=kept["study_type_score"],
        needs_review=kept["needs_review"],
        extra=extra,
    )


def _machine_json(machine: Annotation) -> dict[str, Any]:
    return {
        "about_drug_response": machine.about_drug_response,
        "about_drug_response_score": machine.about_drug_response_score,
        "hypotheses": [
            {
                "id": one.id,
                "score": one.score,
                "stance": one.stance,
                "stance_score": one.stance_score,
                "origin": one.origin,
                "evidence": [[span.start, span.end, span.text] for span in one.evidence],
                "needs_review": one.needs_review,
            }
            for one in machine.hypotheses
        ],
        "study_type": machine.study_type,
        "study_type_score": machine.study_type_score,
        "needs_review": machine.needs_review,
    }
