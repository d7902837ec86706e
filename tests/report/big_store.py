"""Trend files of a store of any size, invented, as the report reads them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from drmine.report import write_report
from drmine.taxonomy import load_taxonomy
from drmine.trends import write_trends

sys.path.append(str(Path(__file__).resolve().parents[1] / "trends"))

from trends_tables import random_tables

MANIFEST: dict[str, Any] = {
    "run": "invented", "ended": "2026-01-01", "versions": {"drmine": "0"},
    "fingerprints": {"model": "none"}, "counts": {}, "is_complete": True, "problems": [],
    "missing": [], "notes": [], "query": None, "invented": True,
}  # fmt: skip


def write_big_report(folder: Path, n_articles: int, n_findings: int) -> Path:
    """Write trend files and report of so many records; returns the report's folder."""
    taxonomy = load_taxonomy()
    tables = random_tables(n_articles, n_findings, 3 * n_articles, 300, n_concepts=300)
    # as long as the sentences of abstracts are
    words = " invented words of a sentence on drug response in epilepsy" * 4
    tables.findings["evidence"] = tables.findings["evidence"] + words
    write_trends(
        tables, taxonomy.hypotheses, folder / "trends", manifest=MANIFEST, invented=True,
        complete_through=2019, concept_names={},
    )  # fmt: skip
    write_report(folder / "trends", folder / "report", manifest=MANIFEST, taxonomy=taxonomy)
    return folder / "report"
