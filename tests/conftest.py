"""What all tests share: the demonstration, run once as a user runs it, and empty databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import postgres
import prefect_server
from running import Demo, drmine


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Run ``drmine demo`` once, with a Prefect home of its own."""
    folder = tmp_path_factory.mktemp("demo")
    environment = {"PREFECT_HOME": str(folder / "prefect")}
    result = drmine("demo", "--workspace", folder / "work", environment=environment)
    return Demo(folder / "work", environment, result)


@pytest.fixture(scope="session")
def prefect_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[prefect_server.Api]:
    """Run one Prefect server for the session; flows called here and in other processes use it."""
    with prefect_server.running_server(tmp_path_factory.mktemp("prefect")) as url:
        yield prefect_server.Api(url)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    """Give a PostgreSQL server: the one that is named, or one of our own."""
    with postgres.running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of an empty database; the test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'drmine.sqlite'}"
        return
    server: postgres.PostgresServer = request.getfixturevalue("postgres_server")
    with server.schema() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def either_database(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Run the test with SQLite in its workspaces, and with PostgreSQL in their place."""
    monkeypatch.delenv("DRMINE_DATABASE_URL", raising=False)
    if request.param == "sqlite":
        yield "sqlite"
        return
    server: postgres.PostgresServer = request.getfixturevalue("postgres_server")
    with server.in_place_of_sqlite(monkeypatch):
        yield "postgresql"
