"""Write what annotators of mentions read, turn their files into offsets, settle two rounds.

    python -m benchmarks.mention_rounds sentences FOLDER [--texts FILE]…
    python -m benchmarks.mention_rounds offsets ANNOTATOR FILE… --read FILE… [--texts FILE]…
    python -m benchmarks.mention_rounds sheet [--texts FILE]…
    python -m benchmarks.mention_rounds settle FILE… [--texts FILE]…
    python -m benchmarks.mention_rounds amend ANNOTATOR FILE… [--texts FILE]…

`sentences` writes four files into FOLDER: `=== PMID`, then one sentence a line with its number (1
is the title). An annotator writes a line for each mention, five columns with tabs between: PMID,
sentence, the exact words, which occurrence of them in the sentence (from 1), concept. `offsets`
makes `annotations/gold/rounds/mentions_ANNOTATOR.jsonl` of it, without text, for the records of the
files that were read (`--read`), and names the lines that fit nowhere.

`sheet` prints for a third reader what one of the rounds a and b has and the other has not, and
what both call `NEW:`, each with a number. The reader answers with lines of tabs: `d0001 keep`,
`d0001 drop`, `d0001 change WORDS CONCEPT` (in the same sentence), `DROP PMID WORDS CONCEPT` and
`ADD PMID SENTENCE WORDS OCCURRENCE CONCEPT`. `settle` writes `annotations/gold/mentions.jsonl`.
`amend` takes lines of ADD, DROP and `CHANGE PMID WORDS CONCEPT CONCEPT` of one more reader, who
goes through settled marks after the vocabulary has grown.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from benchmarks.mentions import GOLD, POOL, draw
from drmine.annotations import text_digest
from drmine.mention_gold import NEW, Span, load_gold
from drmine.nlp.sentences import split_sentences
from drmine.pubmed.files import read_file
from drmine.records import Record

BATCHES = 4
_AROUND = 15


def texts_of(pmids: Iterable[str], files: list[Path]) -> dict[str, str]:
    """Return the texts of these records, from the pool and the bulk files."""
    wanted = set(pmids)
    rows = [json.loads(line) for line in POOL.open(encoding="utf-8")]
    texts = {r["pmid"]: Record.from_json(r).text for r in rows if r["pmid"] in wanted}
    for file in files:
        for entry in read_file(file):
            if isinstance(entry, Record) and entry.pmid in wanted:
                texts.setdefault(entry.pmid, entry.text)
    return texts


def write_sentences(folder: Path, texts: Mapping[str, str], pmids: list[str]) -> None:
    """Write the numbered sentences of all records, in four files."""
    folder.mkdir(parents=True, exist_ok=True)
    for batch in range(BATCHES):
        lines = []
        for pmid in pmids[batch::BATCHES]:
            lines.append(f"=== {pmid}")
            spans = split_sentences(texts[pmid])
            lines += [f"{n}\t{texts[pmid][a:b]}" for n, (a, b) in enumerate(spans, start=1)]
        (folder / f"batch{batch + 1}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def place(text: str, sentence: int, words: str, occurrence: int) -> tuple[int, int]:
    """Return where words stand in a text.

    Raises
    ------
    ValueError
        There is no such sentence, or the words do not stand so often in it.
    """
    spans = split_sentences(text)
    if not (1 <= sentence <= len(spans) and occurrence >= 1 and words):
        raise ValueError(f"there is no sentence {sentence}")
    start, end = spans[sentence - 1]
    at = start - 1
    for _ in range(occurrence):
        at = text.find(words, at + 1, end)
        if at < 0:
            raise ValueError(f"{words!r} stands not {occurrence} times in sentence {sentence}")
    return at, at + len(words)


def read_marks(files: list[Path], texts: Mapping[str, str]) -> tuple[dict[str, set[Span]], int]:
    """Return the marks of an annotator by PMID, and how many lines fit nowhere."""
    marks: dict[str, set[Span]] = {pmid: set() for pmid in texts}
    lost = 0
    for file in files:
        for number, line in enumerate(_lines(file), start=1):
            if not line.strip():
                continue
            try:
                pmid, sentence, words, occurrence, concept = line.split("\t")
                span = place(texts[pmid], int(sentence), words, int(occurrence))
            except (ValueError, KeyError) as error:
                print(f"{file}:{number}: {error}", file=sys.stderr)
                lost += 1
                continue
            marks[pmid].add((*span, concept))
    return marks, lost


def disputed(a: set[Span], b: set[Span]) -> list[Span]:
    """Return what a third reader decides: marks of one alone, and what both call new."""
    return sorted((a | b) - {m for m in a & b if not m[2].startswith(NEW)})


def sheet(
    a: Mapping[str, set[Span]], b: Mapping[str, set[Span]], texts: Mapping[str, str]
) -> Iterator[str]:
    """Yield the lines of the sheet."""
    number = 0
    for pmid, text in texts.items():
        if not (rest := disputed(a[pmid], b[pmid])):
            continue
        yield f"=== {pmid}"
        spans = split_sentences(text)
        yield from (f"{n}\t{text[s:e]}" for n, (s, e) in enumerate(spans, start=1))
        agreed = sorted(a[pmid] & b[pmid] - set(rest))
        yield "--- agreed: " + "; ".join(f"{text[s:e]}={c}" for s, e, c in agreed)
        for start, end, concept in rest:
            number += 1
            mark = (start, end, concept)
            who = ("neither", "a only", "b only", "both")[(mark in a[pmid]) + 2 * (mark in b[pmid])]
            around = f"{text[max(0, start - _AROUND) : start]}[{text[start:end]}]"
            around = (around + text[end : end + _AROUND]).replace("\n", " ")
            yield f"d{number:04}\t{who}\t{around}\t{concept}"


def settle(
    a: Mapping[str, set[Span]],
    b: Mapping[str, set[Span]],
    texts: Mapping[str, str],
    answers: Iterable[str],
) -> dict[str, set[Span]]:
    """Return the settled marks by PMID.

    Raises
    ------
    ValueError
        An answer fits nowhere, or a number has none.
    """
    settled: dict[str, set[Span]] = {}
    open_: dict[str, tuple[str, Span]] = {}
    for pmid in texts:
        rest = disputed(a[pmid], b[pmid])
        settled[pmid] = a[pmid] & b[pmid] - set(rest)
        for mark in rest:
            open_[f"d{len(open_) + 1:04}"] = (pmid, mark)
    for line in filter(None, answers):
        match line.split("\t"):
            case ["ADD" | "CHANGE" | "DROP", *_]:
                amend(settled, texts, [line])
            case [number, "keep"]:
                pmid, mark = open_.pop(number)
                settled[pmid].add(mark)
            case [number, "drop"]:
                open_.pop(number)
            case [number, "change", words, concept]:
                pmid, (start, _, _) = open_.pop(number)
                text = texts[pmid]
                low, high = next(s for s in split_sentences(text) if s[0] <= start < s[1])
                places = [i for i in range(low, high) if text.startswith(words, i)]
                start = min(places, key=lambda i: abs(i - start))
                settled[pmid].add((start, start + len(words), concept))
            case _:
                raise ValueError(f"no answer: {line!r}")
    if open_:
        raise ValueError(f"not settled: {', '.join(open_)}")
    return settled


def amend(marks: dict[str, set[Span]], texts: Mapping[str, str], answers: Iterable[str]) -> None:
    """Add, change and drop marks, in place.

    Raises
    ------
    ValueError
        An answer fits nowhere.
    """
    for line in filter(None, answers):
        match line.split("\t"):
            case ["ADD", pmid, sentence, words, occurrence, concept]:
                span = place(texts[pmid], int(sentence), words, int(occurrence))
                marks[pmid].add((*span, concept))
            case ["CHANGE" | "DROP", pmid, words, concept, *instead] if len(instead) < 2:
                text = texts[pmid]
                those = {m for m in marks[pmid] if (text[m[0] : m[1]], m[2]) == (words, concept)}
                if not those:
                    raise ValueError(f"no such mark: {line!r}")
                marks[pmid] -= those
                marks[pmid] |= {(s, e, one) for s, e, _ in those for one in instead}
            case _:
                raise ValueError(f"no answer: {line!r}")


def as_json(marks: Iterable[Span]) -> list[dict[str, int | str]]:
    """Return marks as a gold file has them."""
    return [{"start": s, "end": e, "concept": c} for s, e, c in sorted(marks)]


def write(path: Path, marks: Mapping[str, set[Span]], texts: Mapping[str, str],
          drawn: list[tuple[str, str, str]], **more: object) -> None:  # fmt: skip
    """Write marks as a gold file, without text."""
    with path.open("w", encoding="utf-8") as out:
        for pmid, stratum, half in drawn:
            row = {
                "pmid": pmid, "text_sha256": text_digest(texts[pmid]), **more, "half": half,
                "stratum": stratum,
                "mentions": as_json(marks[pmid]),
            }  # fmt: skip
            out.write(json.dumps(row) + "\n")


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").split("\n")


def main() -> int:
    """Write the sentences, convert a round, print or apply a settlement."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("sentences", "offsets", "sheet", "settle", "amend"))
    parser.add_argument("arguments", nargs="*")
    parser.add_argument("--texts", type=Path, action="append", default=[])
    parser.add_argument("--read", type=Path, action="append", default=[], help="files of sentences")
    args = parser.parse_args()
    if not POOL.is_file():
        print(f"Skipped: {POOL} is not here.", file=sys.stderr)
        return 0
    drawn = draw(args.texts)
    texts = texts_of((pmid for pmid, _, _ in drawn), args.texts)
    if args.what == "sentences":
        write_sentences(Path(args.arguments[0]), texts, [pmid for pmid, _, _ in drawn])
        return 0
    if args.what == "offsets":
        who, *files = args.arguments
        marks, lost = read_marks([Path(f) for f in files], texts)
        seen = {line.split()[1] for f in args.read for line in _lines(f) if line[:4] == "=== "}
        read = [row for row in drawn if row[0] in seen]
        write(GOLD / "rounds" / f"mentions_{who}.jsonl", marks, texts, read, annotator=who)
        return int(lost > 0)
    if args.what == "amend":
        who, *files = args.arguments
        gold = {g.pmid: set(g.mentions) for g in load_gold(GOLD / "mentions.jsonl")}
        before = {pmid: set(marks) for pmid, marks in gold.items()}
        amend(gold, texts, [a for f in files for a in _lines(Path(f))])
        rows = [json.loads(line) for line in _lines(GOLD / "mentions.jsonl") if line]
        with (GOLD / "mentions.jsonl").open("w", encoding="utf-8") as out:
            for row in rows:
                if gold[row["pmid"]] != before[row["pmid"]]:
                    row["settled_from"] = [*row["settled_from"], who]
                    row["mentions"] = as_json(gold[row["pmid"]])
                out.write(json.dumps(row) + "\n")
        return 0
    a, b = (
        {g.pmid: set(g.mentions) for g in load_gold(GOLD / "rounds" / f"mentions_{who}.jsonl")}
        for who in "ab"
    )
    if args.what == "sheet":
        print(*sheet(a, b, {pmid: texts[pmid] for pmid in a}), sep="\n")
        return 0
    answers = [a for f in args.arguments for a in _lines(Path(f))]
    both = [row for row in drawn if row[0] in a]
    texts = {pmid: texts[pmid] for pmid, _, _ in both}
    write(GOLD / "mentions.jsonl", settle(a, b, texts, answers), texts, both,
          settled_from=["a", "b"])  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
