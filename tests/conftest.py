"""What all tests share: the demonstration, run once as a user runs it."""

from __future__ import annotations

import pytest

from running import Demo, drmine


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Run ``drmine demo`` once, with a Prefect home of its own."""
    folder = tmp_path_factory.mktemp("demo")
    environment = {"PREFECT_HOME": str(folder / "prefect")}
    result = drmine("demo", "--workspace", folder / "work", environment=environment)
    return Demo(folder / "work", environment, result)
