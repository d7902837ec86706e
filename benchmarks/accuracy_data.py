"""The labelled records of `benchmarks/accuracy.py`, tagged, with their folds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from drmine.classify import training as t
from drmine.classify.fitting import folds_of
from drmine.classify.train_shipped import (
    ANNOTATIONS,
    decided_records,
    invented_examples,
    real_examples,
    study_type_examples,
    title_only,
)
from drmine.nlp.pipeline import Pipeline
from drmine.progress import Progress

ROOT = ANNOTATIONS.parent
TEXTS = "epilepsy_abstracts.jsonl"
STUDY_TYPES = "study_types/train.jsonl"
_TAGGED_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class Data:
    """Tagged records; the first ``n_scored`` are judged, the others only learned from."""

    prepared: tuple[t.Prepared, ...]
    n_scored: int

    @property
    def folds(self) -> list[int]:
        """The fold of each record; one that is only learned from and is no copy has none: -1."""
        pmids = [p.example.record.pmid for p in self.prepared]
        scored = dict(zip(pmids[: self.n_scored], folds_of(pmids[: self.n_scored]), strict=True))
        return [scored.get(pmid, -1) for pmid in pmids]

    def judged_in(self, fold: int) -> list[t.Prepared]:
        """Return the records that are judged in a fold, in order."""
        chosen = zip(self.prepared[: self.n_scored], self.folds, strict=False)
        return [p for p, f in chosen if f == fold]


def load(data: Path) -> Data:
    """Read and tag what `make train` learns from, real records first, then the invented."""
    gold = real_examples(decided_records()[0], data / TEXTS)
    invented = invented_examples()
    types = study_type_examples(data / STUDY_TYPES, {e.record.pmid for e in gold})
    scored = [*gold, *invented]
    return Data(tuple(tag([*scored, *title_only(scored), *types])), len(scored))


def tag(examples: Sequence[t.Example]) -> list[t.Prepared]:
    """Tag records aloud."""
    pipeline = Pipeline()
    prepared: list[t.Prepared] = []
    with Progress("records tagged", len(examples)) as progress:
        for first in range(0, len(examples), _TAGGED_AT_ONCE):
            prepared += t.prepare(examples[first : first + _TAGGED_AT_ONCE], pipeline)
            progress.update(len(prepared))
    if len(prepared) != len(examples):
        raise RuntimeError("A record cannot be tagged; the folds would not fit.")
    return prepared


def digest(data: Path) -> str:
    """Return what tells apart all that the decisions rest on: code, labels and texts."""
    found = hashlib.sha256()
    folders = [ROOT / "src" / "drmine" / name for name in ("classify", "nlp", "vocabulary",
                                                           "taxonomy", "demo/corpus")]  # fmt: skip
    paths = [path for folder in [*folders, ANNOTATIONS] for path in folder.rglob("*")]
    paths += [data / TEXTS, data / STUDY_TYPES]
    paths += [
        Path(__file__).with_name(f"{name}.py") for name in ("systems", "baselines", "accuracy_data")
    ]
    kinds = (".py", ".tsv", ".yaml", ".jsonl")
    # the shipped model decides nothing here
    for path in sorted(path.resolve() for path in paths if path.suffix in kinds):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:16]
