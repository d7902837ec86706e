"""The files that keep decisions: one a reviewer, ``<reviewer>.jsonl``.

Lines are only ever appended, each is on the disk before the reviewer is told so. Two copies of a
file that git joins by union read the same, since lines are known by their ``id`` and ordered by
their time.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from drmine.errors import InputError
from drmine.review.decisions.decision import Decision, check_reviewer
from drmine.review.decisions.hand_edited import pmid_of, utc

_LOCK = threading.Lock()


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
            append_lines(folder / f"{reviewer}.jsonl", text)


def append_lines(path: Path, text: str) -> None:
    """Append whole lines to a file; they are on the disk when this returns.

    A last line without its end, as a crash or an editor leaves it, is ended first.
    """
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
        _sync_folder(path.parent)


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
        return replace(one, pmid=pmid_of(row["pmid"]), time=utc(one.time))
    except InputError as error:
        raise InputError(f"{place}: {error}") from None
    except ValueError as error:
        raise InputError(f"{place}: {error}; mend the line.") from None
