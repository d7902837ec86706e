"""A real Chromium and real servers for the tests of the pages."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from review_server import Server, Workspace

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


# its event loop runs as long as it lives, and would be in the way of other files' tests
@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine (Debian: apt-get install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is missing")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def serve(space: Workspace) -> Iterator[Callable[..., Server]]:
    """Start servers on the workspace `space` of the test; they end with it."""
    started: list[Server] = []

    def start(*options: str, port: int = 0) -> Server:
        started.append(Server(space, *options, port=port))
        return started[-1]

    yield start
    for server in started:
        server.stop()
