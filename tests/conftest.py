"""What all tests share: the demonstration, run once as a user runs it, and empty databases."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import postgres
import prefect_server
from once import once
from running import Demo, drmine

SLOWEST_FIRST = (
    "bulk/test_bulk_flow.py", "flows/test_worker.py", "test_flow.py",
    "flows/test_schedule_process.py", "test_evaluate_flow.py", "flows/test_notify.py",
    "test_demo.py", "docs/test_docs_run.py", "evaluation/test_accuracy.py",
    "trends/test_trends_command.py", "refresh/test_refresh_databases.py", "test_cli_label.py",
    "test_cli_import.py", "test_cli.py", "review/browser/test_browser_pages.py",
    "review/browser/test_browser_deciding.py", "review/browser/test_browser_nothing_lost.py",
    "bulk/test_taking.py", "trends/test_trends_package.py", "trends/test_trends_folder.py",
    "store/test_store_writers.py", "review/test_review_effect.py",
    "review/test_review_processes.py", "report/test_in_browser.py", "report/test_for_everybody.py",
    "review/app/test_app_refusals.py", "review/app/test_app_saving.py",
)  # fmt: skip
"""Where tests run in several processes, the files that take longest go first."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the slowest files first, if the tests run in several processes."""
    if not hasattr(config, "workerinput"):
        return
    here = Path(__file__).parent
    rank = {here / name: place for place, name in enumerate(SLOWEST_FIRST)}
    items.sort(key=lambda item: rank.get(item.path, len(rank)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give the files that ask for Prefect's server to one process, others to whichever is free.

    The server takes a quarter of a minute of processor time to start.
    """
    from xdist.scheduler import LoadFileScheduling

    class ByServer(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = str(super()._split_scope(nodeid))
            if file not in known:
                text = (config.rootpath / file).read_text(encoding="utf-8")
                known[file] = "prefect" if "prefect_api" in text else file
            return known[file]

    known: dict[str, str] = {}
    return ByServer(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def new_prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Give a function that makes a home of Prefect that has been used once, as most have.

    The first start of a server takes a quarter of a minute to set its database up.
    """
    used = once(tmp_path_factory, "prefect-home", prefect_server.use_home)

    def new() -> Path:
        return shutil.copytree(used, tmp_path_factory.mktemp("prefect") / "home")

    return new


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, new_prefect_home: Callable[[], Path]) -> Demo:
    """Run ``drmine demo`` once, with a Prefect home of its own."""

    def run(folder: Path) -> None:
        environment = {"PREFECT_HOME": str(new_prefect_home())}
        result = drmine("demo", "--workspace", folder / "work", environment=environment)
        (folder / "result").write_bytes(pickle.dumps(result))

    folder = once(tmp_path_factory, "demo", run)
    result = pickle.loads((folder / "result").read_bytes())
    workspace = tmp_path_factory.mktemp("demo") / "work"
    if (folder / "work").exists():
        shutil.copytree(folder / "work", workspace)
    return Demo(workspace, {"PREFECT_HOME": str(new_prefect_home())}, result)


@pytest.fixture(scope="session")
def prefect_api(new_prefect_home: Callable[[], Path]) -> Iterator[prefect_server.Api]:
    """Run one Prefect server for the session; flows called here and in other processes use it."""
    with prefect_server.running_server(new_prefect_home()) as url:
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


# its event loop runs as long as it lives, and would be in the way of other files' tests
@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Run a real Chromium, which knows no page yet."""
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
