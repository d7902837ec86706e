"""What the verbs of the command line do, beyond one call: refresh, demonstration."""

from __future__ import annotations

import atexit
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from drmine.errors import ConfigurationError, DrmineError, InputError
from drmine.settings import Settings
from drmine.terminal import Say

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from prefect.client.schemas.objects import State


_own: tuple[subprocess.Popen[bytes], int] | None = None
"""The server that this process has started last, and its port."""


def prefect_quiet() -> None:
    """Set Prefect up for runs on this machine: no telemetry, patience with a slow start."""
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "90")
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO")
    from drmine.flowtools.server import go_straight_here

    go_straight_here()


def _started(meanwhile: Callable[[], Any] | None) -> int:
    """Start a server for the time of this process, and return the port on which it answers."""
    from drmine.flowtools import server

    # in a notebook one run follows another: the server of the first one serves them all
    process, port = _own if _own and _own[0].poll() is None else _launched()
    if meanwhile:
        meanwhile()
    try:
        server.wait_until_healthy(process, port)
    except server.ServerEnded:
        # the port was free a moment ago, and another program may have it by now
        process, port = _launched()
        server.wait_until_healthy(process, port)
    return port


def _launched() -> tuple[subprocess.Popen[bytes], int]:
    from drmine.flowtools import server

    global _own
    port = server.free_port()
    process = server.launch_temporary_server(port)
    # stopped when this process ends, after the last log lines have been sent
    atexit.register(server.stop_server, process)
    _own = process, port
    return process, port


@contextmanager
def prefect_here(meanwhile: Callable[[], Any] | None = None) -> Iterator[None]:
    """Run Prefect's server for the time of a run on this machine, unless one is set.

    Left to itself Prefect starts one as the flow begins, loads all the server's code into this
    process too, and other processes do not know its address.

    Parameters
    ----------
    meanwhile
        What this process does while the server starts: as a rule, to load what the run needs.

    Raises
    ------
    ConfigurationError
        The server that is set does not answer.
    """
    prefect_quiet()
    from prefect.context import refresh_global_settings_context
    from prefect.settings import (
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        PREFECT_UI_URL,
        temporary_settings,
    )

    from drmine.flowtools import server

    api = PREFECT_API_URL.value()
    # Prefect goes on to know of the server of an earlier run here, which may have ended
    if api and not (_own and api == server.api_of(_own[1])):
        with server.answering(api):
            yield
        return
    port = _started(meanwhile)
    os.environ["PREFECT_API_URL"] = server.api_of(port)
    # for other threads: what is set below holds in this one alone
    refresh_global_settings_context()
    try:
        # it has no pages: an address of them would lead nowhere; and nobody listens there for
        # heartbeats, whose thread holds up the end of each run by up to a second
        settings = {PREFECT_UI_URL: "", PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
        with temporary_settings({PREFECT_API_URL: server.api_of(port), **settings}):
            yield
    finally:
        os.environ.pop("PREFECT_API_URL", None)  # a run in another thread may have done so


def flows_folder() -> Path:
    """Return the folder of the flow files: of the package, or of the checkout that it is in.

    Raises
    ------
    ConfigurationError
        There is neither.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "_flows", here.parents[1] / "flows"):
        if (folder / "refresh.py").is_file():
            return folder
    raise ConfigurationError("The flows are missing from this installation; reinstall drmine.")


@cache
def load_flow(name: str) -> ModuleType:
    """Import a flow file, from the checkout or as shipped with the package.

    Raises
    ------
    ConfigurationError
        There is no such file.
    """
    path = flows_folder() / f"{name}.py"
    if not path.is_file():
        raise ConfigurationError(
            f"The flow {name}.py is missing from this installation; reinstall drmine."
        )
    spec = importlib.util.spec_from_file_location(f"drmine_flow_{name}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def run_refresh(
    settings: Settings, *, offline: bool, query: str | None, full: bool, say: Say
) -> int:
    """Run the refresh flow here and say what came of it; returns the exit code."""
    from drmine.refresh.job import check_ready, need_store
    from drmine.workspace import Workspace

    if offline:
        # a mistyped name, or a database moved away: empty files would be written over good ones
        need_store(settings)
    # wrong settings end before Prefect's server takes its ten seconds to start
    check_ready(settings, offline=offline, query=query)
    with prefect_here(meanwhile=lambda: _get_ready(settings)):
        state = load_flow("refresh").refresh(
            workspace=str(settings.workspace),
            query=query,
            offline=offline,
            full=full,
            return_state=True,
        )
    is_partial = state.name == "Incomplete"
    if not (is_partial or state.is_completed()):
        error = state.result(raise_on_failure=False)
        if isinstance(error, DrmineError):
            raise error
        raise ConfigurationError(
            f"The refresh failed ({state.message}); what was done is kept, run it again to go on."
        )
    say(state.message or "")
    say(f"Trend files: {Workspace(settings.workspace).trends_dir.resolve()}")
    say(f"Report: {(Workspace(settings.workspace).report_dir / 'index.html').resolve()}")
    # the run's own word: a run that goes on has an older id than what was run meanwhile
    return 1 if is_partial else 0


def _get_ready(settings: Settings) -> None:
    """Load what every refresh needs; what is wrong with it is for the run to say."""
    from drmine.refresh.label import classifier

    load_flow("refresh")
    for name in ("drmine.trends.build", "drmine.report.page"):
        importlib.import_module(name)
    with suppress(DrmineError):
        classifier(settings.spacy_model)


def run_bulk(
    settings: Settings,
    files: Sequence[str],
    *,
    runner: str,
    workers: int | None,
    dask_address: str | None,
    keep_all: bool,
    say: Say,
) -> int:
    """Run the bulk flow here and say what came of it; returns the exit code."""
    from drmine.bulk.job import downloads_folder
    from drmine.bulk.sources import find_sources, readable
    from drmine.flowtools.pool import Pool
    from drmine.workspace import Workspace

    space = Workspace(settings.workspace)
    # wrong use ends before Prefect's server takes its ten seconds to start
    Pool(runner, workers, dask_address)
    sources = find_sources(files, downloads_folder(space))
    if not any(source.url or Path(source.path).is_file() for source in sources):
        raise InputError(f"{sources[0].path} does not exist; check the name.")
    if odd := next((file for file in files if readable(file) != file), None):
        raise InputError(
            f"{readable(odd)} has bytes in its name that are no text; give its folder instead."
        )
    space.create()  # not before: a slip in a name makes no workspace
    with prefect_here():
        state = load_flow("bulk").bulk(
            files=list(files),
            workspace=str(settings.workspace.resolve()),
            runner=runner,
            workers=workers,
            dask_address=dask_address,
            keep_all=keep_all,
            return_state=True,
        )
    manifest = _manifest_or_raise(state, "bulk run")
    say(state.message or "")
    say(f"Table of the files: {(space.root / manifest['files_table']).resolve()}")
    if manifest["counts"]["failed"] == manifest["counts"]["files"]:
        return 2
    if not manifest["is_complete"]:
        return 1
    say("`drmine refresh --offline` labels what is new.")
    return 0


def _manifest_or_raise(state: State[Any], what: str) -> dict[str, Any]:
    """Return what a flow handed over; an error that users can mend is raised as it is."""
    result = state.result(raise_on_failure=False)
    if isinstance(result, DrmineError):
        raise result
    if isinstance(result, dict):
        return result
    raise ConfigurationError(
        f"The {what} failed ({state.message}); what was done is kept, run it again to go on."
    )
