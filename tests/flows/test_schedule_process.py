"""`drmine schedule` on a real server: runs fire, are killed, and kept apart."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from scheduled_runs import (
    RUN,
    START,
    deployments,
    end_of,
    found_by_query,
    kill_all,
    manifests,
    message,
    pmids,
    start,
    state,
)

from drmine.demo.corpus import load_corpus
from drmine.demo.faults import Faults
from drmine.demo.server import EutilsServer
from prefect_server import Api, wait_for

pytestmark = pytest.mark.slow

N_RECORDS = 60


@contextmanager
def scheduled(
    api: Api, workspace: Path, server: EutilsServer, keep: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``drmine schedule`` in a process group of its own; ``keep`` leaves its deployments."""
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
        for one in () if keep else deployments(api).values():
            api.delete(f"/deployments/{one}")


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
        assert end_of(prefect_api, weekly, "the weekly run") == "COMPLETED"
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


def test_a_killed_process_costs_only_time_and_its_run_is_noted(prefect_api, corpus, tmp_path):
    workspace = tmp_path / "work"
    silent = Faults.script([None, "silence"], silence=30)
    with EutilsServer(corpus, faults=silent) as server:
        with scheduled(prefect_api, workspace, server, keep=True) as process:
            run = start(prefect_api, "nightly")
            wait_for(lambda: list(workspace.glob("runs/*/plan.json")), RUN, "the search")
            # a second one that comes meanwhile is dropped
            second = start(prefect_api, "nightly")
            assert end_of(prefect_api, second, "the second run") == "CANCELLED"
            kill_all(process)
        assert state(prefect_api, run) == "RUNNING", "nobody was left to report the end"
        with scheduled(prefect_api, workspace, server):
            # `drmine schedule` notes it before any run of its own
            assert end_of(prefect_api, run, "the killed run") == "CRASHED"
            assert "process of this run was killed" in message(prefect_api, run)
            last = start(prefect_api, "nightly")
            assert end_of(prefect_api, last, "the last run") == "COMPLETED"
        assert pmids(workspace) == found_by_query(server)
    assert [one["is_complete"] for one in manifests(workspace)] == [True]
