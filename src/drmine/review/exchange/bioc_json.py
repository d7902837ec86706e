"""BioC JSON, by the library ``bioc``: mentions and findings out.

A finding is a relation of its document, with the sentence that it rests on as its node. Offsets are
code points, and the collection says so; files of others are read by their quoted words, since
BioC's DTD asks for bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from drmine.errors import ConfigurationError
from drmine.pubmed.atomic import write_atomically
from drmine.review.exchange.answer import (
    Shown,
    Task,
)
from drmine.review.exchange.marks import (
    ABOUT,
    NOTE,
    STATE,
    STUDY_TYPE,
    Content,
    content_of,
    yes_no,
)
from drmine.review.exchange.proposal import proposal_text

FINDING, EVIDENCE = "finding", "evidence"
OFFSETS, CODE_POINTS = "offsets", "Unicode code points"


def library() -> Any:
    """Return the library ``bioc``.

    Raises
    ------
    ConfigurationError
        It is not installed.
    """
    try:
        import bioc
        import bioc.biocjson
        import bioc.pubtator
    except ImportError:
        raise ConfigurationError(
            "BioC and PubTator need bioc: pip install 'drmine[exchange]'."
        ) from None
    return bioc


def write_bioc(path: Path, tasks: Sequence[Task]) -> list[Path]:
    """Write a collection of the records."""
    bioc = library()
    collection = bioc.BioCCollection()
    collection.source, collection.key = "drmine", "drmine-review"
    collection.date = datetime.now(UTC).date().isoformat()
    collection.infons = {OFFSETS: CODE_POINTS}
    for task in tasks:
        collection.add_document(_document(bioc, task))
    text = bioc.biocjson.dumps(collection, ensure_ascii=False, indent=1)
    write_atomically(path, (text + "\n").encode("utf-8", "replace"))
    return [path]


def _document(bioc: Any, task: Task) -> Any:
    record, shown, content = task.record, task.shown, content_of(task)
    document = bioc.BioCDocument()
    document.id = record.pmid
    document.infons = _infons(shown, content)
    starts = (0, len(record.title) + 1)
    for kind, text, start in zip(
        ("title", "abstract"), (record.title, record.abstract), starts, strict=True
    ):
        passage = bioc.BioCPassage()
        passage.infons, passage.offset, passage.text = {"type": kind}, start, text
        document.add_passage(passage)

    def mark(id: str, start: int, end: int, infons: dict[str, str]) -> None:
        annotation = bioc.BioCAnnotation()
        annotation.id, annotation.text = id, record.text[start:end]
        annotation.infons = infons
        annotation.add_location(bioc.BioCLocation(start, end - start))
        document.passages[int(start >= starts[1])].add_annotation(annotation)

    for n, mention in enumerate(content.mentions):
        mark(f"M{n}", mention.start, mention.end,
             {"type": mention.kind, "identifier": mention.concept})  # fmt: skip
    for n, finding in enumerate(content.findings):
        relation = bioc.BioCRelation()
        relation.id = f"F{n}"
        relation.infons = {
            "type": FINDING, "hypothesis": finding.id, "stance": finding.stance,
            "origin": finding.origin,
        }  # fmt: skip
        if finding.evidence is not None:
            mark(f"E{n}", *finding.evidence, {"type": EVIDENCE, "hypothesis": finding.id})
            relation.add_node(bioc.BioCNode(f"E{n}", EVIDENCE))
        document.add_relation(relation)
    return document


def _infons(shown: Shown, content: Content) -> dict[str, str]:
    infons = {
        STATE: content.state,
        ABOUT: yes_no(content.about),
        STUDY_TYPE: content.study_type,
        NOTE: content.note,
        "text_sha256": shown.text_sha256,
        "sample": shown.sample or "",
        "weight": "" if shown.weight is None else repr(float(shown.weight)),
        "taxonomy": shown.taxonomy,
        "fingerprint": shown.fingerprint,
        "blind": yes_no(shown.blind),
    }
    if shown.proposal is not None:
        infons |= {
            "machine": proposal_text(shown.proposal),
            "machine_about_drug_response": yes_no(shown.proposal.about_drug_response),
            "machine_study_type": shown.proposal.study_type,
        }
    return infons
