"""Labels for the correction of shares: who decided what on which record, and in which period.

Those of the reviewers' random sample come from :mod:`drmine.review.decisions.labels`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drmine.finding_gold import GoldFindings
from drmine.trends.balance import WINDOW_YEARS
from drmine.trends.correction import GOLD, MIN_LABELS, REVIEW
from drmine.trends.machine import counted_articles

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Label:
    """What people decided on one record.

    ``hypotheses`` are those on which it bears. ``predicted`` are those that the
    machine gave; None takes them from the store, which is right only as long as
    the decision has not replaced the machine's there. ``weight`` is the inverse
    chance to be drawn. ``source`` is ``review`` for a random sample of the store,
    ``gold`` for records chosen otherwise.
    """

    pmid: str
    hypotheses: frozenset[str]
    predicted: frozenset[str] | None = None
    weight: float = 1.0
    source: str = REVIEW


def gold_labels(gold: Iterable[GoldFindings]) -> list[Label]:
    """Return gold decisions as labels: records that were not drawn at random."""
    return [Label(one.pmid, frozenset(f.id for f in one.findings), source=GOLD) for one in gold]


def label_frame(
    labels: Iterable[Label],
    articles: pd.DataFrame,
    findings: pd.DataFrame,
    hypotheses: Collection[str],
    *,
    trained_on: Collection[str] | None = (),
) -> tuple[pd.DataFrame | None, tuple[str, ...]]:
    """Return the labels as :func:`drmine.trends.correction.correct_hypotheses` takes them.

    Parameters
    ----------
    labels
        Decisions; of several on one record a review beats gold, and the last the
        others.
    articles, findings
        The store's frames: years, what is counted, and what the machine gave.
    hypotheses
        Ids of the taxonomy.
    trained_on
        PMIDs that the model has learned from: on them it errs less than
        elsewhere, so they cannot tell its error. None: not known, which leaves
        out all gold.

    Returns
    -------
    tuple
        One row per record and hypothesis, or None without a usable label;
        sentences on what was left out.
    """
    import pandas as pd

    counted = counted_articles(articles)
    years = dict(zip(counted["pmid"], counted["year"].astype(int), strict=True))
    reviewed = set(articles.loc[articles["reviewed"].eq(True), "pmid"])
    usable, warnings = _usable(labels, years, reviewed, trained_on)
    if not usable:
        return None, tuple(warnings)
    given: dict[str, set[str]] = {}
    for pmid, hypothesis in zip(findings["pmid"], findings["hypothesis"], strict=True):
        given.setdefault(pmid, set()).add(hypothesis)
    warnings += _unlabelled({years[pmid] for pmid in usable}, set(years.values()))
    period_of = periods({pmid: years[pmid] for pmid in usable}, years.values())
    rows = [
        {
            "pmid": pmid,
            "year": years[pmid],
            "period": period_of[years[pmid]],
            "hypothesis": hypothesis,
            "predicted": int(
                hypothesis in (given.get(pmid, ()) if label.predicted is None else label.predicted)
            ),
            "gold": int(hypothesis in label.hypotheses),
            "weight": label.weight,
            "source": label.source,
        }
        for pmid, label in usable.items()
        for hypothesis in hypotheses
    ]
    return pd.DataFrame(rows), tuple(warnings)


def _usable(
    labels: Iterable[Label],
    counted: Collection[str],
    reviewed: Collection[str],
    trained_on: Collection[str] | None,
) -> tuple[dict[str, Label], list[str]]:
    """Return the labels that can tell the machine's error, by PMID; sentences on the others."""
    chosen: dict[str, Label] = {}
    for label in sorted(labels, key=lambda one: one.source != GOLD):
        chosen[label.pmid] = label
    learned = {
        pmid
        for pmid, label in chosen.items()
        if label.source == GOLD and (trained_on is None or pmid in trained_on)
    }
    usable = {
        pmid: label for pmid, label in chosen.items() if pmid in counted and pmid not in learned
    }
    # a decision that stands in the store in the machine's place leaves no prediction to judge
    replaced = {p for p, label in usable.items() if label.predicted is None and p in reviewed}
    usable = {pmid: label for pmid, label in usable.items() if pmid not in replaced}
    warnings = []
    drawn = {pmid: label for pmid, label in usable.items() if label.source != GOLD}
    # a few records chosen otherwise would make a random sample of hundreds one that is not
    if MIN_LABELS <= len(drawn) < len(usable):
        warnings.append(
            f"{_gold_records(len(usable) - len(drawn))} not used to correct shares, since the "
            "reviewers' random sample is enough."
        )
        usable = drawn
    if learned:
        warnings.append(
            f"{_gold_records(len(learned))} not used to correct shares, since the model was "
            "trained on them."
        )
    if replaced:
        warnings.append(
            f"{len(replaced)} reviewed records are not used to correct shares, since the machine's "
            "own decision on them is not kept."
        )
    return usable, warnings


def _gold_records(n: int) -> str:
    return f"{n:,} gold record{' is' if n == 1 else 's are'}"


def periods(labelled: Mapping[str, int], all_years: Iterable[int]) -> dict[int, str]:
    """Return the period of each year: windows of five years, joined until each has enough labels.

    A window that has too few labels joins the next; what is left over at the end
    joins the last period. With too few labels at all there is one period. Windows without a
    label before the first and after the last that has one are in no period: nothing tells the
    machine's errors there, nor what the records bear on.
    """
    with_labels = {year // WINDOW_YEARS * WINDOW_YEARS for year in labelled.values()}
    everything = sorted(set(all_years))
    first = max(everything[0], min(with_labels))
    last = min(everything[-1], max(with_labels) + WINDOW_YEARS - 1)
    spans: list[tuple[int, int]] = []
    begin, n = first, 0
    for start in range(first // WINDOW_YEARS * WINDOW_YEARS, last + 1, WINDOW_YEARS):
        end = min(start + WINDOW_YEARS - 1, last)
        n += sum(start <= year <= end for year in labelled.values())
        if n >= MIN_LABELS:
            spans.append((begin, end))
            begin, n = end + 1, 0
    if begin <= last:
        if spans:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return {year: f"{a}-{b}" if a != b else str(a) for a, b in spans for year in range(a, b + 1)}


def _unlabelled(labelled: Collection[int], all_years: Collection[int]) -> tuple[str, ...]:
    """Say which windows between labelled ones hold records and no label."""
    with_labels, with_records = (
        {year // WINDOW_YEARS * WINDOW_YEARS for year in years} for years in (labelled, all_years)
    )
    between = [
        f"{start}-{start + WINDOW_YEARS - 1}"
        for start in sorted(with_records - with_labels)
        if min(with_labels) < start < max(with_labels)
    ]
    if not between:
        return ()
    return (
        f"No record of {', '.join(between)} has a label: the corrected share of the period around "
        "is that of its other years. Draw more random records (drmine review queue).",
    )
