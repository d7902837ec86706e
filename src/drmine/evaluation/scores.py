"""Precision, recall and F1 of sets of labels, with intervals from resampling records."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from drmine.plural import how_many

ROUNDS, SEED = 2000, 20250101
BINS = 10
_Z_SQUARED = 3.8414588
"""Of the normal distribution's quantile that leaves out 2.5 % on each side."""


def label_figures(
    gold: Sequence[Collection[str]],
    said: Sequence[Collection[str]],
    labels: Sequence[str],
    core: Collection[str] | None = None,
) -> dict[str, Any]:
    """Score sets of labels.

    Parameters
    ----------
    gold, said
        For each record the labels that it has, and those that it was given.
    labels
        All ids.
    core
        Ids over which ``macro_f1_core`` is taken, where a taxonomy has a core.

    Returns
    -------
    dict
        ``n_records``; ``micro`` and ``labels`` (precision, recall, F1 and counts);
        ``macro_f1`` over the labels that occur in gold or output; ``example_based``
        (mean over records of each record's own shares; a record with no label on
        either side counts as right); ``exact`` (share of records all right). Each
        figure has a 95 % interval from resampling records (percentile bootstrap,
        Efron 1979); a label of which a resample holds nothing is left out of its mean.
        A figure of 0 or 1 leaves resampling nothing to vary: it has Wilson's interval
        (1927) of the share that it rests on, for F1 = 2p / (1 + p) that of p = tp / (tp +
        fp + fn), for a macro-F1 the mean of those of its labels.
    """
    g = np.array([[label in one for label in labels] for one in gold], dtype=bool)
    s = np.array([[label in one for label in labels] for one in said], dtype=bool)
    g, s = g.reshape(len(gold), len(labels)), s.reshape(len(said), len(labels))
    counts = np.stack([g & s, ~g & s, g & ~s], axis=2).astype(float)  # records, labels, tp fp fn
    draws = _draws(len(g))
    sampled = np.stack([counts[draw].sum(axis=0) for draw in draws]) if len(g) else counts
    per_record = _shares(counts.sum(axis=1), empty=1.0)
    result: dict[str, Any] = {
        "n_records": len(g),
        "micro": _with_intervals(counts.sum((0, 1)), sampled.sum(1)),
        "macro_f1": _macro(counts, sampled, range(len(labels))),
    }
    if core is not None:
        result["macro_f1_core"] = _macro(
            counts, sampled, [j for j, label in enumerate(labels) if label in core]
        )
    result["example_based"] = {
        name: mean_with_interval(values)
        for name, values in zip(("precision", "recall", "f1"), per_record, strict=True)
    }
    result["exact"] = mean_with_interval((g == s).all(axis=1).astype(float))
    result["labels"] = {
        label: _with_intervals(counts[:, j].sum(0), sampled[:, j]) for j, label in enumerate(labels)
    }
    return result


def yes_no_figures(gold: Sequence[bool], said: Sequence[bool]) -> dict[str, Any]:
    """Score a yes or no, as :func:`label_figures` scores one label."""
    yes = "yes"
    return dict(
        label_figures(
            [{yes} if one else () for one in gold], [{yes} if one else () for one in said], [yes]
        )["labels"][yes]
    )


def _draws(n: int) -> Iterable[np.ndarray]:
    generator = np.random.default_rng(SEED)
    return [generator.integers(0, n, n) for _ in range(ROUNDS)] if n else []


def _shares(counts: np.ndarray, empty: float = np.nan) -> tuple[np.ndarray, ...]:
    """Return precision, recall and F1 of counts whose last axis is tp, fp, fn."""
    tp, fp, fn = np.moveaxis(counts, -1, 0)
    with np.errstate(invalid="ignore"):
        shares = (tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn))
    nothing = (tp + fp + fn) == 0
    return tuple(np.where(nothing, empty, np.where(np.isnan(one), 0.0, one)) for one in shares)


def _with_intervals(total: np.ndarray, sampled: np.ndarray) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "n_gold": int(total[0] + total[2]), "n_said": int(total[0] + total[1])
    }  # fmt: skip
    tp, fp, fn = total
    for name, value, values, n in zip(
        ("precision", "recall", "f1"), _shares(total), _shares(sampled),
        (tp + fp, tp + fn, tp + fp + fn), strict=True,
    ):  # fmt: skip
        figures[name] = _rounded(value)
        at_end = end_of_f1(float(value), n) if name == "f1" else end_of_share(float(value), n)
        figures[f"{name}_95"] = at_end or _interval(values)
    return figures


def _macro(counts: np.ndarray, sampled: np.ndarray, chosen: Iterable[int]) -> dict[str, Any]:
    columns = [j for j in chosen if counts[:, j].any()]
    if not columns:
        return {"value": None, "n_labels": 0}
    f1 = _shares(sampled[:, columns])[2]
    # a label of which a draw holds nothing is no failure there: the mean is over the others
    values = np.nanmean(f1[~np.isnan(f1).all(axis=1)], axis=1)
    totals = counts[:, columns].sum(0)
    value = float(np.mean(_shares(totals)[2]))
    ends = [end_of_f1(value, n) for n in totals.sum(axis=1)]
    at_end = [round(float(np.mean(end)), 4) for end in zip(*ends, strict=True)] if all(ends) else []
    interval = at_end or _interval(values)
    return {"value": _rounded(value), "value_95": interval, "n_labels": len(columns)}


def mean_with_interval(values: np.ndarray, records: Sequence[str] | None = None) -> dict[str, Any]:
    """Return the mean of one figure a record, its interval, and on how many it rests.

    Where a record has several figures, ``records`` names that of each: those of one record
    are drawn together.
    """
    if not len(values):
        return {"value": None, "n": 0}
    of = np.arange(len(values)) if records is None else np.unique(records, return_inverse=True)[1]
    sums, sizes = np.bincount(of, values), np.bincount(of)
    means = np.array([sums[draw].sum() / sizes[draw].sum() for draw in _draws(len(sums))])
    value = float(values.mean())
    interval = end_of_share(value, len(sums)) or _interval(means)
    return {"value": _rounded(value), "value_95": interval, "n": len(values)}


def end_of_share(value: float, n: float) -> list[float] | None:
    """Return Wilson's interval of a share of 0 or 1, which no resample tells; else None."""
    if value not in (0.0, 1.0):
        return None
    other = _Z_SQUARED / (n + _Z_SQUARED)
    return [round(1 - other, 4), 1.0] if value else [0.0, round(other, 4)]


def end_of_f1(value: float, n: float) -> list[float] | None:
    """Return that of an F1 of 0 or 1, ``n`` being what is right, wrong or missed."""
    share = end_of_share(value, n)
    return share and [round(2 * p / (1 + p), 4) for p in share]


def _interval(values: np.ndarray) -> list[float] | None:
    known = values[~np.isnan(values)]
    if not known.size:
        return None
    low, high = np.quantile(known, (0.025, 0.975))
    return [round(float(low), 4), round(float(high), 4)]


def _rounded(value: Any) -> float | None:
    return None if value != value else round(float(value), 4)


def reliability(scores: Sequence[float], right: Sequence[bool]) -> dict[str, Any]:
    """Say how far scores are what they claim to be.

    Returns
    -------
    dict
        ``expected_calibration_error``: the mean over `BINS` bins of equal width of
        ``|mean score - share right|``, weighted by their size (Naeini et al., AAAI
        2015); ``n``; ``table`` with one row per bin that is not empty.
    """
    s, r = np.asarray(scores, dtype=float), np.asarray(right, dtype=float)
    bins = np.minimum((s * BINS).astype(int), BINS - 1)
    table, error = [], 0.0
    for b in range(BINS):
        inside = bins == b
        if inside.any():
            mean, share = float(s[inside].mean()), float(r[inside].mean())
            error += inside.sum() / len(s) * abs(mean - share)
            table.append(
                {"from": b / BINS, "to": (b + 1) / BINS, "n": int(inside.sum()),
                 "mean_score": round(mean, 4), "share_right": round(share, 4)}
            )  # fmt: skip
    return {
        "expected_calibration_error": round(float(error), 4) if len(s) else None,
        "n": len(s),
        "table": table,
    }


def figures_table(figures: Mapping[str, Any]) -> str:
    """Return the figures of :func:`label_figures` as a table for the terminal."""
    # ids of one's own can be longer than the shipped ones
    width = max([28, *(len(label) + 1 for label in figures["labels"])])
    lines = [
        how_many(figures["n_records"], "record"),
        f"{'':{width}}{'gold':>6}{'P':>8}{'R':>8}{'F1':>8}  95 %",
    ]
    for name, row in [("micro", figures["micro"]), *figures["labels"].items()]:
        cells = "".join(
            f"{row[k]:>8.3f}" if row[k] is not None else f"{'–':>8}"
            for k in ("precision", "recall", "f1")
        )
        interval = _told(row["f1_95"]) if row["f1"] is not None else ""
        lines.append(f"{name:{width}}{row['n_gold']:>6}{cells}{interval}")
    for key, name in (("macro_f1", "macro F1"), ("macro_f1_core", "macro F1, core labels")):
        if figures.get(key, {}).get("value") is not None:
            one = figures[key]
            lines.append(
                f"{name:{width}}{'':22}{one['value']:>8.3f}{_told(one['value_95'])} "
                f"({one['n_labels']} labels)"
            )
    example = figures["example_based"]
    if example["f1"]["value"] is not None:
        lines.append(
            f"{'example-based':{width}}{'':6}"
            + "".join(f"{example[k]['value']:>8.3f}" for k in ("precision", "recall", "f1"))
            + _told(example["f1"]["value_95"])
        )
        exact = figures["exact"]
        lines.append(
            f"{'all labels of a record right':{width}}{'':22}{exact['value']:>8.3f}"
            + _told(exact["value_95"])
        )
    return "\n".join(lines)


def _told(ends: Sequence[float] | None) -> str:
    return f"  {ends[0]:.2f}-{ends[1]:.2f}" if ends else ""
