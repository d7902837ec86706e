"""An invented taxonomy of gardens with texts for it, and the command line on them."""

from __future__ import annotations

import json
import random
from pathlib import Path

from click.testing import CliRunner

from drmine.cli import cli

TAXONOMY = """
id: gardens
version: "1"
hypotheses:
  - {id: water, name: Water}
  - {id: light, name: Light}
  - {id: soil, name: Soil}
"""
WORDS = {
    "water": ["watering", "drought", "irrigation"],
    "light": ["sunlight", "shade", "lamps"],
    "soil": ["compost", "loam", "clay"],
}
FILLER = ["plants", "were", "grown", "in", "rows", "and", "counted", "after", "one", "season"]


def row(number: int, labels: list[str], rng: random.Random) -> dict[str, object]:
    said = [
        f"In this trial {rng.choice(WORDS[label])} changed the yield of row {number % 7}."
        for label in labels
    ]
    filler = " ".join(rng.sample(FILLER, 10))
    return {
        "pmid": str(99100000 + number),
        "title": f"An invented garden {number}",
        "abstract": f"We {filler.lower()}. {' '.join(said)} Rows {filler.lower()}.",
        "labels": labels,
    }


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, [str(a) for a in arguments], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return int(result.return_value or 0), result.stdout, result.stderr
