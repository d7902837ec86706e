"""What becomes of corrected shares where some of the counted records are off the topic.

    python -m benchmarks.off_topic [--json FILE]

Simulates 3,000 records that the machine counts, of which a part is off the topic; 30 % of those on
the topic bear on a hypothesis, which the machine finds with sensitivity .85 and specificity .95;
300 drawn at random are labelled. Coverage of the corrected 95 % interval and mean error, with the
off-topic labels kept as bearing on nothing (as drmine does; the truth is the share of the counted
records), and with them left out (the truth is the share of the records on the topic).
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from drmine.trends.prediction_powered import corrected_share

RUNS, RECORDS, LABELS, SHARE, SENSITIVITY, SPECIFICITY = 400, 3000, 300, 0.3, 0.85, 0.95
ON_TOPIC = (1.0, 0.9, 0.8, 0.6)
SEED = 20260101


def simulate(on_topic: float, rng: np.random.Generator) -> dict[str, dict[str, float]]:
    """Return coverage and mean error of both ways."""
    hits: dict[str, list[bool]] = {"kept": [], "left_out": []}
    errors: dict[str, list[float]] = {"kept": [], "left_out": []}
    for _ in range(RUNS):
        on = rng.random(RECORDS) < on_topic
        bears = on & (rng.random(RECORDS) < SHARE)
        said = rng.random(RECORDS) < np.where(bears, SENSITIVITY, 1 - SPECIFICITY)
        drawn = np.zeros(RECORDS, dtype=bool)
        drawn[rng.permutation(RECORDS)[:LABELS]] = True
        for way, labelled, truth in (
            ("kept", drawn, bears.mean()),
            ("left_out", drawn & on, bears[on].mean()),
        ):
            one = corrected_share(bears[labelled], said[labelled], said[~drawn])
            hits[way].append(bool(one.low <= truth <= one.high))
            errors[way].append(one.share - float(truth))
    return {
        way: {
            "coverage": round(float(np.mean(hits[way])), 3),
            "mean_error": round(float(np.mean(errors[way])), 4),
        }
        for way in hits
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rng = np.random.default_rng(SEED)
    figures: dict[str, Any] = {
        "command": "python -m benchmarks.off_topic",
        "date": datetime.now(UTC).date().isoformat(),
        "runs": RUNS,
        "by_share_on_topic": {str(p): simulate(p, rng) for p in ON_TOPIC},
    }
    print(json.dumps(figures, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
