"""A model that learns from sentence vectors too, by the command line as users do."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from click import UsageError
from click.testing import CliRunner

from drmine.cli import cli
from drmine.errors import DrmineError, InputError
from tiny_encoders import MEANINGS, onnx_folder, static_folder

pytest.importorskip("onnxruntime", reason="install drmine[encoder]")
pytest.importorskip("model2vec", reason="install drmine[encoder]")

TAXONOMY = "id: gardens\nversion: '1'\nhypotheses:\n" + "".join(
    f"  - {{id: {one}, name: {one}}}\n" for one in MEANINGS
)
# Words of a meaning that training texts have, each about once; new texts have others.
KNOWN, NEW = slice(5, 105), slice(105, None)


def _rows(start: int, n: int, words: slice) -> str:
    rng = random.Random(start)
    lines = []
    for number in range(start, start + n):
        labels = sorted(rng.sample(sorted(MEANINGS), number % 3))
        said = " ".join(f"It was about {rng.choice(MEANINGS[one][words])} now." for one in labels)
        abstract = f"Rows were counted in plot {number}. {said} The season ended."
        row = {"pmid": str(99200000 + number), "title": "An invented garden", "labels": labels}
        lines.append(json.dumps(row | {"abstract": abstract}) + "\n")
    return "".join(lines)


def _run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, [str(a) for a in arguments], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return int(result.return_value or 0), result.stdout, result.stderr


def _train(folder: Path, out: str, *more: object) -> Path:
    code, _, _ = _run(
        "train", "--taxonomy", folder / "T.yaml", "--train", folder / "A.jsonl",
        "--dev", folder / "B.jsonl", "--out", folder / out, *more,
    )  # fmt: skip
    assert code == 0
    return folder / out


def _f1(folder: Path, model: Path, *more: object) -> float:
    figures = folder / "figures.json"
    _run("evaluate", "--model", model, folder / "B.jsonl", "--json", figures, *more)
    return float(json.loads(figures.read_text(encoding="utf-8"))["micro"]["f1"])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoded")
    (folder / "T.yaml").write_text(TAXONOMY, encoding="utf-8")
    (folder / "A.jsonl").write_text(_rows(0, 150, KNOWN), encoding="utf-8")
    (folder / "B.jsonl").write_text(_rows(1000, 60, NEW), encoding="utf-8")
    static_folder(folder / "static")
    onnx_folder(folder / "onnx")
    return folder


@pytest.fixture(scope="module", params=["static", "onnx"])
def model(files: Path, request: pytest.FixtureRequest) -> Path:
    return _train(files, f"with-{request.param}", "--encoder", files / request.param)


def test_an_encoder_knows_words_that_no_training_text_has(files: Path, model: Path) -> None:
    alone = _train(files, "alone")
    assert _f1(files, model) > 0.9 > _f1(files, alone) + 0.2


def test_labels_come_with_evidence_as_without_an_encoder(files: Path, model: Path) -> None:
    code, _, _ = _run("label", "--model", model, files / "B.jsonl", files / "out.jsonl")
    rows = [json.loads(line) for line in (files / "out.jsonl").open(encoding="utf-8")]
    assert code == 0 and len(rows) == 60
    assert all(h["evidence"] for row in rows for h in row["hypotheses"])


def test_the_model_names_its_encoder_and_stays_plain_data(files: Path, model: Path) -> None:
    head = json.loads((model / "model.json").read_text(encoding="utf-8"))
    kind = model.name.removeprefix("with-")
    assert head["encoder"]["name"] == str(files / kind) and head["encoder"]["kind"] == kind
    assert len(head["encoder"]["fingerprint"]) == 16
    assert sorted(one.name for one in model.iterdir()) == ["model.json", "weights.npz"]


def test_a_missing_encoder_is_asked_for_and_taken_from_elsewhere(
    files: Path, tmp_path: Path
) -> None:
    there = static_folder(tmp_path / "there")
    model = _train(files, "moved", "--encoder", there)
    f1 = _f1(files, model)
    there.rename(tmp_path / "here")
    with pytest.raises(InputError, match="give it with --encoder"):
        _f1(files, model)
    with pytest.raises(InputError, match="give it with --encoder"):
        _run("label", "--model", model, files / "B.jsonl", tmp_path / "out.jsonl")
    assert _f1(files, model, "--encoder", tmp_path / "here") == f1
    other = static_folder(tmp_path / "other", seed=1)
    with pytest.raises(InputError, match="fingerprint"):
        _f1(files, model, "--encoder", other)


def test_an_encoder_without_a_model_is_refused(files: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--encoder needs --model"):
        _run("label", "--encoder", files / "static", files / "B.jsonl", tmp_path / "o.jsonl")
    with pytest.raises(DrmineError, match="--encoder needs --model"):
        _run("evaluate", "--encoder", files / "static")


def test_an_encoder_for_a_model_that_has_none_is_refused(files: Path) -> None:
    with pytest.raises(InputError, match="was trained without an encoder"):
        _f1(files, _train(files, "none"), "--encoder", files / "static")


def test_labelled_sentences_teach_the_encoder_too(files: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in (files / "A.jsonl").open(encoding="utf-8")]
    for row in rows:
        sentences = [one.strip(".") + "." for one in row["abstract"].split(". ")]
        row["title"] = ""
        row["sentences"] = [
            {
                "text": s,
                "labels": [k for k, words in MEANINGS.items() if any(w in s for w in words)],
            }
            for s in sentences
        ]
    labelled = tmp_path / "A.jsonl"
    labelled.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    model = tmp_path / "model"
    _run("train", "--taxonomy", files / "T.yaml", "--train", labelled, "--out", model,
         "--encoder", files / "static")  # fmt: skip
    assert _f1(files, model) > 0.9


def test_a_record_without_text_does_not_stop_the_others(files: Path, model: Path) -> None:
    source, target = files / "empty.jsonl", files / "empty.out.jsonl"
    empty = '{"pmid": "99000001", "title": "", "abstract": ""}\n'
    source.write_text(empty, encoding="utf-8")
    code, _, _ = _run("label", "--model", model, source, target)
    assert code in (0, 1) and target.exists()
