"""What the verbs of the command line do, beyond one call: import, refresh, demonstration."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from drmine.errors import ConfigurationError, DrmineError
from drmine.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

Say = Callable[[str], Any]
# Records that one transaction of an import takes.
_IMPORT_BATCH = 1_000


def import_files(settings: Settings, files: Sequence[Path], *, keep_all: bool, say: Say) -> int:
    """Read files into the store; a bad file is named and the rest goes on.

    Returns
    -------
    int
        Exit code: 0; 1 where a file was incomplete or one of several could not be
        read; 2 where no file could be read at all.
    """
    from drmine.progress import Progress
    from drmine.pubmed.files import ReadCounts, nlm_file_order, read_file
    from drmine.refresh.job import open_store
    from drmine.versions import versions
    from drmine.workspace import Workspace

    space = Workspace(settings.workspace).create()
    run = space.new_run("import")
    total: dict[str, int] = {}
    problems: list[str] = []
    readable = 0
    with open_store(settings) as store:
        store.start_run("import", run_id=run.id)
        for path in files:
            progress = Progress(f"records of {path.name} read")

            def tell(share: float, counts: ReadCounts, progress: Progress = progress) -> None:
                progress.update(counts.read, f"{share:.0%} of the file, {counts.kept:,} kept")

            try:
                with progress, read_file(path, keep_all=keep_all, progress=tell) as reading:
                    stored = store.apply(reading, run.id, file_order=nlm_file_order(path))
            except DrmineError as error:
                problems.append(str(error))
                print(f"Error: {error}", file=sys.stderr)
                continue
            readable += 1
            counts = reading.counts
            skipped = "; ".join(f"{n:,} skipped: {why}" for why, n in counts.skipped.items())
            say(
                f"{path.name}: {counts.read:,} records read, {counts.kept:,} kept"
                + (f", {skipped}" if skipped else "")
                + (f", {counts.deleted:,} deletions" if counts.deleted else "")
                + (f", {counts.unreadable:,} unreadable" if counts.unreadable else "")
                + f". In the store: {stored.describe()}."
            )
            for problem in counts.problems:
                print(f"Error: {problem}", file=sys.stderr)
            problems.extend(counts.problems)
            for name, n in (
                ("read", counts.read), ("kept", counts.kept), ("new", stored.new),
                ("deletions", counts.deleted), ("unreadable", counts.unreadable),
            ):  # fmt: skip
                total[name] = total.get(name, 0) + n
        store.finish_run(run.id, is_complete=not problems, counts=total)
        n_records = store.counts()["records"]
    space.write_manifest(
        run,
        {
            "run": run.id, "kind": "import", "started": run.started, "counts": total,
            "files": [path.name for path in files], "versions": versions(),
            "is_complete": not problems, "problems": problems,
        },
    )  # fmt: skip
    if not readable:
        return 2
    say(f"The store holds {n_records:,} records; `drmine refresh --offline` labels them.")
    return 1 if problems else 0


@contextmanager
def _prefect_quiet() -> Iterator[None]:
    """Set Prefect up for a run on this machine: no telemetry, its own folder unless set."""
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "90")
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO")
    yield


def load_flow(name: str) -> ModuleType:
    """Import a flow file: from ``flows/`` of the checkout, or as shipped with the package.

    Raises
    ------
    ConfigurationError
        When the file is in neither place.
    """
    here = Path(__file__).resolve().parent
    for folder in (here.parents[1] / "flows", here / "flows"):
        path = folder / f"{name}.py"
        if path.is_file():
            spec = importlib.util.spec_from_file_location(f"drmine_flow_{name}", path)
            assert spec is not None and spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules[spec.name] = module
            spec.loader.exec_module(module)
            return module
    raise ConfigurationError(
        f"The flow {name}.py is missing from this installation; reinstall drmine."
    )


def run_refresh(
    settings: Settings, *, offline: bool, query: str | None, full: bool, say: Say
) -> int:
    """Run the refresh flow here and say what came of it; returns the exit code."""
    from drmine.refresh.job import check_ready
    from drmine.workspace import Workspace

    # wrong settings end before Prefect's server takes its ten seconds to start
    check_ready(settings, offline=offline, query=query)
    with _prefect_quiet():
        flow = load_flow("refresh").refresh
        state = flow(
            workspace=str(settings.workspace),
            query=query,
            offline=offline,
            full=full,
            return_state=True,
        )
    if state.is_failed() and state.name != "Incomplete":
        error = state.result(raise_on_failure=False)
        if isinstance(error, DrmineError):
            raise error
        raise ConfigurationError(
            f"The refresh failed ({state.message}); what was done is kept, run it again to go on."
        )
    manifest = Workspace(settings.workspace).latest_manifest() or {}
    say(state.message or "")
    say(f"Trend files: {Workspace(settings.workspace).trends_dir.resolve()}")
    say(f"Report: {(Workspace(settings.workspace).report_dir / 'index.html').resolve()}")
    return 0 if manifest.get("is_complete") else 1


def run_demo(workspace: Path, *, say: Say) -> int:
    """Run the refresh flow on the invented corpus, served on loopback; returns the exit code."""
    from drmine.demo.corpus import load_corpus
    from drmine.demo.server import EutilsServer

    records = load_corpus()
    say(
        f"INVENTED DEMONSTRATION: {len(records)} made-up abstracts, served by a local "
        "E-utilities server. Nothing of this is evidence."
    )
    with EutilsServer(records) as server:
        names = ("DRMINE_EUTILS_URL", "DRMINE_EMAIL", "DRMINE_DATABASE_URL", "DRMINE_NCBI_API_KEY")
        before = {name: os.environ.get(name) for name in names}
        os.environ["DRMINE_EUTILS_URL"] = server.url
        os.environ["DRMINE_EMAIL"] = "demo@example.org"
        # a team's database and a real key are never touched by the demonstration
        os.environ.pop("DRMINE_DATABASE_URL", None)
        os.environ.pop("DRMINE_NCBI_API_KEY", None)
        try:
            settings = replace(Settings.from_environment(), workspace=workspace)
            return run_refresh(settings, offline=False, query=None, full=False, say=say)
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
