"""What a reviewer decided on one record, and the files that keep it.

One file a reviewer, ``<reviewer>.jsonl``: lines are only ever appended, each is on the disk
before the reviewer is told so. Two copies of a file that git joins by union read the same,
since lines are known by their ``id`` and ordered by their time.
"""

from __future__ import annotations

import json
import os
import re
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

from drmine.errors import InputError
from drmine.finding_gold import GoldFindings
from drmine.records import ORIGINS, STANCES, STUDY_TYPES, DecidedFinding
from drmine.review.hand_edited import check_kinds, utc

Action = Literal["accept", "change", "reject", "skip", "undo"]
Round = Literal["review", "double", "adjudication", "import"]
Sample = Literal["random", "uncertain", "influential", "disagreement", "new", "chosen"]

ACTIONS: tuple[Action, ...] = get_args(Action)
ROUNDS: tuple[Round, ...] = get_args(Round)
SAMPLES: tuple[Sample, ...] = get_args(Sample)
JUDGING: frozenset[str] = frozenset({"accept", "change", "reject"})
"""Actions that say what the record is; ``skip`` and ``undo`` say nothing of it."""

_REVIEWER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,38}[A-Za-z0-9])?")
_LOCK = threading.Lock()


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


def decisions_schema() -> dict[str, Any]:
    """Return the published JSON Schema of one line."""
    text = files("drmine.review").joinpath("decision.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def append_decision(folder: Path, decision: Decision) -> None:
    """Append a line to the reviewer's file; it is on the disk when this returns.

    A line that a crash left unfinished is ended first, so it cannot spoil the next one.
    """
    append_decisions(folder, [decision])


def append_decisions(folder: Path, decisions: Iterable[Decision]) -> None:
    """Append several lines of one or more reviewers, as :func:`append_decision` does."""
    by_reviewer: dict[str, list[Decision]] = {}
    for decision in decisions:
        by_reviewer.setdefault(check_reviewer(decision.reviewer), []).append(decision)
    with _LOCK:
        folder.mkdir(parents=True, exist_ok=True)
        for reviewer, lines in by_reviewer.items():
            text = "".join(json.dumps(d.to_json(), ensure_ascii=False) + "\n" for d in lines)
            path = folder / f"{reviewer}.jsonl"
            is_new = not path.exists()
            with path.open("ab+") as file:
                if file.tell():
                    file.seek(-1, os.SEEK_END)
                    if file.read(1) != b"\n":
                        text = "\n" + text
                # one write to a file opened for appending: whole lines, whoever else writes
                file.write(text.encode("utf-8", "replace"))
                file.flush()
                os.fsync(file.fileno())
            if is_new:
                _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    """Put the entry of a new file on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_decisions(folder: Path, problems: list[str] | None = None) -> list[Decision]:
    """Return all decisions of a folder, oldest first, each once.

    A line that cannot be read (one that a crash cut off, say) is named in ``problems``
    and the rest is read.
    """
    known: dict[str, Decision] = {}
    for path in sorted(folder.glob("*.jsonl")) if folder.is_dir() else ():
        for decision in _read_file(path, problems):
            known.setdefault(decision.id, decision)
    return sorted(known.values(), key=lambda one: (one.time, one.id))


def _read_file(path: Path, problems: list[str] | None) -> Iterator[Decision]:
    return parse_lines(path.read_bytes(), path.name, problems)


def parse_lines(
    content: bytes, name: str, problems: list[str] | None, first_line: int = 1
) -> Iterator[Decision]:
    """Yield the decisions of (a part of) a file.

    Parameters
    ----------
    content
        Whole lines.
    name, first_line
        What to call the file and its first line in ``problems``.
    problems
        Takes a sentence for each line that cannot be read; such lines are passed over.
    """
    # some editors put a byte order mark before the first line
    encoding = "utf-8-sig" if first_line == 1 else "utf-8"
    text = content.decode(encoding, errors="replace")
    for number, line in enumerate(text.split("\n"), start=first_line):
        if not line.strip():
            continue
        place = f"{name}:{number}"
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError
            yield _of_file(row, place)
        except InputError as error:
            if problems is not None:
                problems.append(str(error))
        except ValueError:
            if problems is not None:
                problems.append(f"{place}: no whole JSON object; it was left out.")


def _of_file(row: Mapping[str, Any], place: str) -> Decision:
    """Return the decision of a line that must say by itself who decided when."""
    for name in ("id", "time", "reviewer"):
        if not row.get(name):
            raise InputError(f"{place}: {name} is missing; add it.")
    one = Decision.from_json(row, place)
    try:
        check_reviewer(one.reviewer)
        return replace(one, time=utc(one.time))
    except InputError as error:
        raise InputError(f"{place}: {error}") from None
    except ValueError as error:
        raise InputError(f"{place}: {error}; mend the line.") from None


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
