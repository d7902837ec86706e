"""Runs the command line as a user does: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def drmine(
    *arguments: str | Path, environment: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, away from any DRMINE_* of the machine."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("DRMINE_")}
    env |= {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    env |= dict(environment or {})
    return subprocess.run(
        [sys.executable, "-m", "drmine.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=env,
        cwd=cwd,
        timeout=240,
        check=False,
    )


@dataclass(frozen=True)
class Demo:
    """The demonstration's workspace and what its run printed."""

    workspace: Path
    environment: dict[str, str]
    result: subprocess.CompletedProcess[str]


def one_sentence(result: subprocess.CompletedProcess[str]) -> str:
    """Return the one line that a command left on standard error."""
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert "Traceback" not in result.stderr
    assert len(lines) == 1, result.stderr
    return lines[0]
