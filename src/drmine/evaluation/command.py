"""Which evaluation ``drmine evaluate`` runs, by what it is given."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from drmine.errors import ConfigurationError
from drmine.pubmed.atomic import write_atomically
from drmine.settings import Settings
from drmine.terminal import Say

MENTIONS = "mentions"


def evaluate(
    settings: Settings,
    what: str | None,
    *,
    model_folder: Path | None,
    encoder_name: str | None = None,
    gold: Path | None,
    texts: Iterable[Path],
    part: str,
    json_file: Path | None,
    say: Say,
    complain: Say,
) -> int:
    """Measure the shipped classifier, the tagger or a model, and write the figures.

    Returns
    -------
    int
        Exit code: 0; 1 where records had no text or lines could not be read.

    Raises
    ------
    DrmineError
        What is asked does not fit together, or nothing can be measured.
    """
    texts = list(texts)
    given = [Path(what) if what and what != MENTIONS else gold, *texts]
    if json_file is not None and any(file and _is_same(json_file, file) for file in given):
        raise ConfigurationError(
            f"--json {json_file} would replace what people labelled, or the texts; name another "
            "file for the figures."
        )
    if model_folder is not None:
        figures, lines, code = _measure_model(what, gold, model_folder, encoder_name, complain)
    elif encoder_name is not None:
        raise ConfigurationError("--encoder needs --model: only models of your own have one.")
    else:
        figures, lines = _measure_ours(settings, what, gold, texts, part)
        code = 1 if figures["n_without_text"] else 0
    try:
        if json_file is not None:
            write_atomically(json_file, (json.dumps(figures, indent=1) + "\n").encode())
    finally:
        # after the file: a reader that goes away (head) ends the command at the first line
        for line in lines:
            say(line)
    return code


def _measure_model(
    what: str | None, gold: Path | None, folder: Path, encoder_name: str | None, complain: Say
) -> tuple[dict[str, Any], list[str], int]:
    from drmine.textmodel import commands

    file = Path(what) if what and what != MENTIONS else gold
    if file is None:
        raise ConfigurationError(
            "Name the labelled records: `drmine evaluate --model DIR GOLD.jsonl`."
        )
    lines: list[str] = []
    figures, code = commands.evaluate(
        folder, file, encoder_name=encoder_name, say=lines.append, complain=complain
    )
    return figures, lines, code


def _measure_ours(
    settings: Settings, what: str | None, gold: Path | None, texts: list[Path], part: str
) -> tuple[dict[str, Any], list[str]]:
    """Measure the tagger or the shipped classifier."""
    if what == MENTIONS:
        from drmine import mention_evaluation

        figures = mention_evaluation.evaluate_mentions(settings, gold=gold, texts=texts, half=part)
        return figures, [mention_evaluation.as_text(figures)]
    from drmine.evaluation import shipped

    figures = shipped.evaluate_shipped(
        settings, gold=Path(what) if what else gold, texts=texts, part=part
    )
    return figures, [shipped.as_text(figures)]


def _is_same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)
