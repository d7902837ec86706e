"""Start Prefect's server for this machine, and wait until it answers."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from drmine.errors import ConfigurationError
from drmine.terminal import Say

START_SECONDS = 90
LOOK_SECONDS = 5


class ServerEnded(ConfigurationError):
    """A server ended as it started, as where another program took its port in between."""


def start_server(port: int) -> subprocess.Popen[bytes]:
    """Start a server with its pages and all its services on loopback, and wait until it answers.

    Whoever asked for it stops it. Its log goes nowhere: as it stops it complains of connections
    that its clients cut.

    Parameters
    ----------
    port
        Where it listens (see :func:`free_port`).

    Raises
    ------
    ConfigurationError
        It does not start.
    """
    process = _launch(port)
    try:
        wait_until_healthy(process, port)
    except BaseException:
        # also Ctrl-C, which does not reach it: it is of another group
        stop_server(process)
        raise
    return process


def _launch(port: int) -> subprocess.Popen[bytes]:
    return _run(
        "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port),
        PREFECT_SERVER_UI_ENABLED="true", **_pages(),
    )  # fmt: skip


def _pages() -> dict[str, str]:
    """Say where Prefect may copy its pages to, which it does before it serves them.

    By default that is its own folder among the packages. Where these are another user's, as a
    team's are, each page would be a 404, and the reason in a log that nobody reads.
    """
    given = {"PREFECT_SERVER_UI_STATIC_DIRECTORY", "PREFECT_UI_STATIC_DIRECTORY"}
    found = find_spec("prefect")
    places = [Path(one, "server") for one in (found and found.submodule_search_locations) or ()]
    if given & os.environ.keys() or all(os.access(place, os.W_OK) for place in places):
        return {}
    return {"PREFECT_SERVER_UI_STATIC_DIRECTORY": str(_home() / "ui")}


def _home() -> Path:
    return Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser()


@contextmanager
def server_kept_up(port: int, say: Say) -> Iterator[None]:
    """Run a server as :func:`start_server` does, and start it again where it ends by itself.

    Schedules go on for months, and a server that was killed, for want of memory say, took them
    all with it: Prefect waits for it to come back, and nothing else would bring it.
    """
    process = start_server(port)
    is_over = threading.Event()

    def watch() -> None:
        nonlocal process
        while not is_over.wait(LOOK_SECONDS):
            if process.poll() is not None:
                say("Prefect's server has ended by itself; it is started again.")
                try:
                    # not waited for, or Ctrl-C would have to wait too: the next look tells
                    process = _launch(port)
                except OSError as error:
                    say(f"It cannot be started ({error.strerror}); it is tried again.")

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()
        stop_server(process)


def launch_temporary_server(port: int) -> subprocess.Popen[bytes]:
    """Start a server for the time of a run, without pages, as Prefect itself would do.

    It takes seconds to answer (see :func:`wait_until_healthy`), in which there is other work. Of
    Prefect's services it runs those that a run needs: no schedules and no automations. It writes
    down what became of tasks once a second and as it ends, not one by one: the run needs the
    processor more. It ends with the process that started it, also where that is killed.
    """
    return _run(
        "drmine.flowtools.watched", "uvicorn", "--factory",
        "prefect.server.api.server:create_app", "--host", "127.0.0.1", "--port", str(port),
        "--log-level", "error", "--lifespan", "on",
        PREFECT_SERVER_UI_ENABLED="false", PREFECT__SERVER_EPHEMERAL="1", PREFECT__SERVER_FINAL="1",
        PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED="false",
        PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE="200",
        PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE="50",
        PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL="1",
    )  # fmt: skip


def wait_until_healthy(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until a server that was started here answers.

    Raises
    ------
    ConfigurationError
        It does not; it is stopped. A :class:`ServerEnded` where it ended by itself.
    """
    give_up = time.monotonic() + START_SECONDS
    while not is_healthy(api_of(port)):
        has_ended = process.poll() is not None
        if has_ended or time.monotonic() > give_up:
            stop_server(process)
            _check_home()
            raise (ServerEnded if has_ended else ConfigurationError)(
                f"Prefect's server did not start on port {port}; run `prefect server start` to "
                "see why, and set PREFECT_API_URL to one that runs."
            )
        time.sleep(0.1)


def _check_home() -> None:
    """Say that Prefect cannot write to its folder, as under a service's user without a home."""
    home = _home()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home) as probe:
            probe.write(b"drmine")
    except OSError as error:
        raise ConfigurationError(
            f"Prefect's server did not start: its folder {home} cannot be written to "
            f"({error.strerror}); set PREFECT_HOME to a folder that can."
        ) from None


def _run(module: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env={**os.environ, **environment},
        # open as long as this process lives (see :mod:`drmine.flowtools.watched`)
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Ctrl-C goes to all of a terminal's group: the runs end first, and tell the server so
        process_group=0,
    )


def stop_server(process: subprocess.Popen[bytes]) -> None:
    """Stop a server that was started here."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
    if process.stdin:
        process.stdin.close()


@contextmanager
def answering(api: str) -> Iterator[None]:
    """Say in a sentence that no server answers at the address that is set.

    Raises
    ------
    ConfigurationError
        Instead of what Prefect or its client raises.
    """
    import httpx

    try:
        yield
    except (httpx.TransportError, RuntimeError) as error:
        # RuntimeError is what Prefect makes of it in places, and of other things
        if isinstance(error, RuntimeError) and "Failed to reach API" not in str(error):
            raise
        address = re.sub(r"//[^/@]*@", "//", api)  # without a password
        raise ConfigurationError(
            f"Prefect's server at {address} does not answer; start it, or unset PREFECT_API_URL "
            "(`prefect config unset PREFECT_API_URL` where a profile has it) to do without."
        ) from error


def api_of(port: int) -> str:
    """Return the address of the API of a server on this machine."""
    return f"http://127.0.0.1:{port}/api"


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def go_straight_here() -> None:
    """Keep requests to this machine from a proxy of the environment, also in processes begun later.

    Prefect sends what is meant for its server on this machine through the proxy otherwise.
    """
    if not urllib.request.getproxies_environment():
        return
    # the one in small letters is the one that counts where both are set
    hosts = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    missing = [one for one in ("127.0.0.1", "localhost") if one not in hosts.split(",")]
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(filter(None, [hosts, *missing]))


def is_healthy(api: str) -> bool:
    """Whether a server answers at this address."""
    # straight to this machine: a proxy of the environment has no business here
    straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with straight.open(f"{api}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, http.client.HTTPException):
        return False
