"""A local E-utilities server that a refresh asks in place of PubMed, at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from stepwise import invented

from drmine.demo.server import EutilsServer
from drmine.pubmed import batches, pacing


@pytest.fixture
def pubmed(monkeypatch: pytest.MonkeyPatch) -> Iterator[EutilsServer]:
    """Serve six invented records; a request is tried once, and none waits for its turn."""
    monkeypatch.setattr(pacing, "SAFETY_MARGIN", 0.001)
    monkeypatch.setattr(batches, "HALVING_ATTEMPTS", 1)
    with EutilsServer([invented(n) for n in range(1, 7)]) as server:
        monkeypatch.setenv("DRMINE_EUTILS_URL", server.url)
        monkeypatch.setenv("DRMINE_EMAIL", "test@example.org")
        monkeypatch.setenv("DRMINE_REQUEST_ATTEMPTS", "1")
        monkeypatch.delenv("DRMINE_NCBI_API_KEY", raising=False)
        yield server
