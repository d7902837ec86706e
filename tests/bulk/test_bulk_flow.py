"""The bulk flow on a real Prefect server: any runner, kills, bad files, the same store."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from bulk_samples import FIRST_PMID, ON_TOPIC, article, bulk_file, content, year_of_files
from file_server import FileServer

from drmine.bulk.taking import Taking
from drmine.imports import import_files
from drmine.jobs import load_flow
from drmine.settings import Settings
from prefect_server import Api
from running import drmine


@pytest.fixture(scope="module")
def bulk(prefect_api: Api):
    flow = load_flow("bulk").bulk

    def run(*files: Path | str, **parameters):
        return flow(files=[str(file) for file in files], return_state=True, **parameters)

    return run


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[Path]:
    return year_of_files(tmp_path_factory.mktemp("baseline"), 6, 7, pmids=200)


@pytest.fixture(scope="module")
def imported(files, tmp_path_factory) -> dict[str, list[str]]:
    workspace = tmp_path_factory.mktemp("imported")
    settings = Settings(workspace=workspace)
    assert import_files(settings, files, keep_all=False, say=lambda text: None) == 0
    return content(workspace)


def table(workspace: Path) -> list[dict[str, str]]:
    path = max(workspace.glob("runs/*/files.csv"))
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_folder_ends_in_the_store_of_import(bulk, files, imported, tmp_path):
    workspace = tmp_path / "work"
    state = bulk(files[0].parent, workspace=str(workspace), runner="threads", workers=2)
    assert state.is_completed(), state.message
    assert content(workspace) == imported
    rows = table(workspace)
    assert [row["file"] for row in rows] == [path.name for path in files]
    assert {row["status"] for row in rows} == {"taken"}
    assert all(
        int(row["records_read"]) == int(row["records_kept"]) + int(row["off_topic"]) for row in rows
    )


def test_a_file_that_stumbles_into_the_store_is_tried_again(
    bulk, files, imported, tmp_path, monkeypatch
):
    take, stumbles = Taking.take, iter([OSError("the store is away for a moment")])

    def stumbling(self, sieved):
        for error in stumbles:
            raise error
        return take(self, sieved)

    monkeypatch.setattr(Taking, "take", stumbling)
    state = bulk(*files, workspace=str(tmp_path / "work"), runner="threads", workers=2)
    assert state.is_completed(), state.message
    assert next(stumbles, None) is None
    assert content(tmp_path / "work") == imported


def test_a_second_run_reads_nothing_and_leaves_the_store(bulk, files, imported, tmp_path):
    workspace = str(tmp_path / "work")
    bulk(*files, workspace=workspace, runner="threads")
    sieved = {path: path.stat().st_mtime_ns for path in Path(workspace, "bulk").glob("*.gz")}
    state = bulk(*files, workspace=workspace, runner="threads")
    assert "nothing new in 6 files" in state.message
    assert {row["status"] for row in table(Path(workspace))} == {"unchanged"}
    assert {path: path.stat().st_mtime_ns for path in sieved} == sieved
    assert content(Path(workspace)) == imported


def test_a_folder_of_a_server_is_fetched_and_read(bulk, files, imported, tmp_path):
    with FileServer(files[0].parent, ["cut", "503"]) as server:
        state = bulk(server.url, workspace=str(tmp_path / "work"), runner="threads", workers=2)
    assert state.is_completed(), state.message
    assert content(tmp_path / "work") == imported


def test_a_bad_file_is_named_and_the_others_go_on(bulk, files, prefect_api, tmp_path):
    (tmp_path / "pubmed26n0003.xml.gz").write_bytes(b"no gzip, no XML")
    good = [bulk_file(tmp_path / f"pubmed26n000{n}.xml.gz", [article(FIRST_PMID + n, ON_TOPIC)])
            for n in (1, 2, 4)]  # fmt: skip
    state = bulk(tmp_path, workspace=str(tmp_path / "work"), runner="threads")
    assert state.name == "Incomplete" and state.is_failed()
    assert "pubmed26n0003.xml.gz" in state.message
    assert "run the same command again" in state.message
    assert [row["status"] for row in table(tmp_path / "work")] == [
        "taken", "taken", "failed", "taken"
    ]  # fmt: skip
    assert len(content(tmp_path / "work")["records"]) == len(good)
    run = str(state.state_details.flow_run_id)
    artifacts = prefect_api.artifacts(run)
    assert set(artifacts) == {
        "drmine-bulk-counts", "drmine-bulk-files", "drmine-bulk-slowest", "drmine-bulk-problems"
    }  # fmt: skip
    assert "pubmed26n0003" in artifacts["drmine-bulk-problems"]


def test_a_damaged_small_file_and_a_name_that_is_no_text_hold_up_no_other(bulk, tmp_path):
    first, second = (
        bulk_file(tmp_path / f"pubmed26n000{n}.xml.gz", [article(FIRST_PMID + n, ON_TOPIC)])
        for n in (1, 2)
    )
    work = tmp_path / "work"
    assert bulk(first, workspace=str(work), runner="threads").is_completed()
    (small,) = work.glob("bulk/pubmed26n0001*.jsonl.gz")
    small.write_bytes(small.read_bytes()[:-25])
    (work / "drmine.sqlite").unlink()
    # Latin-1, as old disks have it
    odd = os.fsencode(tmp_path) + b"/caf\xe9.xml.gz"
    Path(os.fsdecode(odd)).write_bytes(second.read_bytes()[:-20])
    state = bulk(tmp_path, workspace=str(work), runner="threads")
    assert state.name == "Incomplete"
    assert small.name in state.message and "caf\\udce9.xml.gz is cut off" in state.message
    assert [row["status"] for row in table(work)] == ["failed", "taken", "taken"]


def test_a_mended_file_completes_the_run(bulk, tmp_path):
    good = bulk_file(tmp_path / "pubmed26n0001.xml.gz", [article(FIRST_PMID, ON_TOPIC)] * 50)
    whole = good.read_bytes()
    good.write_bytes(whole[: len(whole) - 20])
    workspace = str(tmp_path / "work")
    for _ in range(2):  # a damaged file is told of each time
        state = bulk(good, workspace=workspace, runner="threads")
        assert state.name == "Incomplete" and "cut off" in state.message
    good.write_bytes(whole)
    assert bulk(good, workspace=workspace, runner="threads").is_completed()


@pytest.mark.slow
@pytest.mark.parametrize("runner", ["processes", "dask"])
def test_a_killed_worker_costs_only_time_on_each_runner(bulk, imported, files, tmp_path, runner):
    import psutil

    if runner == "dask":
        pytest.importorskip("prefect_dask")
    killed: list[int] = []

    def kill_the_first_that_sieves() -> None:
        """Kill the worker with the most work behind it, once the first file is sieved."""
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up and not list(tmp_path.glob("work/bulk/*.gz")):
            time.sleep(0.005)
        workers = [
            child
            for child in psutil.Process().children(recursive=True)
            if "spawn_main" in " ".join(child.cmdline())
        ]
        if workers:
            busiest = max(workers, key=lambda process: sum(process.cpu_times()[:2]))
            os.kill(busiest.pid, signal.SIGKILL)
            killed.append(busiest.pid)

    killer = threading.Thread(target=kill_the_first_that_sieves)
    killer.start()
    state = bulk(*files, workspace=str(tmp_path / "work"), runner=runner, workers=2)
    killer.join()
    assert killed
    assert state.is_completed(), state.message
    assert content(tmp_path / "work") == imported


@pytest.mark.slow
def test_a_run_killed_as_a_whole_goes_on(prefect_api, files, imported, tmp_path):
    workspace = tmp_path / "work"
    environment = {"PREFECT_API_URL": prefect_api.url}
    process = subprocess.Popen(
        [sys.executable, "-m", "drmine.cli", "bulk", str(files[0].parent), "--runner", "threads",
         "--workers", "1", "--workspace", str(workspace)],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    give_up = time.monotonic() + 90
    while len(list(workspace.glob("bulk/*.gz"))) < 2 and time.monotonic() < give_up:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not list(workspace.glob("runs/*/manifest.json")), "it was killed before its end"
    result = drmine(
        "bulk", files[0].parent, "--runner", "threads", "--workspace", workspace,
        environment=environment,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-2000:]
    assert content(workspace) == imported


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.xml.gz"], "none.xml.gz"),
        (["caf\udce9.xml.gz", "FILE"], "give its folder instead"),
        (["--runner", "threads", "--dask-address", "tcp://127.0.0.1:1", "FILE"], "--runner dask"),
    ],
)
def test_wrong_use_ends_with_one_sentence(files, tmp_path, arguments, said):
    arguments = [str(files[0]) if one == "FILE" else one for one in arguments]
    result = drmine("bulk", *arguments, "--workspace", tmp_path / "w")
    assert result.returncode == 2
    assert said in result.stderr and len(result.stderr.strip().splitlines()) == 1
