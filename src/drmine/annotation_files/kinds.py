"""Which files of annotations there are, and the schema that each follows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from drmine.review.decisions.decision import decisions_schema

Kind = Literal["findings", "mentions", "rates", "decisions"]


@dataclass(frozen=True, slots=True)
class AnnotationFile:
    """A file of annotations and what its lines are."""

    path: Path
    kind: Kind

    @property
    def name(self) -> str:
        """Folder and name, as messages show it."""
        return f"{self.path.parent.name}/{self.path.name}"


def annotation_files(gold: Path | None, reviews: Path | None) -> list[AnnotationFile]:
    """Return the files of the gold folder and of the reviewers' folder, in a fixed order."""
    found: list[AnnotationFile] = []

    def add(folder: Path, pattern: str, kind: Kind) -> None:
        found.extend(AnnotationFile(path, kind) for path in sorted(folder.glob(pattern)))

    if gold is not None:
        for folder, tail in ((gold, ""), (gold / "rounds", "_*")):
            add(folder, f"findings{tail}.jsonl", "findings")
            add(folder, f"mentions{tail}.jsonl", "mentions")
        add(gold, "resistance_rates.jsonl", "rates")
    if reviews is not None:
        add(reviews, "*.jsonl", "decisions")
        add(reviews / "mentions", "*.jsonl", "mentions")
    return found


def schema_of(kind: Kind) -> dict[str, Any]:
    """Return the JSON Schema of one line."""
    if kind == "decisions":
        return decisions_schema()
    path = files("drmine.annotation_files").joinpath("schemas", f"{kind}.schema.json")
    return dict(json.loads(path.read_text(encoding="utf-8")))


def lines_of(file: AnnotationFile) -> Iterator[tuple[int, Any]]:
    """Yield number and content of each line that is not blank; None where it is no JSON."""
    text = file.path.read_bytes().decode("utf-8-sig", "replace")
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except ValueError:
                yield number, None
