"""Files of an invented taxonomy, and a model that was trained on them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from garden_samples import TAXONOMY, row, run, write


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gardens")
    rng = random.Random(1)
    (folder / "T.yaml").write_text(TAXONOMY, encoding="utf-8")
    kinds = [["water"], ["light"], ["soil"], ["water", "soil"], []]
    write(folder / "A.jsonl", [row(i, kinds[i % 5], rng) for i in range(150)])
    write(folder / "B.jsonl", [row(1000 + i, kinds[i % 5], rng) for i in range(60)])
    single = [["water"], ["light"], ["soil"]]
    write(folder / "A1.jsonl", [row(i, single[i % 3], rng) for i in range(120)])
    write(folder / "B1.jsonl", [row(1000 + i, single[i % 3], rng) for i in range(30)])
    return folder


@pytest.fixture(scope="session")
def model(files: Path) -> Path:
    code, out, _ = run(
        "train", "--taxonomy", files / "T.yaml", "--train", files / "A.jsonl",
        "--dev", files / "B.jsonl", "--out", files / "model",
    )  # fmt: skip
    assert code == 0 and "micro" in out
    return files / "model"
