"""Measure the steps of a run and show what it did, as artifacts of the run."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

SLOWEST = 10
"""How many steps the table of the slowest shows."""


@dataclass(slots=True)
class Steps:
    """How long each step of a run took, in seconds of the clock on the wall."""

    seconds: dict[str, float] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure one step; those of one name add up."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.add(name, time.perf_counter() - begun)

    def add(self, name: str, seconds: float) -> None:
        """Add a step that was measured elsewhere."""
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        self.times[name] = self.times.get(name, 0) + 1

    def slowest(self, most: int = SLOWEST) -> list[dict[str, Any]]:
        """Return the steps that took longest, as rows of a table."""
        ordered = sorted(self.seconds.items(), key=lambda item: -item[1])
        return [
            {"step": name, "times": self.times[name], "seconds": round(seconds, 2)}
            for name, seconds in ordered[:most]
        ]


def show_counts(key: str, counts: Mapping[str, int], description: str) -> None:
    """Leave the counts of a run as a table."""
    from prefect.artifacts import create_table_artifact

    rows = [{"step": step, "records": n} for step, n in counts.items()]
    create_table_artifact(key=key, table=rows, description=description)


def show_table(key: str, rows: Sequence[Mapping[str, Any]], description: str) -> None:
    """Leave a table with the run."""
    from prefect.artifacts import create_table_artifact

    create_table_artifact(key=key, table=[dict(row) for row in rows], description=description)


def show_lines(key: str, lines: Sequence[str], description: str = "") -> None:
    """Leave sentences with the run, as a list; what stands in them is no markup."""
    from prefect.artifacts import create_markdown_artifact

    if lines:
        text = "\n".join(f"- {_plain(line)}" for line in lines)
        create_markdown_artifact(key=key, markdown=text, description=description or None)


def _plain(line: str) -> str:
    """Escape what Markdown or HTML would take for markup: names and messages come from outside."""
    line = " ".join(line.split()).replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{c}" if c in r"\`*_[]!|" else c for c in line)
