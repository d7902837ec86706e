"""Gathers how a workspace stands: from its files, and a few questions to its store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drmine import __version__
from drmine.bulk.job import KIND as BULK
from drmine.errors import InputError
from drmine.locks import BULK_LOCK, REFRESH_LOCK, is_held
from drmine.refresh.history import STORE_MARK, last_whole_search
from drmine.refresh.job import KIND, need_store, unfinished_run
from drmine.settings import Settings
from drmine.workspace import MANIFEST, Workspace

if TYPE_CHECKING:
    from drmine.store import Store
    from drmine.store.standing import Standing

BULK_AT_WORK = "bulk run"
MISSING, STALE, CURRENT = "missing", "older than the store", "current"


@dataclass(frozen=True, slots=True)
class Review:
    """Records that reviewers have decided on, and what waits: in the queue, or to be counted."""

    folder: str
    decisions: int = 0
    records: int = 0
    in_queue: int = 0
    to_settle: int = 0
    not_counted: int = 0
    unreadable: int = 0


@dataclass(slots=True)
class WorkspaceStatus:
    """What `drmine status` knows; the parts on the store are None where its tables are others'."""

    workspace: str
    database: str
    schema: str | None
    present_schema: str
    drmine: str = __version__
    written_by: str | None = None
    store: Standing | None = None
    review: Review | None = None
    last_run: dict[str, Any] | None = None
    last_refresh: dict[str, Any] | None = None
    last_complete_search: dict[str, Any] | None = None
    unfinished: str | None = None
    stopped: dict[str, str] = field(default_factory=dict)
    at_work: list[str] = field(default_factory=list)
    trends: str | None = None
    report: str | None = None


def gather(settings: Settings, reviews: Path | None = None) -> WorkspaceStatus:
    """Return how a workspace stands.

    Raises
    ------
    InputError
        There is no such workspace.
    ConfigurationError
        Its database cannot be read.
    """
    from drmine.status.fingerprint import present_fingerprint
    from drmine.store import Store
    from drmine.store.schema import HEAD

    need_store(settings)
    space = Workspace(settings.workspace)
    if not space.root.is_dir():
        raise InputError(
            f"{space.root} is no folder; name the workspace with --workspace. The database that "
            "DRMINE_DATABASE_URL names may be that of another one."
        )
    runs = _Runs(space)
    with Store.open_to_read(settings, any_tables=True) as store:
        found = WorkspaceStatus(
            workspace=str(space.root),
            database="PostgreSQL" if _is_server(settings) else "SQLite",
            schema=store.schema_version(),
            present_schema=HEAD,
            written_by=runs.version(),
            last_run=runs.last(),
            last_refresh=_short(runs.refreshes[-1]) if runs.refreshes else None,
            unfinished=unfinished_run(space),
        )
        for lock, what in ((REFRESH_LOCK, "refresh"), (BULK_LOCK, BULK_AT_WORK)):
            if is_held(space.root / lock):
                found.at_work.append(what)
        if found.schema != HEAD:
            return found
        found.last_complete_search = runs.complete_search(store)
        found.stopped = _stopped(store, found.at_work)
        found.store = store.standing(present_fingerprint(settings.spacy_model))
        found.review = _review(store, settings, reviews)
        found.trends, found.report = _outputs(space, store.mark())
    return found


def _is_server(settings: Settings) -> bool:
    return (settings.database_url or "").startswith("postgres")


def _stopped(store: Store, at_work: list[str]) -> dict[str, str]:
    """Return, of imports and bulk runs, the last one if it has not come to its end.

    The next one of its kind takes its place, and no refresh does: what it was to read is known
    to whoever began it.
    """
    kinds = ["import"] if BULK_AT_WORK in at_work else ["import", BULK]
    last = {kind: store.last_run(kind) for kind in kinds}
    return {kind: run.id for kind, run in last.items() if run is not None and run.ended is None}


class _Runs:
    """The runs of a workspace by their manifests, the oldest first."""

    def __init__(self, space: Workspace) -> None:
        self._space = space
        self.manifests = space.manifests()
        self.refreshes = [one for one in self.manifests if one.get("kind") == KIND]

    def version(self) -> str | None:
        """Return the version of drmine of the last run that says one."""
        for manifest in reversed(self.manifests):
            versions = manifest.get("versions")
            if isinstance(versions, Mapping) and versions.get("drmine"):
                return str(versions["drmine"])
        return None

    def complete_search(self, store: Store) -> dict[str, Any] | None:
        """Return run and day of the last search that brought all it found into this database."""
        found = last_whole_search(self.manifests, store)
        return {name: found[name] for name in ("run", "searched_on")} if found else None

    def last(self) -> dict[str, Any] | None:
        """Return the last run, also one that was stopped before it had a manifest."""
        last = self._space.latest_run_id() if self._space.runs_dir.is_dir() else ""
        if self.manifests and str(self.manifests[-1].get("run", "")) >= last:
            return _short(self.manifests[-1])
        return {"run": last, "is_complete": None} if last else None


def _short(manifest: Mapping[str, Any]) -> dict[str, Any]:
    names = ("run", "kind", "started", "ended", "searched_on", "is_complete", "problems")
    return {
        **{name: manifest.get(name) for name in names},
        "missing": len(manifest.get("missing") or ()),
        "not_labelled": len(manifest.get("not_labelled") or ()),
    }


def _review(store: Store, settings: Settings, reviews: Path | None) -> Review:
    from drmine.review.decisions.apply import not_applied
    from drmine.review.status import read_work

    work = read_work(store, settings, reviews)
    return Review(
        folder=str(work.folder),
        decisions=sum(one.judges for one in work.decisions),
        records=work.n_reviewed,
        in_queue=sum(one.total - one.done for one in work.queue),
        to_settle=work.n_disagreements,
        not_counted=not_applied(store, work.decisions),
        unreadable=len(work.problems),
    )


def _outputs(space: Workspace, mark: str) -> tuple[str, str]:
    """Return whether trend files and report are those of the store as it is."""
    try:
        manifest = json.loads((space.trends_dir / MANIFEST).read_text(encoding="utf-8"))
        run, is_current = str(manifest["run"]), manifest.get(STORE_MARK) == mark
        if STORE_MARK not in manifest:
            # made by an earlier drmine: runs write their ids beside rows
            is_current = all(part <= run for part in mark.split() if "-" in part)
    except (OSError, ValueError, KeyError, TypeError):
        return MISSING, MISSING
    trends = CURRENT if is_current else STALE
    try:
        page = (space.report_dir / "index.html").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return trends, MISSING
    return trends, trends if run in page else STALE
