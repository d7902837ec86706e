"""How much a review of 50, 100 or 200 records improves the machine, by the order of the queue.

    python -m benchmarks.learning_curve --data DIR [--seeds N] [--json FILE]

Starts from the invented records alone. For each seed the labelled real records (the development
part of `annotations/gold/findings.jsonl`; texts from DIR) are split at random into records that can
be drawn and records that are only measured on. Records are drawn at random,
or the uncertain ones first: those whose scores are nearest to their thresholds under the model of
that moment, drawn anew at each step. Relevance and hypotheses are trained on named features as
`make train` does, without the bags of words and letters that it joins to them (which would take
hours here), with common thresholds (too few findings to choose any). Printed are means over the
seeds with 95 % intervals of Student's t: they hold the chance of split and draw, not that of other
records, since the seeds share the records.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from drmine.classify import thresholds
from drmine.classify import training as t
from drmine.classify.fitting import fit_linear
from drmine.classify.linear import LinearModel
from drmine.classify.record_features import hypothesis_features, relevance_features
from drmine.classify.train_shipped import (
    ANNOTATIONS,
    invented_examples,
    real_examples,
    title_only,
)
from drmine.finding_gold import of_part, read_gold_findings
from drmine.nlp.pipeline import Pipeline
from drmine.taxonomy import load_taxonomy

SIZES = (0, 50, 100, 200)
QUEUES = ("random", "uncertain")
HELD_OUT = 0.4
MEASURES = ("about_drug_response", "hypotheses_micro")
_FIRST_SEED = 20260101


@dataclass(frozen=True, slots=True)
class Row:
    """A tagged record with its features of relevance, read once."""

    prepared: t.Prepared
    features: Mapping[str, float]
    about: float
    """Score of a model that has not seen it: what the hypothesis model is trained with."""


@dataclass(frozen=True, slots=True)
class Data:
    """The invented records, and each real one with its copy without abstract, if it has one."""

    start: tuple[Row, ...]
    real: tuple[tuple[Row, ...], ...]


def load(data: Path) -> tuple[Data, str]:
    """Tag everything once; returns it with the name of the labels."""
    labels = ANNOTATIONS / "gold" / "findings.jsonl"
    decided = of_part(read_gold_findings(labels), "dev")
    gold = real_examples(decided, data / "epilepsy_abstracts.jsonl")
    invented = invented_examples()
    start = [*invented, *title_only(invented)]
    groups = [[one, *title_only([one])] for one in gold]
    prepared = t.prepare([*start, *(e for group in groups for e in group)], Pipeline())
    features = [relevance_features(p.evidence) for p in prepared]
    n = len(start)
    unseen = t.out_of_fold_about(prepared[:n])
    model = _relevance(prepared[:n], features[:n])
    unseen += [model.scores(f)["about"] for f in features[n:]]
    rows = [Row(p, f, a) for p, f, a in zip(prepared, features, unseen, strict=True)]
    ends = np.cumsum([n, *map(len, groups)])
    real = tuple(tuple(rows[a:b]) for a, b in itertools.pairwise(ends))
    return Data(tuple(rows[:n]), real), str(labels.relative_to(ANNOTATIONS.parent))


def _relevance(
    prepared: Sequence[t.Prepared], features: Sequence[Mapping[str, float]]
) -> LinearModel:
    """Train as ``train_relevance``, on features that were read before."""
    return fit_linear(
        features,
        ["about" if p.example.about else "other" for p in prepared],
        ["about", "other"],
        t.C_RELEVANCE,
        [p.example.weight for p in prepared],
    )


@dataclass(frozen=True, slots=True)
class Trained:
    """The two models whose decisions are measured."""

    relevance: LinearModel
    hypothesis: LinearModel
    ids: tuple[str, ...]

    def scores(self, row: Row) -> tuple[float, dict[str, float]]:
        """Return the score of relevance and those of the hypotheses."""
        about = self.relevance.scores(row.features)["about"]
        return about, {
            h: self.hypothesis.scores(hypothesis_features(row.prepared.evidence, h, about))["h"]
            for h in self.ids
        }

    def doubt(self, row: Row) -> float:
        """Return how near the nearest score is to its threshold, as the queue sees it."""
        about, scores = self.scores(row)
        near = abs(about - thresholds.ABOUT_DRUG_RESPONSE)
        if about < thresholds.ABOUT_DRUG_RESPONSE:
            return near
        return min(near, *(abs(score - thresholds.HYPOTHESIS) for score in scores.values()))


def train(rows: Sequence[Row], ids: tuple[str, ...]) -> Trained:
    """Train on the invented records and what was reviewed."""
    prepared = [row.prepared for row in rows]
    return Trained(
        _relevance(prepared, [row.features for row in rows]),
        t.train_hypotheses(prepared, ids, [row.about for row in rows]),
        ids,
    )


def measure(model: Trained, rows: Sequence[Row]) -> dict[str, float]:
    """Return the F1 of relevance and, over all hypotheses, of findings."""
    counts = {name: Counter[str]() for name in MEASURES}

    def tell(name: str, said: bool, gold: bool) -> None:
        if said or gold:
            counts[name]["tp" if said and gold else "fp" if said else "fn"] += 1

    for row in rows:
        about, scores = model.scores(row)
        is_about = about >= thresholds.ABOUT_DRUG_RESPONSE
        tell("about_drug_response", is_about, bool(row.prepared.example.about))
        gold = {finding.id for finding in row.prepared.example.findings}
        for h, score in scores.items():
            tell("hypotheses_micro", is_about and score >= thresholds.HYPOTHESIS, h in gold)
    return {
        name: round(2 * n["tp"] / max(1, 2 * n["tp"] + n["fp"] + n["fn"]), 3)
        for name, n in counts.items()
    }


def one_seed(data: Data, first: Trained, seed: int) -> dict[str, dict[int, dict[str, float]]]:
    """Return the figures of both queues at every size, on records never drawn."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(data.real))
    n_held = round(HELD_OUT * len(data.real))
    held = [data.real[i][0] for i in order[:n_held]]
    figures: dict[str, dict[int, dict[str, float]]] = {}
    for queue in QUEUES:
        left = [int(i) for i in order[n_held:]]
        drawn: list[int] = []
        model = first
        figures[queue] = {0: measure(first, held)}
        for size in SIZES[1:]:
            if queue == "uncertain":
                doubt = {i: model.doubt(data.real[i][0]) for i in left}
                left.sort(key=lambda i: doubt[i])
            n_new = size - len(drawn)
            drawn, left = drawn + left[:n_new], left[n_new:]
            reviewed = [row for i in drawn for row in data.real[i]]
            model = train([*data.start, *reviewed], first.ids)
            figures[queue][size] = measure(model, held)
    return figures


def _interval(values: Sequence[float]) -> dict[str, Any]:
    from scipy import stats

    array = np.asarray(values)
    half = float(stats.t.ppf(0.975, len(array) - 1) * array.std(ddof=1) / np.sqrt(len(array)))
    mean = float(array.mean())
    return {"mean": round(mean, 3), "mean_95": [round(mean - half, 3), round(mean + half, 3)]}


def summary(runs: Sequence[dict[str, dict[int, dict[str, float]]]]) -> dict[str, Any]:
    """Return means with intervals, gains over the start, and the queues' difference."""
    result: dict[str, Any] = {}
    for name in MEASURES:
        at = {
            (queue, size): [run[queue][size][name] for run in runs]
            for queue in QUEUES
            for size in SIZES
        }
        result[name] = {
            **{
                queue: {
                    str(size): _interval(at[queue, size])
                    | {"gain": _interval(np.subtract(at[queue, size], at[queue, 0]).tolist())}
                    for size in SIZES
                }
                for queue in QUEUES
            },
            "uncertain_less_random": {
                str(size): _interval(
                    np.subtract(at["uncertain", size], at["random", size]).tolist()
                )
                for size in SIZES[1:]
            },
        }
    return result


_shared: dict[str, Any] = {}


def _work(seed: int) -> dict[str, dict[int, dict[str, float]]]:
    # the data come by fork: they are large, and tagged once
    return one_seed(_shared["data"], _shared["first"], seed)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    began = time.monotonic()
    data, labels = load(arguments.data)
    _shared["data"] = data
    _shared["first"] = train(data.start, tuple(load_taxonomy().ids))
    seeds = [_FIRST_SEED + n for n in range(arguments.seeds)]
    with ProcessPoolExecutor(
        arguments.workers, mp_context=multiprocessing.get_context("fork")
    ) as pool:
        runs = list(pool.map(_work, seeds))
    gold = [group[0].prepared.example for group in data.real]
    result = {
        "command": f"python -m benchmarks.learning_curve --data DIR --seeds {arguments.seeds}",
        "date": datetime.now(UTC).date().isoformat(),
        "labels": labels,
        "n_real": len(gold),
        "n_real_about": sum(bool(e.about) for e in gold),
        "n_real_findings": sum(len(e.findings) for e in gold),
        "n_held_out": round(HELD_OUT * len(gold)),
        "n_start": len(data.start),
        "seeds": seeds,
        "minutes": round((time.monotonic() - began) / 60, 1),
        **summary(runs),
    }
    text = json.dumps(result, indent=1)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
