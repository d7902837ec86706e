"""Nouns to rows and back."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from drmine.records import Annotation, Finding, Mention, Record, ResistanceRate, Span

RECORD_FIELDS = tuple(field.name for field in fields(Record))
# What the pipeline or the classifier may read
LABELLED_FIELDS = (
    "title", "abstract", "year", "journal", "publication_types", "mesh", "substances", "keywords",
    "vernacular_title", "other_abstracts", "retraction", "is_erratum", "is_book",
)  # fmt: skip
# What orders the versions of a record and is no content of it
STAMPS = ("version", "revised")
_TUPLES = tuple(field.name for field in fields(Record) if str(field.type).startswith("tuple"))
# PostgreSQL takes no NUL, and neither database a lone surrogate
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def content_hash(record: Record) -> str:
    """Return the hash of what is labelled; the same hash gives the same annotation."""
    return _hash(_plain(record), LABELLED_FIELDS)


def record_row(record: Record) -> dict[str, Any]:
    """Return the columns of ``records`` that the record itself determines.

    Characters that no database takes are replaced one by one, so that offsets hold.
    """
    row = _plain(record)
    content = _hash(row, LABELLED_FIELDS)
    names = [name for name in RECORD_FIELDS if name not in STAMPS and _is_hashed(row, name)]
    whole = _hash(row, names)
    return {**row, "content_hash": content, "record_hash": whole}


def record_of(row: Mapping[str, Any]) -> Record:
    """Return the record of a row of ``records``."""
    values = {name: row[name] for name in RECORD_FIELDS}
    for name in _TUPLES:
        values[name] = tuple(values[name] or ())
    return Record(**values)


def annotation_row(annotation: Annotation) -> dict[str, Any]:
    """Return the columns of ``annotations`` that the annotation itself determines.

    Raises
    ------
    ValueError
        A score is not a number.
    """
    return {
        "pmid": annotation.pmid,
        "about_drug_response": bool(annotation.about_drug_response),
        "about_drug_response_score": _number(annotation.about_drug_response_score),
        "study_type": clean(annotation.study_type),
        "study_type_score": _number(annotation.study_type_score),
        "needs_review": bool(annotation.needs_review),
        "extra": _clean_json(dict(annotation.extra)),
    }


def finding_rows(annotation: Annotation) -> list[dict[str, Any]]:
    """Return the rows of ``findings``; of two for one hypothesis the better-scored one."""
    best: dict[str, Finding] = {}
    for finding in annotation.hypotheses:
        if finding.id not in best or finding.score > best[finding.id].score:
            best[finding.id] = finding
    return [
        _finding_row(annotation.pmid, position, finding)
        for position, finding in enumerate(best.values())
    ]


def _finding_row(pmid: str, position: int, finding: Finding) -> dict[str, Any]:
    first = finding.evidence[0] if finding.evidence else None
    hypothesis = clean(finding.id)
    return {
        "finding_id": f"{pmid}:{hypothesis}",
        "pmid": pmid,
        "position": position,
        "hypothesis": hypothesis,
        "score": _number(finding.score),
        "stance": finding.stance,
        "stance_score": _number(finding.stance_score),
        "origin": finding.origin,
        "evidence_start": int(first.start) if first else None,
        "evidence_end": int(first.end) if first else None,
        "evidence": clean(first.text) if first else None,
        "more_evidence": [
            [int(span.start), int(span.end), clean(span.text)] for span in finding.evidence[1:]
        ],
        "needs_review": bool(finding.needs_review),
    }


def mention_rows(annotation: Annotation) -> list[dict[str, Any]]:
    """Return the rows of ``mentions`` in the order of the annotation."""
    return [
        {
            "pmid": annotation.pmid,
            "position": position,
            "start": int(mention.start),
            "end": int(mention.end),
            "text": clean(mention.text),
            "concept": clean(mention.concept),
            "class": clean(mention.class_),
            "long_form": None if mention.long_form is None else clean(mention.long_form),
            "negated": bool(mention.negated),
            "speculated": bool(mention.speculated),
            "matched_by": clean(mention.matched_by),
            "term": clean(mention.term),
            "cue": None if mention.cue is None else clean(mention.cue),
        }
        for position, mention in enumerate(annotation.mentions)
    ]


def rate_rows(annotation: Annotation) -> list[dict[str, Any]]:
    """Return the rows of ``resistance_rates`` in the order of the annotation."""
    return [
        {
            "pmid": annotation.pmid,
            "position": position,
            "start": int(rate.start),
            "end": int(rate.end),
            "text": clean(rate.text),
            "low": _number(rate.low),
            "high": _number(rate.high),
            "population": clean(rate.population),
        }
        for position, rate in enumerate(annotation.resistance_rates)
    ]


def finding_of(row: Mapping[str, Any]) -> Finding:
    """Return the finding of a row of ``findings``."""
    spans = [Span(*span) for span in row["more_evidence"]]
    if row["evidence_start"] is not None:
        spans.insert(0, Span(row["evidence_start"], row["evidence_end"], row["evidence"]))
    return Finding(
        id=row["hypothesis"],
        score=row["score"],
        stance=row["stance"],
        stance_score=row["stance_score"],
        origin=row["origin"],
        evidence=tuple(spans),
        needs_review=row["needs_review"],
    )


def mention_of(row: Mapping[str, Any]) -> Mention:
    """Return the mention of a row of ``mentions``."""
    values = {key: row[key] for key in row if key not in ("pmid", "position", "class")}
    return Mention(**values, class_=row["class"])


def rate_of(row: Mapping[str, Any]) -> ResistanceRate:
    """Return the rate of a row of ``resistance_rates``."""
    return ResistanceRate(**{key: row[key] for key in row if key not in ("pmid", "position")})


def clean(text: str) -> str:
    """Replace what no database takes, one character by one."""
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def _plain(record: Record) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name in RECORD_FIELDS:
        value = getattr(record, name)
        if isinstance(value, str):
            value = clean(value)
        elif isinstance(value, (tuple, list)):
            value = [clean(item) for item in value]
        row[name] = value
    return row


def _is_hashed(row: Mapping[str, Any], name: str) -> bool:
    # links came later than the other fields: without one, the hash is that of the records that
    # were stored before, and they do not count as changed
    return name != "updates" or bool(row[name])


def _hash(row: Mapping[str, Any], names: tuple[str, ...] | list[str]) -> str:
    text = json.dumps([row[name] for name in names], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _number(value: float) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"a score is {number}")
    return number


def _clean_json(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): _clean_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean_json(item) for item in value]
    if hasattr(value, "item"):  # a number of numpy
        value = value.item()
    return _number(value) if isinstance(value, float) else value
