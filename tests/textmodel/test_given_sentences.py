"""Sentences that come with labelled records: what is told of them, and that gold gives no help."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from drmine.textmodel import commands
from drmine.textmodel.examples import read_examples

WORDS = {"water": ["watering", "drought"], "light": ["sunlight", "shade"]}
KINDS: tuple[list[str], ...] = (["water"], ["light"], ["water", "light"], [])
Row = dict[str, Any]


def _row(number: int, rng: random.Random) -> Row:
    """Return a record whose other sentences name what it is not about."""
    labels = KINDS[number % 4]
    told = [f"More {rng.choice(WORDS[one])} changed the yield." for one in labels]
    others = [f"We had read of {rng.choice(WORDS[rng.choice(list(WORDS))])} before."]
    sentences = [*others, *told, f"Then {number} rows were counted."]
    return {
        "pmid": str(99200000 + number),
        "title": "An invented garden",
        "abstract": " ".join(sentences),
        "labels": labels,
        "sentences": [
            {"text": one, "labels": [label]} for one, label in zip(told, labels, strict=True)
        ],
    }


def _write(path: Path, rows: list[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _bare(rows: list[Row]) -> list[Row]:
    return [{key: value for key, value in row.items() if key != "sentences"} for row in rows]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    rng = random.Random(1)
    return [_row(number, rng) for number in range(160)]


def _train(folder: Path, rows: list[Row]) -> tuple[Path, list[str]]:
    taxonomy = folder / "T.yaml"
    taxonomy.write_text(
        "hypotheses: [{id: water, name: Water}, {id: light, name: Light}]", encoding="utf-8"
    )
    said: list[str] = []
    code = commands.train(
        taxonomy, _write(folder / "A.jsonl", rows), None, folder / "model", exclusive=False,
        say=said.append, complain=said.append,
    )  # fmt: skip
    assert code == 0
    return folder / "model", said


def test_sentences_of_a_part_of_the_records_are_not_used_and_that_is_said(
    rows: list[Row], tmp_path: Path
) -> None:
    (tmp_path / "part").mkdir()
    (tmp_path / "none").mkdir()
    # a record without a label has no telling sentence
    part, said = _train(tmp_path / "part", rows[:120])
    none, nothing = _train(tmp_path / "none", _bare(rows[:120]))
    for name in ("model.json", "weights.npz"):
        assert (part / name).read_bytes() == (none / name).read_bytes()
    assert any("labels of sentences are not used" in line for line in said)
    assert not any("are not used" in line for line in nothing)


def test_gold_that_names_the_telling_sentences_gives_no_better_figures(
    rows: list[Row], tmp_path: Path
) -> None:
    model, _ = _train(tmp_path, _bare(rows[:120]))
    with_them = _write(tmp_path / "with.jsonl", rows[120:])
    without = _write(tmp_path / "without.jsonl", _bare(rows[120:]))
    found = [commands.evaluate(model, gold, say=str, complain=str) for gold in (with_them, without)]
    assert found[0] == found[1]


def test_a_misspelt_label_of_a_sentence_is_named_as_one_of_a_record_is(
    rows: list[Row], tmp_path: Path
) -> None:
    told: list[tuple[int, str]] = []
    bad = rows[0] | {"sentences": [{"text": "We", "labels": ["Water"]}]}
    path = _write(tmp_path / "A.jsonl", [rows[1], bad])
    found = read_examples(path, list(WORDS), lambda number, reason: told.append((number, reason)))
    assert [one.pmid for one in found] == [rows[1]["pmid"]]
    assert told == [(2, "label 'Water' of a sentence is not in the taxonomy")]
