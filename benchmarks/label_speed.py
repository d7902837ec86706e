"""How long `drmine label` works on a record, beside scispaCy's tokenizer alone.

    python -m benchmarks.label_speed [TEXTS] [--rounds N] [--json FILE]

One new process reads the same texts by turns: the whole of `drmine label` (lines of JSON in, lines
of JSON out), and scispaCy's `combined_rule_tokenizer` over texts that are in memory already. Both
begin each round without the strings of the round before. Times are seconds of processor time; the
ratio is taken within each round, where both meet the same load, and its median over the rounds
counts. In the first round words are new that are remembered later, as most are in a longer file.
Start-up (imports, vocabulary, model, first record) is told apart.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import platform
import sys
import tempfile
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

TEXTS = Path("../shared/data/epilepsy_abstracts.jsonl")
ROUNDS = 7
# What the ratio should not exceed.
WANTED = 3.0


def measure(texts: Path, rounds: int = ROUNDS) -> dict[str, Any]:
    """Measure in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measure, texts, rounds).result()


def _measure(texts: Path, rounds: int) -> dict[str, Any]:
    warnings.simplefilter("ignore")
    begun = time.perf_counter()
    from drmine.classify.classifier import Classifier
    from drmine.classify.label_file import label_file, read_record_line

    classifier = Classifier()
    lines = texts.read_text(encoding="utf-8").splitlines()
    records = [read_record_line(line) for line in lines]
    list(classifier.label(records[:1]))
    start_up = time.perf_counter() - begun

    begun = time.perf_counter()
    import spacy
    from scispacy.custom_tokenizer import combined_rule_tokenizer

    nlp = spacy.blank("en")
    nlp.tokenizer = combined_rule_tokenizer(nlp)
    nlp(records[0].text)
    tokenizer_start_up = time.perf_counter() - begun

    from drmine.progress import Progress

    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder, Progress("rounds", rounds) as progress:
        for done in range(1, rounds + 1):
            begun = time.process_time()
            label_file(texts, Path(folder, "out.jsonl"), lambda: classifier)
            ours.append(time.process_time() - begun)
            begun = time.process_time()
            with nlp.memory_zone():
                n_tokens = sum(len(doc) for doc in nlp.pipe(record.text for record in records))
            theirs.append(time.process_time() - begun)
            progress.update(done)
    n = len(records)
    in_turn = [a / b for a, b in zip(ours, theirs, strict=True)]
    ratios = sorted(in_turn)
    return {
        "command": "python -m benchmarks.label_speed",
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "n_records": n,
        "n_tokens": n_tokens,
        "rounds": rounds,
        "label_seconds": round(median(ours), 3),
        "tokenizer_seconds": round(median(theirs), 3),
        "label_records_per_second": round(n / median(ours), 1),
        "tokenizer_records_per_second": round(n / median(theirs), 1),
        "ratio": round(median(ratios), 2),
        "ratio_of_rounds": [round(ratios[0], 2), round(ratios[-1], 2)],
        "ratio_of_first_round": round(in_turn[0], 2),
        "ratio_wanted": WANTED,
        "label_start_up_seconds": round(start_up, 2),
        "tokenizer_start_up_seconds_after_it": round(tokenizer_start_up, 2),
    }


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("texts", nargs="?", type=Path, default=TEXTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if not arguments.texts.is_file():
        print(f"Skipped: {arguments.texts} is not here.", file=sys.stderr)
        return 0
    text = json.dumps(measure(arguments.texts, arguments.rounds), indent=1)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
