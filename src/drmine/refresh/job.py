"""What a refresh is asked to do, what it did, and that there is one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from drmine.errors import ConfigurationError, InputError
from drmine.locks import REFRESH_LOCK, only_one
from drmine.settings import DEFAULT_EUTILS_URL, Settings, settings_of
from drmine.terminal import Say
from drmine.versions import versions
from drmine.workspace import MANIFEST, Workspace

if TYPE_CHECKING:
    from drmine.pubmed.query import Query
    from drmine.store import Store

KIND = "refresh"


@dataclass(frozen=True, slots=True)
class Job:
    """What a refresh is asked to do; plain text, so that it can pass between tasks."""

    workspace: str
    run_id: str
    started: str
    query: str | None = None
    offline: bool = False
    full: bool = False

    @property
    def settings(self) -> Settings:
        """Settings of the environment, with this job's workspace."""
        return settings_of(self.workspace)

    @property
    def folder(self) -> Path:
        """Folder of the run, with its plan, batches and manifest."""
        return Workspace(Path(self.workspace)).runs_dir / self.run_id


@dataclass(slots=True)
class Summary:
    """What a run did, step by step; becomes its manifest.

    ``trend_notes`` are those on the trend files, which other ones replace as the files are made
    anew.
    """

    counts: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    trend_notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    searched_on: str | None = None
    query_fingerprint: str | None = None

    def add(self, counts: Mapping[str, int]) -> None:
        """Add the counts of one batch."""
        for name, n in counts.items():
            self.counts[name] = self.counts.get(name, 0) + n

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing and nothing went wrong."""
        return not (self.problems or self.missing)


def query_of(text: str | None, settings: Settings) -> Query:
    """Return the query of a run: given, from the settings' file, or the project's own."""
    from drmine.pubmed.query import default_query, load_query, query_from_text

    if text:
        return query_from_text(text)
    return load_query(settings.query_file) if settings.query_file else default_query()


def at_its_server(query: Query, settings: Settings) -> Query:
    """Return the query with the host that it is asked of, where that is not NCBI's.

    By the host alone: a server on this machine, such as the demonstration's, has another port
    at each run.
    """
    host = urlsplit(settings.eutils_url).hostname or ""
    return replace(query, server="" if host == urlsplit(DEFAULT_EUTILS_URL).hostname else host)


def check_ready(settings: Settings, *, offline: bool, query: str | None) -> None:
    """Find wrong settings before anything heavy starts.

    Raises
    ------
    ConfigurationError
        With one sentence that says what to set.
    """
    Workspace(settings.workspace).create()
    try:
        str(settings.workspace).encode()
    except UnicodeEncodeError:
        # the name goes to Prefect as text
        raise ConfigurationError(
            f"The name of the workspace {str(settings.workspace)!r} is not UTF-8; rename the "
            "folder, or reach it by a link."
        ) from None
    if not offline:
        from drmine.pubmed.entrez import EntrezClient

        query_of(query, settings)
        EntrezClient.from_settings(settings)


@contextmanager
def begin(
    workspace: str,
    *,
    query: str | None,
    offline: bool,
    full: bool,
    wait: float = 0.0,
    say: Say | None = None,
) -> Iterator[tuple[Job, Summary]]:
    """Open a run: one at a time per workspace, going on where a stopped one was.

    Where another refresh is at work, it is waited for, ``wait`` seconds at most; ``say`` is
    told of it.

    Raises
    ------
    ConfigurationError
        When another refresh works in the same workspace.
    """
    space = Workspace(Path(workspace))
    space.create()
    with alone(space, wait=wait, say=say):
        settings = settings_of(workspace)
        text = None if offline else query_of(query, settings).text
        # a store or a query that cannot be used leaves no folder of a run behind
        with open_store(settings) as store:
            unfinished = None if offline else unfinished_run(space)
            run_id = unfinished or space.new_run(KIND).id
            started = datetime.now(UTC).isoformat(timespec="seconds")
            job = Job(workspace, run_id, started, query, offline, full)
            # also for a run that goes on: it may have been begun with another database
            store.start_run(KIND, run_id=run_id, query=text, versions=versions())
        yield job, Summary()


@contextmanager
def alone(space: Workspace, **waiting: Any) -> Iterator[None]:
    """Hold the lock of a workspace's refresh; ``waiting`` as for :func:`drmine.locks.only_one`."""
    with only_one(space.root / REFRESH_LOCK, "refresh", **waiting):
        yield


def unfinished_run(space: Workspace) -> str | None:
    """Return the last run that had a plan and was stopped before its manifest."""
    runs = sorted(space.runs_dir.glob("*/plan.json"), reverse=True)
    for plan in runs[:1]:
        if not (plan.parent / MANIFEST).exists():
            return plan.parent.name
    return None


def open_store(settings: Settings) -> Store:
    """Open the store of a workspace, creating both where they are new."""
    from drmine.store import Store

    Workspace(settings.workspace).create()
    return Store.open(settings)


def has_store(settings: Settings) -> bool:
    """Whether the workspace has a store; one of a team by its address has."""
    return bool(settings.database_url) or Workspace(settings.workspace).database.is_file()


def need_store(settings: Settings) -> None:
    """See to it that the workspace has a store.

    Raises
    ------
    InputError
        There is none: a workspace is not made by looking for one.
    """
    if not has_store(settings):
        raise InputError(
            f"{settings.workspace} holds no store; name the workspace with --workspace, or run "
            "`drmine refresh` or `drmine import` to fill it."
        )


def existing_store(settings: Settings) -> Store:
    """Open the store of a workspace that has one; :func:`need_store` raises where it has none."""
    need_store(settings)
    return open_store(settings)


def reading_store(settings: Settings) -> Store:
    """Open the store of a workspace that has one, for what only reads: no right to write is needed.

    :func:`need_store` raises where there is none.
    """
    from drmine.store import Store

    need_store(settings)
    return Store.open_as_is_right(settings)
