"""Every test of the store runs on SQLite, and on PostgreSQL where one can be had."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from drmine.store import Store

SERVER_URL = "DRMINE_TEST_POSTGRES_URL"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give the URL of a PostgreSQL server: the one that is named, or one of our own."""
    if find_spec("psycopg") is None:
        pytest.skip("PostgreSQL is not tested: psycopg is not installed")
    if url := os.environ.get(SERVER_URL):
        yield url
        return
    binaries = _binaries()
    if binaries is None:
        pytest.skip(f"PostgreSQL is not tested: no pg_ctl here and {SERVER_URL} is not set")
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    # a socket's path may have 107 characters, which pytest's own folders exceed
    folder = Path(tempfile.mkdtemp(prefix="drmine-pg-"))
    control = [str(binaries / "pg_ctl"), "-D", str(folder / "data"), "-s", "-w"]

    def run(*command: str) -> None:
        done = subprocess.run(
            command, user=user, cwd=folder, stdin=subprocess.DEVNULL, timeout=90, check=False,
            stdout=subprocess.DEVNULL, stderr=(folder / "errors").open("wb"),
        )  # fmt: skip
        if done.returncode:
            reason = (folder / "errors").read_text(errors="replace").strip()[-300:]
            pytest.skip(f"PostgreSQL is not tested: it did not start here ({reason})")

    try:
        if user:
            try:
                shutil.chown(folder, user)
            except LookupError:
                pytest.skip("PostgreSQL is not tested: it refuses root, and there is no other user")
        run(str(binaries / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-N", "-E", "UTF8",
            "-U", "drmine")  # fmt: skip
        run(*control, "-o", f"-k {folder} -c listen_addresses='' -c fsync=off", "-l",
            str(folder / "log"), "start")  # fmt: skip
        try:
            yield f"postgresql://drmine@/postgres?host={folder}"
        finally:
            subprocess.run(
                [*control, "-m", "immediate", "stop"],
                user=user,
                cwd=folder,
                timeout=60,
                check=False,
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'drmine.sqlite'}"
        return
    server = request.getfixturevalue("postgres_server")
    import psycopg

    schema = f"drmine_test_{uuid.uuid4().hex[:12]}"
    plain = server.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    try:
        joined = "&" if "?" in server else "?"
        yield f"{server}{joined}options=-csearch_path%3D{schema}"
    finally:
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an empty store in a file: copying it is quicker than running all migrations."""
    path = tmp_path_factory.mktemp("migrated") / "drmine.sqlite"
    Store.open(path).close()
    return path


@pytest.fixture
def open_store(address: str, migrated_file: Path) -> Iterator[Callable[[], Store]]:
    """Give a function that opens the database of the test, as often as it likes."""
    opened: list[Store] = []
    if address.startswith("sqlite"):
        shutil.copy(migrated_file, address.removeprefix("sqlite:///"))

    def open_it() -> Store:
        opened.append(Store.open(address))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    """Give an empty store."""
    return open_store()


def _binaries() -> Path | None:
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).resolve().parent
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return places[-1].parent if places else None
