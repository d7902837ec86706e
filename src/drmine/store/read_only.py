"""Read a store without changing it: on a read-only share, or to look and no more.

SQLite's files in WAL mode are read with the help of two more, ``-wal`` and ``-shm``, which it makes
where it may. Where it may not, it opens a file only if both are there already, or if it is told
that the file does not change (``immutable``); then it takes no locks, and does not see ``-wal``.
See https://sqlite.org/wal.html#read_only_databases and https://sqlite.org/c3ref/open.html .
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event

from drmine.errors import ConfigurationError

Stamp = tuple[int, int, int]
_STAMP = "drmine_stamp"
_HEADER = 20
_WAL_FORMAT = b"\x02\x02"


def may_write(url: URL) -> bool:
    """Whether a database can be opened as who means to write opens it.

    A server is asked as ever: to read it takes no right to write.
    """
    if url.get_backend_name() != "sqlite":
        return True
    path = Path(str(url.database))
    # where the file alone may not be written to, SQLite would still leave its own beside it, and
    # these would be in the way of who may
    return os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK)


def connect_to_read(url: URL) -> Engine:
    """Return an engine for an SQLite file that is there, to read alone.

    What no process has open is read as a file that does not change, without a lock, and
    :func:`refuse_changed` sees to it that this was so. Where ``-wal`` holds something, a writer is
    at work or was stopped, and SQLite reads the newest part there; it then takes its locks in
    ``-shm``, and makes that anew where it is missing and may be made.
    """
    path = Path(str(url.database)).absolute()
    mode, stamp = "mode=ro", None
    if _is_at_rest(path):
        mode, stamp = "mode=ro&immutable=1", _stamp(path)
    address = f"file:{quote(os.fsencode(path))}?{mode}"
    engine = create_engine(
        url,
        creator=lambda: sqlite3.connect(address, uri=True, timeout=60, check_same_thread=False),
        execution_options={_STAMP: stamp},
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def refuse_changed(engine: Engine) -> None:
    """See to it that what was read as a file that does not change has not changed.

    Raises
    ------
    ConfigurationError
        A writer came in between, and what was read may be of two states.
    """
    stamp = engine.get_execution_options().get(_STAMP)
    if stamp is not None and _stamp(Path(str(engine.url.database))) != stamp:
        raise ConfigurationError(
            f"The database {engine.url.database} was changed while it was read; run this again."
        )


def how_to_read(engine: Engine) -> str:
    """Say what is in the way of reading an SQLite file, if its ``-wal`` is."""
    wal = Path(f"{engine.url.database}-wal")
    if _size(wal) and not Path(f"{engine.url.database}-shm").exists():
        return (
            f"its newest part is in {wal.name}, which only who may write to the folder can open: "
            "let them run `drmine trends`, or copy both files to a folder of your own"
        )
    return ""


def _is_at_rest(path: Path) -> bool:
    """Whether no process that has written has the file open: the last one takes ``-wal`` away."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except OSError:
        return False  # SQLite says why
    return header[18:] == _WAL_FORMAT and not _size(Path(f"{path}-wal"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _stamp(path: Path) -> Stamp | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns
