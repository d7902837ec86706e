"""What all tests share: the demonstration, run once as a user runs it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from prefect_server import Api, running_server
from running import Demo, drmine


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Run ``drmine demo`` once, with a Prefect home of its own."""
    folder = tmp_path_factory.mktemp("demo")
    environment = {"PREFECT_HOME": str(folder / "prefect")}
    result = drmine("demo", "--workspace", folder / "work", environment=environment)
    return Demo(folder / "work", environment, result)


@pytest.fixture(scope="session")
def prefect_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Run one Prefect server for the session; flows called here and in other processes use it."""
    with running_server(tmp_path_factory.mktemp("prefect")) as url:
        yield Api(url)
