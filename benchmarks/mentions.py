"""The gold of mentions: how it was drawn, how two annotators agree, how well the tagger does.

    python -m benchmarks.mentions [--json FILE] [--texts FILE]…
    python -m benchmarks.mentions draw [--texts FILE]…

`draw` prints the PMIDs of the sample, with stratum and half. The rule was written before any record
was read: three strata (records of `epilepsy_abstracts.jsonl` with a keyword of drug resistance;
its other records; records of the two NLM bulk files that are on epilepsy, name it in their text,
have an abstract of more than 200 characters and are not in that file); within each the records in
order of the SHA-256 of "drmine mentions 1:" and the PMID, 40, 40 and 80 of them in a first round,
the next 26, 82 and 52 in a second, every second one of each round to the half `test`. A third
round of the next 160 other records is for development alone, and was read by one annotator; a
fourth of the last 97 of them, by four readers, a quarter each.

Without `draw`: agreement of the two independent rounds (annotations/gold/rounds/mentions_*.jsonl),
and precision and recall on the settled gold with ablations: without abbreviations, without spelling
by rule (a mention counts only where it is written as the term is, but for capitals), without the
rules of context (ambiguous short forms count everywhere, or nowhere).

Texts are looked for in `../shared/data/epilepsy_abstracts.jsonl` and the files given; where none is
found the benchmark says so and ends.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from drmine.errors import InputError
from drmine.mention_evaluation import CONTEXT_CLASS, Tagger, as_text, run, tag
from drmine.mention_gold import GoldRecord, Span, load_gold
from drmine.records import Record

ROOT = Path(__file__).resolve().parents[1]
POOL = ROOT.parent / "shared" / "data" / "epilepsy_abstracts.jsonl"
GOLD = ROOT / "annotations" / "gold"
RESULT = ROOT / "benchmarks" / "results" / "mentions.json"
SIZES = {"pool_resistance": (40, 26), "pool_other": (40, 82, 160, 97), "bulk": (80, 52)}
SPLIT_ROUNDS = (1, 2)
MIN_ABSTRACT = 200
NAMES_EPILEPSY = re.compile(r"epilep|seizure|convuls", re.IGNORECASE)


def rank(pmid: str) -> str:
    """Return the key by which records are drawn."""
    return hashlib.sha256(f"drmine mentions 1:{pmid}".encode()).hexdigest()


def draw(bulk_files: Iterable[Path]) -> list[tuple[str, str, str]]:
    """Return (pmid, stratum, half) of the sample."""
    from drmine.pubmed.files import read_file

    pool = [json.loads(line) for line in POOL.open(encoding="utf-8")]
    known = {str(row["pmid"]) for row in pool}
    strata: dict[str, set[str]] = {name: set() for name in SIZES}
    for row in pool:
        strata["pool_resistance" if row["resistance_keyword"] else "pool_other"].add(row["pmid"])
    for path in bulk_files:
        for record in read_file(path):
            if (
                isinstance(record, Record)
                and record.pmid not in known
                and len(record.abstract) > MIN_ABSTRACT
                and NAMES_EPILEPSY.search(record.text)
            ):
                strata["bulk"].add(record.pmid)
    drawn = []
    for name, sizes in SIZES.items():
        ranked = iter(sorted(strata[name], key=rank))
        for number, size in enumerate(sizes, start=1):
            drawn += [
                (pmid, name, "test" if place % 2 and number in SPLIT_ROUNDS else "dev")
                for place, pmid in enumerate(islice(ranked, size))
            ]
    return drawn


def agreement(first: list[GoldRecord], second: list[GoldRecord]) -> dict[str, Any]:
    """Return how far two annotators agree: F1 of exact span and concept, of spans, of concepts."""
    theirs = {g.pmid: g.mentions for g in second}
    pairs = [(g.mentions, theirs[g.pmid]) for g in first if g.pmid in theirs]

    def f1(view: Any) -> float:
        both = sum(len(view(a) & view(b)) for a, b in pairs)
        return round(2 * both / max(1, sum(len(view(a)) + len(view(b)) for a, b in pairs)), 4)

    return {
        "records": len(pairs),
        "mentions": [sum(len(a) for a, _ in pairs), sum(len(b) for _, b in pairs)],
        "f1_span_and_concept": f1(lambda spans: spans),
        "f1_span": f1(lambda spans: {s[:2] for s in spans}),
        "f1_concepts_of_a_record": f1(lambda spans: {s[2] for s in spans}),
    }


def ablations() -> dict[str, Tagger]:
    """Return taggers that lack one part each."""
    from drmine.nlp.pipeline import Pipeline
    from drmine.nlp.tagged import TaggedRecord
    from drmine.vocabulary import Vocabulary, load_vocabulary

    vocabulary = load_vocabulary()

    def spans(pipeline: Pipeline, records: Iterable[Record]) -> list[TaggedRecord]:
        return [t for t in pipeline.pipe(records) if isinstance(t, TaggedRecord)]

    def no_abbreviations(records: Iterable[Record]) -> dict[str, set[Span]]:
        pipeline = Pipeline(vocabulary)
        whole = pipeline.tagger.tag
        pipeline.tagger.tag = lambda text, _: whole(text, {})  # type: ignore[method-assign]
        return _as_sets(spans(pipeline, records))

    def no_variants(records: Iterable[Record]) -> dict[str, set[Span]]:
        found: dict[str, set[Span]] = {}
        for tagged in spans(Pipeline(vocabulary), records):
            found[tagged.record.pmid] = {
                (m.start, m.end, m.concept)
                for m in tagged.mentions
                if m.class_ != CONTEXT_CLASS
                and (m.text.lower() == m.term.lower() or m.matched_by == "abbreviation")
            }
        return found

    def with_context(count_everywhere: bool) -> Tagger:
        changed = Vocabulary(
            {
                c.id: replace(
                    c,
                    terms=(*c.terms, *(c.context_terms if count_everywhere else ())),
                    context_terms=(),
                )
                for c in vocabulary.concepts.values()
            },
            vocabulary.fingerprint,
        )
        return lambda records: _as_sets(spans(Pipeline(changed), records))

    return {
        "without abbreviations": no_abbreviations,
        "without spelling by rule": no_variants,
        "without context: short forms count everywhere": with_context(True),
        "without context: short forms count nowhere": with_context(False),
    }


def _as_sets(tagged: Iterable[Any]) -> dict[str, set[Span]]:
    return {
        t.record.pmid: {
            (m.start, m.end, m.concept) for m in t.mentions if m.class_ != CONTEXT_CLASS
        }
        for t in tagged
    }


def main() -> int:
    """Draw the sample, or measure on the gold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", nargs="?", choices=("draw", "measure"), default="measure")
    parser.add_argument("--texts", type=Path, action="append", default=[])
    parser.add_argument("--json", type=Path, help=f"write the figures ({RESULT.name})")
    args = parser.parse_args()
    if not POOL.is_file():
        print(f"Skipped: {POOL} is not here.", file=sys.stderr)
        return 0
    if args.what == "draw":
        for row in draw(args.texts):
            print(*row, sep="\t")
        return 0
    result: dict[str, Any] = {
        "command": "python -m benchmarks.mentions --texts pubmed20n0014.xml.gz --texts "
        "pubmed21n1298.xml.gz",
        "date": datetime.date.today().isoformat(),
    }
    rounds = [GOLD / "rounds" / f"mentions_{who}.jsonl" for who in ("a", "b")]
    if all(path.is_file() for path in rounds):
        first, second = (load_gold(path) for path in rounds)
        result["agreement"] = agreement(first, second)
        print("agreement", result["agreement"])
    sources = [POOL, *args.texts]
    try:
        for half in ("dev", "test"):
            result[half] = run(GOLD / "mentions.jsonl", sources, half=half, tagger=tag)
            print(f"\n{half}: {result[half]['n_records']} records")
            print(as_text(result[half]))
        result["ablation"] = {}
        for name, tagger in ablations().items():
            figures = run(GOLD / "mentions.jsonl", sources, half="test", tagger=tagger)["overall"]
            result["ablation"][name] = figures
            print(
                f"{name:48} P {figures['precision']:.3f}  R {figures['recall']:.3f}  "
                f"F1 {figures['f1']:.3f}"
            )
    except InputError as error:
        print(f"Skipped: {error}", file=sys.stderr)
        return 0
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
