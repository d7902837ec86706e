"""Gzip files of JSON lines that a run leaves for a later step or run."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from drmine.errors import InputError


def packed_lines(path: Path, what: str) -> Iterator[Any]:
    """Yield what each line of a file holds.

    Raises
    ------
    InputError
        The file cannot be read, or not to its end; ``what`` says in the message what it is.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise InputError(f"The {what} {path} is damaged; delete it and run again.") from error
