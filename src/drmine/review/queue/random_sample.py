"""The random sample of the queue: the records that tell how often the machine errs."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from drmine.review.decisions.decision import Decision
from drmine.review.decisions.labels import window
from drmine.review.queue.entries import QueueEntry

if TYPE_CHECKING:
    import pandas as pd


@dataclass(slots=True)
class RandomDraw:
    """What was drawn: ``asked`` of the reviewers, and ``counted``, decided upon before.

    ``n_candidates`` records in ``n_periods`` periods were drawn from.
    """

    n_candidates: int = 0
    n_periods: int = 0
    asked: list[QueueEntry] = field(default_factory=list)
    counted: list[Decision] = field(default_factory=list)


def draw_random(
    population: pd.DataFrame,
    decided: Mapping[str, Decision],
    place: Callable[[str], str],
    size: int,
    double: int,
) -> RandomDraw:
    """Draw the same number of records from each five-year period.

    Reviewers who work through the uncertain records decide upon the hard ones. Were these left
    out, a sample that is drawn later would hold easy records alone, and the machine would seem
    better than it is. So they are drawn like the others; who was drawn need not be asked again.

    Parameters
    ----------
    population
        The records that count and are not in the sample yet: ``pmid``, ``year``.
    decided
        The decision that counts for a record, if it is on the present text.
    place
        Place of a PMID in the random order.
    size
        How many of each period.
    double
        How many of those that are asked go to two reviewers.
    """
    periods: dict[tuple[int, int], list[str]] = {}
    for pmid, year in zip(population["pmid"], population["year"].astype(int), strict=True):
        periods.setdefault(window(year), []).append(pmid)
    result = RandomDraw(len(population), len(periods))
    for (first, last), pmids in sorted(periods.items()):
        mine = sorted(pmids, key=place)[: max(size, 0)]
        weight = round(len(pmids) / len(mine), 6) if mine else 1.0
        why = f"drawn at random from the {len(pmids):,} records of {first} to {last}"
        for pmid in mine:
            if pmid in decided:
                result.counted.append(_as_drawn(decided[pmid], weight))
            else:
                result.asked.append(QueueEntry(pmid, "random", weight, why))
    # any beginning of the queue is then spread over the periods
    result.asked.sort(key=lambda entry: place(f"order {entry.pmid}"))
    result.asked = [
        replace(entry, wanted=2 if at < double else 1) for at, entry in enumerate(result.asked)
    ]
    return result


def _as_drawn(decision: Decision, weight: float) -> Decision:
    """Return the same decision as one on a record of the random sample.

    Its time is just after the other's: were it that of the draw, it would beat what reviewers
    have decided since in a copy of the files that is joined later.
    """
    moment = datetime.fromisoformat(decision.time) + timedelta(microseconds=1)
    return replace(
        decision,
        sample="random",
        weight=weight,
        repeats=decision.repeats or decision.id,
        id=uuid.uuid4().hex,
        time=moment.isoformat(timespec="microseconds"),
    )
