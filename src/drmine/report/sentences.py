"""Evidence sentences with the mentions in them, for the table and for the pages of hypotheses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from drmine.report.data import ReportData

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("pmid", "year", "hypothesis", "stance", "score", "study_type", "origin", "title",
           "evidence", "spans", "reviewed", "needs_review", "stance_score", "place",
           "marks", "second_evidence", "second_spans")  # fmt: skip
STRONGEST = 8
"""How many supporting and refuting sentences the page of a hypothesis shows."""

Row = list[Any]
Span = tuple[int, int, str, int, int]
"""Start, end, concept, negated, speculated."""


def evidence_rows(data: ReportData) -> list[Row]:
    """Return the counted findings in the order of ``COLUMNS``, the latest years first.

    ``spans`` holds start, end, concept, negated and speculated of each mention in
    the evidence sentence, relative to the sentence, in code points. ``second_evidence`` is a
    second sentence, where there is one. ``place`` is where they stand, in the title, the abstract
    or both; ``marks`` is what a reader should know of a paper that counts: that it is a preprint,
    or under an expression of concern.
    """
    findings = data["findings"]
    findings = findings[findings["is_counted"].astype(bool)]
    articles = data["articles"]
    titles = dict(zip(articles["pmid"], articles["title"], strict=True))
    marks = _marks(articles)
    by_pmid = _spans(data, set(findings["pmid"]))
    rows: list[Row] = []
    for one in findings.to_dict("records"):
        text, second = _text(one["evidence"]), _text(one["second_evidence"])
        title = _text(titles.get(one["pmid"]))
        starts = [one["evidence_start"]] * bool(text) + [one["second_start"]] * bool(second)
        named = by_pmid.get(str(one["pmid"]), [])
        rows.append(
            [
                str(one["pmid"]),
                None if one["year"] != one["year"] else int(one["year"]),
                one["hypothesis"],
                one["stance"],
                round(float(one["score"]), 3),
                _text(one["study_type"]),
                _text(one["origin"]),
                title,
                text,
                _within(named, one["evidence_start"], one["evidence_end"]) if text else [],
                int(bool(one["reviewed"])),
                int(bool(one["needs_review"])),
                round(float(one["stance_score"]), 3)
                if one["stance_score"] == one["stance_score"]
                else 0,
                _place(starts, len(title)),
                marks.get(str(one["pmid"]), ""),
                second,
                _within(named, one["second_start"], one["second_end"]) if second else [],
            ]
        )
    rows.sort(key=lambda row: (-(row[1] or 0), row[0]))
    return rows


def strongest(rows: list[Row], hypothesis: str, stance: str) -> list[dict[str, Any]]:
    """Return the findings with the surest evidence: reviewed first, then by both scores.

    Each has the columns by name and ``parts``, the sentence cut at its mentions;
    ``second_parts`` are those of a second sentence.
    A sentence that two findings share appears once.
    """
    at = {name: place for place, name in enumerate(COLUMNS)}
    mine = [
        row
        for row in rows
        if row[at["hypothesis"]] == hypothesis
        and row[at["stance"]] == stance
        and row[at["evidence"]]
    ]
    mine.sort(key=lambda row: (-row[at["reviewed"]], -row[at["score"]] * row[at["stance_score"]]))
    chosen: dict[str, dict[str, Any]] = {}
    for row in mine:
        named = dict(zip(COLUMNS, row, strict=True))
        chosen.setdefault(
            named["evidence"],
            named
            | {
                "parts": list(parts(named["evidence"], named["spans"])),
                "second_parts": list(parts(named["second_evidence"], named["second_spans"])),
            },
        )
        if len(chosen) == STRONGEST:
            break
    return list(chosen.values())


def parts(text: str, spans: Sequence[Span]) -> Iterator[tuple[str, str, str]]:
    """Cut a sentence at its mentions: text, class of the mark (or blank), what it is."""
    place = 0
    for start, end, concept, negated, speculated in spans:
        if start < place:
            continue
        if start > place:
            yield text[place:start], "", ""
        kind = "negated" if negated else "speculated" if speculated else "named"
        said = {"negated": ", negated", "speculated": ", only supposed"}.get(kind, "")
        yield text[start:end], kind, concept + said
        place = end
    if place < len(text):
        yield text[place:], "", ""


def _place(starts: Iterable[float], title_end: int) -> str:
    """Return where sentences stand that start there, in the order in which they are shown."""
    places = ["title" if start < title_end else "abstract" for start in starts]
    return " and ".join(dict.fromkeys(places)) or "abstract"


def _within(named: Iterable[Span], start: float, end: float) -> list[Span]:
    """Return the spans inside a sentence, from where it starts, in the order given."""
    first = int(start)
    return [
        (s - first, e - first, concept, negated, speculated)
        for s, e, concept, negated, speculated in named
        if s >= start and e <= end
    ]


def _spans(data: ReportData, pmids: set[str]) -> dict[str, list[Span]]:
    mentions = data["mentions"]
    mentions = mentions[mentions["pmid"].isin(pmids) & (mentions["start"] >= 0)]
    found: dict[str, list[Span]] = {}
    names = ["pmid", "start", "end", "concept", "negated", "speculated"]
    for pmid, start, end, concept, negated, speculated in zip(
        *(mentions[name].tolist() for name in names), strict=True
    ):
        found.setdefault(pmid, []).append(
            (int(start), int(end), str(concept), int(negated), int(speculated))
        )
    for spans in found.values():  # a phrase before the name that stands in it
        spans.sort(key=lambda span: (span[0], -span[1]))
    return found


def _marks(articles: pd.DataFrame) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    kinds = articles["publication_types"].fillna("").str.split("; ")
    for pmid, types, retraction in zip(
        articles["pmid"], kinds, articles["retraction"], strict=True
    ):
        said = ["preprint"] if "Preprint" in types else []
        said += ["expression of concern"] if retraction == "expression_of_concern" else []
        if said:
            found[str(pmid)] = said
    return {pmid: ", ".join(said) for pmid, said in found.items()}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
