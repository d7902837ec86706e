"""What a sentence encoder adds to `drmine train`, and what it costs.

    python -m benchmarks.encoder --data DIR --encoder NAME=FOLDER ... [--json FILE]

Trains on the published training split with words and letters alone and with each encoder, and
scores the development split, which teaches nothing; then the same with few training records, drawn
at random (`SMALL` of them, `DRAWS` times). NAME=FOLDER tells a name for the table, and where the
model is. Each sentence is encoded once, in a process of its own, so that seconds and memory are the
encoder's. Seconds are of the processor, since other work may share the machine.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.taxonomies import SETS, read_set
from drmine.encoder.base import Encoder
from drmine.encoder.opening import open_encoder
from drmine.textmodel.commands import score
from drmine.textmodel.examples import LabelledText
from drmine.textmodel.fit import train_text_model

SMALL, DRAWS, SEED = 150, 5, 20260101


def _sentences(examples: Sequence[LabelledText]) -> list[str]:
    return [e.text.whole[a:b] for e in examples for a, b in e.text.sentences]


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _encode(folder: str, sentences: list[str], n_records: int) -> tuple[np.ndarray, dict[str, Any]]:
    """Return vectors, and the encoder with what it cost."""
    before = _peak_mb()
    begun = time.process_time()
    encoder = open_encoder(folder)
    opened = time.process_time()
    vectors = encoder.encode(sentences)
    seconds = time.process_time() - opened
    size = sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file())
    return vectors, {
        "kind": encoder.kind,
        "fingerprint": encoder.fingerprint,
        "dimensions": int(vectors.shape[1]),
        "folder_mb": round(size / 1e6, 1),
        "opening_cpu_seconds": round(opened - begun, 2),
        "records_per_cpu_second": round(n_records / seconds, 1),
        "memory_mb": round(_peak_mb() - before),
    }


def _looked_up(facts: dict[str, Any], sentences: list[str], vectors: np.ndarray) -> Encoder:
    row = {sentence: i for i, sentence in enumerate(sentences)}

    def encode(asked: Sequence[str]) -> np.ndarray:
        return vectors[[row[one] for one in asked]]

    return Encoder("", facts["kind"], facts["fingerprint"], encode)


def _measure(
    train: list[LabelledText], dev: list[LabelledText], labels: list[str], exclusive: bool,
    encoder: Encoder | None,
) -> dict[str, Any]:  # fmt: skip
    begun = time.process_time()
    model = train_text_model(train, labels, exclusive=exclusive, card={}, encoder=encoder)
    seconds = time.process_time() - begun
    figures = score(model, dev)
    return {
        "micro_f1": figures["micro"]["f1"],
        "micro_f1_95": figures["micro"]["f1_95"],
        "macro_f1": figures["macro_f1"]["value"],
        "exact": figures["exact"]["value"],
        "training_cpu_seconds": round(seconds, 1),
    }


def _one_set(data: Path, name: str, folders: dict[str, str]) -> dict[str, Any]:
    train, dev, labels, exclusive = read_set(data, name)
    sentences = list(dict.fromkeys(_sentences(train) + _sentences(dev)))
    result: dict[str, Any] = {"n_train": len(train), "n_dev": len(dev), "encoders": {}}
    encoders: dict[str, Encoder | None] = {"none": None}
    for choice, folder in folders.items():
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            arguments = (folder, sentences, len(train) + len(dev))
            vectors, facts = pool.apply(_encode, arguments)
        result["encoders"][choice] = facts
        encoders[choice] = _looked_up(facts, sentences, vectors)
        print(name, choice, json.dumps(facts), flush=True)
    without = [replace(e, sentence_labels=None) for e in train]
    variants = {"all": without}
    if any(e.sentence_labels is not None for e in train):
        variants["all_with_sentence_labels"] = train
    for variant, examples in variants.items():
        result[variant] = {}
        for choice, encoder in encoders.items():
            result[variant][choice] = _measure(examples, dev, labels, exclusive, encoder)
            print(name, variant, choice, json.dumps(result[variant][choice]), flush=True)
    few = result[f"{SMALL}_records"] = {}
    for choice, encoder in encoders.items():
        f1 = []
        for draw in range(DRAWS):
            chosen = np.random.default_rng(SEED + draw).permutation(len(without))[:SMALL]
            part = [without[i] for i in chosen]
            f1.append(_measure(part, dev, labels, exclusive, encoder)["micro_f1"])
        few[choice] = {"micro_f1_of_draws": f1, "micro_f1_mean": round(statistics.mean(f1), 4)}
        print(name, SMALL, choice, json.dumps(few[choice]), flush=True)
    return result


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--encoder", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    folders = dict(one.split("=", 1) for one in arguments.encoder)
    figures: dict[str, Any] = {
        "command": "python -m benchmarks.encoder",
        "date": datetime.now(UTC).date().isoformat(),
    }
    for name in SETS:
        figures[name] = _one_set(arguments.data, name, folders)
        if arguments.json:
            text = json.dumps(figures, indent=1)
            arguments.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
