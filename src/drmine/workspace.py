"""The folder of one evidence map: database, trend files, report, and one manifest a run."""

from __future__ import annotations

import errno
import json
import os
import re
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from drmine.errors import ConfigurationError
from drmine.pubmed.atomic import write_atomically
from drmine.settings import Settings, at_home

MANIFEST = "manifest.json"
_STAMP = "%Y%m%d-%H%M%S"
_RUN_ID = re.compile(r"\d{8}-[0-2]\d[0-5]\d[0-5]\d-[0-9a-f]{4}")
_HIDDEN = "***"
_SECRET_KEY = re.compile(r"(?i)(api_?key|password|passwd|secret|token|e_?mail|database_url)$")
_SECRETS_IN_TEXT = (
    (re.compile(r"(?i)\b((?:api_?key|email|password|token)=)[^&\s\"']+"), rf"\g<1>{_HIDDEN}"),
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^/\s@]+@", re.IGNORECASE), rf"\g<1>{_HIDDEN}@"),
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job; ``started`` is UTC, ISO 8601. Ids sort in the order of the starts."""

    id: str
    kind: str
    started: str
    directory: Path


@dataclass(frozen=True, slots=True)
class Workspace:
    """The layout of a workspace; creates and writes, but keeps no state of its own."""

    root: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", at_home(self.root))

    @property
    def database(self) -> Path:
        """The SQLite file that serves where no ``DRMINE_DATABASE_URL`` is set."""
        return self.root / "drmine.sqlite"

    @property
    def trends_dir(self) -> Path:
        """Folder of the trend files and their ``datapackage.json``."""
        return self.root / "trends"

    @property
    def report_dir(self) -> Path:
        """Folder of ``index.html``."""
        return self.root / "report"

    @property
    def runs_dir(self) -> Path:
        """Folder with one folder a run."""
        return self.root / "runs"

    def create(self) -> Workspace:
        """Make the folders that are not there yet and return the workspace.

        Raises
        ------
        ConfigurationError
            The place is no folder, or cannot be written to.
        """
        try:
            for folder in (self.root, self.trends_dir, self.report_dir, self.runs_dir):
                folder.mkdir(parents=True, exist_ok=True)
            # permission bits do not tell (root, read-only mounts, quotas): only writing does
            with tempfile.TemporaryFile(dir=self.root) as probe:
                probe.write(b"drmine")
        except OSError as error:
            raise self._unusable(error) from error
        return self

    def new_run(self, kind: str) -> Run:
        """Start a run: give it an id like ``20261123-101500-ab12`` and a folder of its own.

        The last four digits are the fraction of the second, in hexadecimal, so that
        ids sort by time; an id that is taken is left to its owner. Where the clock was set
        back, ids go on from the latest one: which run is the last is told by them.
        """
        while True:
            nanoseconds = time.time_ns()
            seconds, rest = divmod(nanoseconds, 1_000_000_000)
            started = datetime.fromtimestamp(seconds, UTC)
            run_id = f"{started:{_STAMP}}-{(rest << 16) // 1_000_000_000:04x}"
            try:
                self.runs_dir.mkdir(parents=True, exist_ok=True)
                latest = self.latest_run_id()
                if run_id <= latest:
                    run_id = _next_id(latest)
                directory = self.runs_dir / run_id
                directory.mkdir()
            except FileExistsError:
                if not self.runs_dir.is_dir():
                    raise self._unusable(NotADirectoryError(20, "Not a directory")) from None
                time.sleep(0.0001)
                continue
            except OSError as error:
                raise self._unusable(error) from error
            return Run(run_id, kind, started.isoformat(timespec="seconds"), directory)

    def latest_run_id(self) -> str:
        """Return the id of the latest run, also of one without a manifest; nothing before any."""
        names = (path.name for path in self.runs_dir.iterdir())
        return max(filter(_is_run_id, names), default="")

    def write_manifest(self, run: Run, manifest: Mapping[str, Any]) -> Path:
        """Write a run's ``manifest.json`` as a whole or not at all.

        Paths inside the workspace become relative to it, so that the folder can be
        moved; keys that name secrets are left out and secrets inside texts masked.
        """
        path = self.runs_dir / run.id / MANIFEST
        clean = _Cleaner(self)(dict(manifest))
        text = json.dumps(clean, indent=2, ensure_ascii=False)
        # a file name or message can hold bytes that are no text; the manifest stays readable
        write_atomically(path, (text + "\n").encode("utf-8", "backslashreplace"))
        return path

    def manifests(self) -> list[dict[str, Any]]:
        """Return the manifests of all runs that have a readable one, oldest first."""
        found = []
        for path in sorted(self.runs_dir.glob(f"*/{MANIFEST}")):
            try:
                manifest = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue
            if isinstance(manifest, dict):
                found.append(manifest)
        return found

    def latest_manifest(self, kind: str | None = None) -> dict[str, Any] | None:
        """Return the manifest of the latest run, or latest of a kind, that has a readable one."""
        wanted = [m for m in self.manifests() if kind is None or m.get("kind") == kind]
        return wanted[-1] if wanted else None

    def relative(self, path: Path | str) -> str:
        """Return a path inside the workspace as seen from it; another one by its name alone."""
        absolute = Path(os.path.abspath(path))  # noqa: PTH100 (resolve() would follow links)
        for root in {Path(os.path.abspath(self.root)), self.root.resolve()}:  # noqa: PTH100
            if absolute.is_relative_to(root):
                return absolute.relative_to(root).as_posix()
        return absolute.name

    def _unusable(self, error: OSError) -> ConfigurationError:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        remedy = "free some space" if is_full else "make it a writable folder"
        return ConfigurationError(
            f"The workspace {self.root} cannot be used ({error.strerror or error}); "
            f"{remedy} or choose another with --workspace."
        )


def _second_of(run_id: str) -> datetime:
    return datetime.strptime(run_id.rpartition("-")[0], _STAMP).replace(tzinfo=UTC)


def _is_run_id(name: str) -> bool:
    """Whether a folder has the name of a run; one of an impossible day was made by hand."""
    try:
        return bool(_RUN_ID.fullmatch(name) and _second_of(name))
    except ValueError:
        return False


def _next_id(run_id: str) -> str:
    """Return the id that comes right after another one."""
    tick = int(run_id.rpartition("-")[2], 16) + 1
    second = _second_of(run_id) + timedelta(seconds=tick >> 16)
    return f"{second:{_STAMP}}-{tick & 0xFFFF:04x}"


class _Cleaner:
    """Makes a manifest fit to be shared: relative paths, no secrets, plain JSON."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        roots = {os.path.abspath(workspace.root), str(workspace.root.resolve())}  # noqa: PTH100
        self._roots = sorted(
            (root + os.sep for root in roots if not root.endswith(os.sep)), key=len, reverse=True
        )
        settings = Settings.from_environment()
        self._secrets = [
            secret for secret in (settings.database_url, settings.api_key, settings.email) if secret
        ]

    def __call__(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {
                str(key): self(item)
                for key, item in value.items()
                if not _SECRET_KEY.search(str(key))
            }
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Path):
            return self._workspace.relative(value)
        if isinstance(value, (set, frozenset)):
            return [self(item) for item in sorted(value, key=str)]
        if isinstance(value, Sequence):
            return [self(item) for item in value]
        if value is None or isinstance(value, (bool, int)):
            return value
        if isinstance(value, float):
            return value if value - value == 0 else None
        if isinstance(value, datetime):
            return value.isoformat()
        return self._text(str(value))

    def _text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        for pattern, replacement in _SECRETS_IN_TEXT:
            text = pattern.sub(replacement, text)
        for root in self._roots:
            text = "." if text + os.sep == root else text.replace(root, "")
        return text
