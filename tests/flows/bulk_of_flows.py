"""A bulk run of one or two small invented files: the quickest flow that there is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drmine.jobs import load_flow

RECORD = (
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>99000001</PMID><Article>"
    "<ArticleTitle>Invented epilepsy.</ArticleTitle></Article></MedlineCitation>"
    "</PubmedArticle></PubmedArticleSet>"
)


def bulk_run(folder: Path, *, bad: bool) -> Any:
    """Run the flow on a good file, and a bad one; return its state."""
    (folder / "good.xml").write_text(RECORD)
    names = ["good.xml"]
    if bad:
        (folder / "bad.xml").write_text("no XML")
        names.append("bad.xml")
    return load_flow("bulk").bulk(
        files=[str(folder / name) for name in names],
        workspace=str(folder / "work"),
        runner="threads",
        return_state=True,
    )
