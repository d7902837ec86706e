"""`drmine schedule` is stopped in order, however it is told to, and there is one a server."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from drmine.errors import ConfigurationError
from drmine.flowtools import server
from drmine.flowtools.until_stopped import ended_in_order, only_schedule, serve_until_stopped
from drmine.jobs import load_flow


@pytest.fixture(autouse=True)
def _keys_count():
    """Let Ctrl-C count, and a closed terminal: in the background, or under nohup, they may not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    closed = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGINT, before)
    signal.signal(signal.SIGHUP, closed)


class Served:
    """Stands for Prefect's runner: takes SIGTERM as it does, and pauses as it ends."""

    is_paused = False

    def handle_sigterm(self, *_: object) -> None:
        sys.exit(0)

    async def start(self) -> None:
        signal.signal(signal.SIGTERM, self.handle_sigterm)
        try:
            await asyncio.sleep(30)
        finally:
            # asks the server, so it takes the loop once more
            await asyncio.sleep(0.01)
            self.is_paused = True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_however_it_is_stopped_the_schedules_are_paused(number):
    runner = Served()
    told = threading.Timer(0.3, os.kill, (os.getpid(), number))
    begun = time.monotonic()
    with ended_in_order():
        told.start()
        serve_until_stopped(runner)
    assert runner.is_paused and time.monotonic() - begun < 20


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_starting_is_stopped_too(monkeypatch, number):
    begun = []

    def run(*_: str, **__: str) -> subprocess.Popen[bytes]:
        begun.append(subprocess.Popen(["sleep", "60"], stdin=subprocess.PIPE, process_group=0))
        threading.Timer(0.3, os.kill, (os.getpid(), number)).start()
        return begun[0]

    monkeypatch.setattr(server, "_run", run)
    with pytest.raises((SystemExit, KeyboardInterrupt)), ended_in_order():
        server.start_server(server.free_port())
    assert begun[0].poll() is not None


def test_a_second_one_for_the_same_server_is_told_of_the_first(tmp_path):
    with only_schedule(tmp_path, None):
        told = pytest.raises(ConfigurationError, match="Another `drmine schedule`")
        with told, only_schedule(tmp_path, None):
            pass
        with only_schedule(tmp_path, "https://prefect.example/api"):
            pass
        with only_schedule(tmp_path / "other", None):
            pass
    with only_schedule(tmp_path, None):
        pass


def test_a_folder_of_prefects_that_cannot_be_written_is_for_its_server_to_say(tmp_path):
    (tmp_path / "file").touch()
    with only_schedule(tmp_path / "file" / "home", None):
        pass


def test_a_run_with_an_empty_workspace_does_not_work_where_its_worker_stands(
    prefect_api, tmp_path, monkeypatch
):
    """Prefect's pages let the field be emptied; a command of the command line does not."""
    monkeypatch.chdir(tmp_path)
    state = load_flow("refresh").refresh(workspace=" ", offline=True, return_state=True)
    assert "workspace is empty" in state.message
    assert not list(tmp_path.iterdir())
