"""Runs the command line as a user does: in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def drmine(
    *arguments: str | Path,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    as_user: tuple[str, ...] = (),
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, away from any DRMINE_* of the machine."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("DRMINE_")}
    env |= {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    env |= dict(environment or {})
    return subprocess.run(
        [*as_user, sys.executable, "-m", "drmine.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=env,
        cwd=cwd,
        timeout=240,
        check=False,
    )


@contextmanager
def read_only(folder: Path) -> Iterator[tuple[str, ...]]:
    """Take the right to write to a folder away; give what a command begins with to feel it.

    Root may write everywhere, but not without its capabilities.
    """
    lacking = "-dac_override,-dac_read_search,-fowner"
    user = ("setpriv", f"--bounding-set={lacking}", f"--inh-caps={lacking}")
    if os.geteuid() != 0:
        user = ()
    elif not shutil.which(user[0]) or subprocess.run([*user, "true"], check=False).returncode:
        pytest.skip("root may write everywhere, and setpriv takes nothing from it here")
    for path in (*folder.rglob("*"), folder):
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        yield user
    finally:
        for path in (folder, *folder.rglob("*")):
            path.chmod(path.stat().st_mode | 0o200)


def bytes_in(folder: Path) -> dict[str, bytes]:
    """Return what stands in each file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


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
