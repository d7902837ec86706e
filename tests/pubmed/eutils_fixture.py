"""Invented records and a client that does not wait: for the tests of the harvest."""

from __future__ import annotations

import random
from collections.abc import Iterable

from drmine.demo.server import EutilsServer
from drmine.pubmed.entrez import EntrezClient
from drmine.pubmed.pacing import Pace
from drmine.pubmed.retry import RetryPolicy
from drmine.records import Record

EMAIL = "somebody.invented@example.org"
API_KEY = "0123456789abcdef0123456789abcdef0123"
QUERY = "epilep*[tiab]"


def invented(number: int, **changes: object) -> Record:
    """Return an invented record about epilepsy; numbers count from 1."""
    fields: dict[str, object] = {
        "title": f"Invented record {number} on refractory epilepsy",
        "abstract": "Nothing in this text has happened.",
        "year": 2001,
        "date": "2001-02-03",
        "entered": "2001-02-03",
        "revised": "2001-02-03",
        "journal": "Annals of Invented Epileptology",
        "publication_types": ("Journal Article",),
        "languages": ("eng",),
        "invented": True,
    }
    return Record(pmid=str(99_000_000 + number), **{**fields, **changes})  # type: ignore[arg-type]


def invented_many(count: int) -> list[Record]:
    """Return so many invented records."""
    return [invented(number) for number in range(1, count + 1)]


def client_for(server: EutilsServer, **changes: object) -> EntrezClient:
    """Return a client without pacing and with very short waits."""
    options: dict[str, object] = {
        "pace": Pace(server.url, 0),
        "retry": RetryPolicy(base=0.001, random=random.Random(1)),
        "timeout": 5.0,
    }
    api_key = changes.pop("api_key", None)
    return EntrezClient(EMAIL, api_key, base_url=server.url, **{**options, **changes})  # type: ignore[arg-type]


def pmids_of(records: Iterable[Record]) -> list[str]:
    return [record.pmid for record in records]
