"""Export and import by the command line, and what they leave."""

from __future__ import annotations

from pathlib import Path

from exchange_samples import pmid, run

from drmine.review.decisions.decision import DecidedFinding, Decision
from drmine.review.decisions.files import read_decisions

FORMATS = {
    "csv": "q.csv", "xlsx": "q.xlsx", "labelstudio": "q.json", "bioc": "b.json",
    "pubtator": "q.pubtator", "brat": "brat",
}  # fmt: skip
MADE = Decision(
    pmid(0), "bert", "change", True, "animal",
    (DecidedFinding("target", "refutes", "congenital", (0, 14)),), "a note",
)  # fmt: skip


def decisions(workspace: Path, reviewer: str = "anna") -> list[Decision]:
    problems: list[str] = []
    found = read_decisions(workspace / "reviews", problems)
    assert problems == []
    return [one for one in found if one.reviewer == reviewer]


def export(workspace: Path, kind: str, *more: object) -> Path:
    path = workspace / FORMATS[kind]
    # one record of the queue is not in the store
    assert run("review", "export", path, "--format", kind, "--workspace", workspace, *more) == 1
    return path


def bring(workspace: Path, path: Path, reviewer: str = "anna", *more: object) -> int:
    return run("review", "import", path, "--reviewer", reviewer, "--workspace", workspace, *more)
