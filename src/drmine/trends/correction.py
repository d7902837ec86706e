"""Shares corrected for classifier error by prediction-powered inference (PPI++)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from drmine.errors import InputError
from drmine.trends.intervals import CONFIDENCE, add_share
from drmine.trends.machine import MachineWord, given_by_the_machine, machine_years
from drmine.trends.prepare import Prepared
from drmine.trends.schema_tests import HYPOTHESIS_CORRECTED

MIN_LABELS = 100
"""Labelled records that a period needs before its shares are corrected."""
LABEL_COLUMNS = ("pmid", "period", "hypothesis", "predicted", "gold")
REVIEW, GOLD = "review", "gold"
"""Where a label comes from: a random sample of the store, or records chosen otherwise."""
PSEUDO_COUNT = 0.5
"""Added to each cell of gold and predicted (Agresti and Min 2005) before the variance is taken."""

_PERIOD = re.compile(r"(\d{4})(?:\s*[-–/]\s*(\d{4}))?")


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected share with its 95 % interval; ``lam`` is the trust in the predictions."""

    share: float
    low: float
    high: float
    lam: float


def corrected_share(
    gold: np.ndarray,
    predicted: np.ndarray,
    unlabelled: np.ndarray,
    weights: np.ndarray | None = None,
    *,
    lam: float | None = None,
    pseudo_count: float = PSEUDO_COUNT,
) -> Corrected:
    """Estimate a share from a few labels and many predictions (PPI++ for a mean).

    The estimate is the mean of the labels plus ``lam`` times the difference of
    the predictions' mean between the unlabelled and the labelled records;
    ``lam`` (0: labels alone, 1: prediction-powered inference without tuning) is
    the one that gives the smallest variance.

    Parameters
    ----------
    gold, predicted
        Truth and prediction (0 or 1) of the labelled records, drawn at random.
    unlabelled
        Predictions (0 or 1) for the other records of the same period; with
        ``weights`` for all of them.
    weights
        Inverse chance of each labelled record to be drawn; equal if left out.
    lam
        Fixed trust instead of the tuned one.
    pseudo_count
        Added to each of the four cells of gold and predicted, for the interval
        only: few labels seldom show the rare errors, and the published interval
        (``pseudo_count=0``) is then too narrow.

    References
    ----------
    Angelopoulos AN, Duchi JC, Zrnic T. PPI++: efficient prediction-powered
    inference. 2023. doi:10.48550/arXiv.2311.01453. Angelopoulos AN, Bates S,
    Fannjiang C, Jordan MI, Zrnic T. Prediction-powered inference. Science
    2023;382:669-674. doi:10.1126/science.adi6000. Small counts: Agresti A,
    Min Y. Simple improved confidence intervals for comparing matched
    proportions. Stat Med 2005;24:729-740. doi:10.1002/sim.1781
    """
    y, f, rest = (np.asarray(values, dtype=float) for values in (gold, predicted, unlabelled))
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=float)
    w = w / w.mean()
    if not len(rest):
        lam = 0.0
    elif lam is None:
        lam = _tuned(y, f, rest, w)
    base = lam * float(rest.mean()) if len(rest) else 0.0
    base_variance = lam**2 * float(rest.var()) / len(rest) if len(rest) else 0.0
    rectifier = y - lam * f
    correction = float((w * rectifier).mean())
    variance = base_variance + float(np.mean((w * (rectifier - correction)) ** 2)) / len(y)
    shift = 0.0
    if pseudo_count:
        effective = len(y) / float(np.mean(w**2))
        plain_mean, plain_variance = _cell_moments(y, f, w, lam, effective, 0.0)
        mean, wider = _cell_moments(y, f, w, lam, effective, pseudo_count)
        shift = mean - plain_mean
        variance = max(variance + wider - plain_variance, base_variance)
    share = float(np.clip(base + correction, 0, 1))
    half = float(stats.norm.ppf((1 + CONFIDENCE) / 2) * np.sqrt(variance))
    centre = base + correction + shift
    low = min(share, max(0.0, centre - half))
    return Corrected(share, low, max(share, min(1.0, centre + half)), lam)


def _tuned(y: np.ndarray, f: np.ndarray, rest: np.ndarray, w: np.ndarray) -> float:
    """Return the variance-minimising trust, clipped to 0..1 (PPI++, section 6)."""
    start = float(rest.mean() + (w * (y - f)).mean())
    labels, predictions = w * (y - start), w * (f - start)
    covariance = float(np.mean((labels - labels.mean()) * (predictions - predictions.mean())))
    pooled = float(np.var(np.concatenate([predictions, rest - start]), ddof=1))
    if pooled <= 0:
        return 0.0
    return float(np.clip(covariance / ((1 + len(y) / len(rest)) * pooled), 0, 1))


def _cell_moments(
    y: np.ndarray, f: np.ndarray, w: np.ndarray, lam: float, n: float, pseudo_count: float
) -> tuple[float, float]:
    """Mean of the rectifier and variance of that mean, from the four cells of y and f."""
    cells = np.array([w[(y == a) & (f == b)].sum() for a in (0, 1) for b in (0, 1)])
    cells = cells / cells.sum() * n + pseudo_count
    rectifier = np.array([a - lam * b for a in (0, 1) for b in (0, 1)])
    shares = cells / cells.sum()
    mean = float(shares @ rectifier)
    return mean, float(shares @ (rectifier - mean) ** 2) / float(cells.sum())


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
