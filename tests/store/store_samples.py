"""Invented records and annotations, and the content of a store without who wrote it when."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from drmine.records import Annotation, Finding, Mention, Record, ResistanceRate, Span
from drmine.store import Store
from drmine.store.engine import reading
from drmine.store.schema import metadata

FIRST_PMID = 99_000_001
# Who and when: different for the same content
BOOKKEEPING = {"first_seen", "last_changed", "first_run", "last_run", "run_id"}


def record(n: int = 0, **changes: Any) -> Record:
    """Return an invented record; ``n`` makes its PMID."""
    values: dict[str, Any] = {
        "pmid": str(FIRST_PMID + n),
        "title": f"An invented study of seizures, number {n}.",
        "abstract": "BACKGROUND: This text is made up. RESULTS: 30 % did not respond. β > α.",
        "year": 2000 + n % 25,
        "journal": "Journal of Invented Epilepsy",
        "publication_types": ("Journal Article", "Case Reports"),
        "mesh": ("Drug Resistant Epilepsy",),
        "revised": "2024-03-01",
        "date": "2024-02",
        "entered": "2024-02-10",
        "substances": ("Invented Protein 1",),
        "keywords": ("resistance", "drug"),
        "authors": ("Nobody N", "Someone S"),
        "languages": ("eng",),
        "doi": f"10.0000/invented.{n}",
        "invented": True,
    }
    return Record(**(values | changes))


def annotation(n: int = 0, n_mentions: int = 2, **changes: Any) -> Annotation:
    """Return an annotation of the record with the same ``n``."""
    values: dict[str, Any] = {
        "pmid": str(FIRST_PMID + n),
        "about_drug_response": True,
        "about_drug_response_score": 0.97,
        "hypotheses": (
            Finding(
                "transporter", 0.91, "supports", 0.8, "acquired",
                (Span(0, 11, "An invented"), Span(12, 17, "study")), True,
            ),
            Finding("target", 0.6, "neutral", 0.5, "unspecified"),
        ),
        "study_type": "observational",
        "study_type_score": 0.77,
        "mentions": tuple(
            Mention(
                i, i + 5, "inven", f"C{i}", "transporter", "invented long form", i % 2 == 0, False,
                "rule:x", "term", None,
            )
            for i in range(n_mentions)
        ),
        "resistance_rates": (ResistanceRate(60, 64, "30 %", 0.3, 0.3, "epilepsy"),),
        "needs_review": True,
        "extra": {"note": ["α", 1]},
    }  # fmt: skip
    return Annotation(**(values | changes))


def content(store: Store) -> dict[str, list[str]]:
    """Return what is in the store, without who put it there and when, in a fixed order."""
    found = {}
    with reading(store._engine) as connection:
        for table in metadata.sorted_tables:
            if table.name == "runs":
                continue
            columns = [column for column in table.columns if column.name not in BOOKKEEPING]
            rows = connection.execute(select(*columns)).mappings()
            found[table.name] = sorted(repr(dict(row)) for row in rows)
    return found
