"""Mentions that others marked, kept beside the decisions in the shape of a gold round."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from drmine.mention_gold import NEW
from drmine.review.decisions.decision import check_reviewer
from drmine.review.decisions.files import append_lines
from drmine.review.exchange.answer import MarkedMention, MarkedRecord

FOLDER = "mentions"
_NAMESPACE = uuid.UUID("0d4b6f0a-7f5b-5d1e-8a43-2c9f4f1b7e60")


def add_marked(folder: Path, reviewer: str, marked: Iterable[MarkedRecord], source: str) -> int:
    """Append marked records to ``mentions/<reviewer>.jsonl``; return how many are new.

    A record that was marked otherwise before gets a further line; the last one counts.

    A concept is that of the vocabulary, found by its id, by an identifier of another database,
    or by the marked words; anything else is kept as ``NEW:…``, as in the gold.
    """
    marked = list(marked)
    if not marked:
        return 0
    path = folder / FOLDER / f"{check_reviewer(reviewer)}.jsonl"
    latest = _latest_ids(path)
    lines = []
    for one in marked:
        row = _row(one, reviewer, source)
        # also what was marked so once, and otherwise since, is new again
        if latest.get(one.pmid) != row["id"]:
            latest[one.pmid] = row["id"]
            lines.append(json.dumps(row, ensure_ascii=False) + "\n")
    if lines:
        path.parent.mkdir(parents=True, exist_ok=True)
        append_lines(path, "".join(lines))
    return len(lines)


def _row(one: MarkedRecord, reviewer: str, source: str) -> dict[str, Any]:
    mentions = sorted(
        ({"start": m.start, "end": m.end, "concept": concept_of(m)} for m in one.mentions),
        key=lambda m: (m["start"], m["end"], m["concept"]),
    )
    content = json.dumps([reviewer, one.pmid, one.text_sha256, mentions])
    return {
        "id": uuid.uuid5(_NAMESPACE, content).hex,
        "pmid": one.pmid,
        "text_sha256": one.text_sha256,
        "annotator": reviewer,
        "half": "dev",
        "stratum": "import",
        "source": source,
        "mentions": mentions,
    }


def _latest_ids(path: Path) -> dict[str, str]:
    """Return the id of the last line on each record: that is the one which counts."""
    if not path.is_file():
        return {}
    found = {}
    for line in path.read_bytes().decode("utf-8", "replace").split("\n"):
        try:
            row = json.loads(line)
            found[str(row["pmid"])] = str(row["id"])
        except (ValueError, KeyError, TypeError):
            continue
    return found


def concept_of(mention: MarkedMention) -> str:
    """Return the concept of the vocabulary that a file's name or identifier means."""
    by_name = _concepts()
    bare = mention.concept.removeprefix(NEW)
    for name in (bare, f"{mention.kind}:{bare}", " ".join(mention.text.split())):
        if name.casefold() in by_name:
            return by_name[name.casefold()]
    return NEW + (bare or mention.text)


@lru_cache(maxsize=1)
def _concepts() -> dict[str, str]:
    from drmine.vocabulary import load_vocabulary

    concepts = load_vocabulary().concepts.values()
    terms = {term.casefold(): c.id for c in concepts for term in c.terms}
    identifiers = {name.casefold(): c.id for c in concepts for name in c.identifiers}
    # an id of the vocabulary's own goes before another database's, and both before words
    return terms | identifiers | {concept.id.casefold(): concept.id for concept in concepts}
