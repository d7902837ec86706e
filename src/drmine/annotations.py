"""Where the annotations of a checkout are, and what ties them to texts that it does not keep."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from drmine.errors import InputError

_MARK = "guidelines.md"
_CHECKOUT = Path(__file__).resolve().parents[2]


def annotations_folder() -> Path | None:
    """Return ``annotations/`` of the checkout that the caller or the package stands in."""
    for place in (Path.cwd(), _CHECKOUT):
        if (place / "annotations" / _MARK).is_file():
            return place / "annotations"
    return None


def annotation_file(file: Path) -> Path | None:
    """Return a file of ``annotations/``, named from there; None where it is not here."""
    folder = annotations_folder()
    path = folder / file if folder else None
    return path if path and path.is_file() else None


def gold_in_checkout(file: Path) -> Path:
    """Return a gold file of ``annotations/``, named from there.

    Raises
    ------
    InputError
        It is not here.
    """
    path = annotation_file(file)
    if path is None:
        raise InputError(f"annotations/{file} is not here; give the gold file with --gold.")
    return path


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield number and text of each line of a file that is not blank, without a byte order mark.

    Raises
    ------
    InputError
        The file cannot be read, or a line is not UTF-8; the message names it.
    """
    # by line feeds alone, as JSON lines are: other separators stand inside texts
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError:
                    raise InputError(
                        f"{path}:{number} is not UTF-8; save the file as UTF-8."
                    ) from None
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); check its name, and that you may read it."
        ) from None


def text_digest(text: str) -> str:
    """Return the SHA-256 that ties labels and offsets to the text that they belong to."""
    # half a character, which JSON can spell out, is written as a question mark everywhere
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
