"""The scripts that draw the charts: bundled once by vl-convert, then kept for later reports.

Bundling takes longer than everything else about a report, and gives the same bytes each time.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from drmine.errors import ConfigurationError
from drmine.pubmed.atomic import write_atomically


@lru_cache(maxsize=1)
def chart_scripts() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script, safe inside a script element."""
    kept = _place()
    script = _read(kept) if kept else None
    if script is None:
        import vl_convert

        # the stub asks for an argument that the function does not need
        script = vl_convert.javascript_bundle()  # type: ignore[call-arg]
        if kept:
            _keep(kept, script)
    return _script_safe(script)


def _place() -> Path | None:
    """Return where the scripts of the installed release are kept, if there is such a place."""
    try:
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    except RuntimeError:
        return None
    return Path(home) / "drmine" / f"vl-convert-{version('vl-convert-python')}.js"


def _read(path: Path) -> str | None:
    """Return what was kept, if it is whole: its first line is the digest of the rest."""
    try:
        digest, _, script = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if hashlib.sha256(script).hexdigest().encode() != digest:
        return None
    return script.decode("utf-8")


def _keep(path: Path, script: str) -> None:
    content = script.encode("utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
    except (OSError, ConfigurationError):
        # a home that cannot be written costs the seconds of bundling, no more
        return


def _script_safe(script: str) -> str:
    # the bundle holds "</script" only inside string literals, if at all
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")
