"""What goes out with a record, and what a reviewer's file says of it on the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from drmine.annotations import text_digest
from drmine.records import STUDY_TYPES, Annotation, Record
from drmine.review.decisions.decision import Action, DecidedFinding, Sample
from drmine.taxonomy import Taxonomy


class AnswerError(ValueError):
    """Something in a file that cannot be taken; the message ends a sentence that names its place.

    ``column`` is blank where it is no matter of one column.
    """

    def __init__(self, message: str, column: str = "") -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True, slots=True)
class Shown:
    """What the reviewer of a record was given, and why.

    ``proposal`` is what the machine said (None: it is not known), ``machine`` the same as a
    line of decisions keeps it, ``blind`` whether the reviewer did not see it. ``sample`` and
    ``weight`` None: the file does not say.
    """

    text_sha256: str = ""
    sample: Sample | None = None
    weight: float | None = None
    taxonomy: str = ""
    fingerprint: str = ""
    proposal: Annotation | None = None
    blind: bool = True
    machine: tuple[dict[str, Any], ...] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a file says of one record; two are equal where they say the same.

    ``about`` is None only where the reviewer skipped the record. ``time`` is ISO 8601 where
    the file knows when it was decided; ``action`` is given where it knows what it was, and
    ``settles`` says that it settled what others had decided.
    """

    pmid: str
    about: bool | None = None
    study_type: str | None = None
    findings: tuple[DecidedFinding, ...] = ()
    note: str = ""
    shown: Shown = field(default_factory=Shown, compare=False)
    place: str = field(default="", compare=False)
    time: str = field(default="", compare=False)
    action: Action | None = field(default=None, compare=False)
    settles: bool = False

    @property
    def is_skip(self) -> bool:
        """Whether the reviewer left the record to somebody else."""
        return self.about is None


@dataclass(frozen=True, slots=True)
class MarkedMention:
    """A stretch of a record that somebody marked; ``concept`` as their file names it."""

    start: int
    end: int
    text: str
    concept: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class MarkedRecord:
    """The mentions that a file marks in one record."""

    pmid: str
    text_sha256: str
    mentions: tuple[MarkedMention, ...]


@dataclass(slots=True)
class Reading:
    """A file as read: the good parts, and a sentence for each bad one.

    ``undecided`` counts the records that the file holds without saying anything of them,
    ``reworded`` tells of marks that were taken by their place though their words are others.
    """

    answers: list[Answer] = field(default_factory=list)
    marked: list[MarkedRecord] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    undecided: int = 0
    reworded: list[str] = field(default_factory=list)

    def take(self, answer: Answer | None) -> bool:
        """Keep an answer, or count the record as undecided; whether it was judged."""
        if answer is None:
            self.undecided += 1
            return False
        self.answers.append(answer)
        return not answer.is_skip


@dataclass(frozen=True, slots=True)
class Task:
    """A record that goes out, with what the machine says of it.

    ``answer`` is what the reviewer has decided already.
    """

    record: Record
    shown: Shown
    machine: Annotation | None = None
    answer: Answer | None = None


TextOf = Callable[[str], str | None]
"""Gives the text of a record that is at hand, by PMID."""


def text_for(pmid: str, sha256: str, text_of: TextOf, own: str | None) -> str | None:
    """Return the text that a file's offsets point into.

    Parameters
    ----------
    pmid, sha256
        The record, and the digest of the text as decided upon (blank: not known).
    text_of
        Gives the text at hand.
    own
        The text that the file itself holds, if it does: taken where its digest is the one
        asked for, or where nothing else is known.
    """
    stored = text_of(pmid)
    for text in (stored, own):
        if text is not None and sha256 in ("", text_digest(text)):
            return text
    return None


def check_findings(
    findings: Sequence[DecidedFinding], about: bool | None, taxonomy: Taxonomy
) -> None:
    """Refuse what cannot be so, whatever the format.

    Raises
    ------
    AnswerError
        A hypothesis is not of the taxonomy or given twice, or stands in a record that is
        said not to be about drug response.
    """
    seen = set()
    for finding in findings:
        if finding.id not in taxonomy:
            raise AnswerError(
                f"{finding.id!r} is no hypothesis of the taxonomy ({', '.join(taxonomy.ids)})",
                finding.id,
            )
        if finding.id in seen:
            raise AnswerError(f"{finding.id} is given twice; keep one", finding.id)
        seen.add(finding.id)
    if findings and about is False:
        raise AnswerError(
            "a record with a hypothesis is about drug response; say yes, or clear the hypotheses",
            "about_drug_response",
        )


def one_of(value: str, allowed: Sequence[str], column: str) -> str:
    """Return the allowed value that is meant: case, blanks and hyphens do not count.

    Raises
    ------
    AnswerError
        It is none of them.
    """
    folded = "_".join(value.replace("-", " ").replace("_", " ").casefold().split())
    for one in allowed:
        if folded == one.casefold():
            return one
    raise AnswerError(f"{value!r} is none of {', '.join(allowed)}; choose one of them", column)


def study_type_of(value: str, column: str = "study_type") -> str | None:
    """Return a study type, or None for a blank."""
    return one_of(value, STUDY_TYPES, column) if value.strip() else None


_YES_NO = {
    "yes": True, "y": True, "true": True, "1": True, "1.0": True,
    "no": False, "n": False, "false": False, "0": False, "0.0": False,
}  # fmt: skip


def yes_or_no(value: str, column: str) -> bool | None:
    """Return a yes or no, or None for a blank.

    Raises
    ------
    AnswerError
        It is neither.
    """
    if not value.strip():
        return None
    try:
        return _YES_NO[value.strip().casefold()]
    except KeyError:
        raise AnswerError(f"{value!r} is neither yes nor no", column) from None


def weight_of(value: Any) -> float | None:
    """Return a sampling weight as a file gives it; some spreadsheets write a decimal comma."""
    try:
        weight = float(value.replace(",", ".") if isinstance(value, str) else value)
    except (TypeError, ValueError):
        return None
    return weight if 0 < weight < float("inf") else None


def pmid_of(value: str, column: str = "pmid") -> str:
    """Return a PMID without what spreadsheets do to numbers: leading zeros, `.0`.

    Raises
    ------
    AnswerError
        It is none.
    """
    digits = value.strip().removesuffix(".0").replace("\u00a0", "")
    if not (digits.isascii() and digits.isdecimal() and 0 < int(digits) <= 10**9 - 1):
        raise AnswerError(f"{value!r} is no PMID", column)
    return str(int(digits))
