"""Start Prefect's server for this machine, and wait until it answers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

from drmine.errors import ConfigurationError

START_SECONDS = 90


def start_server(port: int, *, pages: bool) -> subprocess.Popen[bytes]:
    """Start a server on loopback; whoever asked for it stops it.

    Its log goes nowhere: as it stops it complains of connections that its clients cut.

    Parameters
    ----------
    port
        Where it listens (see :func:`free_port`).
    pages
        Whether it serves its pages too.

    Raises
    ------
    ConfigurationError
        It does not start.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1",
         "--port", str(port)],
        env={**os.environ, "PREFECT_SERVER_UI_ENABLED": str(pages).lower()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    give_up = time.monotonic() + START_SECONDS
    while not is_healthy(api_of(port)):
        if process.poll() is not None or time.monotonic() > give_up:
            stop_server(process)
            raise ConfigurationError(
                f"Prefect's server did not start on port {port}; run `prefect server start` to "
                "see why, and set PREFECT_API_URL to one that runs."
            )
        time.sleep(0.25)
    return process


def stop_server(process: subprocess.Popen[bytes]) -> None:
    """Stop a server that was started here."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()


def api_of(port: int) -> str:
    """Return the address of the API of a server on this machine."""
    return f"http://127.0.0.1:{port}/api"


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_healthy(api: str) -> bool:
    """Whether a server answers at this address."""
    import httpx

    try:
        # straight to this machine: a proxy of the environment has no business here
        with httpx.Client(timeout=2, trust_env=False) as client:
            return client.get(f"{api}/health").status_code == 200
    except httpx.HTTPError:
        return False
