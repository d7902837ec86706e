"""A classifier for any taxonomy: train, label, evaluate, by the command line as users do."""

from __future__ import annotations

import io
import json
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click import BadParameter, UsageError
from click.testing import CliRunner

from drmine.cli import cli
from drmine.errors import ConfigurationError, InputError
from drmine.evaluation.command import evaluate
from drmine.records import Record
from drmine.settings import Settings
from drmine.textmodel import commands
from drmine.textmodel.examples import Text, read_examples
from drmine.textmodel.fit import draw_folds
from drmine.textmodel.model_file import load_text_model, save_model

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


def _row(number: int, labels: list[str], rng: random.Random) -> dict[str, object]:
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


def _write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gardens")
    rng = random.Random(1)
    (folder / "T.yaml").write_text(TAXONOMY, encoding="utf-8")
    kinds = [["water"], ["light"], ["soil"], ["water", "soil"], []]
    _write(folder / "A.jsonl", [_row(i, kinds[i % 5], rng) for i in range(150)])
    _write(folder / "B.jsonl", [_row(1000 + i, kinds[i % 5], rng) for i in range(60)])
    single = [["water"], ["light"], ["soil"]]
    _write(folder / "A1.jsonl", [_row(i, single[i % 3], rng) for i in range(120)])
    _write(folder / "B1.jsonl", [_row(1000 + i, single[i % 3], rng) for i in range(30)])
    return folder


def _run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, [str(a) for a in arguments], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return int(result.return_value or 0), result.stdout, result.stderr


@pytest.fixture(scope="module")
def model(files: Path) -> Path:
    code, out, _ = _run(
        "train", "--taxonomy", files / "T.yaml", "--train", files / "A.jsonl",
        "--dev", files / "B.jsonl", "--out", files / "model",
    )  # fmt: skip
    assert code == 0 and "micro" in out
    return files / "model"


def test_a_trained_model_labels_new_records_and_shows_the_sentence(
    model: Path, files: Path
) -> None:
    code, _, err = _run("label", "--model", model, files / "B.jsonl", files / "out.jsonl")
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


def test_the_input_is_not_written_over(model: Path, files: Path) -> None:
    before = (files / "B.jsonl").read_bytes()
    (link := files / "link.jsonl").symlink_to(files / "B.jsonl")
    for target in (files / "B.jsonl", link):
        with pytest.raises(InputError, match="name another"):
            _run("label", "--model", model, files / "B.jsonl", target)
    assert (files / "B.jsonl").read_bytes() == before


def test_figures_are_not_written_over_the_gold(model: Path, files: Path) -> None:
    before = (files / "B.jsonl").read_bytes()
    with pytest.raises(ConfigurationError, match="name another"):
        _run("evaluate", "--model", model, files / "B.jsonl", "--json", files / "B.jsonl")
    assert (files / "B.jsonl").read_bytes() == before


def test_figures_are_written_though_nobody_reads_what_is_printed(
    model: Path, files: Path, tmp_path: Path
) -> None:
    def gone(text: str) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        evaluate(
            Settings(), str(files / "B.jsonl"), model_folder=model, gold=None, texts=(),
            part="test", json_file=tmp_path / "figures.json", say=gone, complain=gone,
        )  # fmt: skip
    assert json.loads((tmp_path / "figures.json").read_bytes())["n_records"] == 60


@pytest.mark.parametrize("options", [(), ("--exclusive",)])
def test_texts_that_are_all_the_same_are_refused(
    files: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    rows = [
        {"pmid": str(i), "title": "Invented", "abstract": None, "labels": [label]}
        for i, label in enumerate(["water", "light"] * 6)
    ]
    train = _write(tmp_path / "same.jsonl", rows)
    with pytest.raises(InputError, match="All texts are the same"):
        _run("train", "--taxonomy", files / "T.yaml", "--train", train, "--out", tmp_path / "m",
             *options)  # fmt: skip


@pytest.mark.parametrize("option", ["--out", "--model"])
def test_an_empty_name_is_not_the_folder_in_which_one_stands(files: Path, option: str) -> None:
    given: dict[str, tuple[object, ...]] = {
        "--out": ("train", "--taxonomy", files / "T.yaml", "--train", files / "A.jsonl"),
        "--model": ("evaluate", files / "B.jsonl"),
    }
    with pytest.raises(BadParameter, match="it is empty"):
        _run(*given[option], option, "")


def test_a_place_where_no_model_can_be_written_is_told_before_training(
    files: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    said: list[str] = []
    with pytest.raises(InputError, match="cannot be written"):
        commands.train(
            files / "T.yaml", files / "A.jsonl", None, tmp_path / "file" / "model",
            exclusive=False, say=said.append, complain=said.append,
        )  # fmt: skip
    assert said == []


def test_all_scores_give_every_label(model: Path, files: Path) -> None:
    _run("label", "--model", model, "--all-scores", files / "B.jsonl", files / "all.jsonl")
    row = json.loads((files / "all.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert {h["id"] for h in row["hypotheses"]} == set(WORDS)


def test_evaluate_prints_figures_per_label_with_intervals(model: Path, files: Path) -> None:
    code, out, _ = _run(
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
        _run("evaluate", "--model", model, files / "A.jsonl")
    both = files / "both.jsonl"
    both.write_text(
        (files / "A.jsonl").read_text(encoding="utf-8")
        + (files / "B.jsonl").read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    _, out, _ = _run("evaluate", "--model", model, both)
    assert "60 records" in out and "150 records left out" in out


def test_exclusive_models_give_each_record_one_label(files: Path) -> None:
    _run(
        "train", "--exclusive", "--taxonomy", files / "T.yaml", "--train", files / "A1.jsonl",
        "--out", files / "single",
    )  # fmt: skip
    _run("label", "--model", files / "single", files / "B1.jsonl", files / "one.jsonl")
    rows = [json.loads(line) for line in (files / "one.jsonl").open(encoding="utf-8")]
    assert all(len(row["labels"]) == 1 for row in rows)
    _, _, _ = _run("evaluate", "--model", files / "single", files / "B1.jsonl",
                   "--json", files / "one.json")  # fmt: skip
    assert json.loads((files / "one.json").read_text(encoding="utf-8"))["exact"]["value"] > 0.9
    with pytest.raises(InputError, match="exactly one"):
        _run("train", "--exclusive", "--taxonomy", files / "T.yaml", "--train", files / "A.jsonl",
             "--out", files / "x")  # fmt: skip


def test_training_twice_gives_the_same_model(model: Path, files: Path) -> None:
    _run("train", "--taxonomy", files / "T.yaml", "--train", files / "A.jsonl",
         "--dev", files / "B.jsonl", "--out", files / "again")  # fmt: skip
    text = [Text("A title", "Some shade and irrigation.", ((0, 7), (8, 34)))]
    one, two = (next(load_text_model(f).score(text)) for f in (model, files / "again"))
    assert np.array_equal(one.probabilities, two.probabilities)


def test_bad_lines_are_named_and_the_rest_is_used(files: Path, tmp_path: Path) -> None:
    good = (files / "A.jsonl").read_text(encoding="utf-8").splitlines()
    bad = ["{", '{"pmid": "1", "title": "x", "labels": ["unknown"]}', '{"pmid": "2", "title": "x"}']
    path = tmp_path / "mixed.jsonl"
    path.write_text("\n".join([bad[0], *good, *bad[1:]]) + "\n", encoding="utf-8")
    told: list[tuple[int, str]] = []
    found = read_examples(path, list(WORDS), lambda number, reason: told.append((number, reason)))
    assert len(found) == 150
    assert [number for number, _ in told] == [1, 152, 153]
    assert "'unknown' is not in the taxonomy" in told[1][1]


def test_lines_that_are_not_utf_8_are_named_not_read_with_other_letters(
    files: Path, tmp_path: Path
) -> None:
    good = (files / "A.jsonl").read_bytes().splitlines()
    path = tmp_path / "latin.jsonl"
    other = '{"pmid": "1", "title": "Invented: caf\u00e9", "labels": []}'.encode("latin-1")
    path.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join([good[0], other, *good[1:]]))
    told: list[tuple[int, str]] = []
    found = read_examples(path, list(WORDS), lambda number, reason: told.append((number, reason)))
    assert told == [(2, "not UTF-8")] and len(found) == 150


def test_labelled_sentences_are_used_where_they_stand_in_the_text(tmp_path: Path) -> None:
    row = {
        "pmid": "1", "title": "", "abstract": "First one here. Then compost.", "labels": ["soil"],
        "sentences": [{"text": "First one here.", "labels": []},
                      {"text": "Then compost.", "labels": ["soil"]}],
    }  # fmt: skip
    [example] = read_examples(_write(tmp_path / "s.jsonl", [row]), list(WORDS), print)
    assert example.sentence_labels == (frozenset(), frozenset({"soil"}))
    assert [example.text.whole[a:b] for a, b in example.text.sentences][1] == "Then compost."


@pytest.mark.parametrize("damage", ["missing", "cut", "other"])
def test_a_damaged_model_is_refused_in_one_sentence(
    model: Path, tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    if damage != "missing":
        for name in ("model.json", "weights.npz"):
            (folder / name).write_bytes((model / name).read_bytes())
        name = "weights.npz" if damage == "cut" else "model.json"
        (folder / name).write_bytes((folder / name).read_bytes()[:200])
    with pytest.raises(InputError, match="train"):
        load_text_model(folder)


def _copy(model: Path, to: Path) -> Path:
    to.mkdir()
    for name in ("model.json", "weights.npz"):
        (to / name).write_bytes((model / name).read_bytes())
    return to


@pytest.mark.parametrize(
    "change",
    [
        {"views": []}, {"views": ["title"]}, {"card": None}, {"thresholds": {}},
        {"labels": ["water", "water", "soil"]}, {"card": {"trained_on": {"pmids": None}}},
        {"card": {"trained_on": {"pmids": "99100001"}}}, {"exclusive": "false"},
        {"thresholds": {"water": float("nan"), "light": 0.5, "soil": 0.5}},
    ],
)  # fmt: skip
def test_a_model_whose_parts_do_not_fit_is_refused_as_it_is_read(
    model: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    folder = _copy(model, tmp_path / "m")
    head = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    (folder / "model.json").write_text(json.dumps(head | change), encoding="utf-8")
    with pytest.raises(InputError, match="no usable model"):
        load_text_model(folder)


def test_weights_that_are_damaged_or_of_another_training_are_refused(
    model: Path, files: Path, tmp_path: Path
) -> None:
    _run("train", "--taxonomy", files / "T.yaml", "--train", files / "A1.jsonl",
         "--out", tmp_path / "other")  # fmt: skip
    folder = _copy(model, tmp_path / "m")
    (folder / "weights.npz").write_bytes((tmp_path / "other" / "weights.npz").read_bytes())
    with pytest.raises(InputError, match=r"not that of its model\.json"):
        load_text_model(folder)
    # as an older drmine wrote it, without the digest
    head = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    del head["weights"]
    (folder / "model.json").write_text(json.dumps(head), encoding="utf-8")
    for damaged in (b"", b"PK", _with_broken_streams(model / "weights.npz")):
        (folder / "weights.npz").write_bytes(damaged)
        with pytest.raises(InputError, match="no usable model"):
            load_text_model(folder)


def test_weights_that_unpack_beyond_any_memory_are_refused(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drmine.textmodel.model_file.MAX_WEIGHTS", 1_000)
    with pytest.raises(InputError, match="unpack to more than"):
        load_text_model(model)
    monkeypatch.undo()
    folder = _copy(model, tmp_path / "m")
    # an array that claims to be larger than it is
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (1 << 50,)}
    )
    with zipfile.ZipFile(folder / "weights.npz", "w") as archive:
        archive.writestr("joint.npy", header.getvalue())
    head = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    del head["weights"]
    (folder / "model.json").write_text(json.dumps(head), encoding="utf-8")
    with pytest.raises(InputError, match="no usable model"):
        load_text_model(folder)


def _with_broken_streams(path: Path) -> bytes:
    """Return an archive whose directory is whole and whose packed data do not unpack."""
    packed = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        for one in archive.infolist():
            packed[one.header_offset + 120 : one.header_offset + 128] = b"\xff" * 8
    return bytes(packed)


def test_a_label_of_every_record_is_given_to_every_text(tmp_path: Path) -> None:
    rng = random.Random(2)
    rows = [_row(i, ["soil", "water"] if i % 2 else ["soil"], rng) for i in range(40)]
    taxonomy = tmp_path / "T.yaml"
    taxonomy.write_text(TAXONOMY, encoding="utf-8")
    _, out, _ = _run("train", "--taxonomy", taxonomy, "--train", _write(tmp_path / "A", rows),
                     "--out", tmp_path / "m")  # fmt: skip
    assert "Every record has it, so every text will be given it: soil." in out
    _run("label", "--model", tmp_path / "m", tmp_path / "A", tmp_path / "out")
    said = [json.loads(line) for line in (tmp_path / "out").open(encoding="utf-8")]
    assert all("soil" in one["labels"] for one in said)
    assert [one["labels"] == ["soil"] for one in said].count(True) >= 18


def test_an_exclusive_label_with_one_example_does_not_stop_the_training(tmp_path: Path) -> None:
    rng = random.Random(3)
    rows = [_row(i, ["soil"], rng) for i in range(20)] + [_row(99, ["water"], rng)]
    (tmp_path / "T.yaml").write_text(TAXONOMY, encoding="utf-8")
    code, out, _ = _run(
        "train", "--exclusive", "--taxonomy", tmp_path / "T.yaml",
        "--train", _write(tmp_path / "A", rows), "--out", tmp_path / "m",
    )  # fmt: skip
    assert code == 0 and "Too few examples to be learned well (under 5): water, light." in out


def test_figures_make_their_folder_and_a_file_is_no_place_for_a_model(
    model: Path, files: Path, tmp_path: Path
) -> None:
    _run("evaluate", "--model", model, files / "B.jsonl", "--json", tmp_path / "new" / "f.json")
    assert json.loads((tmp_path / "new" / "f.json").read_text(encoding="utf-8"))["micro"]
    with pytest.raises(InputError, match="give a folder"):
        _run("train", "--taxonomy", files / "T.yaml", "--train", files / "A.jsonl",
             "--out", files / "T.yaml")  # fmt: skip


def test_too_few_examples_are_refused(files: Path, tmp_path: Path) -> None:
    rows = (files / "A.jsonl").read_text(encoding="utf-8").splitlines()[:4]
    path = tmp_path / "few.jsonl"
    path.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(InputError, match="label more records"):
        _run("train", "--taxonomy", files / "T.yaml", "--train", path, "--out", tmp_path / "m")


def test_a_score_that_is_plain_is_not_called_unsure_beside_a_low_threshold(
    model: Path, files: Path
) -> None:
    # labels that are easily told apart have low thresholds; most scores of zero lay "near" them
    assert min(load_text_model(model).thresholds.values()) < 0.15
    _run("label", "--model", model, "--all-scores", files / "B.jsonl", files / "sure.jsonl")
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


def test_options_that_a_model_of_one_s_own_has_no_use_for_are_refused(
    model: Path, files: Path
) -> None:
    for more in (["--part", "dev"], ["--texts", files / "B.jsonl"], ["--gold", files / "A.jsonl"]):
        with pytest.raises(UsageError):
            _run("evaluate", "--model", model, files / "B.jsonl", *more)


@pytest.mark.parametrize("stopped_at", ["weights.npz", "model.json"])
def test_a_model_is_kept_whole_where_the_new_one_cannot_be_written_to_its_end(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: str
) -> None:
    folder = _copy(model, tmp_path / "m")
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    fsync = os.fsync
    held = iter([False, True] if stopped_at == "model.json" else [True])

    def full(descriptor: int) -> None:
        if next(held):
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr("drmine.textmodel.model_file.os.fsync", full)
    with pytest.raises(InputError, match="No space left"):
        save_model(load_text_model(model), folder)
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before


def test_the_file_of_another_program_is_not_written_over(files: Path, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text('{"learner": {}}', encoding="utf-8")
    with pytest.raises(InputError, match="of another program"):
        _run("train", "--taxonomy", files / "T.yaml", "--train", files / "A.jsonl",
             "--out", tmp_path)  # fmt: skip
    assert (tmp_path / "model.json").read_text(encoding="utf-8") == '{"learner": {}}'


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("words.weights", lambda one: np.full_like(one, np.nan)),
        ("words.idf", lambda one: np.full_like(one, np.inf)),
        ("joint_bias", lambda one: one[:1]),
        ("scale", lambda one: one[:1, :1]),
        ("words.weights", lambda one: one.astype(complex)),
    ],
)
def test_weights_that_are_no_numbers_or_only_seem_to_fit_are_refused(
    model: Path, tmp_path: Path, name: str, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    folder = _copy(model, tmp_path / "m")
    with np.load(model / "weights.npz") as file:
        arrays = {one: file[one] for one in file.files}
    np.savez(folder / "weights.npz", **(arrays | {name: change(arrays[name])}))
    head = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    del head["weights"]
    (folder / "model.json").write_text(json.dumps(head), encoding="utf-8")
    with pytest.raises(InputError, match="no usable model"):
        load_text_model(folder)
