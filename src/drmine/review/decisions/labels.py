"""The reviewers' random sample, as labels that correct the machine's shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from drmine.review.decisions.decision import Decision, drawn_at_random, settled
from drmine.review.decisions.reviewed_annotation import MachineSaid
from drmine.trends.balance import WINDOW_YEARS
from drmine.trends.correction import REVIEW
from drmine.trends.labels import Label

if TYPE_CHECKING:
    import pandas as pd


def window(year: int) -> tuple[int, int]:
    """Return first and last year of the five-year period of a year."""
    first = year // WINDOW_YEARS * WINDOW_YEARS
    return first, first + WINDOW_YEARS - 1


def random_labels(
    decisions: Iterable[Decision],
    machine: Mapping[str, MachineSaid],
    decided: Mapping[str, Decision] | None = None,
) -> list[Label]:
    """Return a label for each record that was drawn at random and decided upon.

    Parameters
    ----------
    decisions
        All, oldest first. What counts for a record is what settled it; that it was drawn
        at random is known from any reviewer's decision that stands.
    machine
        What the present machine says of the records whose decision is in force; others are
        left out, since their text has changed or they are not stored, and so are those that
        the machine does not count.
    decided
        The decisions in force by PMID; left out, what settles each record whatever its text.
    """
    decisions = list(decisions)
    drawn = drawn_at_random(decisions)
    return [
        Label(
            pmid,
            frozenset(finding.id for finding in one.findings)
            if one.about_drug_response
            else frozenset(),
            machine[pmid].hypotheses,
            drawn[pmid],
            REVIEW,
        )
        for pmid, one in (settled(decisions) if decided is None else decided).items()
        if pmid in drawn and pmid in machine and machine[pmid].about
    ]


def weighted(labels: Iterable[Label], counted: pd.DataFrame) -> list[Label]:
    """Scale the weights such that they add up to the counted records of each period.

    Draws are repeated, and some of what is drawn is not decided upon yet: the chance with
    which a record was drawn is not the one with which it came to have a label.

    Parameters
    ----------
    labels
        Labels of the random sample.
    counted
        Counted articles, with ``pmid`` and ``year``.
    """
    years = dict(zip(counted["pmid"], counted["year"].astype(int), strict=True))
    labels = [label for label in labels if label.pmid in years]
    sizes: dict[tuple[int, int], int] = {}
    sums: dict[tuple[int, int], float] = {}
    for year in years.values():
        sizes[window(year)] = sizes.get(window(year), 0) + 1
    for label in labels:
        at = window(years[label.pmid])
        sums[at] = sums.get(at, 0.0) + label.weight
    return [
        replace(label, weight=label.weight * sizes[at] / sums[at])
        for label in labels
        for at in [window(years[label.pmid])]
    ]
