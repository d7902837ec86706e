"""Connections: SQLite or PostgreSQL, one writer at a time, errors as one sentence."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from drmine.errors import ConfigurationError
from drmine.store.read_only import how_to_read, refuse_changed

BUSY_SECONDS = 60
"""How long a writer waits for another one; a transaction here takes well under a second."""

# Any number will do, as long as nobody else in the database takes it for a lock
_WRITER_LOCK = 0x64726D696E65
# A writer whose machine or line is gone would keep the lock until the server's system notices,
# two hours as a rule
_TAKE_LOCK = (
    "SELECT set_config('idle_in_transaction_session_timeout', :time, true),"
    " pg_advisory_xact_lock(:n)"
)
_WRITES = {"drmine_writes": True}

# A firewall that forgets a quiet line, or a server that is gone, is noticed in minutes, not in
# hours; an address may say otherwise
_LINE: dict[str, Any] = {
    "connect_timeout": 15,
    "keepalives_idle": 60,
    "keepalives_interval": 10,
    "keepalives_count": 6,
    "tcp_user_timeout": 120_000,
}


def sqlite_url(path: Path) -> URL:
    """Return the URL of an SQLite file; a path may hold characters that a URL may not."""
    return URL.create("sqlite", database=str(path))


def parse_url(address: str) -> URL:
    """Read a database URL and choose the driver.

    Raises
    ------
    ConfigurationError
        It is no URL, names another kind of database, or its driver is not installed.
        The message never repeats the URL, which can hold a password.
    """
    try:
        url = make_url(address.strip())
    except (ArgumentError, ValueError):
        raise ConfigurationError(
            "The database URL cannot be read; write it like "
            "postgresql://user:password@host/database, or unset DRMINE_DATABASE_URL for SQLite."
        ) from None
    if "@" in (url.host or ""):
        # what stands before it is the end of a password, and would show in messages
        raise ConfigurationError(
            "The database URL has more than one @; write an @ of the user or password as %40."
        )
    kind = url.drivername.split("+")[0]
    if kind == "sqlite":
        if url.database in (None, "", ":memory:"):
            raise ConfigurationError(
                "The database URL names no file; write it like sqlite:////folder/drmine.sqlite."
            )
        return url.set(drivername="sqlite")
    if kind not in ("postgresql", "postgres"):
        raise ConfigurationError(
            f"A database of the kind {kind!r} cannot be used; give a postgresql:// URL, or unset "
            "DRMINE_DATABASE_URL for SQLite."
        )
    if find_spec("psycopg") is None:
        raise ConfigurationError(
            "PostgreSQL needs the driver psycopg; install it with: pip install 'drmine[postgres]'"
        )
    return url.set(drivername="postgresql+psycopg")


def connect(url: URL) -> Engine:
    """Return an engine whose connections are set up for this store."""
    if url.get_backend_name() != "sqlite":
        line = {name: value for name, value in _LINE.items() if name not in url.query}
        # whatever the role or PGCLIENTENCODING says: most encodings lack what abstracts hold
        engine = create_engine(
            url, pool_pre_ping=True, connect_args={**line, "client_encoding": "utf8"}
        )
        # before SQLAlchemy asks for the server's version, which fails on text without encoding
        event.listen(engine, "connect", _refuse_other_encodings, insert=True)
        event.listen(engine, "connect", _prepare_nothing_behind_a_pooler)
        return engine
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: Any) -> None:
        # the driver would start transactions late and without the lock: BEGIN is ours (below)
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON")
        # with WAL a killed process loses nothing committed; a power cut may lose the last
        # transactions, which the next run makes again
        connection.execute("PRAGMA synchronous=NORMAL")
        _use_wal(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("drmine_writes")
        # a reader that turns writer midway cannot wait for its turn: take the lock first
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _refuse_other_encodings(connection: Any, _: Any) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise ConfigurationError(
            f"The database {connection.info.dbname} has the encoding {encoding}, which cannot hold "
            "all characters of abstracts; make one with ENCODING 'UTF8' TEMPLATE template0."
        )


def _prepare_nothing_behind_a_pooler(connection: Any, _: Any) -> None:
    """Keep statements out of a session that others are given between our transactions.

    Each client numbers its prepared statements alike: one would run what another has prepared.
    """
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    connection.rollback()
    # a pooler (PgBouncer) says another number than the server that it leads to
    if row[0] != connection.info.backend_pid:
        connection.prepare_threshold = None


def _use_wal(connection: sqlite3.Connection) -> None:
    # switching to WAL does not wait for others as writing does; on file systems without
    # shared memory it stays at the default, which works too, with more waiting
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode=WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.05)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one state of the store."""
    with explained(engine), engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection
        refuse_changed(engine)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection for one transaction; one process or thread writes at a time.

    What decides on a row reads it first, so writers must not overlap: SQLite locks the
    file at the start, PostgreSQL takes an advisory lock until the transaction ends.
    """
    with explained(engine), engine.connect() as plain:
        connection = plain.execution_options(**_WRITES)
        if connection.dialect.name == "postgresql":
            # what the writer before left must be seen after the wait; a database may be set to
            # show what there was when the wait began
            connection = connection.execution_options(isolation_level="READ COMMITTED")
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(
                    text(_TAKE_LOCK), {"time": f"{int(BUSY_SECONDS * 1000)}ms", "n": _WRITER_LOCK}
                )
            yield connection


@contextmanager
def explained(engine: Engine) -> Iterator[None]:
    """Turn what a user can mend (no server, no space, no rights) into one sentence."""
    try:
        yield
    except DBAPIError as error:
        refuse_changed(engine)
        if (
            isinstance(error, OperationalError)
            or type(error.orig) is sqlite3.DatabaseError
            or _remedy(error.orig) != _CHECK
        ):
            raise ConfigurationError(_sentence(engine, error.orig)) from error
        raise
    except sqlite3.DatabaseError as error:  # while connecting: not wrapped yet
        raise ConfigurationError(_sentence(engine, error)) from error


def _sentence(engine: Engine, error: BaseException | None) -> str:
    lines = str(error).strip().splitlines()
    reason = lines[0].rstrip(".") if lines else type(error).__name__
    if engine.dialect.name == "sqlite":
        if "locked" in reason:
            return (
                f"The database {engine.url.database} is in use by another program for more than "
                f"{BUSY_SECONDS} seconds; close that program and run this again."
            )
        if "not a database" in reason or "malformed" in reason:
            return (
                f"The database {engine.url.database} is damaged or no database ({reason}); move "
                "it away, or choose another workspace, and run this again."
            )
        remedy = how_to_read(engine) or "check its folder's rights and free space"
        return f"The database {engine.url.database} cannot be used ({reason}); {remedy}."
    if engine.url.password:
        reason = reason.replace(str(engine.url.password), "***")
    return (
        f"The database {engine.url.database} on {engine.url.host or 'this machine'} cannot be "
        f"used ({reason}); {_remedy(error)}."
    )


_CHECK = "check DRMINE_DATABASE_URL and that the server runs"
_REMEDIES = {
    "42501": "grant the role USAGE on the schema and SELECT on its tables to read; to write also "
    "CREATE, and the tables if others made them",
    "3F000": "create the schema that search_path names",
    "25006": "name the primary server, and a role that may write",
    "42P07": "another program's table has this name, or tables were restored without their rows: "
    "give drmine a database or schema of its own",
    "25P03": "run this again",
    "40001": "run this again",
    "40P01": "run this again",
    "55P03": "run this again, and raise lock_timeout for drmine's role if it comes back",
    "57014": "run this again, and raise statement_timeout for drmine's role if that was the cause",
}
"""What to do about PostgreSQL's answers (SQLSTATE) that are no mistakes here."""


def _remedy(error: BaseException | None) -> str:
    if "invalid connection option" in str(error):
        return "take it out of DRMINE_DATABASE_URL"
    if "idle-in-transaction timeout" in str(error):  # older drivers give no SQLSTATE with it
        return _REMEDIES["25P03"]
    return _REMEDIES.get(str(getattr(error, "sqlstate", None)), _CHECK)
