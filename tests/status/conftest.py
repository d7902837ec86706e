"""A workspace in which all is well."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from running import Demo


@pytest.fixture
def workspace(demo: Demo, tmp_path: Path) -> Path:
    """Give a workspace in which all is well."""
    return shutil.copytree(demo.workspace, tmp_path / "map")
