"""Reviewers in real browsers, on a workspace of two dozen records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from review_server import Server, Workspace
from reviewer import Reviewer


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work", 24)


@pytest.fixture
def reviewer(chromium: Any, serve: Callable[..., Server]) -> Iterator[Callable[..., Reviewer]]:
    """Return a function that opens a browser of its own, signed in under a name."""
    opened: list[Reviewer] = []

    def open_(name: str = "anna", server: Server | None = None, **more: Any) -> Reviewer:
        opened.append(Reviewer(chromium, server or serve(), name, **more))
        return opened[-1]

    yield open_
    for one in opened:
        one.context.close()
