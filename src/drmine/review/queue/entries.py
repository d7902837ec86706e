"""The queue: what reviewers are asked to look at, as a file in the workspace."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from drmine.errors import InputError
from drmine.pubmed.atomic import write_atomically
from drmine.review.decisions.decision import SAMPLES, Sample
from drmine.review.decisions.hand_edited import pmid_of

QUEUE_FILE = "queue.jsonl"
STATE_FILE = "state.json"


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """One record to look at.

    ``wanted`` is how many reviewers are to judge it. ``outdated`` holds the digests of
    earlier texts of the record: decisions on them do not count as judging this entry.
    """

    pmid: str
    sample: Sample
    weight: float = 1.0
    why: str = ""
    wanted: int = 1
    outdated: str = ""


def write_queue(folder: Path, entries: Iterable[QueueEntry], state: dict[str, Any]) -> Path:
    """Write the queue and what the next draw must know of this one; returns the queue's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / QUEUE_FILE
    lines = (json.dumps(asdict(entry), ensure_ascii=False) + "\n" for entry in entries)
    write_atomically(path, "".join(lines).encode())
    write_atomically(folder / STATE_FILE, (json.dumps(state, indent=1) + "\n").encode())
    return path


def read_queue(folder: Path) -> list[QueueEntry]:
    """Return the entries in their order; an empty list where no queue was drawn.

    Raises
    ------
    InputError
        The file is not one that :func:`write_queue` wrote.
    """
    path = folder / QUEUE_FILE
    return read_queue_file(path) if path.is_file() else []


def read_queue_file(path: Path) -> list[QueueEntry]:
    """Return the entries of a queue file in their order, each record once.

    Raises
    ------
    InputError
        A line has no PMID, or no known sample.
    """
    entries = []
    for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if row["sample"] not in SAMPLES:
                raise ValueError
            entries.append(
                QueueEntry(
                    pmid_of(row["pmid"]),
                    row["sample"],
                    float(row.get("weight", 1.0)),
                    str(row.get("why", "")),
                    int(row.get("wanted", 1)),
                    str(row.get("outdated", "")),
                )
            )
        except (ValueError, KeyError, TypeError):
            raise InputError(
                f"{path}:{number} is no entry of a queue; draw it anew with `drmine review queue`."
            ) from None
    return list({entry.pmid: entry for entry in entries}.values())


def read_state(folder: Path) -> dict[str, Any]:
    """Return what the last draw left for the next; empty before the first."""
    try:
        state = json.loads((folder / STATE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}
