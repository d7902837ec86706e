"""The table that CSV and XLSX share: its columns, and a row for each task."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from drmine.records import ORIGINS, STANCES, STUDY_TYPES
from drmine.review.exchange.answer import Answer, Task
from drmine.review.exchange.proposal import proposal_text
from drmine.taxonomy import Taxonomy

PMID, TITLE, ABSTRACT, YEAR = "pmid", "title", "abstract", "year"
MACHINE = ("machine_about_drug_response", "machine_study_type", "machine_hypotheses")
DECISION, ABOUT, STUDY_TYPE, NOTE = "decision", "about_drug_response", "study_type", "note"
KEPT = ("sample", "weight", "text_sha256", "taxonomy", "fingerprint")
DECISIONS = ("accept", "change", "reject", "skip")
MAX_CELL = 32_000
"""A spreadsheet cell holds 32,767 UTF-16 units; what is longer is cut, and says so."""
CUT = " … (cut here)"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table for one taxonomy; blind ones lack the machine's."""

    taxonomy: Taxonomy
    blind: bool = False

    @property
    def answers(self) -> tuple[str, ...]:
        """Those that reviewers fill in."""
        return (
            DECISION, ABOUT, STUDY_TYPE,
            *(name for id in self.taxonomy.ids for name in (id, f"{id}_origin", f"{id}_evidence")),
            NOTE,
        )  # fmt: skip

    @property
    def all(self) -> tuple[str, ...]:
        """All, in their order."""
        return (PMID, TITLE, ABSTRACT, YEAR, *(() if self.blind else MACHINE), *self.answers, *KEPT)

    def choices(self, column: str) -> tuple[str, ...]:
        """What can be chosen in a column; empty where anything can be written."""
        if column == DECISION:
            return DECISIONS[1:] if self.blind else DECISIONS
        if column == ABOUT:
            return ("yes", "no")
        if column == STUDY_TYPE:
            return STUDY_TYPES
        if column in self.taxonomy:
            return STANCES
        if column.removesuffix("_origin") in self.taxonomy and column.endswith("_origin"):
            return ORIGINS
        return ()


def rows_of(tasks: Iterable[Task], columns: Columns) -> list[dict[str, str]]:
    """Return a row a task: plain texts, not yet guarded against anything."""
    return [_row(task, columns) for task in tasks]


def _row(task: Task, columns: Columns) -> dict[str, str]:
    record, shown = task.record, task.shown
    row = dict.fromkeys(columns.all, "")
    row |= {
        PMID: record.pmid,
        TITLE: record.title,
        ABSTRACT: record.abstract,
        YEAR: "" if record.year is None else str(record.year),
        "sample": shown.sample or "",
        "weight": "" if shown.weight is None else repr(float(shown.weight)),
        "text_sha256": shown.text_sha256,
        "taxonomy": shown.taxonomy,
        "fingerprint": shown.fingerprint,
    }
    proposal = shown.proposal
    if proposal is not None and not columns.blind:
        told = (_yes(proposal.about_drug_response), proposal.study_type, proposal_text(proposal))
        row |= dict(zip(MACHINE, told, strict=True))
    if task.answer is not None:
        row |= _answer_cells(task.answer, record.text)
    return {name: _fitting(value) for name, value in row.items()}


def _answer_cells(answer: Answer, text: str) -> dict[str, str]:
    if answer.is_skip:
        return {DECISION: "skip", NOTE: answer.note}
    cells = {
        DECISION: "change" if answer.findings else "reject",
        ABOUT: _yes(bool(answer.about)),
        STUDY_TYPE: answer.study_type or "",
        NOTE: answer.note,
    }
    for finding in answer.findings:
        cells[finding.id] = finding.stance
        cells[f"{finding.id}_origin"] = finding.origin
        if finding.evidence is not None:
            start, end = finding.evidence
            cells[f"{finding.id}_evidence"] = f"[{start}-{end}] {text[start:end]}"
    return cells


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _fitting(value: str) -> str:
    if len(value.encode("utf-16-le", "surrogatepass")) // 2 <= MAX_CELL:
        return value
    return value[: MAX_CELL // 2] + CUT
