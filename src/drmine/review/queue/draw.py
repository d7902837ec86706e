"""Draws the queue: at random, where the machine is unsure, where a label matters, what is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from drmine.annotations import text_digest
from drmine.classify import thresholds
from drmine.review.decisions.decision import Decision, drawn_at_random
from drmine.review.decisions.differences import by_record, to_adjudicate
from drmine.review.decisions.texts import earlier_texts, is_outdated, settled_on
from drmine.review.queue.entries import QueueEntry
from drmine.review.queue.influence import influences
from drmine.review.queue.pool import Drawn, Pool, Row, Sizes
from drmine.review.queue.random_sample import draw_random
from drmine.trends.machine import as_the_machine_counts, counted_articles

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class _Decided:
    """What earlier decisions say of the records of a pool, by PMID."""

    digests: Mapping[str, str]
    settled: Mapping[str, Decision]
    waiting: Mapping[str, list[Decision]]
    changed: Sequence[str]
    sampled: Mapping[str, float]


def draw(pool: Pool, sizes: Sizes) -> Drawn:
    """Draw a queue; the same pool gives the same one.

    Records that somebody has judged are left out, but for those that a second reviewer was
    promised. No record comes twice: a random one is not drawn again as an uncertain one.
    """
    # a record may have been deleted, or be one of another workspace's
    there = set(pool.articles["pmid"])
    decided = _decided(pool, there)
    taken = set(decided.waiting)
    promised = _promised(pool, there - taken.union(decided.changed))
    taken |= {entry.pmid for entry in promised}
    at_random, random_row, counted = _random(pool, decided, sizes)
    taken |= {entry.pmid for entry in at_random}
    open_ = pool.articles[
        ~pool.articles["pmid"].isin(decided.settled) & pool.articles["is_evidence"].astype(bool)
    ]

    unsure = _uncertain(pool, open_)
    uncertain = _first(unsure, sizes.uncertain, taken)
    uncertain_row = Row(
        "uncertain", len(uncertain), len(unsure),
        f"a score within {thresholds.REVIEW_MARGIN:g} of its threshold, the nearest first",
    )  # fmt: skip

    heavy = influences(pool.articles, pool.findings, open_["pmid"], pool.complete_through)
    weighty = [QueueEntry(one.pmid, "influential", 1.0, one.told) for one in heavy]
    influential = _first(weighty, sizes.influential, taken)
    influential_row = Row(
        "influential", len(influential), len(weighty),
        "few records in the year, far from the middle of the years, and the label not sure: "
        "the trend of its hypothesis would move most if it were wrong",
    )  # fmt: skip

    new, new_row = _new(pool, decided, open_, sizes.new, taken)
    disagreement = [
        QueueEntry(pmid, "disagreement", 1.0, "its reviewers differ: " + _names(ours))
        for pmid, ours in decided.waiting.items()
    ]
    n_waiting = len(disagreement)
    disagreement_row = Row(
        "disagreement", n_waiting, n_waiting, "two reviewers differ; under To settle in the pages"
    )
    return Drawn(
        [*promised, *_interleaved((at_random, uncertain, influential, new, disagreement))],
        [random_row, uncertain_row, influential_row, new_row, disagreement_row],
        counted,
    )


def _decided(pool: Pool, there: set[str]) -> _Decided:
    digests = {pmid: text_digest(text) for pmid, text in pool.texts.items()}
    settled = settled_on(pool.decisions, digests)
    return _Decided(
        digests,
        settled,
        {pmid: ours for pmid, ours in to_adjudicate(pool.decisions).items() if pmid in there},
        [
            pmid
            for pmid, one in sorted(settled.items())
            if is_outdated(one, digests.get(pmid, one.text_sha256))
        ],
        drawn_at_random(pool.decisions),
    )


def _promised(pool: Pool, among: set[str]) -> list[QueueEntry]:
    """Return what an earlier queue promised to a second reviewer, and one has judged."""
    judged = by_record(pool.decisions)
    return [
        entry
        for entry in pool.previous
        if entry.wanted > 1 and entry.pmid in among and len(judged.get(entry.pmid, ())) == 1
    ]


def _random(
    pool: Pool, decided: _Decided, sizes: Sizes
) -> tuple[list[QueueEntry], Row, list[Decision]]:
    population = counted_articles(as_the_machine_counts(pool.articles, pool.machine))
    drawn = draw_random(
        population[~population["pmid"].isin(decided.sampled)],
        {pmid: one for pmid, one in decided.settled.items() if pmid not in decided.changed},
        pool.key,
        sizes.random,
        sizes.double,
    )
    entries = [
        replace(
            entry,
            outdated=earlier_texts(pool.decisions, entry.pmid, decided.digests[entry.pmid]),
        )
        if entry.pmid in decided.changed
        else entry
        for entry in drawn.asked
    ]
    told = (
        f"{sizes.random} of each five-year period ({drawn.n_periods} periods), among the "
        "records that count; only these tell how often the machine errs"
    )
    if drawn.counted:
        told += (
            f"; {len(drawn.counted)} more were drawn that are decided upon already, and "
            "count as drawn"
        )
    if sizes.double:
        told += f"; {sizes.double} go to two reviewers"
    return entries, Row("random", len(entries), drawn.n_candidates, told), drawn.counted


def _new(
    pool: Pool, decided: _Decided, open_: pd.DataFrame, n: int, taken: set[str]
) -> tuple[list[QueueEntry], Row]:
    """Return records whose text has changed since they were reviewed, all, and the first new."""
    fresh = open_[open_["pmid"].isin(pool.new) & open_["about_drug_response"].astype(bool)]
    arrived = sorted(fresh["pmid"], key=pool.key)
    changed = [pmid for pmid in decided.changed if pmid not in taken]
    taken.update(changed)
    again = [
        QueueEntry(
            pmid,
            # who looks at a record of the random sample again keeps it there
            "random" if pmid in decided.sampled else "new",
            decided.sampled.get(pmid, 1.0),
            why="its text has changed since it was reviewed",
            outdated=earlier_texts(pool.decisions, pmid, decided.digests[pmid]),
        )
        for pmid in changed
    ]
    came = [QueueEntry(pmid, "new", 1.0, "new since the last queue") for pmid in arrived]
    entries = [*again, *_first(came, n, taken)]
    told = "came since the last queue"
    if changed:
        told += f"; {len(changed)} reviewed before their text changed"
    return entries, Row("new", len(entries), len(arrived) + len(changed), told)


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
