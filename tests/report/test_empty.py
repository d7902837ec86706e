"""A store without records still has a report, which says so."""

from __future__ import annotations

from drmine.report import write_report
from drmine.taxonomy import load_taxonomy
from drmine.trends import Tables, write_trends

MANIFEST = {
    "run": "r", "ended": "2026-01-01", "versions": {"drmine": "0"}, "fingerprints": {},
    "counts": {}, "is_complete": False, "problems": ["PubMed did not answer"], "missing": [],
    "query": None, "invented": False,
}  # fmt: skip


def test_an_empty_store_has_a_report(tmp_path):
    taxonomy = load_taxonomy()
    write_trends(
        Tables.empty(), taxonomy.hypotheses, tmp_path / "trends", manifest=MANIFEST,
        invented=False, complete_through=2025, concept_names={},
    )  # fmt: skip
    page = write_report(
        tmp_path / "trends", tmp_path / "report", manifest=MANIFEST, taxonomy=taxonomy
    ).read_text(encoding="utf-8")
    assert "No record that is counted is about drug response." in page
    assert "PubMed did not answer" in page
    assert "read from files" not in page
