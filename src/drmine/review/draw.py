"""Draws the queue: at random, where the machine is unsure, where a label matters, what is new."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from drmine.annotations import text_digest
from drmine.classify import thresholds
from drmine.review.decisions import Decision, Sample, standing
from drmine.review.differences import by_record, to_adjudicate
from drmine.review.influence import influences
from drmine.review.queue import QueueEntry
from drmine.review.random_sample import draw_random
from drmine.review.texts import earlier_texts, is_outdated, settled_on
from drmine.trends.machine import MachineWord, as_the_machine_counts, counted_articles

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


def draw(pool: Pool, sizes: Sizes) -> Drawn:
    """Draw a queue; the same pool gives the same one.

    Records that somebody has judged are left out, but for those that a second reviewer was
    promised. No record comes twice: a random one is not drawn again as an uncertain one.
    """
    judged = by_record(pool.decisions)
    digests = {pmid: text_digest(text) for pmid, text in pool.texts.items()}
    chosen = settled_on(pool.decisions, digests)
    # a record may have been deleted, or be one of another workspace's
    there = set(pool.articles["pmid"])
    waiting = {pmid: ours for pmid, ours in to_adjudicate(pool.decisions).items() if pmid in there}
    changed = [
        pmid
        for pmid, one in sorted(chosen.items())
        if is_outdated(one, digests.get(pmid, one.text_sha256))
    ]
    sampled = {
        one.pmid: one.weight for one in standing(pool.decisions).values() if one.sample == "random"
    }
    open_ = pool.articles[
        ~pool.articles["pmid"].isin(chosen) & pool.articles["is_evidence"].astype(bool)
    ]
    taken: set[str] = set(waiting)
    promised = [
        entry
        for entry in pool.previous
        if entry.wanted > 1
        and entry.pmid in there
        and len(judged.get(entry.pmid, ())) == 1
        and entry.pmid not in taken.union(changed)
    ]
    taken |= {entry.pmid for entry in promised}
    parts: dict[Sample, list[QueueEntry]] = {}
    rows: list[Row] = []

    population = counted_articles(as_the_machine_counts(pool.articles, pool.machine))
    at_random = draw_random(
        population[~population["pmid"].isin(sampled)],
        {pmid: one for pmid, one in chosen.items() if pmid not in changed},
        pool.key,
        sizes.random,
        sizes.double,
    )
    parts["random"] = [
        replace(entry, outdated=earlier_texts(pool.decisions, entry.pmid, digests[entry.pmid]))
        if entry.pmid in changed
        else entry
        for entry in at_random.asked
    ]
    taken |= {entry.pmid for entry in parts["random"]}
    rows.append(
        Row("random", len(parts["random"]), at_random.n_candidates,
            f"{sizes.random} of each five-year period ({at_random.n_periods} periods), among the "
            "records that count; only these tell how often the machine errs"
            + (f"; {len(at_random.counted)} more were drawn that are decided upon already, and "
               "count as drawn" if at_random.counted else "")
            + (f"; {sizes.double} go to two reviewers" if sizes.double else ""))
    )  # fmt: skip

    unsure = _uncertain(pool, open_)
    parts["uncertain"] = _first(unsure, sizes.uncertain, taken)
    rows.append(
        Row("uncertain", len(parts["uncertain"]), len(unsure),
            "a score within "
            f"{thresholds.REVIEW_MARGIN:g} of its threshold, the nearest first")
    )  # fmt: skip

    heavy = influences(pool.articles, pool.findings, open_["pmid"], pool.complete_through)
    weighty = [QueueEntry(one.pmid, "influential", 1.0, one.told) for one in heavy]
    parts["influential"] = _first(weighty, sizes.influential, taken)
    rows.append(
        Row("influential", len(parts["influential"]), len(weighty),
            "few records in the year, far from the middle of the years, and the label not sure: "
            "the trend of its hypothesis would move most if it were wrong")
    )  # fmt: skip

    fresh = open_[open_["pmid"].isin(pool.new) & open_["about_drug_response"].astype(bool)]
    arrived = sorted(fresh["pmid"], key=pool.key)
    changed = [pmid for pmid in changed if pmid not in taken]
    taken.update(changed)
    parts["new"] = [
        QueueEntry(
            pmid,
            # who looks at a record of the random sample again keeps it there
            "random" if pmid in sampled else "new",
            sampled.get(pmid, 1.0),
            why="its text has changed since it was reviewed",
            outdated=earlier_texts(pool.decisions, pmid, digests[pmid]),
        )
        for pmid in changed
    ] + _first([QueueEntry(p, "new", 1.0, "new since the last queue") for p in arrived],
               sizes.new, taken)  # fmt: skip
    rows.append(
        Row("new", len(parts["new"]), len(arrived) + len(changed),
            "came since the last queue"
            + (f"; {len(changed)} reviewed before their text changed" if changed else ""))
    )  # fmt: skip

    parts["disagreement"] = [
        QueueEntry(pmid, "disagreement", 1.0, "its reviewers differ: " + _names(ours))
        for pmid, ours in waiting.items()
    ]
    rows.append(
        Row("disagreement", len(waiting), len(waiting), "two reviewers differ; settled at "
            "/adjudicate")
    )  # fmt: skip
    order = [*promised, *_interleaved(parts.values())]
    return Drawn(order, rows, at_random.counted)


def _uncertain(pool: Pool, open_: pd.DataFrame) -> list[QueueEntry]:
    unsure = open_[open_["needs_review"].astype(bool)]
    nearest: dict[str, tuple[float, str]] = {}
    for pmid, score in zip(unsure["pmid"], unsure["about_drug_response_score"], strict=True):
        limit = thresholds.ABOUT_DRUG_RESPONSE
        nearest[pmid] = (
            abs(score - limit),
            f"drug response scores {score:.2f}, its threshold is {limit:g}",
        )
    scored = pool.findings[pool.findings["pmid"].isin(nearest)]
    for pmid, hypothesis, score in zip(
        scored["pmid"], scored["hypothesis"], scored["score"], strict=True
    ):
        limit = pool.limit(hypothesis)
        nearest[pmid] = min(
            nearest[pmid],
            (abs(score - limit), f"{hypothesis} scores {score:.2f}, its threshold is {limit:g}"),
        )
    entries = []
    for pmid in sorted(nearest, key=lambda one: (nearest[one][0], pool.key(one))):
        distance, why = nearest[pmid]
        # the score of a hypothesis that was not assigned is not kept: only that it was near
        if distance > thresholds.REVIEW_MARGIN:
            why = "a hypothesis that was not assigned scores little below its threshold"
        entries.append(QueueEntry(pmid, "uncertain", 1.0, why))
    return entries


def _first(entries: Iterable[QueueEntry], n: int, taken: set[str]) -> list[QueueEntry]:
    """Return the first that nothing else has drawn, and note them as taken."""
    mine: list[QueueEntry] = []
    for entry in entries:
        if len(mine) >= n:
            break
        if entry.pmid not in taken:
            taken.add(entry.pmid)
            mine.append(entry)
    return mine


def _interleaved(parts: Iterable[list[QueueEntry]]) -> Iterator[QueueEntry]:
    """Yield one of each kind in turn: ten minutes then serve every purpose a little."""
    for turn in zip_longest(*parts):
        yield from (entry for entry in turn if entry is not None)


def _names(ours: list[Decision]) -> str:
    return " and ".join(one.reviewer for one in ours)
