"""Calibrate the trend test that allows for autocorrelation; minutes of simulation.

    python -m drmine.trends.calibrate_persistence

For each length of a series, noise without trend is drawn over a range of
autocorrelations and of sampling noise on top; the factor that
:func:`drmine.trends.persistence.scale` describes is fitted such that in every
setting 5 % of the series are significant. The fit minimises the squared
differences from 5 %; what remains of them stands in the table. Of the floors
tried, the highest is taken with which every setting comes near enough: the
higher it is, the more trends the test finds.

This is calibration of a test over its nuisance parameters by simulation (as in
Elliott G, Mueller UK, Watson MW. Econometrica 2015;83:771-811). The plug-in of
an estimated autocorrelation into the variance of S rejects 2 to 7 % of such
series of 36 years.
"""

from __future__ import annotations

import json

import numpy as np
from scipy import optimize, stats

from drmine.trends import persistence

LENGTHS = (8, 10, 12, 14, 17, 20, 24, 28, 32, 36, 42, 50, 60, 75, 100)
AUTOCORRELATIONS = (0.0, 0.15, 0.3, 0.45, 0.6, 0.7)
SAMPLING_NOISE = (0.0, 0.3, 1.0, 2.5)
"""Variance of independent noise on top, as a multiple of that of the autoregression."""
FLOORS = (0.8, 0.7, 0.6, 0.5)
NEAR = 0.007
"""How far from 5 % a setting may stay with the floor that is taken."""
RUNS = 10_000
SEED = 1945
TAILS = (0.02, 0.01, 0.00625, 0.0025, 0.001)
"""Levels at which p values shall hold too, since they are adjusted for the number of series."""
TAIL_NEAR = 1.15
"""By how much more often than its level a p value below it may come in a setting."""
_LARGEST_FREEDOM, _SMALLEST_FREEDOM = 40.0, 1.0
_AT_ONCE = 500
_SOFT_STEPS = (0.25, 0.1, 0.05)
"""Widths (in the logarithm of z) of the smooth step in place of significant or not."""
_RIDGE = 1e-3
"""Draws to 0 what the simulation leaves open: coefficients then change little with the length, and
series without autocorrelation are not judged more strictly than need be."""

Scores = tuple[np.ndarray, np.ndarray, np.ndarray]


def calibrate(n: int, runs: int = RUNS, seed: int = SEED) -> dict[str, object]:
    """Return the table's row for series of length ``n``."""
    rng = np.random.default_rng([seed, n])
    settings = [
        (rho, noise)
        for rho in AUTOCORRELATIONS
        for noise in (SAMPLING_NOISE if rho else SAMPLING_NOISE[:1])
    ]
    sets = [_scores(rng, runs, n, rho, noise) for rho, noise in settings]
    # independent years have one setting for the four of the others; 0.7 is the far end
    weights = np.array([2.0 if rho == 0 else 1.0 if rho < 0.65 else 0.5 for rho, _ in settings])
    for floor in FLOORS:
        coefficients = _fit(floor, sets, weights)
        sizes = _sizes(floor, coefficients, sets)
        if np.abs(sizes - persistence.LEVEL).max() <= NEAR:
            break
    return {
        "n": n,
        "floor": floor,
        "scale": [round(float(one), 4) for one in coefficients],
        "freedom": tail_freedom(n, floor, coefficients, sets),
        "smallest_size": round(float(sizes.min()), 4),
        "largest_size": round(float(sizes.max()), 4),
    }


def noise_without_trend(
    rng: np.random.Generator, runs: int, n: int, rho: float, noise: float
) -> np.ndarray:
    """Return rows of first-order autoregressive noise of variance 1 plus independent noise."""
    series = rng.normal(size=(runs, n))
    for step in range(1, n):
        series[:, step] = rho * series[:, step - 1] + np.sqrt(1 - rho**2) * series[:, step]
    return series + np.sqrt(noise) * rng.normal(size=(runs, n))


def _scores(rng: np.random.Generator, runs: int, n: int, rho: float, noise: float) -> Scores:
    parts = [
        persistence.raw_scores(noise_without_trend(rng, min(_AT_ONCE, runs), n, rho, noise))
        for _ in range(max(1, runs // _AT_ONCE))
    ]
    s, first, second = (np.concatenate(part) for part in zip(*parts, strict=True))
    return np.abs(s) / np.sqrt(persistence.independent_variance(n)), first, second


def _sizes(floor: float, coefficients: np.ndarray, sets: list[Scores]) -> np.ndarray:
    limit = persistence.limit()
    return np.array(
        [np.mean(z > limit * persistence.scale(floor, coefficients, *lags)) for z, *lags in sets]
    )


def tail_freedom(n: int, floor: float, coefficients: np.ndarray, sets: list[Scores]) -> float:
    """Return the largest degrees of freedom with which small p values hold in every setting.

    Allowed is :data:`TAIL_NEAR` of each of :data:`TAILS`, and two standard errors of the
    simulation; the largest autocorrelation, which lies beyond what the test is fitted to most,
    is left out.
    """
    widest = persistence.widest(n)
    scores = [
        z / np.minimum(widest, persistence.scale(floor, coefficients, *lags))
        for z, *lags in sets[: -len(SAMPLING_NOISE)]
    ]
    for freedom in np.arange(_LARGEST_FREEDOM, _SMALLEST_FREEDOM, -0.1):
        stretch = persistence.stretch(freedom)
        if all(
            np.mean(z > stats.t.ppf(1 - tail / 2, freedom) / stretch)
            <= TAIL_NEAR * tail + 2 * np.sqrt(tail / len(z))
            for tail in TAILS
            for z in scores
        ):
            return round(float(freedom), 1)
    return _SMALLEST_FREEDOM


def _fit(floor: float, sets: list[Scores], weights: np.ndarray) -> np.ndarray:
    """Least squares of the sizes; the step from not significant to significant made smooth."""
    # S may be 0, which is never significant
    logs = [np.log(np.maximum(z, 1e-3) / persistence.limit()) for z, *_ in sets]
    coefficients = np.zeros(persistence.N_COEFFICIENTS)
    for width in _SOFT_STEPS:

        def steps(at: np.ndarray, width: float = width) -> list[np.ndarray]:
            return [
                1 / (1 + np.exp(-np.clip((log - np.log(one)) / width, -40, 40)))
                for log, one in zip(
                    logs, (persistence.scale(floor, at, *lags) for _, *lags in sets), strict=True
                )
            ]

        def missed(at: np.ndarray) -> np.ndarray:
            sizes = np.array([step.mean() for step in steps(at)])
            return np.concatenate([weights * (sizes - persistence.LEVEL), _RIDGE * at])

        def slopes(at: np.ndarray, width: float = width) -> np.ndarray:
            rows = [
                -weight
                * (
                    (step * (1 - step) / width)[:, None] * persistence.scale_slope(floor, at, *lags)
                ).mean(axis=0)
                for weight, step, (_, *lags) in zip(weights, steps(at), sets, strict=True)
            ]
            return np.vstack([rows, _RIDGE * np.eye(persistence.N_COEFFICIENTS)])

        coefficients = optimize.least_squares(missed, coefficients, slopes, max_nfev=40).x
    return coefficients


def main() -> None:
    """Write the table beside the test that reads it."""
    rows = []
    for n in LENGTHS:
        rows.append(calibrate(n))
        print(rows[-1], flush=True)
    lines = ",\n  ".join(json.dumps(row) for row in rows)
    persistence.TABLE.write_text(
        '{\n "made_by": "python -m drmine.trends.calibrate_persistence",\n'
        f' "runs": {RUNS}, "level": {persistence.LEVEL}, "seed": {SEED},\n'
        f' "lengths": [\n  {lines}\n ]\n}}\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
