"""The refresh flow on a real Prefect server: resumes, stays incremental, says what is missing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from drmine.demo.corpus import load_corpus
from drmine.demo.server import EutilsServer
from running import drmine

N_FEW = 120


def environment(server, prefect_api):
    return {
        "DRMINE_EUTILS_URL": server.url,
        "DRMINE_EMAIL": "test@example.org",
        "PREFECT_API_URL": prefect_api.url,
    }


def rows(workspace, table, pmids=None):
    """Rows of a table of trend files, in order; those of some PMIDs if they are named."""
    frame = pd.read_csv(workspace / "trends" / f"{table}.csv", dtype=str)
    if pmids is not None:
        frame = frame[frame["pmid"].isin(pmids)]
    return frame.sort_values(list(frame.columns)).reset_index(drop=True)


def assert_as_in(demo, workspace, served, tables):
    """Whether a workspace holds what one clean run gave for the records that are served."""
    pmids = {record.pmid for record in served}
    for table in tables:
        wanted = rows(demo.workspace, table, pmids)
        assert len(wanted) > len(pmids) / 2
        pd.testing.assert_frame_equal(rows(workspace, table), wanted)


def test_a_killed_run_goes_on_and_ends_in_the_same_store(demo, prefect_api, tmp_path):
    workspace = tmp_path / "work"
    with EutilsServer(load_corpus()) as server:
        surroundings = environment(server, prefect_api)
        command = [sys.executable, "-m", "drmine.cli", "refresh", "--workspace", str(workspace)]
        process = subprocess.Popen(
            command,
            env={**os.environ, **surroundings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 120
        while not list(workspace.glob("runs/*/batches/*")) and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert not list(workspace.glob("runs/*/manifest.json"))

        result = drmine("refresh", "--workspace", workspace, environment=surroundings)
        assert result.returncode == 0, result.stderr[-2000:]
        assert len(list(workspace.glob("runs/*"))) == 1, "the run goes on under its own id"
        assert_as_in(demo, workspace, load_corpus(), ("articles",))


def test_an_unreachable_server_leaves_an_incomplete_run_that_says_so(prefect_api, tmp_path):
    workspace = tmp_path / "work"
    result = drmine(
        "refresh", "--workspace", workspace,
        environment={
            "DRMINE_EUTILS_URL": "http://127.0.0.1:9/",
            "DRMINE_EMAIL": "secret-address@example.org",
            "PREFECT_API_URL": prefect_api.url,
            "DRMINE_REQUEST_ATTEMPTS": "2",
        },
    )  # fmt: skip
    assert result.returncode == 1
    assert "Incomplete" in result.stdout
    assert "Traceback" not in result.stderr
    (path,) = workspace.glob("runs/*/manifest.json")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert manifest["is_complete"] is False
    assert manifest["problems"]
    assert "secret-address" not in path.read_text() + result.stdout + result.stderr


def test_two_refreshes_of_one_workspace_do_not_run_at_once(tmp_path):
    from drmine.errors import ConfigurationError
    from drmine.refresh.job import begin

    with (
        begin(str(tmp_path), query=None, offline=True, full=False),
        pytest.raises(ConfigurationError, match="Another refresh"),
        begin(str(tmp_path), query=None, offline=True, full=False),
    ):
        pass


ON_PROCESSES = """
from drmine.refresh import label
label.LABEL_BATCH, label._BATCHES_PER_WORKER, label._MOST_WORKERS = 20, 1, 2
from drmine.cli import main
if __name__ == "__main__":
    main()
"""


def test_labels_of_several_processes_are_those_of_one(demo, prefect_api, tmp_path):
    workspace = tmp_path / "work"
    workspace.mkdir()
    program = tmp_path / "on_processes.py"
    program.write_text(ON_PROCESSES)
    command = [sys.executable, str(program), "refresh", "--workspace", str(workspace)]
    few = load_corpus()[:N_FEW]
    with EutilsServer(few) as server:
        result = subprocess.run(
            command, env={**os.environ, **environment(server, prefect_api)},
            capture_output=True, text=True, timeout=240,
        )  # fmt: skip
    assert result.returncode == 0, result.stderr[-2000:]
    assert "on 2 processes" in result.stderr or os.cpu_count() == 1
    assert_as_in(demo, workspace, few, ("articles", "findings", "mentions"))
