"""Writes the report: HTML files that need nothing else and ask nobody for anything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drmine.pubmed.atomic import remove_leftovers, write_atomically
from drmine.report.agreement import AGREEMENT_CSV, AGREEMENT_PAGE, agreement_chart, csv_bytes
from drmine.report.charts import all_charts
from drmine.report.data import ReportData, read_report_data
from drmine.report.drawing import p_text
from drmine.report.hypothesis_charts import hypothesis_charts
from drmine.report.method import HOW_OFTEN_WRONG, flow, how_corrected
from drmine.report.overview import Answer, answers, in_short
from drmine.report.renderer import Renderer, script_json
from drmine.report.sentences import COLUMNS, Row, evidence_rows, strongest
from drmine.review.agreement.text import figure_text, label_name

if TYPE_CHECKING:
    from drmine.review.agreement.compare import Pair
    from drmine.taxonomy import Taxonomy

_TESTS = (
    "mann_kendall_ar1",
    "count_model_ar1",
    "theil_sen_ar1",
    "count_model",
    "odds_model",
    "joinpoint",
    "change_point",
)


def write_report(
    trends_dir: Path,
    report_dir: Path,
    *,
    manifest: dict[str, Any],
    taxonomy: Taxonomy,
    agreement: Sequence[Pair] = (),
) -> Path:
    """Write the report from the trend files.

    ``index.html`` says what changed, ``hypothesis_<id>.html`` tells of one
    hypothesis each, ``evidence.html`` holds every finding, ``method.html`` how
    they came about, ``agreement.html`` how far reviewers and machine agree, where
    there is something to compare. Each page stands alone: scripts, styles and data
    are inside.

    Parameters
    ----------
    trends_dir
        Folder with the trend files of the run.
    report_dir
        Folder to write to; made where it is missing. Pages of hypotheses that
        the taxonomy no longer has are removed.
    manifest
        The run's manifest: query, counts, versions, whether it is complete.
    taxonomy
        Gives the definitions of the hypotheses.
    agreement
        Two raters each, with their figures.

    Returns
    -------
    Path
        The page to begin with, ``index.html``.
    """
    data = read_report_data(trends_dir, manifest, taxonomy)
    pages = Renderer(data, report_dir, ((AGREEMENT_PAGE, "Agreement"),) if agreement else ())
    all_answers = answers(data)
    rows = evidence_rows(data)
    report_dir.mkdir(parents=True, exist_ok=True)
    # the folder is handed on: pages that a killed run left half written go
    remove_leftovers(report_dir)
    for stale in report_dir.glob("hypothesis_*.html"):
        if stale.name not in {answer.page for answer in all_answers}:
            stale.unlink()
    for answer in all_answers:
        _write_hypothesis(pages, data, answer, rows, taxonomy)
    _write_evidence(pages, all_answers, rows)
    _write_method(pages, data, manifest)
    _write_agreement(pages, report_dir, agreement)
    return pages.write(
        "index.html",
        "overview",
        all_charts(data),
        title="What changed",
        groups=_grouped(data, all_answers),
        in_short=in_short(all_answers),
        corrected=how_corrected(data),
        n_records=len(data["articles"]),
        n_counted=int(data["years"]["n_articles"].sum()),
        n_findings=len(rows),
        n_reviewed=sum(row[COLUMNS.index("reviewed")] for row in rows),
    )


def _write_hypothesis(
    pages: Renderer, data: ReportData, answer: Answer, rows: list[Row], taxonomy: Taxonomy
) -> None:
    pages.write(
        answer.page,
        "hypothesis",
        hypothesis_charts(data, answer.id) if answer.total else [],
        title=answer.name,
        answer=answer,
        evidence=[
            (stance, strongest(rows, answer.id, stance)) for stance in ("supports", "refutes")
        ],
        tests=_tests(data, answer.id),
        p_text=p_text,
        predicts=taxonomy[answer.id].predicts if answer.id in taxonomy else "",
        source=taxonomy[answer.id].source if answer.id in taxonomy else "",
    )


def _write_evidence(pages: Renderer, all_answers: Sequence[Answer], rows: list[Row]) -> None:
    names = {answer.id: answer.name for answer in all_answers}
    pages.write(
        "evidence.html",
        "evidence",
        [],
        title="Evidence",
        answers=all_answers,
        script="evidence.js",
        evidence_json=script_json(
            {
                "columns": COLUMNS,
                "rows": rows,
                "names": names,
                "invented": sorted(pages.made_up) or pages.invented == "all",
            }
        ),
    )


def _write_method(pages: Renderer, data: ReportData, manifest: dict[str, Any]) -> None:
    pages.write(
        "method.html",
        "method",
        [],
        title="Method and limits",
        steps=flow(data, manifest),
        corrected=how_corrected(data),
        how_often_wrong=HOW_OFTEN_WRONG,
        incomplete_years=sorted(
            int(y) for y in data["years"].loc[~data["years"]["is_complete"].astype(bool), "year"]
        ),
        reviewed=int(data["articles"]["reviewed"].astype(bool).sum()),
        unsure=int(data["articles"]["needs_review"].astype(bool).sum()),
    )


def _write_agreement(pages: Renderer, folder: Path, agreement: Sequence[Pair]) -> None:
    """Write the page of agreement with its table, or take away those of an earlier run."""
    if agreement:
        write_atomically(folder / AGREEMENT_CSV, csv_bytes(agreement))
        pages.write(
            AGREEMENT_PAGE,
            "agreement",
            [agreement_chart(agreement)],
            title="Agreement",
            pairs=agreement,
            label_name=label_name,
            figure_text=figure_text,
        )
    else:
        for stale_file in (AGREEMENT_PAGE, AGREEMENT_CSV):
            (folder / stale_file).unlink(missing_ok=True)


def _grouped(data: ReportData, all_answers: list[Answer]) -> list[tuple[str, list[Answer]]]:
    """Return the answers under the names of their groups, core groups first."""
    group_of = {str(h["hypothesis"]): h["group"] for h in data.hypotheses}
    groups: dict[str, list[Answer]] = {}
    for answer in sorted(all_answers, key=lambda one: not one.is_core):
        group = group_of[answer.id]
        name = data.group_name(group) if isinstance(group, str) else "Hypotheses"
        groups.setdefault(name, []).append(answer)
    return list(groups.items())


def _tests(data: ReportData, hypothesis: str) -> list[dict[str, Any]]:
    """Return the tests of the hypothesis that gave a number, blanks as None."""
    tests = data["trend_tests"]
    mine = tests[
        (tests["key"] == hypothesis)
        & tests["measure"].isin(("hypothesis_share", "support_share"))
        & tests["test"].isin(_TESTS)
        & tests["estimate"].notna()
    ]
    order = {test: place for place, test in enumerate(_TESTS)}
    mine = mine.assign(_order=mine["test"].map(order)).sort_values(
        ["measure", "_order", "segment"], kind="stable"
    )
    rows: list[dict[str, Any]] = [
        {str(name): _plain(value) for name, value in row.items()} for row in mine.to_dict("records")
    ]
    return rows


def _plain(value: Any) -> Any:
    if value != value:
        return None
    # a column of years with a blank in it comes back as numbers with a point
    return int(value) if isinstance(value, float) and value == int(value) > 1000 else value
