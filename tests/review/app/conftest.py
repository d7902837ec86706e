"""The app on a workspace of its own, and browsers that are signed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from app_client import ORIGIN, TOKEN, Open
from review_server import Workspace, sign_in
from starlette.testclient import TestClient

from drmine.review.pages.app import Options, create_app, make_site
from drmine.settings import Settings


@pytest.fixture
def space(either_database: str, tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work", 6)


@pytest.fixture
def browser(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return a function that opens a browser of its own, signed in under a name."""
    monkeypatch.delenv("DRMINE_REVIEWS", raising=False)
    sites = []

    def open_(name: str = "anna", **options: object) -> TestClient:
        chosen = Options(**options)  # type: ignore[arg-type]
        site = make_site(Settings(workspace=space.root), chosen)
        sites.append(site)
        client = TestClient(create_app(site, chosen), base_url=ORIGIN)
        if name:
            sign_in(client, name, **({"token": TOKEN} if chosen.token else {}))
        return client

    yield open_
    for site in sites:
        site.store.close()
