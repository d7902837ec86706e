"""A server that a command starts for itself outlives the Ctrl-C that ends the command's runs."""

import os
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

from drmine import jobs
from drmine.errors import ConfigurationError
from drmine.flowtools import server
from drmine.flowtools.server import (
    free_port,
    go_straight_here,
    launch_temporary_server,
    server_kept_up,
    start_server,
    stop_server,
    wait_until_healthy,
)
from drmine.jobs import _started
from drmine.workspace import Workspace
from running import drmine


def test_ctrl_c_in_a_terminal_does_not_reach_the_server():
    process = launch_temporary_server(free_port())
    try:
        # a terminal sends it to the group of what it runs
        assert os.getpgid(process.pid) != os.getpgrp()
    finally:
        stop_server(process)


def test_a_temporary_server_ends_with_a_process_that_is_killed():
    process = launch_temporary_server(free_port())
    try:
        # as the system does for a process that dies, however it dies
        process.stdin.close()
        assert process.wait(60) is not None
    finally:
        stop_server(process)


def test_a_prefect_home_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "file" / "prefect"))
    process = subprocess.Popen([sys.executable, "-c", ""])
    with pytest.raises(ConfigurationError, match=r"file/prefect cannot .* set PREFECT_HOME"):
        wait_until_healthy(process, free_port())


def test_pages_come_where_the_packages_are_another_users(tmp_path, monkeypatch):
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.delenv("PREFECT_SERVER_UI_STATIC_DIRECTORY", raising=False)
    monkeypatch.setattr(os, "access", lambda place, mode: "prefect" not in str(place))
    port = free_port()
    process = start_server(port)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as page:
            assert b"<html" in page.read()
        assert (tmp_path / "ui").is_dir()
    finally:
        stop_server(process)


def test_pages_stay_where_the_user_has_put_them(monkeypatch):
    monkeypatch.setattr(os, "access", lambda place, mode: False)
    monkeypatch.setenv("PREFECT_UI_STATIC_DIRECTORY", "/srv/pages")
    assert server._pages() == {}


def test_a_port_that_is_taken_meanwhile_gives_way_to_another(monkeypatch):
    ports, begun = iter([1, 2]), []

    def launch(port: int) -> subprocess.Popen[bytes]:
        # the first ends at once, as a server does whose port is taken
        code = "" if port == 1 else "import time; time.sleep(60)"
        begun.append(subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE))
        return begun[-1]

    monkeypatch.setattr(jobs, "_own", None)
    monkeypatch.setattr(server, "free_port", lambda: next(ports))
    monkeypatch.setattr(server, "launch_temporary_server", launch)
    monkeypatch.setattr(server, "is_healthy", lambda api: api == server.api_of(2))
    try:
        assert _started(None) == 2
    finally:
        for process in begun:
            stop_server(process)


def test_runs_of_one_process_share_a_server_and_start_another_where_it_has_ended(monkeypatch):
    """As in a notebook, where the second run was told that no server answers until a restart."""
    from prefect.context import refresh_global_settings_context
    from prefect.settings import PREFECT_API_URL, PREFECT_UI_URL, temporary_settings

    ports, begun = iter([1, 2]), []

    def launch(port: int) -> subprocess.Popen[bytes]:
        begun.append(subprocess.Popen(["sleep", "60"], stdin=subprocess.PIPE))
        return begun[-1]

    def addresses() -> tuple[str | None, str | None]:
        with jobs.prefect_here():
            return PREFECT_API_URL.value(), PREFECT_UI_URL.value()

    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setattr(jobs, "_own", None)
    monkeypatch.setattr(server, "free_port", lambda: next(ports))
    monkeypatch.setattr(server, "launch_temporary_server", launch)
    monkeypatch.setattr(server, "is_healthy", lambda _: True)
    refresh_global_settings_context()
    try:
        # other tests of this process may have set an address for as long as it lives
        with temporary_settings(restore_defaults={PREFECT_API_URL}):
            # it has no pages: an address of them would lead nowhere
            assert [addresses(), addresses()] == [(server.api_of(1), "")] * 2
            stop_server(begun[0])
            assert addresses() == (server.api_of(2), "")
    finally:
        for process in begun:
            stop_server(process)
        refresh_global_settings_context()


def test_a_server_of_schedules_that_ends_by_itself_is_started_again(monkeypatch):
    begun, said, is_tried = [], [], threading.Event()

    def launch(port: int) -> subprocess.Popen[bytes]:
        if len(begun) == 1 and not is_tried.is_set():
            is_tried.set()
            raise OSError(12, "Cannot allocate memory")
        begun.append(subprocess.Popen(["sleep", "60"], stdin=subprocess.PIPE))
        return begun[-1]

    monkeypatch.setattr(server, "_launch", launch)
    # the second one never answers
    monkeypatch.setattr(server, "is_healthy", lambda _: len(begun) == 1)
    monkeypatch.setattr(server, "LOOK_SECONDS", 0.05)
    with server_kept_up(4321, said.append):
        begun[0].kill()
        give_up = time.monotonic() + 20
        while len(begun) < 2 and time.monotonic() < give_up:
            time.sleep(0.05)
        assert begun[1].poll() is None
        left = time.monotonic()
    assert time.monotonic() - left < 10, "Ctrl-C does not wait for a server that starts"
    assert begun[1].poll() is not None
    assert "started again" in said[0]
    assert said[1] == "It cannot be started (Cannot allocate memory); it is tried again."


@pytest.mark.parametrize("before", ["", "corp.example", "localhost,corp.example"])
def test_a_proxy_is_not_asked_for_what_is_on_this_machine(monkeypatch, before):
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", before)
    monkeypatch.setenv("no_proxy", before)
    go_straight_here()
    go_straight_here()
    for host in ("127.0.0.1", "localhost", *filter(None, before.split(","))):
        assert urllib.request.proxy_bypass_environment(host)
    assert not urllib.request.proxy_bypass_environment("eutils.ncbi.nlm.nih.gov")
    assert os.environ["NO_PROXY"].count("localhost") == 1


def test_without_a_proxy_nothing_is_set(monkeypatch):
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    go_straight_here()
    assert "no_proxy" not in os.environ


@pytest.mark.parametrize("command", [("refresh", "--offline"), ("schedule",)])
def test_a_server_that_does_not_answer_is_one_sentence(tmp_path, command):
    address = f"http://user:secret@127.0.0.1:{free_port()}/api"
    Workspace(tmp_path).database.touch()
    result = drmine(*command, "--workspace", tmp_path, environment={"PREFECT_API_URL": address})
    assert result.returncode == 2
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: Prefect's server at http://127.0.0.1:")
    assert "unset PREFECT_API_URL" in last
    assert "Traceback" not in result.stderr
    assert "secret" not in last
