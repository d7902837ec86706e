"""One real Prefect server on loopback for all tests that need one."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

STARTUP_SECONDS = 60


@contextmanager
def running_server() -> Iterator[str]:
    """Start a server with a database of its own; give the address of its API."""
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    from prefect.settings import PREFECT_API_URL
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=STARTUP_SECONDS):
        yield str(PREFECT_API_URL.value())


class Api:
    """What the tests ask of a server."""

    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._ask("POST", path, body or {})

    def get(self, path: str) -> Any:
        return self._ask("GET", path, None)

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
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None


def wait_for(true: Callable[[], Any], seconds: float, what: str) -> Any:
    """Wait until something is true, and return it."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if found := true():
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what} did not happen within {seconds:.0f} seconds")
