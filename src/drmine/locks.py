"""One job of a kind at a time in a workspace, by a lock that dies with its process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drmine.errors import ConfigurationError
from drmine.terminal import Say

REFRESH_LOCK, BULK_LOCK = ".refresh.lock", ".bulk.lock"
"""Their names in a workspace."""

_ASK_EVERY = 1.0
_GLANCE = 0.02
"""Longer than :func:`is_held` takes to look."""


@contextmanager
def only_one(
    lock: Path,
    what: str,
    *,
    wait: float = 0.0,
    say: Say | None = None,
    instead: str = "wait for it, or give another --workspace",
) -> Iterator[None]:
    """Hold a lock file; whoever comes second waits for it, or is told.

    Parameters
    ----------
    lock
        The file, in the folder that is guarded.
    what
        The job, as it is called in a sentence.
    wait
        Seconds to wait for the other one to end.
    say
        Told once that there is something to wait for.
    instead
        What who comes second may do, as it is said in a sentence.

    Raises
    ------
    ConfigurationError
        The other one is at work still, or no lock can be had there.
    """
    import fcntl

    give_up = time.monotonic() + wait
    try:
        # "a" and not "w": a file that another holds is not touched
        handle = lock.open("a")
    except OSError as error:
        # it stays for good: where people share a folder, who came first made it
        raise ConfigurationError(
            f"The lock {lock} cannot be opened ({error.strerror}); make it writable for all who "
            "use this workspace, or delete it while nothing is at work there."
        ) from error
    with handle:
        is_second_look = False
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if not is_second_look:
                    # somebody may only be looking whether it is held
                    is_second_look = True
                    time.sleep(_GLANCE)
                    continue
                left = give_up - time.monotonic()
                if left <= 0:
                    raise ConfigurationError(
                        f"Another {what} is at work in {lock.parent}; {instead}."
                    ) from error
                if say is not None:
                    say(f"Another {what} is at work in {lock.parent}: waiting for it to end.")
                    say = None
                time.sleep(min(_ASK_EVERY, left))
            except OSError as error:
                raise ConfigurationError(
                    f"The file system of {lock.parent} gives no locks ({error.strerror}), which "
                    f"keep two {what}s apart; choose a workspace on another one."
                ) from error
        yield


def is_held(lock: Path) -> bool:
    """Whether a process of this machine, or of one that shares the file system, holds a lock.

    No right to write is needed. Where there are no locks, or the file cannot be read, nobody
    is known to hold it.
    """
    import fcntl

    try:
        with lock.open("rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
