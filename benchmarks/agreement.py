"""How far two annotators of the findings agree, who have not seen each other's decisions.

    python -m benchmarks.agreement [--invented | --as-found] [--json FILE]

Over the records that both have read (`annotations/gold/rounds/findings_a.jsonl` and `_b`), or over
invented records, of which one wrote text and label and the other read the text alone
(`annotations/second_reading`): over 1,840 of them, or over 325 that re-tell papers as a search gave
them. The figures and their intervals are those of `drmine review
agreement` (`drmine.review.agreement.figures` says how they are made).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from drmine.review.agreement.compare import Pair, Rating, compare
from drmine.review.agreement.text import as_json, as_lines
from drmine.taxonomy import load_taxonomy

ANNOTATIONS = Path(__file__).resolve().parents[1] / "annotations"
ROUNDS, SECOND_READING = ANNOTATIONS / "gold" / "rounds", ANNOTATIONS / "second_reading"
AS_FOUND = SECOND_READING / "as_found"


def read_round(folder: Path, annotator: str) -> dict[str, Rating]:
    """Return the ratings of one annotator by PMID."""
    lines = (folder / f"findings_{annotator}.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["pmid"]: Rating.from_row(row) for row in map(json.loads, lines)}


def agreement(folder: Path = ROUNDS) -> Pair:
    """Return the figures of every label."""
    a, b = read_round(folder, "a"), read_round(folder, "b")
    n = len(a.keys() & b.keys())
    return Pair("a", "b", n, n, tuple(compare(a, b, load_taxonomy().ids)))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--invented", dest="folder", action="store_const", const=SECOND_READING, default=ROUNDS,
        help="of invented records",
    )  # fmt: skip
    which.add_argument(
        "--as-found", dest="folder", action="store_const", const=AS_FOUND, default=ROUNDS,
        help="of those that re-tell papers as a search gave them",
    )  # fmt: skip
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    pair = agreement(arguments.folder)
    print("\n".join(as_lines([pair])))
    if arguments.json:
        result = as_json([pair]) | {
            "command": "python -m benchmarks.agreement"
            + {SECOND_READING: " --invented", AS_FOUND: " --as-found"}.get(arguments.folder, "")
        }
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
