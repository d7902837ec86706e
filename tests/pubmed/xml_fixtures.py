"""Fixtures of PubMed XML, and what is read from them."""

from __future__ import annotations

from pathlib import Path

from drmine.pubmed.entries import Deletion, Unreadable
from drmine.pubmed.medline_xml import parse_records
from drmine.records import Record

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pubmed"


def read(name: str) -> list[Record | Deletion | Unreadable]:
    return list(parse_records((FIXTURES / f"{name}.xml").read_bytes(), name))


def record(name: str) -> Record:
    (only,) = read(name)
    assert isinstance(only, Record)
    return only
