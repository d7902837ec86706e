"""Polite pacing, shared by all threads and all processes of a user on this machine.

NCBI counts requests per IP address, so a limit kept inside one process is not enough: a
scheduled flow and a person at the terminal share it. A small file under the user's cache
folder holds the time of the last request; whoever wants to send takes its lock, waits for its
turn, sends, writes the time and lets go. The operating system frees the lock of a killed process.
"""

from __future__ import annotations

import json
import os
import re
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

# https://www.ncbi.nlm.nih.gov/books/NBK25497/ (usage guidelines), requests per second
RATE_WITHOUT_KEY = 3.0
RATE_WITH_KEY = 10.0
# the network may squeeze requests together that left here evenly: keep a tenth in hand
SAFETY_MARGIN = 1.1
MAX_PAUSE = 300.0


class Pace:
    """Spaces requests to one server evenly.

    Parameters
    ----------
    base_url
        The server; each host has a file of its own.
    rate
        Requests per second; 0 turns pacing off.
    directory
        Where the shared file lies; by default a folder in the user's cache.
    clock, sleep
        Seconds since the epoch, and waiting; for tests.
    """

    def __init__(
        self,
        base_url: str,
        rate: float,
        *,
        directory: Path | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval = SAFETY_MARGIN / rate if rate > 0 else 0.0
        self._clock = clock
        self._sleep = sleep
        host = re.sub(r"[^0-9a-z.-]", "_", (urlsplit(base_url).hostname or "server").lower())
        self._path = (directory or _shared_directory()) / f"pace-{host}"

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the next turn and hold it; send the request inside, read the answer outside."""
        if not self._interval:
            yield
            return
        with _locked(self._path) as file:
            last, not_before = _read(file)
            now = self._clock()
            # a time ahead of the clock means that the clock was set back: it says nothing
            wait = last + self._interval - now if last <= now else self._interval
            if not_before - now <= MAX_PAUSE:
                wait = max(wait, not_before - now)
            if wait > 0:
                self._sleep(wait)
            try:
                yield
            finally:
                _write(file, self._clock(), not_before)

    def pause(self, seconds: float) -> None:
        """Let nobody on this machine send for some seconds (the server has asked for it)."""
        if not self._interval:
            return
        with _locked(self._path) as file:
            last, not_before = _read(file)
            now = self._clock()
            until = now + min(seconds, MAX_PAUSE)
            if until < not_before <= now + MAX_PAUSE:
                until = not_before
            _write(file, last, until)


def rate_for(api_key: str | None) -> float:
    """Return the requests per second that NCBI allows with or without a key."""
    return RATE_WITH_KEY if api_key else RATE_WITHOUT_KEY


def _shared_directory() -> Path:
    """Return the user's cache folder for drmine, or one in the temporary folder."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    candidates = [Path(cache)] if cache else []
    with suppress(RuntimeError):  # no home folder, as in some containers
        candidates.append(Path.home() / ".cache")
    for parent in candidates:
        directory = parent / "drmine"
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(directory, os.W_OK):
            return directory
    user = os.getuid() if hasattr(os, "getuid") else "user"
    directory = Path(tempfile.gettempdir()) / f"drmine-{user}"
    try:
        directory.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        # in a folder for all, a stranger may have made it, with a link of theirs inside
        status = directory.lstat()
        if not stat.S_ISDIR(status.st_mode) or (user != "user" and status.st_uid != user):
            return Path(tempfile.mkdtemp(prefix="drmine-"))
    return directory


@contextmanager
def _locked(path: Path) -> Iterator[IO[str]]:
    path.parent.mkdir(parents=True, exist_ok=True)
    # every turn opens the file anew: locks belong to the open file, so threads exclude each other
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as file:
        _lock(file)
        try:
            yield file
        finally:
            file.flush()
            _unlock(file)


def _read(file: IO[str]) -> tuple[float, float]:
    file.seek(0)
    try:
        last, not_before = json.loads(file.read() or "[0, 0]")
        return float(last), float(not_before)
    except (ValueError, TypeError):
        return 0.0, 0.0


def _write(file: IO[str], last: float, not_before: float) -> None:
    file.seek(0)
    file.write(json.dumps([last, not_before]))
    file.truncate()


if os.name == "nt":  # pragma: no cover
    import msvcrt

    def _lock(file: IO[str]) -> None:
        while True:
            try:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined]
                return
            except OSError:  # LK_LOCK gives up after ten seconds
                continue

    def _unlock(file: IO[str]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined]

else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def _unlock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
