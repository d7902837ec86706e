"""The Frictionless data package that describes the trend files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from drmine import __version__
from drmine.trends.schema import TableSpec
from drmine.trends.schema_rows import ROW_TABLES
from drmine.trends.schema_tests import TEST_TABLES
from drmine.trends.schema_years import BALANCE_TABLES, YEAR_TABLES

TABLES: tuple[TableSpec, ...] = (*YEAR_TABLES, *TEST_TABLES, *BALANCE_TABLES, *ROW_TABLES)
"""Every table of the package, in the order in which it is read best."""

FORMAT_VERSION = "1.3.0"
"""Version of the files' layout: the major number grows when a column changes or goes."""

NAME = "drmine-trends"
_TITLE = "Why epilepsy resists drugs: evidence over the years"
_DESCRIPTION = (
    "Counts, shares and trends of the published evidence on the mechanisms of drug-resistant "
    "epilepsy, mined from PubMed abstracts. Text cells that begin with an apostrophe carry it as "
    "a guard against spreadsheet formulas; take off one apostrophe to get the text."
)
INVENTED_TITLE = "INVENTED DEMONSTRATION DATA"
INVENTED_NOTE = (
    "INVENTED DEMONSTRATION DATA: no paper behind these numbers exists. Never cite or use them "
    "as evidence."
)
PARTLY_TITLE = "PARTLY INVENTED DATA"
PARTLY_NOTE = (
    "PARTLY INVENTED DATA: made-up papers are counted with {n_real:,} real ones. Never cite or use "
    "these numbers as evidence; `invented` in the files of rows marks what is made up."
)
PARTIAL_TITLE = "PARTIAL"
PARTIAL_NOTE = (
    "PARTIAL: the run that made these files did not get every record; counts are too low. The "
    "manifest says what is missing."
)


def notes(*, invented: bool, n_real: int = 0, is_complete: bool) -> list[str]:
    """Return what a reader must know before anything else; ``n_real`` records are not invented."""
    made_up = PARTLY_NOTE.format(n_real=n_real) if n_real else INVENTED_NOTE
    return [note for note, on in ((made_up, invented), (PARTIAL_NOTE, not is_complete)) if on]


def describe(
    *, invented: bool, n_real: int = 0, is_complete: bool, manifest: Mapping[str, Any]
) -> str:
    """Return ``datapackage.json`` as text: Data Package 1, which readers of version 2 take."""
    made_up = PARTLY_TITLE if n_real else INVENTED_TITLE
    marks = [made_up] * invented + [PARTIAL_TITLE] * (not is_complete)
    told = notes(invented=invented, n_real=n_real, is_complete=is_complete)
    description = [*told, _DESCRIPTION]
    sources = [
        {
            "title": "PubMed, National Library of Medicine",
            "path": "https://pubmed.ncbi.nlm.nih.gov/",
        },
        {
            "title": "Taxonomy: Malyshev SM, Alekseeva TM, Khachatryan WA, Galagudza MM. "
            "Pathogenesis of drug resistant epilepsy. Epilepsy and paroxysmal conditions "
            "2019;11(1):79-87."
        },
    ]
    if invented:
        made_by_us = {"title": "Abstracts invented for the demonstration of drmine"}
        sources[0 : 0 if n_real else 1] = [made_by_us]
    package: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": NAME,
        "title": ": ".join([*marks, _TITLE]),
        "description": " ".join(description),
        "version": FORMAT_VERSION,
        "drmine_version": __version__,
        "invented": invented,
        "is_complete": is_complete,
        "sources": sources,
        "licenses": [
            {
                "name": "other-pd",
                "title": "Counts and labels are free to use; titles and sentences quoted from "
                "PubMed stay with their publishers.",
            }
        ],
    }
    if manifest.get("run"):
        package["run"] = str(manifest["run"])
    package["resources"] = [_resource(spec) for spec in TABLES]
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _resource(spec: TableSpec) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": spec.name,
        "path": spec.file_name,
        "title": spec.title,
        "description": spec.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "header": True},
        "schema": spec.to_schema(),
    }
