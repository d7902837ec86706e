"""`prefect deploy` and a worker: what Prefect takes, and runs cancelled, tried again, killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from scheduled_runs import (
    RUN,
    end_of,
    kill_all,
    manifests,
    message,
    set_state,
    start,
    state,
)

from drmine.demo.corpus import load_corpus
from drmine.demo.faults import Faults
from drmine.demo.server import EutilsServer
from drmine.flowtools.deployments import Planned, read_deployments
from drmine.flowtools.serving import RETRIES
from drmine.jobs import flows_folder
from drmine.refresh import fetch, label, outputs
from drmine.refresh.job import begin
from drmine.store import Store
from postgres import PostgresServer
from prefect_server import Api, wait_for
from running import ROOT

pytestmark = pytest.mark.slow

POOL = "drmine"


def prefect(api: Api, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", *arguments],
        env={**os.environ, "PREFECT_API_URL": api.url, "DRMINE_HOME": str(ROOT)},
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@dataclass(frozen=True)
class Deployed:
    """The deployments as ``prefect.yaml`` says them, and as the server has them."""

    planned: dict[str, Planned]
    found: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def deployed(prefect_api: Api) -> Iterator[Deployed]:
    """Apply ``prefect.yaml`` to the server as the documentation says."""
    prefect(prefect_api, "work-pool", "create", POOL, "--type", "process", "--overwrite")
    prefect(prefect_api, "deploy", "--all")
    found = prefect_api.post("/deployments/filter", {"work_pools": {"name": {"any_": [POOL]}}})
    planned = {one.name: one for one in read_deployments(flows_folder())}
    yield Deployed(planned, {one["name"]: one for one in found})
    for one in found:
        # not to fire while the other tests run
        prefect_api.delete(f"/deployments/{one['id']}")


@contextmanager
def worker(
    api: Api, server: EutilsServer, database: str, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker of the pool in a process group of its own, as on a server."""
    environment = {
        **os.environ,
        "PREFECT_API_URL": api.url,
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "DRMINE_HOME": str(ROOT),
        "DRMINE_DATABASE_URL": database,
        "DRMINE_EUTILS_URL": server.url,
        "DRMINE_EMAIL": "test@example.org",
    }
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--limit", "2"],
            env=environment, cwd=log.parent, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                kill_all(process)


def content(place: Path | str) -> list[str]:
    """Every record and label of a store, without who put it there and when."""
    with Store.open(place) as store:
        records = list(store.iter_records())
        return [f"{record!r} {store.get_annotation(record.pmid)!r}" for record in records]


def one_clean_run(workspace: Path) -> None:
    """Do what the flow does, without Prefect and without being disturbed."""
    with begin(str(workspace), query=None, offline=False, full=True) as (job, summary):
        for number in range(fetch.plan_fetch(job)):
            summary.add(fetch.store_records(job, fetch.fetch_planned(job, number)))
        for pmids in label.pending_batches(job):
            summary.add(label.label_records(job, pmids))
        outputs.finish(job, summary)


def test_prefect_applies_the_deployments(deployed: Deployed) -> None:
    assert set(deployed.found) == set(deployed.planned)
    for name, one in deployed.found.items():
        plan = deployed.planned[name]
        crons = [(s["schedule"]["cron"], s["schedule"]["timezone"]) for s in one["schedules"]]
        assert tuple(crons) == plan.crons
        assert one["global_concurrency_limit"]["limit"] == 1
        assert one["concurrency_options"]["collision_strategy"] == plan.strategy
        assert one["job_variables"]["env"] == RETRIES
        assert one["parameters"] == dict(plan.parameters)


def test_a_cancelled_run_is_tried_again_and_one_killed_with_its_worker_costs_only_time(
    deployed: Deployed, prefect_api: Api, postgres_server: PostgresServer, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    workspace = tmp_path / "work"
    monkeypatch.delenv("DRMINE_DATABASE_URL", raising=False)
    # the search and the first batch go well; the second batch does not come, twice
    silent = Faults.script([None, None, "silence", "silence"], silence=30)
    with EutilsServer(load_corpus(), faults=silent) as server, postgres_server.schema() as url:
        with worker(prefect_api, server, url, tmp_path / "worker.log") as process:
            run = start(prefect_api, "nightly", workspace=str(workspace))
            wait_for(lambda: len(server.requests) == 3, RUN, "the first try")
            set_state(prefect_api, run, "CANCELLING")
            assert end_of(prefect_api, run, "the cancelled run") == "CANCELLED"
            assert not manifests(workspace)

            set_state(prefect_api, run, "SCHEDULED", name="AwaitingRetry")
            # it goes on with the batch that it waited for
            wait_for(lambda: len(server.requests) > 3, RUN, "the fetch of the second try")
            kill_all(process)
        assert state(prefect_api, run) == "RUNNING", "nobody was left to report the end"

        with worker(prefect_api, server, url, tmp_path / "worker.log"):
            # the same work under another deployment: the slot of the first is still taken
            last = start(prefect_api, "weekly", workspace=str(workspace))
            assert end_of(prefect_api, last, "the last run") == "COMPLETED"
        assert state(prefect_api, run) == "CRASHED"
        assert "the next run goes on from there" in message(prefect_api, run)
        limit = deployed.found["nightly"]["global_concurrency_limit"]["name"]
        assert prefect_api.get(f"/v2/concurrency_limits/{limit}")["active_slots"] == 0
        assert not list(workspace.glob(".alive/*"))
        assert [one["is_complete"] for one in manifests(workspace)] == [True]

        monkeypatch.setenv("DRMINE_EUTILS_URL", server.url)
        monkeypatch.setenv("DRMINE_EMAIL", "test@example.org")
        one_clean_run(tmp_path / "clean")
        assert content(url) == content(tmp_path / "clean" / "drmine.sqlite")
