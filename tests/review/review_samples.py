"""Invented records with the machine's labels, in a store, and decisions on them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from drmine.annotations import text_digest
from drmine.records import Annotation, Finding, Mention, Record, Span
from drmine.review.decisions.decision import DecidedFinding, Decision
from drmine.store import Store

FIRST_PMID = 99_000_001
FINGERPRINT = "invented-machine"
TITLE = "P-glycoprotein in an invented epilepsy number {n}."
ABSTRACT = (
    "BACKGROUND: This text was made up for a test. "
    "METHODS: We invented {n} patients and gave them carbamazepine. "
    "RESULTS: ABCB1 was higher in the resistant patients. "
    "CONCLUSION: The transporter may explain why drugs failed."
)


def pmid(n: int) -> str:
    return str(FIRST_PMID + n)


def record(n: int = 0, **changes: Any) -> Record:
    """Return an invented record; ``n`` makes its PMID, text and year."""
    values: dict[str, Any] = {
        "pmid": pmid(n),
        "title": TITLE.format(n=n),
        "abstract": ABSTRACT.format(n=n),
        "year": 2000 + n % 25,
        "journal": "Journal of Invented Epilepsy",
        "invented": True,
    }
    return Record(**(values | changes))


def annotation(of: Record, **changes: Any) -> Annotation:
    """Return what the machine says of such a record: the transporter hypothesis."""
    start = max(of.text.find("ABCB1 was"), 0)
    end = of.text.find(". CONCLUSION") + 1 or len(of.text)
    at = of.text.find("ABCB1")
    values: dict[str, Any] = {
        "pmid": of.pmid,
        "about_drug_response": True,
        "about_drug_response_score": 0.97,
        "hypotheses": (
            Finding(
                "transporter", 0.7, "supports", 0.8, "acquired",
                (Span(start, end, of.text[start:end]),), True,
            ),
        ),
        "study_type": "observational",
        "study_type_score": 0.77,
        "mentions": (Mention(at, at + 5, "ABCB1", "ABCB1", "transporter"),) if at >= 0 else (),
        "needs_review": True,
    }  # fmt: skip
    return Annotation(**(values | changes))


def with_second(of: Record) -> dict[str, Any]:
    """Return changes by which the machine shows a second sentence, the conclusion."""
    (found,) = annotation(of).hypotheses
    start = of.text.index("CONCLUSION: ") + len("CONCLUSION: ")
    second = Span(start, len(of.text), of.text[start:])
    return {"hypotheses": (replace(found, stance="mixed", evidence=(*found.evidence, second)),)}


def fill(place: Path, records: list[Record], run: str = "20250101-000000-0000") -> Store:
    """Put records into the store of a workspace, labelled; return it, open."""
    store = Store.open(place)
    store.upsert_records(records, run)
    relabel(store, [one.pmid for one in records])
    return store


def relabel(store: Store, pmids: list[str], fingerprint: str = FINGERPRINT, **changes: Any) -> None:
    """Label records (anew), as a run of the machine does."""
    made = [annotation(one, **changes) for one in store.iter_records(pmids)]
    store.save_annotations(made, fingerprint, "a-run")


def decision(of: Record, reviewer: str = "anna", **changes: Any) -> Decision:
    """Return a decision: the target is refuted, in the words of the title."""
    values: dict[str, Any] = {
        "pmid": of.pmid,
        "reviewer": reviewer,
        "action": "change",
        "about_drug_response": True,
        "study_type": "human_tissue",
        "findings": (DecidedFinding("target", "refutes", "congenital", (0, 14)),),
        "text_sha256": text_digest(of.text),
        "taxonomy": "drug_resistant_epilepsy/1.0",
    }
    return Decision(**(values | changes))
