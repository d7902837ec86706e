"""Files that are there as a whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from drmine.errors import ConfigurationError


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file such that a process killed at any moment leaves the old one or the new one.

    A device or a pipe is written to as it is.

    Raises
    ------
    ConfigurationError
        The folder cannot be written to, or the name is that of a folder.
    """
    if path.is_dir():
        raise ConfigurationError(f"{path} is a folder; name a file.")
    try:
        if is_special(path):
            path.write_bytes(content)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = unfinished_of(path)
        try:
            # for whom the umask says, as any file: colleagues may read it, or nobody else
            with unfinished.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigurationError(
            f"The folder {path.parent} cannot be written to ({error.strerror}); make it writable, "
            "free some space, or name another place."
        ) from error


def unfinished_of(path: Path) -> Path:
    """Return a name beside a file for what is to take its place; no two writers share one."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")


def is_special(path: Path) -> bool:
    """Whether a path is there and no file that another may replace: a device, a pipe, a folder.

    Root could put a file in the place of ``/dev/stdout``, also where that leads to a file.
    """
    return (path.exists() and not path.is_file()) or path.absolute().parent == Path("/dev")


def remove_leftovers(directory: Path) -> int:
    """Delete the temporary files of killed processes; return how many there were."""
    leftovers = [path for path in directory.glob(".*.tmp") if path.is_file()]
    for path in leftovers:
        path.unlink(missing_ok=True)
    return len(leftovers)
