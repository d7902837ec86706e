"""Writes the report: one HTML file that needs nothing else and asks nobody for anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drmine.report.charts import all_charts
from drmine.report.data import read_report_data
from drmine.report.evidence_table import COLUMNS, evidence_rows
from drmine.report.overview import answers
from drmine.workspace import write_atomic

if TYPE_CHECKING:
    from drmine.taxonomy import Taxonomy

_STEPS = (
    ("asked", "PMIDs that the query found"),
    ("fetched", "fetched in this run"),
    ("records", "records in the store"),
    ("with_abstract", "with an abstract"),
    ("excluded", "retracted papers, notices and errata, left out"),
    ("about_drug_response", "on drug response in epilepsy"),
    ("with_finding", "bearing on at least one hypothesis"),
    ("findings", "findings (record and hypothesis)"),
    ("needs_review", "records that a reviewer should look at"),
)


def script_json(value: Any) -> str:
    """Return JSON that is safe inside a script element, whatever text it holds."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return (
        text.replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )


def write_report(
    trends_dir: Path, report_dir: Path, *, manifest: dict[str, Any], taxonomy: Taxonomy
) -> Path:
    """Write ``index.html`` from the trend files.

    Parameters
    ----------
    trends_dir
        Folder with the trend files of the run.
    report_dir
        Folder to write to; made where it is missing.
    manifest
        The run's manifest: query, counts, versions, whether it is complete.
    taxonomy
        Gives the definitions of the hypotheses.

    Returns
    -------
    Path
        The page.
    """
    import vl_convert
    from jinja2 import Environment, PackageLoader, select_autoescape

    data = read_report_data(trends_dir, manifest)
    charts = all_charts(data)
    environment = Environment(
        loader=PackageLoader("drmine.report", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    counts = {**manifest.get("counts", {}), **_counts(data)}
    page = environment.get_template("report.html.j2").render(
        answers=answers(data, {h.id: h.definition for h in taxonomy.hypotheses}),
        charts=charts,
        manifest=manifest,
        steps=[(label, counts[name]) for name, label in _STEPS if name in counts],
        invented=bool(manifest.get("invented")),
        partial=not manifest.get("is_complete", True),
        incomplete_years=sorted(
            int(y) for y in data["years"].loc[~data["years"]["is_complete"].astype(bool), "year"]
        ),
        taxonomy=taxonomy,
        css=_asset("report.css"),
        js=_asset("report.js"),
        # the stub asks for an argument that the function does not need
        vega=_script_safe(vl_convert.javascript_bundle()),  # type: ignore[call-arg]
        names_json=script_json({str(h["hypothesis"]): str(h["name"]) for h in data.hypotheses}),
        chart_json=script_json({c.id: c.spec for c in charts if c.spec}),
        evidence_json=script_json({"columns": COLUMNS, "rows": evidence_rows(data)}),
    )
    report_dir.mkdir(parents=True, exist_ok=True)
    path = report_dir / "index.html"
    write_atomic(path, page.encode("utf-8", "replace"))
    return path


def _counts(data: Any) -> dict[str, int]:
    articles, findings = data["articles"], data["findings"]
    counted = articles[articles["is_counted"].astype(bool)]
    return {
        "records": len(articles),
        "excluded": int((~articles["is_evidence"].astype(bool)).sum()),
        "about_drug_response": len(counted),
        "with_finding": int(findings.loc[findings["is_counted"].astype(bool), "pmid"].nunique()),
        "findings": int(findings["is_counted"].astype(bool).sum()),
        "needs_review": int(articles["needs_review"].astype(bool).sum()),
    }


def _asset(name: str) -> str:
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")


def _script_safe(script: str) -> str:
    # the bundle holds "</script" only inside string literals, if at all
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")
