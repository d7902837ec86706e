"""Puts reviewers' decisions in the machine's place, so that every output counts them.

The machine's own labels stay beside them, in ``extra["machine"]``: they come back when a
decision is undone, are what the reviewers' page shows, and tell the machine's error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from drmine.annotations import text_digest
from drmine.records import Annotation, Finding, Record, Span
from drmine.review.decisions import DecidedFinding, Decision, standing
from drmine.review.texts import settled_on, with_several_texts
from drmine.store.sql import CHUNK, chunks, numeric_order

if TYPE_CHECKING:
    from drmine.store import Store
    from drmine.store.lookups import Stamp

REVIEW, MACHINE = "review", "machine"
"""Keys of ``Annotation.extra``: who decided, and what the machine had said."""
CERTAIN = 1.0
"""Score of what a reviewer has decided."""


@dataclass(frozen=True, slots=True)
class MachineSaid:
    """What the present machine says of a record whose decision stands in its place."""

    about: bool
    hypotheses: frozenset[str]


@dataclass(slots=True)
class Applied:
    """What became of the decisions; PMIDs in numeric order.

    ``machine`` holds what the machine said of each record whose decision stands in its place,
    ``decided`` that decision.
    """

    in_force: int = 0
    newly: int = 0
    restored: int = 0
    changed_text: list[str] = field(default_factory=list)
    not_labelled: list[str] = field(default_factory=list)
    not_stored: int = 0
    machine: dict[str, MachineSaid] = field(default_factory=dict)
    decided: dict[str, Decision] = field(default_factory=dict)

    def notes(self) -> list[str]:
        """Say what is not as the reviewers would expect it."""
        said = []
        if self.changed_text:
            said.append(
                f"{len(self.changed_text):,} reviewed records have changed since they were "
                "decided upon, and keep the machine's labels until they are looked at again "
                f"(`drmine review queue` puts them first): {', '.join(self.changed_text[:10])}"
            )
        if self.not_labelled:
            said.append(
                f"{len(self.not_labelled):,} reviewed records wait for the machine's labels; "
                "run `drmine refresh`."
            )
        return said


def apply_decisions(store: Store, decisions: Iterable[Decision], run_id: str) -> Applied:
    """Make the store say what the reviewers decided; doing it again changes nothing.

    A decision on a text that has changed since is not applied, and does not keep one on the
    present text from counting. Where a decision was taken
    back, the machine's labels return.
    """
    decisions = list(decisions)
    chosen = settled_on(decisions, _digests(store, with_several_texts(decisions)))
    reviewers: dict[str, set[str]] = {}
    for pmid, reviewer, _ in standing(decisions):
        reviewers.setdefault(pmid, set()).add(reviewer)
    done = Applied()
    marked = store.reviewed_pmids()
    stored = store.known_pmids()
    done.not_stored = len(chosen.keys() - stored)
    for pmids in chunks(sorted((chosen.keys() | marked) & stored, key=numeric_order), CHUNK):
        _apply_chunk(store, pmids, chosen, reviewers, done, run_id)
    done.decided = {pmid: chosen[pmid] for pmid in done.machine}
    return done


def machine_words(store: Store) -> dict[str, MachineSaid]:
    """Return what the machine says of the records that carry a reviewer's labels."""
    stamps = store.stamps(sorted(store.reviewed_pmids(), key=numeric_order))
    return {
        pmid: _machine_said(one.extra)
        for pmid, one in stamps.items()
        if isinstance(one.extra.get(MACHINE), Mapping)
    }


def _digests(store: Store, pmids: Iterable[str]) -> dict[str, str]:
    return {one.pmid: text_digest(one.text) for one in store.iter_records(pmids)}


def _apply_chunk(
    store: Store,
    pmids: list[str],
    chosen: Mapping[str, Decision],
    reviewers: Mapping[str, set[str]],
    done: Applied,
    run_id: str,
) -> None:
    stamps = store.stamps(pmids)
    save: dict[str, list[Annotation]] = {}
    mark: list[str] = []
    unmark: list[str] = []
    relabel: list[str] = []
    for pmid in pmids:
        if _is_in_force(stamps.get(pmid), chosen.get(pmid), reviewers.get(pmid, ())):
            done.in_force += 1
            done.machine[pmid] = _machine_said(stamps[pmid].extra)
    rest = [pmid for pmid in pmids if pmid not in done.machine]
    for record in store.iter_records(rest):
        pmid, stamp = record.pmid, stamps.get(record.pmid)
        decision = chosen.get(pmid)
        present = store.get_annotation(pmid) if stamp and stamp.is_current else None
        if stamp is None or present is None:
            if decision is not None:
                done.not_labelled.append(pmid)
            continue
        if decision is not None and _is_of_another_text(decision, record):
            done.changed_text.append(pmid)
            decision = None
        if decision is None:
            if _restore(present, stamp, save, relabel):
                done.restored += 1
            unmark.append(pmid)
            continue
        made = reviewed_annotation(record, present, decision, reviewers[pmid])
        done.in_force += 1
        done.machine[pmid] = _machine_said(made.extra)
        if made != present:
            save.setdefault(stamp.fingerprint, []).append(made)
            done.newly += 1
        mark.append(pmid)
    for fingerprint, made_with_it in save.items():
        store.save_annotations(made_with_it, fingerprint, run_id)
    store.mark_reviewed([pmid for pmid in mark if not stamps[pmid].is_reviewed])
    store.mark_reviewed([pmid for pmid in unmark if stamps[pmid].is_reviewed], False)
    if relabel:
        store.mark_for_relabelling(relabel)


def _is_in_force(stamp: Stamp | None, decision: Decision | None, reviewers: Iterable[str]) -> bool:
    """Whether the store says what was decided already; a new text would have been labelled."""
    if stamp is None or decision is None or not (stamp.is_current and stamp.is_reviewed):
        return False
    kept = stamp.extra.get(REVIEW)
    return (
        isinstance(kept, Mapping)
        and isinstance(stamp.extra.get(MACHINE), Mapping)
        and kept.get("id") == decision.id
        and kept.get("reviewers") == sorted(reviewers)
    )


def _machine_said(extra: Mapping[str, Any]) -> MachineSaid:
    kept = extra[MACHINE]
    return MachineSaid(
        bool(kept["about_drug_response"]), frozenset(one["id"] for one in kept["hypotheses"])
    )


def _is_of_another_text(decision: Decision, record: Record) -> bool:
    # a decision that was brought in from elsewhere may not say on which text it was taken
    return bool(decision.text_sha256) and decision.text_sha256 != text_digest(record.text)


def _restore(
    present: Annotation, stamp: Stamp, save: dict[str, list[Annotation]], relabel: list[str]
) -> bool:
    """Plan the return of the machine's labels; False where they are in place."""
    if REVIEW not in present.extra:
        return False
    machine = machine_annotation(present)
    if machine is None:
        relabel.append(present.pmid)
    else:
        save.setdefault(stamp.fingerprint, []).append(machine)
    return True


def reviewed_annotation(
    record: Record, present: Annotation, decision: Decision, reviewers: Iterable[str]
) -> Annotation:
    """Return the annotation that says what the reviewer decided.

    Mentions and rates stay the machine's; so does the study type, where the reviewer has
    given none, and the evidence of a hypothesis for which none was chosen.
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
    if decided.evidence is not None:
        start, end = decided.evidence
        evidence = (Span(start, end, text[start:end]),) if 0 <= start < end <= len(text) else ()
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
