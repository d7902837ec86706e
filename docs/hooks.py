"""Writes into the pages, while the site is built, what the code knows better than any page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click

from drmine.cli import cli
from drmine.pubmed.query import default_query
from drmine.taxonomy import load_taxonomy
from drmine.trends.dictionary import data_dictionary

_MARK = re.compile(r"^<!-- generate: ([a-z-]+) -->$", re.MULTILINE)
# how click's mark for "no default" is printed
_UNSET = "Sentinel.UNSET"


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


def on_pre_build(**_: Any) -> None:
    """Take click's mark for "no default" off all options: the page would show it as a default."""
    waiting: list[click.Command] = [cli]
    while waiting:
        command = waiting.pop()
        waiting += getattr(command, "commands", {}).values()
        for option in command.params:
            if str(option.default) == _UNSET:
                option.default = None


def on_page_content(html: str, **_: Any) -> str:
    """Write defaults that are none, and options that are required, as words."""
    # older versions of click call a flag that is not given False
    unset = rf"<td>(None|<code>({re.escape(_UNSET)}|False)</code>)</td>"
    html = re.sub(unset, "<td>none</td>", html)
    return html.replace("<td>_required</td>", "<td>required</td>")
