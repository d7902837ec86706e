"""Which records a model has learned from, and records that stand in a file twice."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drmine.plural import how_many
from drmine.textmodel.examples import LabelledText, Text, without_sentence_labels


@dataclass(frozen=True, slots=True)
class Parted:
    """Records that a model has not seen, read as texts to label are, and what of the others.

    ``hint`` is for the user, on those of the others whose text it has not seen; else empty.
    """

    unseen: list[LabelledText]
    n_seen: int
    hint: str = ""

    @property
    def left_out(self) -> str:
        """Return a line on records that are left out; empty if none is."""
        if not self.n_seen:
            return ""
        said = f"{how_many(self.n_seen, 'record')} left out: the model has learned from them"
        return f"{said} (same pmid or text). {self.hint}".rstrip()


def facts_of(examples: Sequence[LabelledText]) -> dict[str, list[str]]:
    """Return what a model's card keeps of its training records: pmids, and digests of texts."""
    return {
        "pmids": sorted({e.pmid for e in examples}),
        "texts": sorted({_digest(e.text) for e in examples}),
    }


def part(examples: Sequence[LabelledText], trained_on: Mapping[str, Any]) -> Parted:
    """Set aside what a model has learned from, by pmid or by text.

    Parameters
    ----------
    examples
        Labelled records.
    trained_on
        As `facts_of` gives it; models of an older drmine have no ``texts``.
    """
    pmids, texts = set(trained_on.get("pmids", ())), set(trained_on.get("texts", ()))
    seen = [e.pmid in pmids or _digest(e.text) in texts for e in examples]
    unseen = [e for e, known in zip(examples, seen, strict=True) if not known]
    others = [
        e for e, known in zip(examples, seen, strict=True) if known and _digest(e.text) not in texts
    ]
    hint = ""
    if texts and others:
        # numbers that begin anew in each file
        hint = (
            f"{len(others):,} of them have another text than the training record of that pmid "
            f"(first: {others[0].pmid}); if they are other records, give them pmids of their own."
        )
    return Parted(without_sentence_labels(unseen), sum(seen), hint)


def on_repeats(path: Path, examples: Sequence[LabelledText]) -> str:
    """Return one line on records that stand in a file several times; empty if none does.

    A file with a line for each label of a record, say, would teach that each of its
    labels is wrong in the record's other lines.
    """
    labels: dict[str, list[frozenset[str]]] = {}
    for one in examples:
        labels.setdefault(one.pmid, []).append(one.labels)
    repeated = {pmid: found for pmid, found in labels.items() if len(found) > 1}
    if not repeated:
        return ""
    differing = sum(len(set(found)) > 1 for found in repeated.values())
    return (
        f"{path}: {len(repeated):,} pmids stand there more than once (first: {next(iter(repeated))}"
        f"), {differing:,} of them with other labels each time; every line counts as a record of "
        "its own. Give each record one line, with all its labels."
    )


def _digest(text: Text) -> str:
    """Return the same for texts that differ in spaces and capitals alone."""
    return hashlib.sha256(" ".join(text.whole.split()).casefold().encode()).hexdigest()[:16]
