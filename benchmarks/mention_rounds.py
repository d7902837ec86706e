"""Turn an annotator's file into offsets, and list where two rounds disagree.

    python -m benchmarks.mention_rounds offsets ANNOTATOR FILE NUMBERED [--texts FILE]…
    python -m benchmarks.mention_rounds disagreements [--texts FILE]…

NUMBERED is the text that annotators read: `=== N PMID …`, then one sentence a line, its number in
brackets (`[0]` is the title). An annotator writes one JSON object a line, `{"pmid": "…", "m": […]}`
with items `[surface, concept]` or `[surface, concept, [sentence numbers]]`: each stands for every
occurrence of exactly that surface as a whole word, outside longer surfaces of the same record (or
in the sentences named alone).

`offsets` writes `annotations/gold/rounds/mentions_ANNOTATOR.jsonl`, without text, and names the
items that stand nowhere. `disagreements` prints what one of the rounds a and b has and the other
has not, with some words around it, for the two to settle; the settled mentions are
`annotations/gold/mentions.jsonl`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from benchmarks.mentions import GOLD, POOL, draw
from drmine.annotations import text_digest
from drmine.mention_gold import Span, find_records, load_gold
from drmine.records import Record

AROUND = 40


def read_numbered(path: Path) -> dict[str, list[str]]:
    """Return the sentences of each record as annotators saw them, by PMID."""
    sentences: dict[str, list[str]] = {}
    pmid = ""
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("=== "):
            pmid = line.split()[3]
            sentences[pmid] = []
        elif match := re.match(r"\[\d+\] ", line):
            sentences[pmid].append(line[match.end() :])
        elif line and pmid:
            sentences[pmid][-1] += f"\n{line}"
    return sentences


def place(text: str, sentences: list[str]) -> list[tuple[int, int]]:
    """Return where the sentences stand in the text, in order."""
    places = []
    end = 0
    for sentence in sentences:
        start = text.index(sentence, end)
        end = start + len(sentence)
        places.append((start, end))
    return places


def to_spans(
    text: str, items: list[list[Any]], sentences: list[tuple[int, int]]
) -> tuple[list[Span], list[str]]:
    """Return the spans that an annotator's items stand for, and the surfaces found nowhere."""
    spans: list[Span] = []
    missing: list[str] = []
    for surface, concept, *rest in sorted(items, key=lambda item: -len(item[0])):
        found = False
        for match in re.finditer(re.escape(surface), text):
            start, end = match.span()
            inside_word = (
                (start > 0 and text[start - 1].isalnum() and surface[0].isalnum())
                or (end < len(text) and text[end].isalnum() and surface[-1].isalnum())
            )  # fmt: skip
            number = next((n for n, (a, b) in enumerate(sentences) if a <= start < b), -1)
            if inside_word or (rest and number not in rest[0]):
                continue
            if not any(s < end and start < e for s, e, _ in spans):
                spans.append((start, end, concept))
                found = True
        if not found:
            missing.append(surface)
    return sorted(spans), missing


def write_offsets(annotator: str, source: Path, numbered: Path, texts: list[Path]) -> int:
    """Write the round of one annotator; returns how many items stand nowhere."""
    marked = {str(r["pmid"]): r["m"] for r in map(json.loads, source.open(encoding="utf-8"))}
    known = {g.pmid: g for g in load_gold(GOLD / "rounds" / "mentions_a.jsonl")}
    records = find_records(known.values(), [POOL, *texts])
    lost = 0
    seen = read_numbered(numbered)
    with (GOLD / "rounds" / f"mentions_{annotator}.jsonl").open("w", encoding="utf-8") as out:
        for pmid, stratum, half in sorted(draw(texts), key=lambda row: list(known).index(row[0])):
            record: Record = records[pmid]
            spans, missing = to_spans(
                record.text, marked.get(pmid, []), place(record.text, seen[pmid])
            )
            lost += len(missing)
            for surface in missing:
                print(f"{pmid}: {surface!r} stands nowhere by itself", file=sys.stderr)
            row = {
                "pmid": pmid, "text_sha256": text_digest(record.text), "annotator": annotator,
                "half": half, "stratum": stratum,
                "mentions": [{"start": s, "end": e, "concept": c} for s, e, c in spans],
            }  # fmt: skip
            out.write(json.dumps(row) + "\n")
    return lost


def print_disagreements(texts: list[Path]) -> None:
    """Print each mention that one round has alone."""
    first, second = (load_gold(GOLD / "rounds" / f"mentions_{who}.jsonl") for who in "ab")
    records = find_records(first, [POOL, *texts])
    theirs = {g.pmid: g.mentions for g in second}
    for gold in first:
        text = records[gold.pmid].text
        for who, spans in (("a", gold.mentions - theirs[gold.pmid]),
                           ("b", theirs[gold.pmid] - gold.mentions)):  # fmt: skip
            for start, end, concept in sorted(spans):
                around = text[max(0, start - AROUND) : end + AROUND].replace("\n", " ")
                print(
                    gold.pmid,
                    gold.half,
                    who,
                    start,
                    end,
                    text[start:end],
                    concept,
                    around,
                    sep="\t",
                )


def main() -> int:
    """Convert a round, or compare two."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("offsets", "disagreements"))
    parser.add_argument("arguments", nargs="*")
    parser.add_argument("--texts", type=Path, action="append", default=[])
    args = parser.parse_args()
    if not POOL.is_file():
        print(f"Skipped: {POOL} is not here.", file=sys.stderr)
        return 0
    if args.what == "offsets":
        if len(args.arguments) != 3:
            parser.error("offsets needs ANNOTATOR, FILE and NUMBERED")
        annotator, source, numbered = args.arguments
        write_offsets(annotator, Path(source), Path(numbered), args.texts)
    else:
        print_disagreements(args.texts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
