"""Renders the report's pages: each with scripts, styles and data inside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from drmine.pubmed.atomic import write_atomically
from drmine.report.data import ReportData
from drmine.report.drawing import STANCE_COLOURS, Chart
from drmine.report.scripts import chart_scripts

PAGES = (("index.html", "What changed"), ("evidence.html", "Evidence"), ("method.html", "Method"))


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


def invented_pmids(data: ReportData) -> frozenset[str]:
    """Return which papers are made up, where only some are; else nothing."""
    articles = data["articles"]
    is_made_up = articles["invented"].astype(bool)
    if is_made_up.all():
        return frozenset()
    return frozenset(str(pmid) for pmid in articles["pmid"][is_made_up])


class Renderer:
    """Renders pages with what all of them share; the chart scripts are built once."""

    def __init__(
        self, data: ReportData, folder: Path, more: tuple[tuple[str, str], ...] = ()
    ) -> None:
        from jinja2 import Environment, PackageLoader, select_autoescape

        self._folder = folder
        self._environment = Environment(
            loader=PackageLoader("drmine.report", "templates"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._vega = chart_scripts()
        manifest = data.manifest
        self.made_up = made_up = invented_pmids(data)
        # the records say it, not the manifest: some may have been imported since
        any_made_up = bool(data["articles"]["invented"].any())
        self.invented = "some" if made_up else "all" if any_made_up else "none"
        self._shared = {
            "manifest": manifest,
            "taxonomy": data.taxonomy,
            "invented": self.invented,
            "made_up": made_up,
            "partial": not manifest.get("is_complete", True),
            "css": _asset("report.css"),
            "pages": PAGES + more,
            "names": data.names,
            "stances": list(STANCE_COLOURS),
        }

    def write(
        self, name: str, template: str, charts: list[Chart], *, script: str = "", **values: Any
    ) -> Path:
        """Write a page from its template with charts, a script of its own, and more values."""
        drawn = {chart.id: chart.spec for chart in charts if chart.spec}
        page = self._environment.get_template(f"{template}.html.j2").render(
            **self._shared,
            page=name,
            charts=charts,
            chart_json=script_json(drawn) if drawn else "",
            vega=self._vega if drawn else "",
            chart_script=_asset("charts.js") if drawn else "",
            page_script=_asset(script) if script else "",
            **values,
        )
        path = self._folder / name
        write_atomically(path, page.encode("utf-8", "replace"))
        return path


def _asset(name: str) -> str:
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")
