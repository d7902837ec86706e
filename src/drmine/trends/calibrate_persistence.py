"""Calibrate the trend test that allows for autocorrelation; minutes of simulation.

    python -m drmine.trends.calibrate_persistence

For each length of a series, noise without trend is drawn over a range of
autocorrelations and of sampling noise on top; the factor that
:func:`drmine.trends.persistence.scale` describes is fitted such that in every
setting 5 % of the series are significant. The fit minimises the squared
differences from 5 %; what remains of them stands in the table.

This is calibration of a test over its nuisance parameters by simulation. The
plain plug-in (Hamed's variance at the estimated autocorrelation) rejects 2 to
7 % of such series of 36 years.
"""

from __future__ import annotations

import json

import numpy as np
from scipy import optimize, stats

from drmine.trends import persistence

LENGTHS = (8, 10, 12, 15, 18, 22, 27, 33, 40, 50, 65, 80, 100)
AUTOCORRELATIONS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
SAMPLING_NOISE = (0.0, 0.3, 1.0, 2.5)
"""Variance of independent noise on top, as a multiple of that of the autoregression."""
RUNS = 8000
LEVEL = 0.05
SEED = 1945
_AT_ONCE = 500
_COEFFICIENTS = 5

Scores = tuple[np.ndarray, np.ndarray, np.ndarray]


def calibrate(n: int, runs: int = RUNS, seed: int = SEED) -> dict[str, object]:
    """Return the table's row for series of length ``n``."""
    rng = np.random.default_rng([seed, n])
    ratios = [persistence.variance_of_s(n, float(rho)) for rho in persistence.GRID]
    ratios = [one / ratios[0] for one in ratios]
    settings = [
        (rho, noise)
        for rho in AUTOCORRELATIONS
        for noise in (SAMPLING_NOISE if rho else SAMPLING_NOISE[:1])
    ]
    sets = [_scores(rng, runs, n, ratios, rho, noise) for rho, noise in settings]
    # independent years have one setting for the four of the others; 0.7 is the far end
    weights = np.array([4.0 if rho == 0 else 1.0 if rho < 0.65 else 0.3 for rho, _ in settings])
    coefficients = _fit(sets, weights)
    sizes = _sizes(coefficients, sets)
    return {
        "n": n,
        "variance_ratio": [round(one, 5) for one in ratios],
        "scale": [round(float(one), 4) for one in coefficients],
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


def _scores(
    rng: np.random.Generator, runs: int, n: int, ratios: list[float], rho: float, noise: float
) -> Scores:
    parts = [
        persistence.raw_scores(noise_without_trend(rng, min(_AT_ONCE, runs), n, rho, noise))
        for _ in range(max(1, runs // _AT_ONCE))
    ]
    s, estimated, first_lag = (np.concatenate(part) for part in zip(*parts, strict=True))
    variance = n * (n - 1) * (2 * n + 5) / 18 * np.interp(estimated, persistence.GRID, ratios)
    return np.abs(s) / np.sqrt(variance), estimated, first_lag


def _sizes(coefficients: np.ndarray, sets: list[Scores]) -> np.ndarray:
    limit = stats.norm.ppf(1 - LEVEL / 2)
    return np.array(
        [np.mean(z > limit * persistence.scale(coefficients, rho, lag)) for z, rho, lag in sets]
    )


def _fit(sets: list[Scores], weights: np.ndarray) -> np.ndarray:
    def loss(coefficients: np.ndarray) -> float:
        return float((weights * (_sizes(coefficients, sets) - LEVEL) ** 2).sum())

    best = np.zeros(_COEFFICIENTS)
    # the simplex is set up anew, smaller each time: the loss has steps, and one run stalls
    for width in (0.4, 0.2, 0.1, 0.05):
        simplex = np.vstack([best, *(best + width * row for row in np.eye(_COEFFICIENTS))])
        best = optimize.minimize(
            loss, best, method="Nelder-Mead",
            options={"xatol": 1e-3, "fatol": 1e-9, "maxiter": 600, "initial_simplex": simplex},
        ).x  # fmt: skip
    return best


def main() -> None:
    """Write the table beside the test that reads it."""
    rows = []
    for n in LENGTHS:
        rows.append(calibrate(n))
        print(rows[-1], flush=True)
    lines = ",\n  ".join(json.dumps(row) for row in rows)
    persistence.TABLE.write_text(
        '{\n "made_by": "python -m drmine.trends.calibrate_persistence",\n'
        f' "runs": {RUNS}, "level": {LEVEL}, "seed": {SEED},\n "lengths": [\n  {lines}\n ]\n}}\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
