"""From a sent form to a line of the reviewer's file, once."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from drmine.annotations import text_digest
from drmine.records import Annotation, Record
from drmine.review.decisions.decision import Decision, Round, standing
from drmine.review.decisions.index import DecisionIndex
from drmine.review.pages.forms import (
    FormState,
    action_of,
    content_of,
    next_id,
    read_state,
    rejected,
)
from drmine.review.pages.site import Site

STALE = (
    "Others have decided on this record since you opened this page; nothing was saved. What stands "
    "now is shown here, with what you had chosen: look at it, and send it again."
)
_ID = re.compile(r"[0-9a-f]{32}")


class Refused(Exception):
    """A form that cannot be taken; ``status`` is that of the answer."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(slots=True)
class Unfinished(Exception):
    """A form that is shown again, with what is still to be said."""

    state: FormState
    problems: list[str]


def hidden_fields(site: Site, reviewer: str, record: Record, round: str) -> dict[str, str]:
    """Return the hidden fields of a new form: its one-time id, the text it is about, a token."""
    id, digest = uuid.uuid4().hex, text_digest(record.text)
    token = site.signer.form(round, reviewer, record.pmid, id, digest)
    fields = {"id": id, "text": digest, "token": token}
    if round == "adjudication":
        fields["seen"] = seen(site.index, reviewer, record.pmid)
    return fields


def seen(index: DecisionIndex, reviewer: str, pmid: str) -> str:
    """Return what changes when anybody but the one who settles decides on the record."""
    others = [
        one.id
        for (_, who, is_settling), one in standing(index.of_record(pmid)).items()
        if not (is_settling and who == reviewer)
    ]
    return hashlib.sha256(" ".join(sorted(others)).encode()).hexdigest()[:16]


def save(
    site: Site,
    reviewer: str,
    record: Record,
    machine: Annotation | None,
    fields: Mapping[str, str],
    *,
    adjudication: bool = False,
) -> Decision | None:
    """Append what a form says; None where the same form has said the same before.

    Raises
    ------
    Refused
        The form is not one that this server gave this reviewer for this record and text.
    Unfinished
        Something has to be chosen first, or what is to be settled is no longer what was shown.
    """
    id, digest = fields.get("id", ""), fields.get("text", "")
    round = "adjudication" if adjudication else "review"
    if not _ID.fullmatch(id) or not site.signer.is_form(
        fields.get("token", ""), round, reviewer, record.pmid, id, digest
    ):
        raise Refused(403, f"This form was not given to {reviewer} by this server; nothing was "
                      "saved. Open the record again and decide there, under the name under "
                      "which you began.")  # fmt: skip
    if digest != text_digest(record.text):
        raise Refused(409, "The text of this record has changed since you opened it; nothing was "
                      "saved. Open it again and decide on the new text.")  # fmt: skip
    made = _decision(site, reviewer, record, machine, fields, adjudication)

    def once(index: DecisionIndex) -> Decision | None:
        n = 0
        while (earlier := index.get(next_id(id, n))) is not None:
            if content_of(earlier) == content_of(made) and not index.is_undone(earlier.id):
                return None
            n += 1
        now = seen(index, reviewer, record.pmid)
        if adjudication and made.judges and fields.get("seen", now) != now:
            # it would take the place of a decision that nobody has seen here
            raise Unfinished(read_state(fields, site.taxonomy, len(record.text)), [STALE])
        return replace(made, id=next_id(id, n))

    return site.index.append(once)


def _decision(
    site: Site,
    reviewer: str,
    record: Record,
    machine: Annotation | None,
    fields: Mapping[str, str],
    adjudication: bool,
) -> Decision:
    state = read_state(fields, site.taxonomy, len(record.text))
    what = fields.get("do", "save")
    base = Decision(
        record.pmid,
        reviewer,
        "skip",
        note=state.note,
        text_sha256=fields["text"],
        taxonomy=site.taxonomy_name,
        blind=site.blind,
        machine=None if machine is None else tuple(_machine(machine)),
        fingerprint=site.fingerprint(record.pmid),
        **_drawn(site, reviewer, record.pmid, adjudication),
    )
    if what == "skip":
        return base
    if what in ("reject", "off_topic"):
        state = rejected(state, off_topic=what == "off_topic")
    problems = state.problems(site.taxonomy)
    if problems:
        raise Unfinished(state, problems)
    return replace(
        base,
        action=action_of(state, machine),
        about_drug_response=state.about,
        study_type=state.study_type or None,
        findings=state.findings(),
    )


def _drawn(site: Site, reviewer: str, pmid: str, adjudication: bool) -> dict[str, Any]:
    """Return why the record was shown: round, sample and weight."""
    reviews = site.index.reviews(pmid)
    if adjudication:
        # what settles a random record belongs to the random sample
        drawn = [one for one in reviews.values() if one.sample == "random"]
        weight = drawn[0].weight if drawn else 1.0
        sample = "random" if drawn else "disagreement"
        return {"round": "adjudication", "sample": sample, "weight": weight}
    entry = site.desk.entries().get(pmid)
    mine = reviews.get(reviewer)
    round: Round = "double" if entry and entry.wanted > 1 else "review"
    if entry is not None and entry.sample != "disagreement":
        return {"round": round, "sample": entry.sample, "weight": entry.weight}
    if mine is not None:
        return {"round": mine.round, "sample": mine.sample, "weight": mine.weight}
    return {"round": round, "sample": "chosen", "weight": 1.0}


def _machine(machine: Annotation) -> list[dict[str, Any]]:
    return [
        {"id": one.id, "score": round(one.score, 4), "stance": one.stance, "origin": one.origin}
        for one in machine.hypotheses
    ]
