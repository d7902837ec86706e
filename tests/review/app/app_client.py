"""How the tests of the app call the server."""

from __future__ import annotations

from collections.abc import Callable

from starlette.testclient import TestClient

ORIGIN = "http://127.0.0.1:8765"
TOKEN = "a-token-of-some-length"
Open = Callable[..., TestClient]


def next_of(client: TestClient) -> str:
    """Return the PMID of the record to which a reviewer is sent."""
    return client.get("/next", follow_redirects=False).headers["location"].rpartition("/")[2]
