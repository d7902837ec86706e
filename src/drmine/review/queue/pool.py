"""What a queue is drawn from, how much of it, and what comes out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drmine.classify import thresholds
from drmine.review.decisions.decision import Decision, Sample
from drmine.review.queue.entries import QueueEntry
from drmine.trends.machine import MachineWord

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many records of each kind; ``random`` is per five-year period.

    ``double`` of the random ones are asked of two reviewers.
    """

    random: int = 10
    uncertain: int = 20
    influential: int = 20
    new: int = 20
    double: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table that explains the draw."""

    sample: Sample
    drawn: int
    candidates: int
    told: str


@dataclass(slots=True)
class Pool:
    """What is drawn from: the store's frames, and what has been decided.

    ``machine`` is the machine's word on records where the frames hold a reviewer's.
    """

    articles: pd.DataFrame
    findings: pd.DataFrame
    decisions: list[Decision]
    previous: list[QueueEntry] = field(default_factory=list)
    new: frozenset[str] = frozenset()
    texts: Mapping[str, str] = field(default_factory=dict)
    machine: Mapping[str, MachineWord] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    complete_through: int | None = None
    seed: int = 1

    def key(self, pmid: str) -> str:
        """Place of a record in the random order; the same for ever with the same seed."""
        return hashlib.sha256(f"{self.seed}:{pmid}".encode()).hexdigest()

    def limit(self, hypothesis: str) -> float:
        """Score from which the machine assigns a hypothesis."""
        return self.limits.get(hypothesis, thresholds.HYPOTHESIS)


@dataclass(slots=True)
class Drawn:
    """A queue: its entries in the order to look at them, and the table that explains them.

    ``counted`` are decisions on records that were drawn at random only now. They are to be
    kept as such: without them the random sample would lack what reviewers have looked at.
    """

    entries: list[QueueEntry]
    rows: list[Row]
    counted: list[Decision]
