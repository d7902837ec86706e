"""`drmine schedule` on a real server: runs fire, are cancelled, killed, and kept apart."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from drmine.demo.corpus import load_corpus
from drmine.demo.faults import Faults
from drmine.demo.server import EutilsServer
from drmine.pubmed.entrez import EntrezClient
from drmine.pubmed.query import default_query
from drmine.pubmed.search import search
from drmine.settings import Settings
from drmine.store import Store
from prefect_server import Api, wait_for

pytestmark = pytest.mark.slow

N_RECORDS = 60
START, RUN = 60, 90


@contextmanager
def scheduled(api: Api, workspace: Path, server: EutilsServer) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``drmine schedule`` in a process group of its own."""
    environment = {
        **os.environ,
        "PREFECT_API_URL": api.url,
        "PREFECT_RUNNER_POLL_FREQUENCY": "1",
        "PREFECT_FLOWS_DEFAULT_RETRIES": "0",
        "DRMINE_EUTILS_URL": server.url,
        "DRMINE_EMAIL": "test@example.org",
        "DRMINE_REQUEST_ATTEMPTS": "2",
    }
    with workspace.with_suffix(".log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "drmine.cli", "schedule", "--workspace", str(workspace)],
            env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        wait_for(
            lambda: {"nightly", "weekly"} <= set(deployments(api)) or process.poll() is not None,
            START,
            "deploying",
        )
        assert process.poll() is None
        yield process
    finally:
        if process.poll() is None:
            kill_all(process)
        for one in deployments(api).values():
            api.delete(f"/deployments/{one}")


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with the runs that it began, which have sessions of their own."""
    import psutil

    family = psutil.Process(process.pid).children(recursive=True)
    for one in (*family, process):
        with suppress(psutil.NoSuchProcess):
            one.kill()
    process.wait()


def deployments(api: Api) -> dict[str, str]:
    return {one["name"]: one["id"] for one in api.post("/deployments/filter")}


def start(api: Api, deployment: str, **parameters: Any) -> str:
    body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
    path = f"/deployments/{deployments(api)[deployment]}/create_flow_run"
    return str(api.post(path, body)["id"])


def state(api: Api, run: str) -> str:
    return str(api.get(f"/flow_runs/{run}")["state"]["type"])


def ended(api: Api, run: str) -> Callable[[], str | None]:
    def look() -> str | None:
        found = state(api, run)
        return found if found in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None

    return look


def pmids(workspace: Path) -> set[str]:
    with Store.open(workspace / "drmine.sqlite") as store:
        return store.known_pmids()


def found_by_query(server: EutilsServer) -> set[str]:
    settings = Settings(email="test@example.org", eutils_url=server.url)
    return set(search(EntrezClient.from_settings(settings), default_query().text).pmids)


def manifests(workspace: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(workspace.glob("runs/*/manifest.json"))]


@pytest.fixture
def corpus():
    return load_corpus()[:N_RECORDS]


def test_a_schedule_fires_and_refreshes_are_kept_apart(prefect_api, corpus, tmp_path):
    workspace = tmp_path / "work"
    with EutilsServer(corpus) as server, scheduled(prefect_api, workspace, server):
        # the night comes every few seconds
        path = f"/deployments/{deployments(prefect_api)['nightly']}/schedules"
        prefect_api.post(path, [{"active": True, "schedule": {"interval": 5}}])
        weekly = start(prefect_api, "weekly")
        fired = wait_for(
            lambda: [r for r in prefect_api.runs("nightly") if r["state"]["type"] == "COMPLETED"],
            RUN,
            "the nightly run (did the scheduler fail? see server.log)",
        )
        for one in prefect_api.get(path):
            prefect_api.delete(f"{path}/{one['id']}")
        assert fired[0]["auto_scheduled"]
        assert wait_for(ended(prefect_api, weekly), RUN, "the weekly run") == "COMPLETED"
        wait_for(
            lambda: all(
                r["state"]["type"] != "RUNNING"
                for name in ("nightly", "weekly")
                for r in prefect_api.runs(name)
            ),
            RUN,
            "the end",
        )
        keys = set(prefect_api.artifacts(fired[0]["id"]))
        assert {"drmine-counts", "drmine-slowest", "drmine-changes", "drmine-report"} <= keys
        assert pmids(workspace) == found_by_query(server)
    done = sorted(manifests(workspace), key=lambda one: one["started"])
    assert len(done) >= 2
    # started stands for the time at which a run held the workspace
    assert all(a["ended"] <= b["started"] for a, b in itertools.pairwise(done))
    assert all(one["is_complete"] for one in done)


def test_a_cancelled_run_and_a_killed_process_cost_only_time(prefect_api, corpus, tmp_path):
    workspace = tmp_path / "work"
    silent = Faults.script([None, "silence"], silence=30)
    with EutilsServer(corpus, faults=silent) as server:
        with scheduled(prefect_api, workspace, server) as process:
            run = start(prefect_api, "nightly")
            wait_for(lambda: list(workspace.glob("runs/*/plan.json")), RUN, "the search")
            second = start(prefect_api, "nightly")
            assert wait_for(ended(prefect_api, second), RUN, "the second") == "CANCELLED"
            prefect_api.post(f"/flow_runs/{run}/set_state", {"state": {"type": "CANCELLING"}})
            assert wait_for(ended(prefect_api, run), RUN, "cancelling") == "CANCELLED"
            assert not manifests(workspace)

            third = start(prefect_api, "nightly")
            wait_for(lambda: state(prefect_api, third) == "RUNNING", RUN, "the third run")
            time.sleep(2)
            kill_all(process)
        with scheduled(prefect_api, workspace, server):
            last = start(prefect_api, "nightly")
            assert wait_for(ended(prefect_api, last), RUN, "the last run") == "COMPLETED"
        assert pmids(workspace) == found_by_query(server)
    assert [one["is_complete"] for one in manifests(workspace)] == [True]
