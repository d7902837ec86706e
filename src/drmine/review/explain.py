"""Says what reviewers decided on one record, and whether that counts already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drmine.annotations import text_digest
from drmine.records import Record
from drmine.review.decisions.decision import Decision
from drmine.review.decisions.files import read_decisions
from drmine.review.decisions.reviewed_annotation import REVIEW
from drmine.review.decisions.texts import is_outdated, settled_on

if TYPE_CHECKING:
    from drmine.store.lookups import Stamp

_DEEDS = {
    "accept": "agreed with the machine",
    "change": "changed the machine's labels",
    "reject": "rejected the machine's labels",
}
_NEXT = "`drmine refresh` or `drmine trends`"


def decision_on(record: Record, stamp: Stamp | None, folder: Path) -> str:
    """Return the decision that counts on a stored record, as lines for a terminal.

    Nothing where nobody has decided. The files are asked, not the store: it has what they said
    when trend files were last made.

    Parameters
    ----------
    record
        As stored.
    stamp
        That of its annotation in the store.
    folder
        Holds the reviewers' files.
    """
    kept: Mapping[str, Any] = (stamp.extra.get(REVIEW) if stamp else None) or {}
    digest = text_digest(record.text)
    decision = settled_on(
        [one for one in read_decisions(folder) if one.pmid == record.pmid], {record.pmid: digest}
    ).get(record.pmid)
    if decision is None and not kept:
        return ""
    if decision is None:
        return (
            f"Decided by {kept.get('decided_by')} on {str(kept.get('time'))[:10]}, as trend files "
            f"and report still say; but {folder} holds no such decision now: the next {_NEXT} "
            "takes it back, or ends where that folder is not there."
        )
    return "\n".join(_lines(decision, record, is_outdated(decision, digest), kept))


def _lines(
    decision: Decision, record: Record, outdated: bool, kept: Mapping[str, Any]
) -> Iterator[str]:
    deed = "settled what reviewers decided differently"
    if decision.round != "adjudication":
        deed = _DEEDS[decision.action]
    said = f"Reviewed: {decision.reviewer} {deed} on {decision.time[:10]}"
    if outdated:
        yield f"{said}, on an earlier text: that does not count until somebody looks at it again."
        return
    yield f"{said}; this counts, not the labels above:"
    about = "yes" if decision.about_drug_response else "no"
    yield f"{'':12}about drug response: {about}"
    if decision.study_type:
        yield f"{'':12}study type: {decision.study_type}"
    for one in decision.findings:
        yield f"{'':12}{one.id}: {one.stance}, {one.origin}"
        if one.evidence:
            yield f"{'':16}{record.text[slice(*one.evidence)]}"
    if not decision.findings:
        yield f"{'':12}no hypothesis"
    if kept.get("id") != decision.id:
        yield f"Trend files and report say so from the next {_NEXT} on."
