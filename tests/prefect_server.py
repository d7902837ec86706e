"""One real Prefect server on loopback for all tests that need one."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

STARTUP_SECONDS = 60


@contextmanager
def running_server(home: Path) -> Iterator[str]:
    """Start a whole server with a database of its own; give the address of its API.

    Prefect's own harness for tests leaves out the services that make schedules fire.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api"
    quiet = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    os.environ.update(quiet)
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1",
         "--port", str(port)],
        env={
            **os.environ,
            "PREFECT_HOME": str(home),
            "PREFECT_SERVER_UI_ENABLED": "false",
            "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "2",
            "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "1",
        },
        stdout=(home / "server.log").open("wb"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(lambda: _answers(url) or process.poll() is not None, STARTUP_SECONDS, "starting")
        assert process.poll() is None, "Prefect's server did not start"
        from prefect import context
        from prefect.settings import (
            PREFECT_API_URL,
            PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
            PREFECT_HOME,
            temporary_settings,
        )

        # older versions have no such thing
        everywhere: Any = getattr(context, "_temporary_global_settings_context", nullcontext)
        # the thread of the heartbeats holds up the end of each run by up to a second
        quiet_runs = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
        with (
            temporary_settings({PREFECT_API_URL: url, PREFECT_HOME: home, **quiet_runs}),
            # threads that began before know the settings of the process alone; Prefect's own
            # harness does the same
            everywhere(context.get_settings_context()),
        ):
            yield url
            # else the end of this process waits for a server that is gone
            from prefect.logging.handlers import APILogWorker

            APILogWorker.drain_all(timeout=5)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def use_home(home: Path) -> None:
    """Start a server in a new home and stop it: its database is set up."""
    from drmine.flowtools import server

    port = server.free_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(home))
        process = server.launch_temporary_server(port)
    server.wait_until_healthy(process, port)
    server.stop_server(process)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


class Api:
    """What the tests ask of a server."""

    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._ask("POST", path, body or {})

    def get(self, path: str) -> Any:
        return self._ask("GET", path, None)

    def delete(self, path: str) -> Any:
        return self._ask("DELETE", path, None)

    def runs(self, deployment: str | None = None) -> list[dict[str, Any]]:
        """Flow runs in the order of their starts, of one deployment if it is named."""
        body: dict[str, Any] = {"sort": "EXPECTED_START_TIME_ASC"}
        if deployment:
            body["deployments"] = {"name": {"any_": [deployment]}}
        return list(self.post("/flow_runs/filter", body))

    def artifacts(self, run_id: str) -> dict[str, str]:
        found = self.post("/artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run_id]}}})
        return {one["key"]: one["data"] for one in found}

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        for _ in range(20):
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    text = answer.read()
                return json.loads(text) if text else None
            except urllib.error.HTTPError as error:
                # the server's SQLite is busy: it says so and expects to be asked again
                if error.code != 503:
                    raise AssertionError(f"{path}: {error.code} {error.read()[:500]!r}") from error
                time.sleep(0.5)
        raise AssertionError(f"{path}: the server stays busy")


def wait_for(true: Callable[[], Any], seconds: float, what: str) -> Any:
    """Wait until something is true, and return it."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if found := true():
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what} did not happen within {seconds:.0f} seconds")
