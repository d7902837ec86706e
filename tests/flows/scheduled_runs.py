"""What the tests of schedules and workers ask and do: deployments, runs, and kills."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from drmine.demo.server import EutilsServer
from drmine.pubmed.entrez import EntrezClient
from drmine.pubmed.query import default_query
from drmine.pubmed.search import search
from drmine.settings import Settings
from drmine.store import Store
from prefect_server import Api, wait_for

START, RUN = 60, 90
"""Seconds within which a process starts, and a run is over, on a busy machine."""


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with the runs that it began, which have sessions of their own."""
    import psutil

    family = psutil.Process(process.pid).children(recursive=True)
    # itself first: it would still report how its runs ended
    for one in (process, *family):
        with suppress(psutil.NoSuchProcess):
            one.kill()
    process.wait()


def deployments(api: Api) -> dict[str, str]:
    return {one["name"]: one["id"] for one in api.post("/deployments/filter")}


def start(api: Api, deployment: str, **parameters: Any) -> str:
    """Ask for a run of a deployment; return its id."""
    body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
    path = f"/deployments/{deployments(api)[deployment]}/create_flow_run"
    return str(api.post(path, body)["id"])


def set_state(api: Api, run: str, kind: str, **more: Any) -> None:
    api.post(f"/flow_runs/{run}/set_state", {"state": {"type": kind, **more}})


def state(api: Api, run: str) -> str:
    return str(api.get(f"/flow_runs/{run}")["state"]["type"])


def message(api: Api, run: str) -> str:
    return str(api.get(f"/flow_runs/{run}")["state"]["message"])


def ended(api: Api, run: str) -> Callable[[], str | None]:
    def look() -> str | None:
        found = state(api, run)
        return found if found in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None

    return look


def end_of(api: Api, run: str, what: str) -> str:
    """Wait for the end of a run; return the type of its last state."""
    return str(wait_for(ended(api, run), RUN, f"the end of {what}"))


def pmids(workspace: Path) -> set[str]:
    with Store.open(workspace / "drmine.sqlite") as store:
        return store.known_pmids()


def found_by_query(server: EutilsServer) -> set[str]:
    settings = Settings(email="test@example.org", eutils_url=server.url)
    return set(search(EntrezClient.from_settings(settings), default_query().text).pmids)


def manifests(workspace: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(workspace.glob("runs/*/manifest.json"))]
