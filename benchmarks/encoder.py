"""What a sentence encoder adds to `drmine train`, and what it costs.

    python -m benchmarks.encoder --data DIR --encoder NAME=FOLDER ... [--json FILE]

Trains on the published training split with words and letters alone and with each encoder, and
scores the development split, which teaches nothing; then the same with few training records, drawn
at random (`SMALL` of them, `DRAWS` times). Each run is a process of its own, so that its memory is
its own. NAME=FOLDER tells a name for the table, and where the model is.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.taxonomies import SETS, read_set
from drmine.encoder.opening import open_encoder
from drmine.textmodel.commands import score
from drmine.textmodel.fit import train_text_model

SMALL, DRAWS, SEED = 150, 3, 20260101


def _measure(
    data: Path, name: str, with_sentences: bool, folder: str | None, draw: int | None
) -> dict[str, Any]:
    """Train and score once; the memory is the peak of this process."""
    train, dev, labels, exclusive = read_set(data, name)
    if not with_sentences:
        train = [replace(e, sentence_labels=None) for e in train]
    if draw is not None:
        chosen = np.random.default_rng(SEED + draw).permutation(len(train))[:SMALL]
        train = [train[i] for i in chosen]
    encoder = open_encoder(folder) if folder else None
    begun, cpu = time.perf_counter(), time.process_time()
    model = train_text_model(train, labels, exclusive=exclusive, card={}, encoder=encoder)
    trained, cpu_trained = time.perf_counter(), time.process_time()
    figures = score(model, dev)
    scored, cpu_scored = time.perf_counter(), time.process_time()
    return {
        "micro_f1": figures["micro"]["f1"],
        "micro_f1_95": figures["micro"]["f1_95"],
        "macro_f1": figures["macro_f1"]["value"],
        "exact": figures["exact"]["value"],
        "training_seconds": round(trained - begun, 1),
        "training_cpu_seconds": round(cpu_trained - cpu, 1),
        "records_per_second": round(len(dev) / (scored - trained), 1),
        "records_per_cpu_second": round(len(dev) / (cpu_scored - cpu_trained), 1),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _alone(*arguments: Any) -> dict[str, Any]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, arguments)


def _facts(folder: str) -> dict[str, Any]:
    encoder = open_encoder(folder)
    size = sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file())
    return {
        "kind": encoder.kind,
        "fingerprint": encoder.fingerprint,
        "dimensions": int(encoder.encode([""]).shape[1]),
        "folder_mb": round(size / 1e6, 1),
    }


def run(data: Path, encoders: dict[str, str], draws: int) -> dict[str, Any]:
    """Return the figures of every set, with each encoder and without one."""
    result: dict[str, Any] = {"encoders": {name: _facts(one) for name, one in encoders.items()}}
    choices: dict[str, str | None] = {"none": None, **encoders}
    for name in SETS:
        sentence_labels = [True, False] if name == "hallmarks_of_cancer" else [False]
        for with_sentences in sentence_labels:
            key = f"{name}{'_with_sentence_labels' if with_sentences else ''}"
            result[key] = {}
            for choice, folder in choices.items():
                figures = _alone(data, name, with_sentences, folder, None)
                result[key][choice] = figures
                print(key, choice, json.dumps(figures), flush=True)
        result[f"{name}_{SMALL}_records"] = few = {}
        for choice, folder in choices.items():
            runs = [_alone(data, name, False, folder, draw) for draw in range(draws)]
            f1 = [one["micro_f1"] for one in runs]
            few[choice] = {
                "n_draws": draws,
                "micro_f1_of_draws": f1,
                "micro_f1_mean": round(statistics.mean(f1), 4),
            }
            print(name, SMALL, choice, json.dumps(few[choice]), flush=True)
    return result


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--encoder", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    encoders = dict(one.split("=", 1) for one in arguments.encoder)
    figures = {
        "command": "python -m benchmarks.encoder",
        "date": datetime.now(UTC).date().isoformat(),
        **run(arguments.data, encoders, arguments.draws),
    }
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
