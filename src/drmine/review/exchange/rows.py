"""From the rows of a table that came back to answers; each bad cell is named, the rest is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from drmine.records import ORIGINS, STANCES, Annotation
from drmine.review.decisions.decision import SAMPLES, DecidedFinding
from drmine.review.exchange.answer import (
    Answer,
    AnswerError,
    Reading,
    Shown,
    TextOf,
    check_findings,
    pmid_of,
    study_type_of,
    text_for,
    weight_of,
    yes_or_no,
)
from drmine.review.exchange.cells import Row
from drmine.review.exchange.columns import (
    ABOUT,
    ABSTRACT,
    CUT,
    DECISION,
    DECISIONS,
    MACHINE,
    NOTE,
    PMID,
    STUDY_TYPE,
    TITLE,
    Columns,
)
from drmine.review.exchange.offsets import OffsetError, find_quote, span_of
from drmine.review.exchange.proposal import proposed_findings, read_proposal
from drmine.taxonomy import Taxonomy

_EVIDENCE = re.compile(r"\[(\d+)-(\d+)\] (.*)", re.DOTALL)


def read_rows(
    header: Sequence[str],
    rows: Iterable[tuple[int, Mapping[str, Any]]],
    taxonomy: Taxonomy,
    text_of: TextOf,
    name_place: Callable[[int, str], str],
) -> Reading:
    """Return what the rows of a table say.

    Parameters
    ----------
    header
        Names of the columns, as :func:`drmine.review.exchange.cells.column_names` gives them.
    rows
        Number of each row as the spreadsheet shows it, and its cells by column.
    text_of
        Gives the text of a record at hand.
    name_place
        Names a row and column: "file.xlsx, sheet Records, row 5, column target".
    """
    reading = Reading()
    known = Columns(taxonomy).all
    unknown = [name for name in header if name and name not in known]
    if unknown:
        reading.notes.append(f"Columns that mean nothing here were passed over: {unknown}.")
    first_place: dict[str, tuple[Answer, int]] = {}
    for number, cells in rows:
        try:
            answer = _answer(Row(cells, header), taxonomy, text_of, name_place(number, ""))
        except AnswerError as error:
            reading.problems.append(f"{name_place(number, error.column)}: {error}.")
            continue
        if answer is None:
            reading.undecided += 1
            continue
        earlier = first_place.setdefault(answer.pmid, (answer, number))
        if earlier[0] is answer:
            reading.answers.append(answer)
        elif earlier[0] != answer:
            reading.problems.append(
                f"{name_place(number, PMID)}: PMID {answer.pmid} is decided otherwise in row "
                f"{earlier[1]}, which was taken; keep one of them."
            )
    return reading


def _answer(row: Row, taxonomy: Taxonomy, text_of: TextOf, place: str) -> Answer | None:
    """Return what a row says; None where nothing is filled in."""
    pmid = pmid_of(row.text(PMID))
    shown = _shown(row, pmid)
    decision = row.choice(DECISION, DECISIONS)
    about = yes_or_no(row.text(ABOUT), ABOUT)
    study_type = study_type_of(row.text(STUDY_TYPE))
    note = row.text(NOTE, strict=False)
    findings = _findings(row, taxonomy, lambda: _text(row, pmid, shown.text_sha256, text_of))
    filled = about is not None or study_type is not None or bool(findings)
    if not decision and not filled:
        if note:
            raise AnswerError("there is a note but no decision; choose one", DECISION)
        return None
    if decision == "skip":
        return Answer(pmid, note=note, shown=shown, place=place)
    if decision == "accept":
        about, study_type, findings = _accepted(shown.proposal, about, study_type, findings)
    if decision == "reject" and findings:
        raise AnswerError(
            f"the decision is reject, but {findings[0].id} has a stance; clear it or choose change",
            findings[0].id,
        )
    if about is None:
        if not findings:
            raise AnswerError("say yes or no", ABOUT)
        about = True
    check_findings(findings, about, taxonomy)
    return Answer(pmid, about, study_type, findings, note, shown, place)


def _accepted(
    proposal: Annotation | None,
    about: bool | None,
    study_type: str | None,
    findings: tuple[DecidedFinding, ...],
) -> tuple[bool, str | None, tuple[DecidedFinding, ...]]:
    """Return what the machine proposed; other cells may repeat it, and say nothing else."""
    if proposal is None:
        raise AnswerError(
            "the machine's proposal is not readable in this row, so it cannot be accepted; choose "
            "change and fill the row in",
            DECISION,
        )
    given = {one.id: one for one in proposed_findings(proposal)}
    for column, is_other in (
        (ABOUT, about not in (None, proposal.about_drug_response)),
        (STUDY_TYPE, study_type not in (None, proposal.study_type)),
        *((one.id, _differs(one, given.get(one.id))) for one in findings),
    ):
        if is_other:
            raise AnswerError(
                f"the decision is accept, but {column} is not as the machine gave it; choose "
                "change, or clear the cell",
                column,
            )
    return proposal.about_drug_response, proposal.study_type or None, tuple(given.values())


def _differs(one: DecidedFinding, given: DecidedFinding | None) -> bool:
    return given is None or (one.stance, one.origin) not in (
        (given.stance, given.origin),
        (given.stance, "unspecified"),
    )


def _findings(
    row: Row, taxonomy: Taxonomy, text: Callable[[], str | None]
) -> tuple[DecidedFinding, ...]:
    found = []
    for id in taxonomy.ids:
        stance = row.choice(id, STANCES)
        origin = row.choice(f"{id}_origin", ORIGINS)
        column = f"{id}_evidence"
        quote = row.text(column, strict=False)
        if not stance:
            for more, name in ((origin, f"{id}_origin"), (quote, column)):
                if more:
                    raise AnswerError(f"it is filled in, but {id} has no stance", name)
            continue
        evidence = _evidence(quote, text(), column) if quote else None
        found.append(DecidedFinding(id, stance, origin or "unspecified", evidence))  # type: ignore[arg-type]
    return tuple(found)


def _evidence(cell: str, text: str | None, column: str) -> tuple[int, int]:
    match = _EVIDENCE.fullmatch(cell)
    if text is None:
        raise AnswerError(
            "the text that was judged is not at hand to look the sentence up; import the record, "
            "or clear the cell",
            column,
        )
    try:
        if match is None:
            return find_quote(text, cell.removesuffix(CUT))
        quote = None if cell.endswith(CUT) else match[3]
        return span_of(text, int(match[1]), int(match[2]), quote, ("code points",))
    except OffsetError as error:
        raise AnswerError(f"{error}; copy a sentence of the record", column) from None


def _text(row: Row, pmid: str, sha256: str, text_of: TextOf) -> str | None:
    own = None
    if {TITLE, ABSTRACT} <= row.header:
        own = f"{row.text(TITLE, strict=False)}\n{row.text(ABSTRACT, strict=False)}"
    return text_for(pmid, sha256, text_of, own)


def _shown(row: Row, pmid: str) -> Shown:
    """Return what the reviewer was shown; what is damaged counts as not known."""
    sample = row.kept("sample").casefold()
    digest = row.kept("text_sha256").casefold()
    about = {"yes": True, "no": False}.get(row.kept(MACHINE[0]).casefold())
    blind = MACHINE[2] not in row.header
    return Shown(
        digest if re.fullmatch(r"[0-9a-f]{64}", digest) else "",
        sample if sample in SAMPLES else None,
        weight_of(row.kept("weight")),
        row.kept("taxonomy"),
        row.kept("fingerprint"),
        None if blind else read_proposal(row.kept(MACHINE[2]), pmid, about, row.kept(MACHINE[1])),
        blind,
    )
