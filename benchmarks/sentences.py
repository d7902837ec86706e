"""Sentence splitters side by side on real abstracts: speed and errors.

    python -m benchmarks.sentences [--json FILE] [--peers DIR] [CORPUS]

CORPUS gives abstracts sentence by sentence (BioScope abstracts, by default
`../shared/data/bioscope/abstracts_dev.jsonl`). The sentences of a document are joined by a space,
and each splitter has to find the joints again; a boundary counts by the place where the next
sentence begins. Errors are counted on the half `test` (the rule stands in benchmarks/assertion.py):
the project's rules were improved on the other half; the peers saw neither, as far as is known.

Contestants: `drmine.nlp.sentences`, spaCy's rule sentencizer, pysbd, and biosenter where it is
installed or under DIR (`pip install --no-deps --target DIR biosenter`).
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.assertion import half_of

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "data" / "bioscope" / "abstracts_dev.jsonl"
RESULT = ROOT / "benchmarks" / "results" / "sentences.json"
ROUNDS = 3

Splitter = Callable[[list[str]], list[list[int]]]


class Missing(Exception):
    """A contestant is not installed."""


def drmine() -> Splitter:
    """The project's rules."""
    from drmine.nlp.sentences import split_sentences

    return lambda texts: [[start for start, _ in split_sentences(text)] for text in texts]


def sentencizer() -> Splitter:
    """spaCy's rule sentencizer over scispaCy's tokenizer."""
    import spacy
    from scispacy.custom_tokenizer import combined_rule_tokenizer

    nlp = spacy.blank("en")
    nlp.tokenizer = combined_rule_tokenizer(nlp)
    nlp.add_pipe("sentencizer")
    return lambda texts: [[s.start_char for s in doc.sents] for doc in nlp.pipe(texts)]


def pysbd() -> Splitter:
    """Rules of pysbd, with its character spans."""
    try:
        import pysbd as library
    except ImportError:
        raise Missing("pysbd is not installed") from None
    segmenter = library.Segmenter(language="en", clean=False, char_span=True)

    def split(texts: list[str]) -> list[list[int]]:
        found = []
        for text in texts:
            starts = []
            for span in segmenter.segment(text):
                start = span.start
                while start < span.end and text[start].isspace():
                    start += 1
                starts.append(start)
            found.append(starts)
        return found

    return split


def biosenter(folder: str | None) -> Splitter:
    """The statistical model that biosenter ships."""
    import spacy

    places = [Path(entry) / "biosenter" / "model" for entry in (*sys.path, folder or "") if entry]
    place = next((p for p in places if (p / "config.cfg").is_file()), None)
    if place is None:
        raise Missing("biosenter is not installed")
    nlp = spacy.load(place)
    return lambda texts: [[s.start_char for s in doc.sents] for doc in nlp.pipe(texts)]


def measure(split: Splitter, texts: list[str], gold: list[set[int]]) -> dict[str, Any]:
    """Return speed (the best of some rounds) and errors of a splitter."""
    split(texts[:20])
    timed = texts
    best = float("inf")
    for _ in range(ROUNDS):
        before = time.perf_counter()
        split(timed)
        best = min(best, time.perf_counter() - before)
        if best > 5:
            break
    tp = fp = fn = exact = 0
    for text_gold, starts in zip(gold, split(texts), strict=True):
        found = set(starts) - {0}
        tp += len(found & text_gold)
        fp += len(found - text_gold)
        fn += len(text_gold - found)
        exact += found == text_gold
    return {
        "abstracts_per_second": round(len(timed) / best, 1),
        "split_too_often": fp,
        "split_too_seldom": fn,
        "precision": round(tp / (tp + fp), 4),
        "recall": round(tp / (tp + fn), 4),
        "f1": round(2 * tp / (2 * tp + fp + fn), 4),
        "abstracts_without_error": round(exact / len(texts), 4),
    }


def main() -> int:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--json", type=Path, help=f"write the figures ({RESULT.name})")
    parser.add_argument("--peers", help="folder with a peer's package")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    if not args.corpus.is_file():
        print(f"Skipped: {args.corpus} is not here.", file=sys.stderr)
        return 0
    texts, gold = [], []
    for line in args.corpus.open(encoding="utf-8"):
        document = json.loads(line)
        if half_of(str(document["id"])) != "test":
            continue
        parts = [s["text"].strip() for s in document["sentences"] if s["text"].strip()]
        starts, place = set(), 0
        for part in parts[:-1]:
            place += len(part) + 1
            starts.add(place)
        texts.append(" ".join(parts))
        gold.append(starts)
    contestants: dict[str, Callable[[], Splitter]] = {
        "drmine": drmine,
        "spaCy sentencizer": sentencizer,
        "pysbd": pysbd,
        "biosenter": lambda: biosenter(args.peers),
    }
    rows: dict[str, Any] = {}
    for name, build in contestants.items():
        try:
            rows[name] = measure(build(), texts, gold)
        except Missing as error:
            rows[name] = {"missing": str(error)}
            print(f"{name:20} {error}")
            continue
        row = rows[name]
        print(
            f"{name:20} {row['abstracts_per_second']:9.1f}/s  P {row['precision']:.4f}  "
            f"R {row['recall']:.4f}  F1 {row['f1']:.4f}  without error "
            f"{row['abstracts_without_error']:.3f}"
        )
    if args.json:
        result = {
            "command": "python -m benchmarks.sentences --peers DIR",
            "date": datetime.date.today().isoformat(),
            "abstracts": len(texts),
            "boundaries": sum(map(len, gold)),
            "contestants": rows,
        }
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
