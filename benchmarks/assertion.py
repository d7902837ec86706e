"""Negation and speculation cues on the BioScope abstracts, sentence by sentence.

    python -m benchmarks.assertion [--json FILE] [--half tune|test] [--errors N] [CORPUS]

A sentence counts as negated or speculated where the corpus marks a cue of that kind in it. The
documents are split by a rule that was written before the cues were developed: a document belongs
to `tune` where SHA-256 of "drmine bioscope 1:" and its id, read as a number, is even, else to
`test`. Cues were developed on `tune` alone; the figures to cite are those of `test`. `--errors`
prints sentences that are decided wrongly, and refuses to on `test`.

CORPUS is JSON lines with sentences and cues (BioScope abstracts, CC BY 2.0; by default
`../shared/data/bioscope/abstracts_dev.jsonl`).
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from drmine.nlp.assertion import find_cues

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "data" / "bioscope" / "abstracts_dev.jsonl"
RESULT = ROOT / "benchmarks" / "results" / "assertion.json"
KINDS = ("negation", "speculation")
# what each kind of the corpus is with us: "no difference" is a negation there too
OURS = {"negation": ("negation", "null"), "speculation": ("speculation",)}
_WORD = re.compile(r"\w[\w-]*")
ROUNDS = 2000
SEED = 20250101


def half_of(document: str) -> str:
    """Return the half that a document belongs to."""
    number = int(hashlib.sha256(f"drmine bioscope 1:{document}".encode()).hexdigest(), 16)
    return "test" if number % 2 else "tune"


def judge(documents: list[dict[str, Any]]) -> list[list[tuple[str, str, str, bool, bool]]]:
    """Return for each document (kind, sentence, cue, gold, found) of each sentence and kind."""
    judged = []
    for document in documents:
        rows = []
        for sentence in document["sentences"]:
            text = sentence["text"]
            cues = find_cues(text, 0, len(text))
            for kind in KINDS:
                gold = any(c["type"] == kind for c in sentence["cues"])
                words = [text[c.start : c.end] for c in cues if c.kind == kind]
                marked = [
                    text[c["start"] : c["end"]] for c in sentence["cues"] if c["type"] == kind
                ]
                rows.append((kind, text, "|".join(words or marked), gold, bool(words)))
        judged.append(rows)
    return judged


def figures(judged: list[list[tuple[str, str, str, bool, bool]]], kind: str) -> dict[str, Any]:
    """Return precision, recall and F1 with intervals from resampling documents."""
    return _scores([
        (
            sum(k == kind and gold and found for k, _, _, gold, found in rows),
            sum(k == kind and found and not gold for k, _, _, gold, found in rows),
            sum(k == kind and gold and not found for k, _, _, gold, found in rows),
        )
        for rows in judged
    ])  # fmt: skip


def reach(documents: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """Return the figures of words within reach, of cues that the annotators marked too."""
    counts = [
        np.sum([(0, 0, 0), *_reaches(document["sentences"], kind)], axis=0)
        for document in documents
    ]
    return _scores([tuple(map(int, one)) for one in counts])


def _reaches(sentences: list[dict[str, Any]], kind: str) -> Iterator[tuple[int, int, int]]:
    """Return for each cue the words in both scopes, in ours alone and in theirs alone."""
    for sentence in sentences:
        text = sentence["text"]
        scope_of = {scope["id"]: scope for scope in sentence["scopes"]}
        theirs = [
            (c["start"], c["end"], scope_of[c["ref"]])
            for c in sentence["cues"]
            if c["type"] == kind and c["ref"] in scope_of
        ]
        for cue in find_cues(text, 0, len(text)):
            same = [c for c in theirs if c[0] < cue.end and cue.start < c[1]]
            if cue.kind not in OURS[kind] or not same:
                continue
            start, end, scope = same[0]
            words = {m.start() for m in _WORD.finditer(text) if not start <= m.start() < end}
            ours = {at for at in words if cue.scope_start <= at < cue.scope_end}
            drawn = {at for at in words if scope["start"] <= at < scope["end"]}
            yield len(ours & drawn), len(ours - drawn), len(drawn - ours)


def _scores(rows: Sequence[tuple[int, int, int]]) -> dict[str, Any]:
    """Return figures from hits, false alarms and misses of each document."""
    table = np.array(rows, dtype=float)
    tp, fp, fn = table.sum(axis=0)
    draws = np.random.default_rng(SEED).integers(0, len(table), (ROUNDS, len(table)))
    sums = table[draws].sum(axis=1)
    f1 = 2 * sums[:, 0] / (2 * sums[:, 0] + sums[:, 1] + sums[:, 2])
    low, high = np.quantile(f1, (0.025, 0.975))
    return {
        "tp": int(tp), "fp": int(fp), "fn": int(fn),
        "precision": round(tp / (tp + fp), 4), "recall": round(tp / (tp + fn), 4),
        "f1": round(2 * tp / (2 * tp + fp + fn), 4),
        "f1_interval": [round(float(low), 4), round(float(high), 4)],
    }  # fmt: skip


def main() -> int:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--json", type=Path, help=f"write the figures ({RESULT.name})")
    parser.add_argument("--half", choices=("tune", "test"), help="one half only")
    parser.add_argument("--errors", type=int, default=0, help="print so many errors (tune only)")
    args = parser.parse_args()
    if not args.corpus.is_file():
        print(f"Skipped: {args.corpus} is not here.", file=sys.stderr)
        return 0
    if args.errors and args.half != "tune":
        parser.error("--errors shows sentences of the tuning half only: add --half tune")
    documents = [json.loads(line) for line in args.corpus.open(encoding="utf-8")]
    result: dict[str, Any] = {
        "command": "python -m benchmarks.assertion",
        "date": datetime.date.today().isoformat(),
        "corpus": "BioScope abstracts: cues by sentences, reach by words",
        "halves": {},
    }
    for half in (args.half,) if args.half else ("tune", "test"):
        chosen = [d for d in documents if half_of(str(d["id"])) == half]
        judged = judge(chosen)
        result["halves"][half] = {
            "documents": len(chosen),
            "sentences": sum(len(d["sentences"]) for d in chosen),
            **{kind: figures(judged, kind) for kind in KINDS},
            **{f"{kind}_reach": reach(chosen, kind) for kind in KINDS},
        }
        for kind in (*KINDS, *(f"{kind}_reach" for kind in KINDS)):
            row = result["halves"][half][kind]
            print(
                f"{half:5} {kind:17} P {row['precision']:.3f}  R {row['recall']:.3f}  "
                f"F1 {row['f1']:.3f} [{row['f1_interval'][0]:.3f}, {row['f1_interval'][1]:.3f}]"
            )
        if args.errors:
            show_errors(judged, args.errors)
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


def show_errors(judged: list[list[tuple[str, str, str, bool, bool]]], most: int) -> None:
    """Print the cues that go wrong most often, with a sentence each."""
    wrong: dict[tuple[str, str, str], str] = {}
    count: Counter[tuple[str, str, str]] = Counter()
    for rows in judged:
        for kind, text, cue, gold, found in rows:
            if gold != found:
                key = (kind, "extra" if found else "missed", cue.lower())
                count[key] += 1
                wrong[key] = text
    for key, n in count.most_common(most):
        print(n, *key, "::", wrong[key][:230])


if __name__ == "__main__":
    sys.exit(main())
