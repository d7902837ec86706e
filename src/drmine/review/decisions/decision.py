"""What a reviewer decided on one record, and which decisions count."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any, Literal, get_args

from drmine.errors import InputError
from drmine.finding_gold import GoldFindings
from drmine.records import ORIGINS, STANCES, STUDY_TYPES, DecidedFinding
from drmine.review.decisions.hand_edited import check_kinds

Action = Literal["accept", "change", "reject", "skip", "undo"]
Round = Literal["review", "double", "adjudication", "import"]
Sample = Literal["random", "uncertain", "influential", "disagreement", "new", "chosen"]

ACTIONS: tuple[Action, ...] = get_args(Action)
ROUNDS: tuple[Round, ...] = get_args(Round)
SAMPLES: tuple[Sample, ...] = get_args(Sample)
JUDGING: frozenset[str] = frozenset({"accept", "change", "reject"})
"""Actions that say what the record is; ``skip`` and ``undo`` say nothing of it."""

_REVIEWER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,38}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of a reviewer's file.

    ``machine`` is what the machine gave (objects with id, score, stance, origin), also where
    ``blind`` says that the reviewer did not see it. ``weight`` is the inverse chance with
    which the record was drawn, and counts for ``sample`` = ``random`` alone. ``undoes`` is
    the id of the decision that an ``undo`` takes back. ``repeats`` is the id of the decision
    that a draw has written again because its record was drawn at random later: no decision of
    its own, and taken back with the other.
    """

    pmid: str
    reviewer: str
    action: Action
    about_drug_response: bool | None = None
    study_type: str | None = None
    findings: tuple[DecidedFinding, ...] = ()
    note: str = ""
    text_sha256: str = ""
    taxonomy: str = ""
    round: Round = "review"
    sample: Sample = "chosen"
    weight: float = 1.0
    blind: bool = False
    machine: tuple[dict[str, Any], ...] | None = None
    fingerprint: str = ""
    undoes: str | None = None
    repeats: str | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    time: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="microseconds"))

    @property
    def judges(self) -> bool:
        """Whether this line says what the record is."""
        return self.action in JUDGING

    def as_gold(self) -> GoldFindings:
        """Return what was decided in the shape of a gold line."""
        return GoldFindings(
            self.pmid, self.text_sha256, "test", bool(self.about_drug_response), self.study_type,
            self.findings,
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Return the line as a JSON-ready dictionary."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: Mapping[str, Any], place: str = "the decision") -> Decision:
        """Build a decision from a line of a file.

        Raises
        ------
        InputError
            Something is missing or not of the values that are allowed; names ``place``.
        """
        try:
            known = {k: row[k] for k in cls.__dataclass_fields__ if row.get(k) is not None}
            check_kinds(known)
            # what is no PMID is for those who read the line to name: an import knows more spellings
            known["pmid"] = str(known["pmid"])
            known["findings"] = tuple(
                DecidedFinding(
                    str(f["id"]),
                    _one_of(f["stance"], STANCES, "stance"),
                    _one_of(f.get("origin") or "unspecified", ORIGINS, "origin"),
                    None
                    if f.get("evidence") is None
                    else (int(f["evidence"][0]), int(f["evidence"][1])),
                )
                for f in known.get("findings", ())
            )
            if "machine" in known:
                known["machine"] = tuple(dict(one) for one in known["machine"])
            _one_of(known["action"], ACTIONS, "action")
            _one_of(known.get("round", "review"), ROUNDS, "round")
            _one_of(known.get("sample", "chosen"), SAMPLES, "sample")
            if known["action"] in JUDGING:
                if not isinstance(known.get("about_drug_response"), bool):
                    raise ValueError("about_drug_response must be true or false")
                if known.get("study_type") is not None:
                    _one_of(known["study_type"], STUDY_TYPES, "study_type")
            known["weight"] = float(known.get("weight", 1.0))
            return cls(**known)
        except KeyError as error:
            raise InputError(f"{place}: {error.args[0]} is missing; add it.") from None
        except (TypeError, ValueError, IndexError) as error:
            raise InputError(f"{place}: {error}; mend the line.") from None


def _one_of(value: Any, allowed: tuple[str, ...], what: str) -> Any:
    if value not in allowed:
        raise ValueError(f"{what} {value!r} is none of {', '.join(allowed)}")
    return value


def check_reviewer(name: str) -> str:
    """Return the name, fit to name a file.

    Raises
    ------
    InputError
        It holds anything but letters, digits, dots, dashes and underscores.
    """
    if not _REVIEWER.fullmatch(name) or ".." in name:
        raise InputError(
            f"{name!r} cannot be a reviewer's name; use 1 to 40 Latin letters (a to z), digits, "
            "dots, dashes or underscores, beginning and ending with a letter or digit."
        )
    return name


def as_spelt(name: str, reviewers: Iterable[str]) -> str:
    """Return a reviewer's name as it was first written: ``anna`` goes on with Anna's file.

    Many disks take the two for one file, and as two reviewers they would settle nothing.

    Raises
    ------
    InputError
        See :func:`check_reviewer`.
    """
    check_reviewer(name)
    known = list(reviewers)
    if name in known:
        return name
    return next((one for one in known if one.casefold() == name.casefold()), name)


def decisions_schema() -> dict[str, Any]:
    """Return the published JSON Schema of one line."""
    path = files("drmine.review.decisions") / "decision.schema.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def standing(decisions: Iterable[Decision]) -> dict[tuple[str, str, bool], Decision]:
    """Return what stands after undoing: the last judgement per PMID and reviewer.

    Parameters
    ----------
    decisions
        Oldest first.

    Returns
    -------
    dict
        By PMID, reviewer, and whether it is an adjudication.
    """
    decisions = list(decisions)
    undone = {one.undoes for one in decisions if one.action == "undo" and one.undoes}
    return {
        (one.pmid, one.reviewer, one.round == "adjudication"): one
        for one in decisions
        if one.judges and undone.isdisjoint((one.id, one.repeats))
    }


def time_after(before: Iterable[Decision]) -> str:
    """Return the present time, or one just after those of some decisions where they are ahead.

    The later word counts, even where the clock was set back or another reviewer's runs ahead.
    """
    moment = datetime.now(UTC)
    for one in before:
        # an overflow is that of a time at the very end of the calendar
        with suppress(ValueError, OverflowError):
            last = datetime.fromisoformat(one.time).astimezone(UTC)
            moment = max(moment, last + timedelta(microseconds=1))
    return moment.isoformat(timespec="microseconds")


def drawn_at_random(decisions: Iterable[Decision]) -> dict[str, float]:
    """Return the weights of the records of the random sample, by PMID.

    Any decision that stands tells that its record was drawn: others may have come to it another
    way, or have settled it.
    """
    return {one.pmid: one.weight for one in standing(decisions).values() if one.sample == "random"}


def settled(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """Return the decision that counts for each PMID.

    An adjudication beats the reviewers, the latest decision the earlier ones.
    """
    chosen: dict[str, Decision] = {}
    for one in sorted(
        standing(decisions).values(), key=lambda d: (d.round == "adjudication", d.time, d.id)
    ):
        chosen[one.pmid] = one
    return chosen
