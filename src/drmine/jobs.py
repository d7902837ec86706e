"""What the verbs of the command line do, beyond one call: refresh, demonstration."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from drmine.errors import ConfigurationError, DrmineError
from drmine.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

Say = Callable[[str], Any]


@contextmanager
def _prefect_quiet() -> Iterator[None]:
    """Set Prefect up for a run on this machine: no telemetry, its own folder unless set."""
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "90")
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO")
    yield


def load_flow(name: str) -> ModuleType:
    """Import a flow file: from ``flows/`` of the checkout, or as shipped with the package.

    Raises
    ------
    ConfigurationError
        When the file is in neither place.
    """
    here = Path(__file__).resolve().parent
    for folder in (here.parents[1] / "flows", here / "_flows"):
        path = folder / f"{name}.py"
        if path.is_file():
            spec = importlib.util.spec_from_file_location(f"drmine_flow_{name}", path)
            assert spec is not None and spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules[spec.name] = module
            spec.loader.exec_module(module)
            return module
    raise ConfigurationError(
        f"The flow {name}.py is missing from this installation; reinstall drmine."
    )


def run_refresh(
    settings: Settings, *, offline: bool, query: str | None, full: bool, say: Say
) -> int:
    """Run the refresh flow here and say what came of it; returns the exit code."""
    from drmine.refresh.job import check_ready
    from drmine.workspace import Workspace

    # wrong settings end before Prefect's server takes its ten seconds to start
    check_ready(settings, offline=offline, query=query)
    with _prefect_quiet():
        flow = load_flow("refresh").refresh
        state = flow(
            workspace=str(settings.workspace),
            query=query,
            offline=offline,
            full=full,
            return_state=True,
        )
    if state.is_failed() and state.name != "Incomplete":
        error = state.result(raise_on_failure=False)
        if isinstance(error, DrmineError):
            raise error
        raise ConfigurationError(
            f"The refresh failed ({state.message}); what was done is kept, run it again to go on."
        )
    manifest = Workspace(settings.workspace).latest_manifest() or {}
    say(state.message or "")
    say(f"Trend files: {Workspace(settings.workspace).trends_dir.resolve()}")
    say(f"Report: {(Workspace(settings.workspace).report_dir / 'index.html').resolve()}")
    return 0 if manifest.get("is_complete") else 1


def run_demo(workspace: Path, *, say: Say) -> int:
    """Run the refresh flow on the invented corpus, served on loopback; returns the exit code."""
    from drmine.demo.corpus import load_corpus
    from drmine.demo.server import EutilsServer

    records = load_corpus()
    say(
        f"INVENTED DEMONSTRATION: {len(records)} made-up abstracts, served by a local "
        "E-utilities server. Nothing of this is evidence."
    )
    with EutilsServer(records) as server:
        names = ("DRMINE_EUTILS_URL", "DRMINE_EMAIL", "DRMINE_DATABASE_URL", "DRMINE_NCBI_API_KEY")
        before = {name: os.environ.get(name) for name in names}
        os.environ["DRMINE_EUTILS_URL"] = server.url
        os.environ["DRMINE_EMAIL"] = "demo@example.org"
        # a team's database and a real key are never touched by the demonstration
        os.environ.pop("DRMINE_DATABASE_URL", None)
        os.environ.pop("DRMINE_NCBI_API_KEY", None)
        try:
            settings = replace(Settings.from_environment(), workspace=workspace)
            return run_refresh(settings, offline=False, query=None, full=False, say=say)
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
