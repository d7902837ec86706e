"""Put a folder of files in place at once, and keep what a user laid beside them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drmine.errors import ConfigurationError

MARK = "datapackage.json"


@contextmanager
def replaced_folder(target: Path, is_ours: frozenset[str]) -> Iterator[Path]:
    """Give an empty folder to fill; when the block ends well, it takes the place of ``target``.

    A file in ``target`` whose name is not in ``is_ours`` is a user's and moves
    along. If the block fails, ``target`` stays as it was.

    Raises
    ------
    ConfigurationError
        ``target`` is no folder, holds foreign files only, or cannot be written.
    """
    fresh = target.with_name(f".{target.name}.new")
    old = target.with_name(f".{target.name}.old")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _recover(target, old, is_ours)
        _check(target)
        if fresh.exists():
            shutil.rmtree(fresh)
        fresh.mkdir()
        try:
            yield fresh
            if target.exists():
                target.rename(old)
            fresh.rename(target)
        finally:
            if fresh.exists():
                shutil.rmtree(fresh, ignore_errors=True)
        _clear(old, target, is_ours)
    except OSError as error:
        raise ConfigurationError(
            f"The trend files cannot be written to {target} ({error.strerror or error}); "
            "free the place or name another workspace."
        ) from None


def _recover(target: Path, old: Path, is_ours: frozenset[str]) -> None:
    """Undo the first half of a swap that a crash cut in two, or end the second."""
    if old.exists() and not target.exists():
        old.rename(target)
    _clear(old, target, is_ours)


def _clear(old: Path, target: Path, is_ours: frozenset[str]) -> None:
    """Move a user's files along and remove the folder whose place was taken."""
    if not old.exists():
        return
    for entry in old.iterdir():
        # after a crash, a user may have laid the file there anew
        if entry.name not in is_ours and not (target / entry.name).exists():
            shutil.move(entry, target / entry.name)
    shutil.rmtree(old)


def _check(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise ConfigurationError(f"{target} is a file; name a folder for the trend files.")
    if any(target.iterdir()) and not (target / MARK).exists():
        raise ConfigurationError(
            f"{target} holds files but no {MARK} by drmine; name an empty folder."
        )
