"""Where the annotations of a checkout are, and what ties them to texts that it does not keep."""

from __future__ import annotations

import hashlib
from pathlib import Path

_MARK = "guidelines.md"
_CHECKOUT = Path(__file__).resolve().parents[2]


def annotations_folder() -> Path | None:
    """Return ``annotations/`` of the checkout that the caller or the package stands in."""
    for place in (Path.cwd(), _CHECKOUT):
        if (place / "annotations" / _MARK).is_file():
            return place / "annotations"
    return None


def text_digest(text: str) -> str:
    """Return the SHA-256 that ties labels and offsets to the text that they belong to."""
    return hashlib.sha256(text.encode()).hexdigest()
