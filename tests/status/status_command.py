"""`drmine status`, run in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from drmine.cli import cli


def status(workspace: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any], str]:
    """Run the command in this process; return its code, its JSON and what it says."""
    out = workspace.parent / "status.json"
    arguments = ["status", "--workspace", str(workspace), "--json", str(out)]
    code = cli.main(arguments, standalone_mode=False)
    return code, json.loads(out.read_text(encoding="utf-8")), capsys.readouterr().out
