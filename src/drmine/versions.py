"""The versions that a manifest names."""

from __future__ import annotations

import platform
from importlib.metadata import version

from drmine import __version__

_LIBRARIES = ("biopython", "pandas", "prefect", "scispacy", "spacy", "sqlalchemy")


def versions() -> dict[str, str]:
    """Return the versions that a manifest names."""
    return {
        "drmine": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    }
