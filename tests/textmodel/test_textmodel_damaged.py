"""A model that is damaged, or of parts that do not belong together, is refused as it is read."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from garden_samples import run

from drmine.errors import InputError
from drmine.textmodel.model_file import load_text_model, save_model


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
    run("train", "--taxonomy", files / "T.yaml", "--train", files / "A1.jsonl",
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
        run("train", "--taxonomy", files / "T.yaml", "--train", files / "A.jsonl",
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
