"""Figures of agreement between two raters of nominal labels, each with a 95 % interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

DRAWS = 2000
SEED = 20260101
CONFIDENCE = 0.95

YES, NO = "yes", "no"

Interval = tuple[float, float]
Parts = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that both raters labelled; those of one record are drawn together.

    ``of`` tells several of one record apart.
    """

    record: str
    first: str
    second: str
    of: str = ""


def figures(units: Sequence[Unit]) -> dict[str, Any]:
    """Return how far two raters agree.

    Parameters
    ----------
    units
        What both labelled. Labels are nominal; where all are :data:`YES` or :data:`NO`,
        positive and negative agreement are given too.

    Returns
    -------
    dict
        ``n`` units, ``n_records`` that they belong to, ``n_equal``; ``kappa`` (Cohen 1960),
        ``alpha`` (Krippendorff 2004, nominal, by the library ``krippendorff``),
        ``positive_agreement`` 2a / (2a + b + c) and ``negative_agreement`` 2d / (2d + b + c)
        (Cicchetti and Feinstein 1990), each with its interval under ``…_95``. None where a
        figure is not defined: kappa and alpha where all labels are the same one.

    Notes
    -----
    Kappa and alpha: percentile bootstrap over records (Efron 1979, doi:10.1214/aos/1176344552),
    2,000 draws with a fixed seed; draws in which the figure is not defined are passed over.
    Raters who agree throughout leave the bootstrap nothing to vary: the lower end is then what
    the figure would be at the lower end of the Wilson interval (1927) of the equal share, with
    chance agreement as observed. There is no interval where one of them gave one label only:
    no draw can then show agreement beyond chance. Positive agreement is 2p / (1 + p) with
    p = a / (a + b + c), negative agreement likewise with d: their intervals are Wilson's of p,
    transformed, which stay informative where the agreement is perfect.

    References
    ----------
    Cohen J. Educ Psychol Meas 1960;20:37-46. doi:10.1177/001316446002000104. Krippendorff K.
    Content Analysis, 2nd ed., 2004, chapter 11. Cicchetti DV, Feinstein AR. J Clin Epidemiol
    1990;43:551-558. doi:10.1016/0895-4356(90)90159-M. Wilson EB. J Am Stat Assoc
    1927;22:209-212. doi:10.1080/01621459.1927.10502953
    """
    values = sorted({unit.first for unit in units} | {unit.second for unit in units})
    result: dict[str, Any] = {
        "n": len(units),
        "n_records": len({unit.record for unit in units}),
        "n_equal": sum(unit.first == unit.second for unit in units),
    } | dict.fromkeys(
        f"{name}{end}"
        for name in ("kappa", "alpha", "positive_agreement", "negative_agreement")
        for end in ("", "_95")
    )
    if not units:
        return result
    per_record = _tables(units, values)
    table = per_record.sum(axis=0)
    if len(values) > 1:
        result["kappa"] = _rounded(float(beyond_chance(*kappa_parts(table[None]))[0]))
        result["alpha"] = _rounded(_alpha(units))
        result["kappa_95"] = _interval(per_record, kappa_parts, len(units))
        result["alpha_95"] = _interval(per_record, alpha_parts, len(units))
    if set(values) <= {YES, NO}:
        yes, no = (
            float(table[values.index(value), values.index(value)]) if value in values else 0.0
            for value in (YES, NO)
        )
        unequal = float(table.sum() - yes - no)
        for name, equal in (("positive_agreement", yes), ("negative_agreement", no)):
            result[name], result[f"{name}_95"] = _specific(equal, unequal)
    return result


def figures_of_all(ratings: Sequence[tuple[str, Sequence[str]]]) -> dict[str, Any]:
    """Return Krippendorff's alpha of any number of raters, of whom each may have left some out.

    Parameters
    ----------
    ratings
        Record and labels of each unit; units with fewer than two labels say nothing.

    Returns
    -------
    dict
        The keys of :func:`figures`; only ``n``, ``n_records``, ``n_equal`` (all labels the
        same), ``alpha`` and its interval are filled.
    """
    import krippendorff

    units = [(record, labels) for record, labels in ratings if len(labels) > 1]
    result = figures([]) | {
        "n": len(units),
        "n_records": len({record for record, _ in units}),
        "n_equal": sum(len(set(labels)) == 1 for _, labels in units),
    }
    values = sorted({label for _, labels in units for label in labels})
    if len(values) < 2:
        return result
    counts = np.array([[labels.count(value) for value in values] for _, labels in units])
    result["alpha"] = _rounded(
        float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))
    )
    # ordered pairs of labels within a unit, each unit weighing as many as it has labels
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(len(values))
    pairs = pairs / (counts.sum(axis=1) - 1)[:, None, None]
    rows = {record: place for place, record in enumerate(dict.fromkeys(r for r, _ in units))}
    per_record = np.zeros((len(rows), len(values), len(values)))
    np.add.at(per_record, [rows[record] for record, _ in units], pairs)
    result["alpha_95"] = _interval(per_record, coincidence_parts, len(units))
    return result


def coincidence_parts(tables: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the equal share of each table of coincidences, and the share that chance gives."""
    n = tables.sum(axis=(1, 2))
    labels = tables.sum(axis=2)
    chance = (labels * (labels - 1)).sum(axis=1) / (n * (n - 1))
    return np.trace(tables, axis1=1, axis2=2) / n, chance


def _tables(units: Sequence[Unit], values: Sequence[str]) -> np.ndarray:
    """Return the table of both raters' labels for each record: records, first, second."""
    at = {value: place for place, value in enumerate(values)}
    rows = {record: place for place, record in enumerate(dict.fromkeys(u.record for u in units))}
    tables = np.zeros((len(rows), len(values), len(values)))
    for unit in units:
        tables[rows[unit.record], at[unit.first], at[unit.second]] += 1
    return tables


def _drawn(per_record: np.ndarray) -> np.ndarray:
    """Return the tables of records that were drawn with replacement: draws, first, second."""
    # most records look alike: drawing kinds of them is the same, and quick
    flat = per_record.reshape(len(per_record), -1)
    kinds, counts = np.unique(flat, axis=0, return_counts=True)
    generator = np.random.default_rng(SEED)
    drawn = generator.multinomial(len(flat), counts / counts.sum(), size=DRAWS)
    return (drawn @ kinds).reshape(DRAWS, *per_record.shape[1:])


def kappa_parts(tables: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the equal share of each table, and Cohen's share that chance would give."""
    n = tables.sum(axis=(1, 2))
    chance = (tables.sum(axis=2) * tables.sum(axis=1)).sum(axis=1) / n**2
    return np.trace(tables, axis1=1, axis2=2) / n, chance


def alpha_parts(tables: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the equal share of each table of two raters, and Krippendorff's share of chance."""
    n = tables.sum(axis=(1, 2))
    labels = tables.sum(axis=2) + tables.sum(axis=1)
    chance = (labels * (labels - 1)).sum(axis=1) / (2 * n * (2 * n - 1))
    return np.trace(tables, axis1=1, axis2=2) / n, chance


def beyond_chance(equal: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Return kappa or alpha; NaN where chance explains everything."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(chance < 1, (equal - chance) / (1 - chance), np.nan)


def _alpha(units: Sequence[Unit]) -> float:
    import krippendorff

    return float(
        krippendorff.alpha(
            reliability_data=[[u.first for u in units], [u.second for u in units]],
            level_of_measurement="nominal",
        )
    )


def _interval(per_record: np.ndarray, parts: Parts, n_units: int) -> Interval | None:
    table = per_record.sum(axis=0)
    if np.trace(table) == table.sum():
        chance = parts(table[None])[1]
        low = np.array(_wilson(n_units, n_units)[0])
        return _rounded(float(beyond_chance(low, chance)[0])), 1.0
    if 1 in (np.count_nonzero(table.sum(axis=1)), np.count_nonzero(table.sum(axis=0))):
        return None
    drawn = beyond_chance(*parts(_drawn(per_record)))
    known = drawn[~np.isnan(drawn)]
    if not known.size:
        return None
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(known, (tail, 1 - tail))
    if low == high:  # of one record, or few, all draws that tell anything may tell the same
        return None
    return _rounded(float(low)), _rounded(float(high))


def _specific(equal: float, unequal: float) -> tuple[float | None, Interval | None]:
    n = equal + unequal
    if not n:
        return None, None
    low, high = (2 * p / (1 + p) for p in _wilson(equal, n))
    p = equal / n
    return _rounded(2 * p / (1 + p)), (_rounded(low), _rounded(high))


def _wilson(n: float, of: float) -> Interval:
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(n, of, alpha=1 - CONFIDENCE, method="wilson")
    return max(0.0, float(low)), min(1.0, float(high))


def _rounded(value: float) -> float:
    return round(value, 4)
