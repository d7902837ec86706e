"""Writes into the pages, while the site is built, what the code knows better than any page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from drmine.pubmed.query import default_query
from drmine.taxonomy import load_taxonomy
from drmine.trends.dictionary import data_dictionary

_MARK = re.compile(r"^<!-- generate: ([a-z-]+) -->$", re.MULTILINE)


def _hypotheses() -> str:
    taxonomy = load_taxonomy()
    rows = ["| id | group | core | what it says | what it predicts |", "|---|---|---|---|---|"]
    for one in taxonomy.hypotheses:
        cells = (one.group or "", "yes" if one.core else "no", one.definition, one.predicts or "")
        rows.append(f"| `{one.id}` | " + " | ".join(" ".join(c.split()) for c in cells) + " |")
    return "\n".join(rows)


def _query() -> str:
    clauses = default_query().clauses
    return "\n".join(f"- `{clause.id}`: {clause.explanation}" for clause in clauses)


GENERATORS: dict[str, Callable[[], str]] = {
    "data-dictionary": data_dictionary,
    "hypotheses": _hypotheses,
    "query-clauses": _query,
}


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put each generated part in the place of its mark; an unknown mark ends the build."""
    return _MARK.sub(lambda mark: GENERATORS[mark.group(1)](), markdown)
