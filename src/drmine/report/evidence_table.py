"""Rows of the evidence table: findings with their sentence and the mentions in it."""

from __future__ import annotations

from typing import Any

from drmine.report.data import ReportData

COLUMNS = ("pmid", "year", "hypothesis", "stance", "score", "study_type", "origin", "title",
           "evidence", "spans", "reviewed", "needs_review")  # fmt: skip


def evidence_rows(data: ReportData) -> list[list[Any]]:
    """Return the rows in the order of ``COLUMNS``, the latest years first.

    ``spans`` holds start, end, concept, negated and speculated of each mention in
    the evidence sentence, relative to the sentence.
    """
    findings = data["findings"]
    findings = findings[findings["is_counted"].astype(bool)]
    titles = dict(zip(data["articles"]["pmid"], data["articles"]["title"], strict=True))
    mentions = data["mentions"]
    mentions = mentions[mentions["pmid"].isin(set(findings["pmid"])) & (mentions["start"] >= 0)]
    by_pmid: dict[str, list[tuple[int, int, str, bool, bool]]] = {}
    for row in mentions[["pmid", "start", "end", "concept", "negated", "speculated"]].itertuples(
        index=False
    ):
        by_pmid.setdefault(str(row[0]), []).append(
            (int(row[1]), int(row[2]), str(row[3]), bool(row[4]), bool(row[5]))
        )
    rows: list[list[Any]] = []
    for finding in findings.to_dict("records"):
        start, end = finding["evidence_start"], finding["evidence_end"]
        evidence = finding["evidence"]
        text = evidence if isinstance(evidence, str) else ""
        spans = (
            [
                [s - int(start), e - int(start), c, int(n), int(p)]
                for s, e, c, n, p in by_pmid.get(str(finding["pmid"]), ())
                if s >= start and e <= end
            ]
            if text
            else []
        )
        title = titles.get(finding["pmid"])
        rows.append(
            [
                str(finding["pmid"]),
                None if finding["year"] != finding["year"] else int(finding["year"]),
                finding["hypothesis"],
                finding["stance"],
                round(float(finding["score"]), 3),
                finding["study_type"] if isinstance(finding["study_type"], str) else "",
                finding["origin"] if isinstance(finding["origin"], str) else "",
                title if isinstance(title, str) else "",
                text,
                spans,
                int(bool(finding["reviewed"])),
                int(bool(finding["needs_review"])),
            ]
        )
    rows.sort(key=lambda r: (-(r[1] or 0), r[0]))
    return rows
