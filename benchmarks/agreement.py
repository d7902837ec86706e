"""How far two annotators of the findings agree, who have not seen each other's decisions.

    python -m benchmarks.agreement [--json FILE]

Over the records that both have read (`annotations/gold/rounds/findings_a.jsonl` and `_b`): share of
equal decisions and Cohen's kappa (Cohen 1960, by scikit-learn), with 95 % intervals from resampling
records; for each hypothesis also the positive agreement, 2a / (2a + b + c) (Cicchetti and Feinstein
1990). A hypothesis that neither assigns has no kappa.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import cohen_kappa_score

from drmine.taxonomy import load_taxonomy

ROUNDS = Path(__file__).resolve().parents[1] / "annotations" / "gold" / "rounds"
_DRAWS = 1000
_SEED = 20260101


def read_round(annotator: str) -> dict[str, dict[str, Any]]:
    """Return the decisions of one annotator by PMID."""
    lines = (ROUNDS / f"findings_{annotator}.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["pmid"]: row for row in map(json.loads, lines)}


def figures(first: list[str], second: list[str]) -> dict[str, Any]:
    """Return equal decisions, kappa, and the interval of kappa; blank where it is not defined."""
    a, b = np.array(first), np.array(second)
    result: dict[str, Any] = {"n_records": len(a), "n_equal": int((a == b).sum())}
    if len(set(first) | set(second)) < 2:
        return result
    rng = np.random.default_rng(_SEED)
    draws = rng.integers(0, len(a), (_DRAWS, len(a)))
    kappas = [
        cohen_kappa_score(a[draw], b[draw])
        for draw in draws
        if len({*a[draw], *b[draw]}) > 1
    ]  # fmt: skip
    low, high = np.quantile(kappas, (0.025, 0.975))
    kappa = round(float(cohen_kappa_score(a, b)), 3)
    return result | {"kappa": kappa, "kappa_95": [round(float(low), 3), round(float(high), 3)]}


def agreement() -> dict[str, Any]:
    """Return the figures of every label."""
    a, b = read_round("a"), read_round("b")
    both = sorted(set(a) & set(b))

    def stances(rows: dict[str, dict[str, Any]], hypothesis: str) -> list[str]:
        return [
            next((f["stance"] for f in rows[p]["findings"] if f["id"] == hypothesis), "none")
            for p in both
        ]

    result = {
        label: figures([str(a[p][label]) for p in both], [str(b[p][label]) for p in both])
        for label in ("about_drug_response", "study_type")
    }
    for hypothesis in load_taxonomy().ids:
        one, two = stances(a, hypothesis), stances(b, hypothesis)
        said = [[str(s != "none") for s in stance] for stance in (one, two)]
        n_both = sum(x != "none" and y != "none" for x, y in zip(one, two, strict=True))
        n_said = sum(s != "none" for s in (*one, *two))
        result[hypothesis] = figures(*said) | {
            "n_assigned": [sum(s != "none" for s in stance) for stance in (one, two)],
            "positive_agreement": round(2 * n_both / n_said, 3) if n_said else None,
            "n_same_stance": sum(x == y != "none" for x, y in zip(one, two, strict=True)),
        }
    return result


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    result = agreement()
    for label, row in result.items():
        print(f"{label:20}", json.dumps(row))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
