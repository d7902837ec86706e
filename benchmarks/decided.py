"""What a system decided on one record, as a line of JSON without any text of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drmine.records import Annotation, Finding, Span


@dataclass(frozen=True, slots=True)
class Decided:
    """An annotation with the score and stance of every hypothesis, and those it assigns."""

    said: Annotation
    assigned: frozenset[str]

    def to_row(self) -> dict[str, Any]:
        """Return the JSON object; evidence is start and end of each sentence."""
        return {
            "pmid": self.said.pmid,
            "about": self.said.about_drug_response,
            "about_score": round(self.said.about_drug_response_score, 4),
            "study_type": self.said.study_type,
            "hypotheses": [
                {"id": f.id, "assigned": f.id in self.assigned, "score": round(f.score, 4),
                 "stance": f.stance, "origin": f.origin,
                 "evidence": [[span.start, span.end] for span in f.evidence]}
                for f in self.said.hypotheses
            ],
        }  # fmt: skip

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Decided:
        """Read what :meth:`to_row` gave."""
        findings = tuple(
            Finding(
                f["id"], f["score"], f["stance"], 0.0, f["origin"],
                tuple(Span(start, end, "") for start, end in f["evidence"]),
            )
            for f in row["hypotheses"]
        )  # fmt: skip
        said = Annotation(
            row["pmid"], row["about"], row["about_score"], findings, row["study_type"]
        )
        return cls(said, frozenset(f["id"] for f in row["hypotheses"] if f["assigned"]))


def write_decided(decided: Iterable[Decided], path: Path) -> None:
    """Write a line for each; the file is there only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text("".join(json.dumps(one.to_row()) + "\n" for one in decided))
    unfinished.replace(path)


def read_decided(path: Path) -> list[Decided]:
    """Read what :func:`write_decided` wrote."""
    return [Decided.from_row(json.loads(line)) for line in path.read_text().splitlines()]
