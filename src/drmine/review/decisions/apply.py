"""Puts reviewers' decisions in the machine's place, so that every output counts them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drmine.annotations import text_digest
from drmine.records import Annotation
from drmine.review.decisions.decision import Decision, standing
from drmine.review.decisions.reviewed_annotation import (
    MACHINE,
    REVIEW,
    MachineSaid,
    machine_annotation,
    machine_said,
    reviewed_annotation,
)
from drmine.review.decisions.texts import is_outdated, settled_on, with_several_texts
from drmine.store.sql import CHUNK, chunks, numeric_order

if TYPE_CHECKING:
    from drmine.store import Store
    from drmine.store.lookups import Stamp


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
    machine: dict[str, MachineSaid] = field(default_factory=dict)
    decided: dict[str, Decision] = field(default_factory=dict)

    def notes(self) -> list[str]:
        """Say what is not as the reviewers would expect it."""
        said = []
        if self.restored:
            said.append(
                f"{self.restored:,} reviewed records have the machine's labels back, or get them "
                "at the next labelling, since no decision on their present text stands any more."
            )
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
    present text from counting. Where a decision was taken back, the machine's labels return. On
    records that are not stored, nothing is done.
    """
    chosen, reviewers = _what_counts(store, decisions)
    done = Applied()
    marked = store.reviewed_pmids()
    stored = store.known_pmids()
    for pmids in chunks(sorted((chosen.keys() | marked) & stored, key=numeric_order), CHUNK):
        _apply_chunk(store, pmids, chosen, reviewers, done, run_id)
    done.decided = {pmid: chosen[pmid] for pmid in done.machine}
    return done


def not_applied(store: Store, decisions: Iterable[Decision]) -> int:
    """Return on how many records the store does not say yet what reviewers decided or took back.

    Left out are those that :func:`apply_decisions` would leave as they are: without labels, or
    with another text than was decided on.
    """
    chosen, reviewers = _what_counts(store, decisions)
    stamps = store.stamps(store.known_of(chosen.keys() | store.reviewed_pmids()))
    waiting = {
        pmid
        for pmid, stamp in stamps.items()
        if stamp.is_current and not _is_in_force(stamp, chosen.get(pmid), reviewers.get(pmid, ()))
    }
    n_outdated = sum(
        is_outdated(chosen.get(pmid), digest) and REVIEW not in stamps[pmid].extra
        for pmid, digest in _digests(store, waiting).items()
    )
    return len(waiting) - n_outdated


def _what_counts(
    store: Store, decisions: Iterable[Decision]
) -> tuple[dict[str, Decision], dict[str, set[str]]]:
    """Return the decision that counts on each record, and all who have decided on it."""
    decisions = list(decisions)
    reviewers: dict[str, set[str]] = {}
    for pmid, reviewer, _ in standing(decisions):
        reviewers.setdefault(pmid, set()).add(reviewer)
    return settled_on(decisions, _digests(store, with_several_texts(decisions))), reviewers


def machine_words(store: Store) -> dict[str, MachineSaid]:
    """Return what the machine says of the records that carry a reviewer's labels."""
    stamps = store.stamps(sorted(store.reviewed_pmids(), key=numeric_order))
    return {
        pmid: machine_said(one.extra)
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
            done.machine[pmid] = machine_said(stamps[pmid].extra)
    rest = [pmid for pmid in pmids if pmid not in done.machine]
    records = list(store.iter_records(rest))
    # anew, and after the texts: labels of a text that another process has just replaced would
    # else pass as those of the new one, which nobody would label any more
    stamps |= store.stamps(rest)
    for record in records:
        pmid, stamp = record.pmid, stamps.get(record.pmid)
        decision = chosen.get(pmid)
        present = store.get_annotation(pmid) if stamp and stamp.is_current else None
        if stamp is None or present is None:
            if decision is not None:
                done.not_labelled.append(pmid)
            continue
        if decision is not None and is_outdated(decision, text_digest(record.text)):
            done.changed_text.append(pmid)
            decision = None
        if decision is None:
            if _restore(present, stamp, save, relabel):
                done.restored += 1
            unmark.append(pmid)
            continue
        made = reviewed_annotation(record, present, decision, reviewers[pmid])
        done.in_force += 1
        done.machine[pmid] = machine_said(made.extra)
        if made != present:
            save.setdefault(stamp.fingerprint, []).append(made)
            done.newly += 1
        mark.append(pmid)
    # a mark is there before what it stands for and goes after it: by marks alone a later run finds
    # labels to take back, also where this one is stopped in between
    store.mark_reviewed([pmid for pmid in mark if not stamps[pmid].is_reviewed])
    for fingerprint, made_with_it in save.items():
        store.save_annotations(made_with_it, fingerprint, run_id)
    if relabel:
        store.mark_for_relabelling(relabel)
    store.mark_reviewed([pmid for pmid in unmark if stamps[pmid].is_reviewed], False)


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
