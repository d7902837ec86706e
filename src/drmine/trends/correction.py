"""Shares of hypotheses corrected for classifier error, in each period that has labels."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from drmine.errors import InputError
from drmine.trends.intervals import add_share
from drmine.trends.machine import MachineWord, given_by_the_machine, machine_years
from drmine.trends.prediction_powered import corrected_share
from drmine.trends.prepare import Prepared
from drmine.trends.schema_tests import HYPOTHESIS_CORRECTED

MIN_LABELS = 100
"""Labelled records that a period needs before its shares are corrected."""
LABEL_COLUMNS = ("pmid", "period", "hypothesis", "predicted", "gold")
REVIEW, GOLD = "review", "gold"
"""Where a label comes from: a random sample of the store, or records chosen otherwise."""

_PERIOD = re.compile(r"(\d{4})(?:\s*[-–/]\s*(\d{4}))?")


def correct_hypotheses(
    data: Prepared,
    labels: pd.DataFrame | None,
    machine: Mapping[str, MachineWord] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """Correct each hypothesis' share in each period that has labels.

    Parameters
    ----------
    data
        The prepared frames; a record's prediction is whether it has a finding.
    labels
        One row per labelled record and hypothesis: pmid, period (``2003`` or
        ``2001-2005``), hypothesis, predicted, gold (both 0 or 1) and, if not
        drawn with equal chances, weight; source (:data:`REVIEW` or :data:`GOLD`),
        review if left out. Records must have been drawn at random
        within the period from the counted articles; where one of a period is
        gold, its rows are marked as ``ppi_gold``, indicative. A ``year`` tells that of a
        record which is off the topic after all: the articles no longer count it, yet the
        machine did, and among the others are more of its kind.
    machine
        What the machine itself says of the records whose labels are a reviewer's. The labels
        tell the machine's errors: on what reviewers chose to look at beside the random sample
        they would be subtracted twice, once by the reviewer and once by the correction.

    Returns
    -------
    tuple
        The rows of hypothesis_corrected.csv; per year and hypothesis the columns
        that hypothesis_by_year.csv takes over; warnings.

    Raises
    ------
    InputError
        A column is missing, a period cannot be read, or two overlap.
    """
    by_year = pd.DataFrame(
        columns=["year", "hypothesis", "period", "corrected_share", "corrected_low",
                 "corrected_high", "correction"]
    ).astype({"year": "int64"})  # fmt: skip
    table = pd.DataFrame(columns=HYPOTHESIS_CORRECTED.column_names)
    if labels is None or labels.empty:
        return table, by_year, ()
    machine, findings = machine or {}, data.findings
    years = machine_years(data.articles, machine)
    labels, warnings = _checked(labels, years.index)
    off_topic = labels[~labels["pmid"].isin(years.index)].drop_duplicates("pmid")
    years = pd.concat([years, off_topic.set_index("pmid")["year"].astype("int64")])
    rows, yearly = [], []
    for period in sorted(set(labels["period"])):
        first, last = period_years(period)
        inside = years.index[(years >= first) & (years <= last)]
        for hypothesis in data.hypotheses["hypothesis"]:
            ours = (labels["period"] == period) & (labels["hypothesis"] == hypothesis)
            sample = labels[ours & labels["pmid"].isin(inside)]
            stored = findings.loc[findings["hypothesis"] == hypothesis, "pmid"]
            predicted = given_by_the_machine(hypothesis, stored, machine)
            row = _corrected_row(period, hypothesis, sample, inside, predicted)
            rows.append(row)
            yearly += [
                {"year": year, **{name: row[name] for name in by_year.columns if name != "year"}}
                for year in data.years["year"]
                if first <= year <= last
            ]
    table = add_share(pd.DataFrame(rows), "_n", "n_articles")[HYPOTHESIS_CORRECTED.column_names]
    return table, pd.DataFrame(yearly, columns=by_year.columns), tuple(warnings)


def period_years(period: str) -> tuple[int, int]:
    """Return first and last year of ``2003`` or ``2001-2005``."""
    match = _PERIOD.fullmatch(period.strip())
    first = int(match[1]) if match else 0
    last = int(match[2] or match[1]) if match else -1
    if last < first:
        raise InputError(f"The labels' period '{period}' is neither a year nor 'first-last'.")
    return first, last


def _checked(labels: pd.DataFrame, counted: pd.Index) -> tuple[pd.DataFrame, list[str]]:
    missing = [column for column in LABEL_COLUMNS if column not in labels.columns]
    if missing:
        raise InputError(f"The table of labels lacks the columns {', '.join(missing)}.")
    labels = labels.assign(pmid=labels["pmid"].astype(str), period=labels["period"].astype(str))
    if "weight" not in labels.columns:
        labels = labels.assign(weight=1.0)
    if "source" not in labels.columns:
        labels = labels.assign(source=REVIEW)
    spans = sorted(period_years(period) for period in set(labels["period"]))
    for (_, end), (start, _) in itertools.pairwise(spans):
        if start <= end:
            raise InputError(f"Two periods of the labels overlap in {start}; make them disjoint.")
    warnings = []
    if "year" not in labels.columns:
        labels = labels.assign(year=np.nan)
    outside = ~labels["pmid"].isin(counted) & labels["year"].isna()
    if outside.any():
        n = labels.loc[outside, "pmid"].nunique()
        warnings.append(f"{n} labelled records are not among the counted articles; left out.")
    labels = labels[~outside].drop_duplicates(["pmid", "hypothesis"])
    return labels.sort_values(["period", "hypothesis", "pmid"]), warnings


def _corrected_row(
    period: str, hypothesis: str, sample: pd.DataFrame, inside: pd.Index, predicted: set[str]
) -> dict[str, object]:
    gold = sample["gold"].astype(float).to_numpy()
    weights = sample["weight"].astype(float).to_numpy()
    # drawn with unequal chances, the labelled leave a remainder that is no random sample
    fair = len(sample) == 0 or np.ptp(weights) == 0
    rest = inside.difference(pd.Index(sample["pmid"])) if fair else inside
    # of the labelled the store may hold what a reviewer said: here the machine's word counts
    machine = predicted.difference(sample["pmid"]).union(
        sample.loc[sample["predicted"].astype(bool), "pmid"]
    )
    row: dict[str, object] = {
        "period": period,
        "hypothesis": hypothesis,
        "n_articles": len(inside),
        "n_labels": len(sample),
        "n_labels_positive": int(gold.sum()),
        "labels_share": float(np.average(gold, weights=weights)) if len(sample) else np.nan,
        "correction": "too_few_labels",
        "_n": int(inside.isin(list(machine)).sum()),
    } | dict.fromkeys(("corrected_share", "corrected_low", "corrected_high", "lambda"), np.nan)
    if len(sample) >= MIN_LABELS:
        one = corrected_share(
            gold,
            sample["predicted"].astype(float).to_numpy(),
            rest.isin(list(machine)).astype(float),
            weights,
        )
        row |= {
            "corrected_share": one.share,
            "corrected_low": one.low,
            "corrected_high": one.high,
            "lambda": one.lam,
            "correction": "ppi_gold" if (sample["source"] == GOLD).any() else "ppi",
        }
    return row
