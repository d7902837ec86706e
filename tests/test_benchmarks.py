"""Benchmarks that pages name can be started."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("[a-z]*.py")))
def test_every_benchmark_loads(name: str) -> None:
    # they use what is private to each other, and nobody runs them all after a change
    assert importlib.import_module(f"benchmarks.{name}").__doc__
