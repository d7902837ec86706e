"""What BioC JSON says: findings of records that are done, and what others marked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from drmine.annotations import text_digest
from drmine.errors import InputError
from drmine.review.decisions.decision import SAMPLES
from drmine.review.exchange.answer import (
    AnswerError,
    MarkedMention,
    MarkedRecord,
    Reading,
    Shown,
    TextOf,
    pmid_of,
    weight_of,
)
from drmine.review.exchange.bioc_json import CODE_POINTS, EVIDENCE, FINDING, OFFSETS, library
from drmine.review.exchange.marks import ABOUT, NOTE, STATE, STUDY_TYPE, answer_of, finding_of
from drmine.review.exchange.offsets import OffsetError, Unit, span_of
from drmine.review.exchange.proposal import read_proposal
from drmine.taxonomy import Taxonomy

_ANY: tuple[Unit, ...] = ("code points", "bytes", "utf-16")


def read_bioc(path: Path, content: bytes, taxonomy: Taxonomy, text_of: TextOf) -> Reading:
    """Return what the documents of a file say: a collection, a list, or one document a line.

    Raises
    ------
    InputError
        It is no BioC JSON.
    """
    bioc = library()
    reading = Reading()
    rows, units = _documents(path.name, content)
    for number, row in enumerate(rows, start=1):
        place = f"{path.name}, document {number}"
        try:
            document = bioc.biocjson.fromJSON(_whole(row), "BioCDocument")
            _read_document(document, place, taxonomy, text_of, units, reading)
        except AnswerError as error:
            reading.problems.append(f"{place}{_named(row)}: {error}.")
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            reading.problems.append(
                f"{place}{_named(row)}: it is no BioC document ({type(error).__name__}: {error})."
            )
    return reading


def _named(row: Any) -> str:
    return f" (id {row['id']})" if isinstance(row, dict) and row.get("id") else ""


def _documents(name: str, content: bytes) -> tuple[list[Any], tuple[Unit, ...]]:
    """Return the documents of a file, and the units that it may count in."""
    text = content.decode("utf-8-sig", "replace")
    try:
        whole = json.loads(text)
    except ValueError:
        try:
            whole = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            raise InputError(f"{name} is no whole BioC JSON; export it anew.") from None
    if not isinstance(whole, dict):
        return list(whole), _ANY
    infons = whole.get("infons")
    said = infons.get(OFFSETS) if isinstance(infons, dict) else None
    units: tuple[Unit, ...] = ("code points",) if said == CODE_POINTS else _ANY
    for key in ("documents", "PubTator3"):
        if isinstance(whole.get(key), list):
            return list(whole[key]), units
    return [whole], units


def _whole(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with every key that the library asks for; others leave empty ones out."""
    filled = {"infons": {}, "relations": [], **row}
    # where a relation has lost its nodes it has none
    filled["relations"] = [{"nodes": [], "infons": {}, **one} for one in filled["relations"] or ()]
    filled["passages"] = [
        {"infons": {}, "sentences": [], "relations": [], "offset": 0, **passage,
         "annotations": [{"infons": {}, "text": "", "locations": [], **one}
                         for one in passage.get("annotations") or ()]}
        for passage in row["passages"]
    ]  # fmt: skip
    return filled


def _read_document(
    document: Any,
    place: str,
    taxonomy: Taxonomy,
    text_of: TextOf,
    units: tuple[Unit, ...],
    reading: Reading,
) -> None:
    pmid = pmid_of(str(document.id))
    infons = {key: "" if value is None else str(value) for key, value in document.infons.items()}
    texts = [passage.text or "" for passage in document.passages]
    text, bases = _text(texts, text_of(pmid), infons.get("text_sha256", ""))
    evidence: dict[str, tuple[int, int]] = {}
    mentions: list[MarkedMention] = []
    for passage, base in zip(document.passages, bases, strict=True):
        for one in passage.annotations:
            if not one.locations:
                continue
            start, end, other_words = _span(one, passage, text, base, units)
            if other_words:
                reading.reworded.append(f"{pmid}, annotation {one.id} ({other_words})")
            if one.infons.get("type") == EVIDENCE:
                evidence[str(one.id)] = start, end
            else:
                mentions.append(_mention(one, start, end, text))
    if STATE in infons:
        findings = [
            finding_of(
                str(one.infons.get("hypothesis", "")), str(one.infons.get("stance", "")),
                str(one.infons.get("origin", "")),
                next((evidence[n.refid] for n in one.nodes if n.refid in evidence), None),
            )
            for one in document.relations
            if one.infons.get("type") == FINDING
        ]  # fmt: skip
        answer = answer_of(
            pmid, infons[STATE], infons.get(ABOUT, ""), infons.get(STUDY_TYPE, ""),
            infons.get(NOTE, ""), findings, _shown(infons, pmid, text_digest(text)), taxonomy,
            place,
        )  # fmt: skip
        if not reading.take(answer):
            return
    if mentions or STATE in infons:
        reading.marked.append(MarkedRecord(pmid, text_digest(text), tuple(mentions)))


def _text(texts: Sequence[str], stored: str | None, digest: str) -> tuple[str, list[int]]:
    """Return the text that offsets point into, and where in it each passage begins."""
    if stored is not None and digest in ("", text_digest(stored)):
        bases, at = [], 0
        for text in texts:
            at = stored.find(text, at)
            if at < 0:
                break
            bases.append(at)
            at += len(text)
        if len(bases) == len(texts):
            return stored, bases
    own = f"{texts[0]}\n{' '.join(texts[1:])}" if texts else "\n"
    bases = [0, *_starts(texts[1:], len(texts[0]) + 1)] if texts else []
    return own, bases


def _starts(texts: Sequence[str], first: int) -> Iterator[int]:
    for text in texts:
        yield first
        first += len(text) + 1


def _span(
    annotation: Any, passage: Any, text: str, base: int, units: tuple[Unit, ...]
) -> tuple[int, int, str]:
    """Return the place of an annotation, and what is wrong with its words."""
    start = min(one.offset for one in annotation.locations) - passage.offset
    end = max(one.offset + one.length for one in annotation.locations) - passage.offset
    own = passage.text or ""
    quote = annotation.text if len(annotation.locations) == 1 else None
    problem: OffsetError | None = None
    # what a passage does not hold whole begins in it and ends in the next
    for inside in (own, text[base:]):
        try:
            a, b = span_of(inside, start, end, quote or None, units)
            return base + a, base + b, ""
        except OffsetError as error:
            problem = problem or error
    # some annotators write the words in a form of their own, at the right place
    if quote and 0 <= start < end <= len(own):
        same = own[start:end].casefold() == quote.casefold()
        return base + start, base + end, "" if same else str(problem)
    raise AnswerError(f"annotation {annotation.id}: {problem}")


def _mention(one: Any, start: int, end: int, text: str) -> MarkedMention:
    identifier = one.infons.get("identifier") or one.infons.get("concept") or ""
    return MarkedMention(
        start, end, text[start:end], str(identifier), str(one.infons.get("type") or "")
    )


def _shown(infons: Mapping[str, str], pmid: str, digest: str) -> Shown:
    about = {"yes": True, "no": False}.get(infons.get("machine_about_drug_response", ""))
    proposal = read_proposal(
        infons.get("machine", ""), pmid, about, infons.get("machine_study_type", "")
    )
    sample = infons.get("sample")
    return Shown(
        digest, sample if sample in SAMPLES else None, weight_of(infons.get("weight")),
        infons.get("taxonomy", ""),
        infons.get("fingerprint", ""), proposal, infons.get("blind") != "no",
    )  # fmt: skip
