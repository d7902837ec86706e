"""The digest of a package's own sources, by which labels know the code that made them."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path

DECIDES_NOTHING = ("fit", "train", "label_file")
"""How files of ``drmine.classify`` begin that make models, or read and write files."""


@cache
def source_digest(package: str, leave_out: tuple[str, ...] = (), folder: Path | None = None) -> str:
    """Return the SHA-256 of the code and tables of a package: changed code is another maker.

    Parameters
    ----------
    package
        Its name.
    leave_out
        How names of files begin that decide nothing.
    folder
        Where the files are, if not where the package is.
    """
    digest = hashlib.sha256()
    folder = folder or Path(str(files(package)))
    for path in sorted([*folder.glob("*.py"), *folder.glob("*.tsv")]):
        if not path.name.startswith(leave_out):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
