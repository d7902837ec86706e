"""Files of BioC, PubTator and brat, written and read."""

from __future__ import annotations

from pathlib import Path

from exchange_samples import TAXONOMY, text_of

from drmine.review.exchange.answer import Reading, Task
from drmine.review.exchange.formats import READERS, WRITERS, format_of

NAMES = {"bioc": "q.json", "pubtator": "q.pubtator", "brat": "q"}


def write(folder: Path, kind: str, tasks: list[Task]) -> Path:
    path = folder / NAMES[kind]
    if path.is_dir():
        for file in path.iterdir():
            file.unlink()
    WRITERS[kind](path, tasks, TAXONOMY, False)
    return path


def read(path: Path, *tasks: Task) -> Reading:
    return READERS[format_of(path)](path, TAXONOMY, text_of(*tasks), None)
