"""A classifier for any taxonomy: train, label, evaluate, by the command line as users do."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from garden_samples import TAXONOMY, WORDS, row, run, write

from drmine.errors import InputError
from drmine.records import Record
from drmine.textmodel.examples import Text, read_examples
from drmine.textmodel.fit import draw_folds
from drmine.textmodel.model_file import load_text_model


def test_a_trained_model_labels_new_records_and_shows_the_sentence(
    model: Path, files: Path
) -> None:
    code, _, err = run("label", "--model", model, files / "B.jsonl", files / "out.jsonl")
    assert code == 0 and "60 records labelled" in err
    gold = [json.loads(line) for line in (files / "B.jsonl").open(encoding="utf-8")]
    said = [json.loads(line) for line in (files / "out.jsonl").open(encoding="utf-8")]
    assert [row["pmid"] for row in said] == [row["pmid"] for row in gold]
    right = sum(set(a["labels"]) == set(b["labels"]) for a, b in zip(gold, said, strict=True))
    assert right >= 57
    for one, answer in zip(gold, said, strict=True):
        text = f"{one['title']}\n{one['abstract']}"
        for hypothesis in answer["hypotheses"]:
            span = hypothesis["evidence"][0]
            assert text[span["start"] : span["end"]] == span["text"]
            assert any(word in span["text"] for word in WORDS[hypothesis["id"]])


def test_all_scores_give_every_label(model: Path, files: Path) -> None:
    run("label", "--model", model, "--all-scores", files / "B.jsonl", files / "all.jsonl")
    row = json.loads((files / "all.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert {h["id"] for h in row["hypotheses"]} == set(WORDS)


def test_evaluate_prints_figures_per_label_with_intervals(model: Path, files: Path) -> None:
    code, out, _ = run(
        "evaluate", "--model", model, files / "B.jsonl", "--json", files / "figures.json"
    )
    figures = json.loads((files / "figures.json").read_text(encoding="utf-8"))
    assert code == 0 and "water" in out
    assert figures["micro"]["f1"] > 0.95 and figures["n_records"] == 60
    low, high = figures["labels"]["water"]["f1_95"]
    assert low <= figures["labels"]["water"]["f1"] <= high
    assert {"macro_f1", "example_based", "exact", "calibration"} <= set(figures)


def test_records_that_were_trained_on_are_never_scored(model: Path, files: Path) -> None:
    with pytest.raises(InputError, match="has learned from every record"):
        run("evaluate", "--model", model, files / "A.jsonl")
    both = files / "both.jsonl"
    both.write_text(
        (files / "A.jsonl").read_text(encoding="utf-8")
        + (files / "B.jsonl").read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    _, out, _ = run("evaluate", "--model", model, both)
    assert "60 records" in out and "150 records left out" in out


def test_exclusive_models_give_each_record_one_label(files: Path) -> None:
    run(
        "train", "--exclusive", "--taxonomy", files / "T.yaml", "--train", files / "A1.jsonl",
        "--out", files / "single",
    )  # fmt: skip
    run("label", "--model", files / "single", files / "B1.jsonl", files / "one.jsonl")
    rows = [json.loads(line) for line in (files / "one.jsonl").open(encoding="utf-8")]
    assert all(len(row["labels"]) == 1 for row in rows)
    _, _, _ = run("evaluate", "--model", files / "single", files / "B1.jsonl",
                   "--json", files / "one.json")  # fmt: skip
    assert json.loads((files / "one.json").read_text(encoding="utf-8"))["exact"]["value"] > 0.9
    with pytest.raises(InputError, match="exactly one"):
        run("train", "--exclusive", "--taxonomy", files / "T.yaml", "--train", files / "A.jsonl",
             "--out", files / "x")  # fmt: skip


def test_training_twice_gives_the_same_model(model: Path, files: Path) -> None:
    run("train", "--taxonomy", files / "T.yaml", "--train", files / "A.jsonl",
         "--dev", files / "B.jsonl", "--out", files / "again")  # fmt: skip
    text = [Text("A title", "Some shade and irrigation.", ((0, 7), (8, 34)))]
    one, two = (next(load_text_model(f).score(text)) for f in (model, files / "again"))
    assert np.array_equal(one.probabilities, two.probabilities)


def test_labelled_sentences_are_used_where_they_stand_in_the_text(tmp_path: Path) -> None:
    row = {
        "pmid": "1", "title": "", "abstract": "First one here. Then compost.", "labels": ["soil"],
        "sentences": [{"text": "First one here.", "labels": []},
                      {"text": "Then compost.", "labels": ["soil"]}],
    }  # fmt: skip
    [example] = read_examples(write(tmp_path / "s.jsonl", [row]), list(WORDS), print)
    assert example.sentence_labels == (frozenset(), frozenset({"soil"}))
    assert [example.text.whole[a:b] for a, b in example.text.sentences][1] == "Then compost."


def test_a_label_of_every_record_is_given_to_every_text(tmp_path: Path) -> None:
    rng = random.Random(2)
    rows = [row(i, ["soil", "water"] if i % 2 else ["soil"], rng) for i in range(40)]
    taxonomy = tmp_path / "T.yaml"
    taxonomy.write_text(TAXONOMY, encoding="utf-8")
    _, out, _ = run("train", "--taxonomy", taxonomy, "--train", write(tmp_path / "A", rows),
                     "--out", tmp_path / "m")  # fmt: skip
    assert "Every record has it, so every text will be given it: soil." in out
    run("label", "--model", tmp_path / "m", tmp_path / "A", tmp_path / "out")
    said = [json.loads(line) for line in (tmp_path / "out").open(encoding="utf-8")]
    assert all("soil" in one["labels"] for one in said)
    assert [one["labels"] == ["soil"] for one in said].count(True) >= 18


def test_an_exclusive_label_with_one_example_does_not_stop_the_training(tmp_path: Path) -> None:
    rng = random.Random(3)
    rows = [row(i, ["soil"], rng) for i in range(20)] + [row(99, ["water"], rng)]
    (tmp_path / "T.yaml").write_text(TAXONOMY, encoding="utf-8")
    code, out, _ = run(
        "train", "--exclusive", "--taxonomy", tmp_path / "T.yaml",
        "--train", write(tmp_path / "A", rows), "--out", tmp_path / "m",
    )  # fmt: skip
    assert code == 0 and "Too few examples to be learned well (under 5): water, light." in out


def test_a_score_that_is_plain_is_not_called_unsure_beside_a_low_threshold(
    model: Path, files: Path
) -> None:
    # labels that are easily told apart have low thresholds; most scores of zero lay "near" them
    assert min(load_text_model(model).thresholds.values()) < 0.15
    run("label", "--model", model, "--all-scores", files / "B.jsonl", files / "sure.jsonl")
    said = [json.loads(line) for line in (files / "sure.jsonl").open(encoding="utf-8")]
    plain = [
        row for row in said if all(h["score"] < 0.05 or h["score"] > 0.9 for h in row["hypotheses"])
    ]
    assert len(plain) > 40 and not any(row["needs_review"] for row in plain)


def test_a_text_that_recurs_is_held_out_with_its_twins() -> None:
    # else the joining model takes for new what the views' models have learned, and is too sure
    texts = [Text.of(Record(pmid=str(i), title=f"Invented {i % 20}")) for i in range(80)]
    labels = np.array([[i % 3 == 0] for i in range(80)], dtype=int)
    folds = draw_folds(labels, texts)
    assert all(len({int(one) for one in folds[i::20]}) == 1 for i in range(20))
    assert len(set(folds.tolist())) == 5
