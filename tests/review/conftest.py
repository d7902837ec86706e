"""Real servers for the tests of the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from review_server import Server, Workspace


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
