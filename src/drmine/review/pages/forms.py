"""The form of a record: what it shows, and the decision that it becomes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

from drmine.records import ORIGINS, STANCES, STUDY_TYPES, Annotation, Finding, Span
from drmine.review.decisions.decision import Action, DecidedFinding, Decision
from drmine.taxonomy import Taxonomy

MAX_NOTE = 4_000
MAX_FIELDS = 200


@dataclass(slots=True)
class HypothesisState:
    """What the form says of one hypothesis; ``stance`` is blank until it is chosen.

    ``proposed`` is what the machine gave, which is shown beside whatever is chosen.
    """

    assigned: bool = False
    stance: str = ""
    origin: str = "unspecified"
    evidence: tuple[int, int] | None = None
    score: float | None = None
    proposed: Finding | None = None


@dataclass(slots=True)
class FormState:
    """What the form shows; ``about`` is None until it is chosen."""

    about: bool | None = None
    study_type: str = ""
    note: str = ""
    hypotheses: dict[str, HypothesisState] = field(default_factory=dict)

    @classmethod
    def empty(cls, taxonomy: Taxonomy) -> FormState:
        """Return the form that says nothing."""
        return cls(hypotheses={id: HypothesisState() for id in taxonomy.ids})

    @classmethod
    def of_machine(cls, taxonomy: Taxonomy, machine: Annotation | None) -> FormState:
        """Return the form that shows the machine's proposal."""
        state = cls.empty(taxonomy)
        if machine is None:
            return state
        state.about = machine.about_drug_response
        state.study_type = machine.study_type if machine.study_type in STUDY_TYPES else ""
        for one in machine.hypotheses:
            if one.id in state.hypotheses:
                span = one.evidence[0] if one.evidence else None
                state.hypotheses[one.id] = HypothesisState(
                    True, one.stance, one.origin, (span.start, span.end) if span else None,
                    one.score, one,
                )  # fmt: skip
        return state

    @classmethod
    def of_decision(cls, taxonomy: Taxonomy, decision: Decision) -> FormState:
        """Return the form that shows a decision."""
        state = cls.empty(taxonomy)
        state.about = decision.about_drug_response
        state.study_type = decision.study_type or ""
        state.note = decision.note
        for one in decision.findings:
            if one.id in state.hypotheses:
                state.hypotheses[one.id] = HypothesisState(
                    True, one.stance, one.origin, one.evidence
                )
        return state

    def with_scores_of(self, machine: FormState) -> FormState:
        """Add the machine's scores and findings, shown beside whatever is chosen."""
        for id, one in self.hypotheses.items():
            one.score = machine.hypotheses[id].score
            one.proposed = machine.hypotheses[id].proposed
        return self

    def problems(self, taxonomy: Taxonomy) -> list[str]:
        """Return what has to be said before this can be saved."""
        said = []
        if self.about is None:
            said.append("Say whether the record is about drug response (d).")
        said += [
            f"Choose a stance for {taxonomy[id].name}: supports (s), refutes (f), mixed (m) or "
            "neutral (n)."
            for id, one in self.hypotheses.items()
            if one.assigned and not one.stance
        ]
        if self.about is False and any(one.assigned for one in self.hypotheses.values()):
            said.append("A record with a hypothesis is about drug response: choose yes (d).")
        return said

    def findings(self) -> tuple[DecidedFinding, ...]:
        """Return the assigned hypotheses."""
        return tuple(
            DecidedFinding(id, one.stance, one.origin, one.evidence)  # type: ignore[arg-type]
            for id, one in self.hypotheses.items()
            if one.assigned
        )


def parse_form(body: bytes) -> dict[str, str]:
    """Return the fields of a sent form; of two with one name the last.

    Raises
    ------
    ValueError
        It is not one that a browser sends from these pages.
    """
    pairs = parse_qsl(
        body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict"
    )
    return dict(pairs)


def read_state(fields: Mapping[str, str], taxonomy: Taxonomy, text_length: int) -> FormState:
    """Return what a sent form says; what it may not say counts as not said."""
    state = FormState.empty(taxonomy)
    state.about = {"yes": True, "no": False}.get(fields.get("about", ""))
    study_type = fields.get("study_type", "")
    state.study_type = study_type if study_type in STUDY_TYPES else ""
    state.note = fields.get("note", "").replace("\r\n", "\n").strip()[:MAX_NOTE]
    for id, one in state.hypotheses.items():
        one.assigned = fields.get(f"h_{id}") == "on"
        stance, origin = fields.get(f"stance_{id}", ""), fields.get(f"origin_{id}", "")
        one.stance = stance if stance in STANCES else ""
        one.origin = origin if origin in ORIGINS else "unspecified"
        one.evidence = _span(fields.get(f"evidence_{id}", ""), text_length)
    return state


def _span(value: str, length: int) -> tuple[int, int] | None:
    start, _, end = value.partition("-")
    # as many digits as offsets can have: a longer number costs time and says nothing
    if not (value.isascii() and start.isdecimal() and end.isdecimal() and len(value) < 20):
        return None
    span = int(start), int(end)
    return span if span[0] < span[1] <= length else None


def rejected(state: FormState, *, off_topic: bool) -> FormState:
    """Return the form with no hypothesis; one that is off the topic is not about response."""
    nothing = {id: replace(one, assigned=False) for id, one in state.hypotheses.items()}
    about = False if off_topic else state.about if state.about is not None else True
    return FormState(about, state.study_type, state.note, nothing)


def action_of(state: FormState, machine: Annotation | None) -> Action:
    """Return whether this accepts, changes or rejects what the machine gave."""
    if machine is None:
        return "change" if state.findings() else "reject"
    given = {one.id: one for one in machine.hypotheses}
    chosen = {one.id: one for one in state.findings()}
    same = (
        state.about == machine.about_drug_response
        and state.study_type in ("", machine.study_type)
        and chosen.keys() == given.keys()
        and all(
            (one.stance, one.origin) == (given[id].stance, given[id].origin)
            and _same_evidence(one.evidence, given[id].evidence)
            for id, one in chosen.items()
        )
    )
    if same:
        return "accept"
    return "reject" if not chosen and (given or not state.about) else "change"


def _same_evidence(chosen: tuple[int, int] | None, given: Sequence[Span]) -> bool:
    # the first alone was proposed: whoever takes the machine's second one changes something
    return chosen is None or chosen in [(span.start, span.end) for span in given[:1]]


def content_of(one: Decision) -> tuple[Any, ...]:
    """Return what a decision says, whoever said it when."""
    return (
        one.action, one.about_drug_response, one.study_type, one.findings, one.note, one.round,
        one.text_sha256,
    )  # fmt: skip


def next_id(form_id: str, n: int) -> str:
    """Return the id of the n-th different thing that one form was sent with."""
    return form_id if not n else hashlib.sha256(f"{form_id}/{n}".encode()).hexdigest()[:32]
