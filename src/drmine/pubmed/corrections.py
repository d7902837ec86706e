"""Retractions, concerns, errata, and the papers that update others, as PubMed marks them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from drmine.pubmed.entries import checked_pmid
from drmine.records import RetractionStatus, UpdateDirection

# Publication types by their MeSH identifier (https://meshb.nlm.nih.gov) and, for records that
# lack it, by name.
RETRACTED = ("D016441", "Retracted Publication")
RETRACTION_NOTICE = ("D016440", "Retraction of Publication")
ERRATUM = ("D016425", "Published Erratum")
CONCERN_NOTICE = ("D000075742", "Expression of Concern")


def retraction_status(publication_types: Iterable[str], links: Iterable[str]) -> RetractionStatus:
    """Decide whether a record is retracted, in doubt, or a notice about another one.

    ``publication_types`` are names or MeSH identifiers, ``links`` the
    ``RefType`` values of its corrections.
    """
    types, linked = set(publication_types), set(links)
    if types & {*RETRACTED} or linked & {"RetractionIn", "RetractedandRepublishedIn"}:
        return "retracted"
    if types & {*RETRACTION_NOTICE} or "RetractionOf" in linked:
        return "retraction_notice"
    if types & {*CONCERN_NOTICE} or "ExpressionOfConcernFor" in linked:
        return "concern_notice"
    return "expression_of_concern" if "ExpressionOfConcernIn" in linked else "none"


def is_erratum(publication_types: Iterable[str], links: Iterable[str]) -> bool:
    """Whether the record is itself a correction of another one."""
    return bool({*publication_types} & {*ERRATUM}) or "ErratumFor" in {*links}


def update_links(named: Iterable[tuple[UpdateDirection, str]]) -> tuple[str, ...]:
    """Return directions and PMIDs as :attr:`Record.updates` has them, in an order of their own.

    A link without a PMID is left out: PubMed also names papers that it does not hold.
    """
    found: set[tuple[UpdateDirection, int, str]] = set()
    for direction, text in named:
        with suppress(ValueError):
            pmid = checked_pmid(text)
            found.add((direction, len(pmid), pmid))
    return tuple(f"{direction}:{pmid}" for direction, _, pmid in sorted(found))
