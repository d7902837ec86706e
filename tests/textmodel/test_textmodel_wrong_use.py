"""Files, places and options that cannot serve: each is named, and nothing is written over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click import BadParameter, UsageError
from garden_samples import WORDS, run, write

from drmine.errors import ConfigurationError, InputError
from drmine.evaluation.command import evaluate
from drmine.settings import Settings
from drmine.textmodel import commands
from drmine.textmodel.examples import read_examples


def test_the_input_is_not_written_over(model: Path, files: Path) -> None:
    before = (files / "B.jsonl").read_bytes()
    (link := files / "link.jsonl").symlink_to(files / "B.jsonl")
    for target in (files / "B.jsonl", link):
        with pytest.raises(InputError, match="name another"):
            run("label", "--model", model, files / "B.jsonl", target)
    assert (files / "B.jsonl").read_bytes() == before


def test_figures_are_not_written_over_the_gold(model: Path, files: Path) -> None:
    before = (files / "B.jsonl").read_bytes()
    with pytest.raises(ConfigurationError, match="name another"):
        run("evaluate", "--model", model, files / "B.jsonl", "--json", files / "B.jsonl")
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
    train = write(tmp_path / "same.jsonl", rows)
    with pytest.raises(InputError, match="All texts are the same"):
        run("train", "--taxonomy", files / "T.yaml", "--train", train, "--out", tmp_path / "m",
             *options)  # fmt: skip


@pytest.mark.parametrize("option", ["--out", "--model"])
def test_an_empty_name_is_not_the_folder_in_which_one_stands(files: Path, option: str) -> None:
    given: dict[str, tuple[object, ...]] = {
        "--out": ("train", "--taxonomy", files / "T.yaml", "--train", files / "A.jsonl"),
        "--model": ("evaluate", files / "B.jsonl"),
    }
    with pytest.raises(BadParameter, match="it is empty"):
        run(*given[option], option, "")


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


def test_figures_make_their_folder_and_a_file_is_no_place_for_a_model(
    model: Path, files: Path, tmp_path: Path
) -> None:
    run("evaluate", "--model", model, files / "B.jsonl", "--json", tmp_path / "new" / "f.json")
    assert json.loads((tmp_path / "new" / "f.json").read_text(encoding="utf-8"))["micro"]
    with pytest.raises(InputError, match="give a folder"):
        run("train", "--taxonomy", files / "T.yaml", "--train", files / "A.jsonl",
             "--out", files / "T.yaml")  # fmt: skip


def test_too_few_examples_are_refused(files: Path, tmp_path: Path) -> None:
    rows = (files / "A.jsonl").read_text(encoding="utf-8").splitlines()[:4]
    path = tmp_path / "few.jsonl"
    path.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(InputError, match="label more records"):
        run("train", "--taxonomy", files / "T.yaml", "--train", path, "--out", tmp_path / "m")


def test_options_that_a_model_of_one_s_own_has_no_use_for_are_refused(
    model: Path, files: Path
) -> None:
    for more in (["--part", "dev"], ["--texts", files / "B.jsonl"], ["--gold", files / "A.jsonl"]):
        with pytest.raises(UsageError):
            run("evaluate", "--model", model, files / "B.jsonl", *more)
