"""Do the intervals hold the truth, and do the trend tests cry wolf as often as they should?

    python -m benchmarks.coverage_simulation [--runs N] [--json FILE]

Coverage: records of four periods over which prevalence, sensitivity and specificity drift; 300
records of each period are labelled. How often does each 95 % interval hold the true share?

False alarms: shares of 12, 20 and 36 years without a trend but with autocorrelation; how often is
each trend test significant at 5 %? And the test to cite at lengths between those it was calibrated
at. The noise differs from that on which the test was calibrated
(``drmine.trends.calibrate_persistence``): shares of binomial counts of few to many records, with
other seeds.

Power: the same shares with odds that grow by a factor over the whole period.
"""

from __future__ import annotations

import argparse
import itertools
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from drmine import __version__
from drmine.trends.intervals import wilson
from drmine.trends.prediction_powered import corrected_share
from drmine.trends.statistics import (
    count_trend,
    mann_kendall,
    mann_kendall_hamed_rao,
)
from drmine.trends.statistics_ar1 import mann_kendall_ar1

PREVALENCES = (0.01, 0.02, 0.05, 0.10, 0.20, 0.30)
SENSITIVITIES = (0.70, 0.80, 0.95)
SPECIFICITIES = (0.90, 0.95, 0.99)
DRIFT = np.array([0.94, 0.98, 1.02, 1.06])
"""Factor of the prevalence in each period; sensitivity and specificity drift with it."""
RECORDS, LABELS = 3000, 300
LENGTHS = (12, 20, 36)
BETWEEN_LENGTHS = (16, 30, 46)
"""Lengths that the table of calibration lacks."""
AUTOCORRELATIONS = (0.0, 0.2, 0.4, 0.6)
SETTINGS = ((0.03, 1), (0.15, 1), (0.15, 1000))
"""Share, and factor of 80 to 600 records a year; 1000 all but removes their sampling noise."""
GROWTH = (np.e, np.e**2)
"""Factors by which the odds grow from the first year to the last, for power."""
SEED = 20250101


def coverage(runs: int, rng: np.random.Generator) -> list[dict[str, float]]:
    """Return, per setting, the part of intervals that hold the true share of their period."""
    rows = []
    for prevalence, sensitivity, specificity in itertools.product(
        PREVALENCES, SENSITIVITIES, SPECIFICITIES
    ):
        held = {"plain": 0, "ppi_as_published": 0, "corrected": 0}
        width = dict.fromkeys(held, 0.0)
        for drift in np.resize(DRIFT, runs):
            truth = prevalence * drift
            found = np.clip(sensitivity * (1 - 0.05 * (drift - 1)), 0, 1)
            spared = np.clip(specificity + (1 - specificity) * 0.5 * (drift - 1), 0, 1)
            gold = rng.random(RECORDS) < truth
            predicted = np.where(gold, rng.random(RECORDS) < found, rng.random(RECORDS) > spared)
            labelled = slice(0, LABELS)
            arrays = (
                gold[labelled].astype(float),
                predicted[labelled].astype(float),
                predicted[LABELS:].astype(float),
            )
            one = corrected_share(*arrays)
            published = corrected_share(*arrays, pseudo_count=0)
            _, low, high = wilson(pd.Series([predicted.sum()]), pd.Series([RECORDS]))
            for name, ends in (
                ("plain", (low[0], high[0])),
                ("ppi_as_published", (published.low, published.high)),
                ("corrected", (one.low, one.high)),
            ):
                held[name] += ends[0] <= truth <= ends[1]
                width[name] += ends[1] - ends[0]
        rows.append(
            {"prevalence": prevalence, "sensitivity": sensitivity, "specificity": specificity}
            | {name: round(n / runs, 4) for name, n in held.items()}
            | {f"{name}_width": round(total / runs, 5) for name, total in width.items()}
        )
    return rows


def false_alarms(runs: int, rng: np.random.Generator) -> list[dict[str, float]]:
    """Return, per setting, the part of series without a trend that a test calls one."""
    rows = []
    for n_years, rho, (level, factor) in itertools.product(LENGTHS, AUTOCORRELATIONS, SETTINGS):
        years = np.arange(1990.0, 1990 + n_years)
        of = np.round(np.linspace(80, 600, n_years)) * factor
        alarms = {"mann_kendall": 0, "hamed_rao": 0, "mann_kendall_ar1": 0, "count_model": 0}
        for _ in range(runs):
            n = counts(rng, of, rho, level)
            shares = n / of
            p_values = {
                "mann_kendall": mann_kendall(shares).p_value,
                "hamed_rao": mann_kendall_hamed_rao(shares).p_value,
                "mann_kendall_ar1": mann_kendall_ar1(shares).p_value,
                "count_model": count_trend(years, n, of).p_value,
            }
            for name, p_value in p_values.items():
                alarms[name] += p_value is not None and p_value < 0.05
        rows.append(
            {"years": n_years, "autocorrelation": rho, "share": level, "records_factor": factor}
            | {name: round(n / runs, 4) for name, n in alarms.items()}
        )
    return rows


def counts(
    rng: np.random.Generator, of: np.ndarray, rho: float, level: float, growth: float = 1.0
) -> np.ndarray:
    """Return binomial counts among ``of`` about a share with autocorrelated logits."""
    noise = rng.normal(size=len(of))
    for step in range(1, len(of)):
        noise[step] = rho * noise[step - 1] + np.sqrt(1 - rho**2) * noise[step]
    trend = np.log(growth) * np.linspace(-0.5, 0.5, len(of))
    logit = np.log(level / (1 - level)) + 0.4 * noise + trend
    return rng.binomial(of.astype(int), 1 / (1 + np.exp(-logit))).astype(float)


def significant(
    runs: int, rng: np.random.Generator, lengths: tuple[int, ...], growths: tuple[float, ...]
) -> list[dict[str, float]]:
    """Return, per setting, how often ``mann_kendall_ar1`` is significant at 5 %."""
    rows = []
    for n_years, rho, growth, (level, factor) in itertools.product(
        lengths, AUTOCORRELATIONS, growths, SETTINGS
    ):
        of = np.round(np.linspace(80, 600, n_years)) * factor
        found = 0
        for _ in range(runs):
            p_value = mann_kendall_ar1(counts(rng, of, rho, level, growth) / of).p_value
            found += p_value is not None and p_value < 0.05
        rows.append(
            {"years": n_years, "autocorrelation": rho, "share": level, "records_factor": factor,
             "odds_grow_by": round(growth, 3), "mann_kendall_ar1": round(found / runs, 4)}
        )  # fmt: skip
    return rows


def main() -> None:
    """Print both tables; write them with --json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=500, help="runs per setting (default 500)")
    parser.add_argument("--json", type=Path, help="write the results here")
    arguments = parser.parse_args()
    result: dict[str, Any] = {
        "benchmark": "coverage_simulation",
        "date": datetime.now(UTC).date().isoformat(),
        "drmine": __version__,
        "runs": arguments.runs,
        "labels_per_period": LABELS,
        "records_per_period": RECORDS,
        "coverage": coverage(arguments.runs, np.random.default_rng(SEED)),
        "false_alarms": false_alarms(arguments.runs, np.random.default_rng(SEED + 1)),
        "false_alarms_between_lengths": significant(
            arguments.runs, np.random.default_rng(SEED + 2), BETWEEN_LENGTHS, (1.0,)
        ),
        "power": significant(arguments.runs // 4, np.random.default_rng(SEED + 3), LENGTHS, GROWTH),
    }
    covered, alarms = pd.DataFrame(result["coverage"]), pd.DataFrame(result["false_alarms"])
    between = pd.DataFrame(result["false_alarms_between_lengths"])["mann_kendall_ar1"]
    result["summary"] = {
        "corrected_coverage_min": float(covered["corrected"].min()),
        "corrected_coverage_mean": round(float(covered["corrected"].mean()), 4),
        "corrected_coverage_max": float(covered["corrected"].max()),
        "published_coverage_min": float(covered["ppi_as_published"].min()),
        "plain_coverage_mean": round(float(covered["plain"].mean()), 4),
        "settings_with_coverage_93_to_97": int(covered["corrected"].between(0.93, 0.97).sum()),
        "coverage_settings": len(covered),
        "mann_kendall_ar1_false_alarms_min": float(alarms["mann_kendall_ar1"].min()),
        "mann_kendall_ar1_false_alarms_mean": round(float(alarms["mann_kendall_ar1"].mean()), 4),
        "mann_kendall_ar1_false_alarms_max": float(alarms["mann_kendall_ar1"].max()),
        "settings_with_alarms_4_to_6": int(alarms["mann_kendall_ar1"].between(0.04, 0.06).sum()),
        "alarm_settings": len(alarms),
        "between_lengths_false_alarms_min": float(between.min()),
        "between_lengths_false_alarms_max": float(between.max()),
        "between_lengths_with_alarms_4_to_6": int(between.between(0.04, 0.06).sum()),
        "between_lengths_settings": len(between),
    }
    print("Coverage of 95 % intervals")
    print(covered.to_string(index=False))
    print("\nFalse alarms of tests at 5 %, no trend")
    print(alarms.to_string(index=False))
    print("\nPower at 5 %")
    print(pd.DataFrame(result["power"]).to_string(index=False))
    print("\n" + "\n".join(f"{name}: {value}" for name, value in result["summary"].items()))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
