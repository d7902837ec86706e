"""Figures that pages give of a measurement are those of its result file, rounded as written."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

import pytest
from measured import SENTENCES, rows
from pages import DOCS, ROOT

_FIGURE = re.compile(r"(?<![\w.])-?(?:\d[\d,]*\.?\d*|\.\d+)")


@lru_cache
def result(name: str) -> Any:
    return json.loads((ROOT / "benchmarks" / "results" / f"{name}.json").read_text())


def value(name: str, path: str) -> float:
    """Return the value at a path of a result file; ``a+b`` is a sum."""
    if "+" in path:
        return sum(value(name, one) for one in path.split("+"))
    here = result(name)
    for key in path.split("."):
        here = here[int(key)] if isinstance(here, list) else here[key.replace("\0", ".")]
    return float(here)


def differing(name: str, told: list[str], paths: list[str]) -> list[str]:
    """Return the figures that are not the result's, each beside what it should be."""
    assert len(told) == len(paths), (told, paths)
    wrong = []
    for figure, path in zip(told, paths, strict=True):
        plain = figure.replace(",", "")
        decimals = len(plain.partition(".")[2])
        if abs(float(plain) - value(name, path)) > 0.5 * 10**-decimals + 1e-9:
            wrong.append(f"{figure} is {value(name, path)} ({path})")
    return wrong


@pytest.mark.parametrize(("page", "label", "name", "paths"), rows())
def test_a_row_of_a_table_is_as_measured(
    page: str, label: str, name: str, paths: list[str]
) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines()]
    candidates = [line for line in lines if line.startswith(f"| {label} |")]
    figures = [_FIGURE.findall(line.split("|", 2)[2]) for line in candidates]
    fitting = [told for told in figures if len(told) == len(paths)]
    assert fitting, f"{page} has no row '{label}' with {len(paths)} figures"
    assert any(not differing(name, told, paths) for told in fitting), [
        differing(name, told, paths) for told in fitting
    ]


@pytest.mark.parametrize(("page", "words", "name", "paths"), SENTENCES)
def test_figures_in_a_sentence_are_as_measured(
    page: str, words: str, name: str, paths: list[str]
) -> None:
    text = " ".join((DOCS / page).read_text(encoding="utf-8").split())
    found = re.search(words, text)
    assert found, f"{page} has no sentence: {words}"
    assert not differing(name, list(found.groups()), paths)
