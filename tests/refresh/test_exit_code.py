"""The exit code of a refresh is that of its own run, whatever ran in the workspace meanwhile."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prefect.states import Completed, Crashed, Failed

from drmine import jobs
from drmine.errors import ConfigurationError
from drmine.settings import Settings
from drmine.workspace import Workspace


def exit_code(workspace: Path, state: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a refresh whose flow ends in this state; return its exit code."""
    monkeypatch.setattr(jobs, "prefect_here", lambda **_: nullcontext())
    flows = SimpleNamespace(refresh=lambda **_: state)
    monkeypatch.setattr(jobs, "load_flow", lambda _: flows)
    settings = Settings(workspace=workspace)
    Workspace(workspace).database.touch()
    return jobs.run_refresh(settings, offline=True, query=None, full=False, say=print)


@pytest.mark.parametrize("others_complete", [True, False])
def test_another_run_with_a_later_id_does_not_decide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, others_complete: bool
) -> None:
    space = Workspace(tmp_path).create()
    for kind in ("refresh", "import"):
        manifest = {"kind": kind, "is_complete": others_complete}
        space.write_manifest(space.new_run(kind), manifest)
    partial = Failed(name="Incomplete", message="Incomplete: 400 records are missing")
    assert exit_code(tmp_path, partial, monkeypatch) == 1
    assert exit_code(tmp_path, Completed(message="Done"), monkeypatch) == 0


def test_a_run_that_crashed_is_no_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crashed = Crashed(message="the machine went away")
    with pytest.raises(ConfigurationError, match="the machine went away"):
        exit_code(tmp_path, crashed, monkeypatch)
