"""Records that a model has learned from, and records that stand in a file twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from drmine.errors import InputError
from drmine.evaluation.scores import figures_table, label_figures
from drmine.textmodel import commands
from drmine.textmodel.model_file import load_text_model

TAXONOMY = "hypotheses:\n- {id: 1, name: Water}\n- {id: 2, name: Light}\n"


def _row(number: int, pmid: object = None, **more: Any) -> dict[str, Any]:
    labels = [[1], [2], [1, 2], []][number % 4]
    said = " ".join({1: "Watering helped it.", 2: "Shade helped it."}[one] for one in labels)
    return {
        "pmid": number if pmid is None else pmid,
        "title": f"An invented garden {number}",
        "abstract": f"{said} Rows were counted in {number} weeks.",
        "labels": labels,
    } | more


def _write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _train(
    folder: Path, rows: list[dict[str, Any]], dev: list[dict[str, Any]] | None = None, ends: int = 0
) -> tuple[list[str], list[str]]:
    (folder / "T.yaml").write_text(TAXONOMY, encoding="utf-8")
    said: list[str] = []
    complained: list[str] = []
    code = commands.train(
        folder / "T.yaml", _write(folder / "A", rows),
        _write(folder / "B", dev) if dev else None, folder / "m",
        exclusive=False, say=said.append, complain=complained.append,
    )  # fmt: skip
    assert code == ends
    return said, complained


def _evaluate(folder: Path, rows: list[dict[str, Any]]) -> tuple[dict[str, Any], list[str]]:
    said: list[str] = []
    figures, _ = commands.evaluate(
        folder / "m", _write(folder / "G", rows), say=said.append, complain=said.append
    )
    return figures, said


def test_a_text_that_was_learned_under_another_pmid_is_not_scored(tmp_path: Path) -> None:
    _train(tmp_path, [_row(i) for i in range(40)])
    twins = [_row(i, f"twin {i}", title=f"An  INVENTED garden {i}") for i in range(4)]
    figures, said = _evaluate(tmp_path, [*twins, *(_row(i) for i in range(100, 110))])
    assert (figures["n_records"], figures["n_trained_on"]) == (10, 4)
    assert "4 records left out" in said[-1] and "another text" not in said[-1]


def test_other_records_under_pmids_of_training_records_are_told_of(tmp_path: Path) -> None:
    # each file numbered from 0: all of the gold was said to have been learned from
    _train(tmp_path, [_row(i) for i in range(40)])
    others = [_row(i + 100, i) for i in range(10)]
    with pytest.raises(InputError, match=r"10 of them have another text .*pmids of their own"):
        _evaluate(tmp_path, others)
    _, said = _evaluate(tmp_path, [*others, _row(500)])
    assert "10 of them have another text than the training record" in said[-1]
    assert "(first: 0)" in said[-1]
    # a model of an older drmine knows no texts
    path = tmp_path / "m" / "model.json"
    head = json.loads(path.read_text(encoding="utf-8"))
    del head["card"]["trained_on"]["texts"]
    path.write_text(json.dumps(head), encoding="utf-8")
    _, said = _evaluate(tmp_path, [*others, _row(500)])
    assert "10 records left out" in said[-1] and "another text" not in said[-1]


def test_development_records_that_were_all_trained_on_give_no_figures(tmp_path: Path) -> None:
    rows = [_row(i) for i in range(40)]
    # the figures that were asked for are missing
    said, complained = _train(tmp_path, rows, rows, ends=1)
    assert "40 records left out" in complained[0] and "No development record" in complained[1]
    assert not any("micro" in line for line in said)
    assert "dev" not in load_text_model(tmp_path / "m").card


def test_a_record_with_a_line_for_each_label_is_told_of(tmp_path: Path) -> None:
    rows = [_row(i) for i in range(40)]
    lines = [row | {"labels": [label]} for row in rows for label in row["labels"]]
    said, complained = _train(tmp_path, lines)
    assert complained == [
        f"{tmp_path / 'A'}: 10 pmids stand there more than once (first: 2), 10 of them with other "
        "labels each time; every line counts as a record of its own. Give each record one line, "
        "with all its labels."
    ]
    assert any("--exclusive" in line for line in said)
    said, complained = _train(tmp_path, rows)
    assert complained == [] and not any("--exclusive" in line for line in said)


# the two texts are of two folds, or of one
@pytest.mark.parametrize("divisor", [2, 3])
def test_few_texts_that_recur_do_not_stop_the_training(tmp_path: Path, divisor: int) -> None:
    (tmp_path / "T.yaml").write_text(TAXONOMY, encoding="utf-8")
    rows = [_row(i % 2, i, labels=[1 + (i % divisor > 0)]) for i in range(20)]
    said: list[str] = []
    code = commands.train(
        tmp_path / "T.yaml", _write(tmp_path / "A", rows), None, tmp_path / "m",
        exclusive=True, say=said.append, complain=said.append,
    )  # fmt: skip
    assert code == 0 and "The model is in" in said[-1]


def test_a_long_id_keeps_the_table_straight() -> None:
    labels = ["short", "an id that is longer than those of the shipped taxonomy"]
    gold = [set(labels), {labels[0]}]
    lines = figures_table(label_figures(gold, gold, labels)).splitlines()
    assert lines[3].index(" 1.000") == lines[4].index(" 1.000")


def test_ids_that_are_numbers_in_taxonomy_and_records_meet(tmp_path: Path) -> None:
    _train(tmp_path, [_row(i) for i in range(40)])
    figures, _ = _evaluate(tmp_path, [_row(i) for i in range(100, 140)])
    assert figures["labels"]["1"]["n_gold"] == 20 and figures["labels"]["1"]["f1"] > 0.9
