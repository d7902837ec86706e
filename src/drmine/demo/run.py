"""The demonstration: a refresh of the invented corpus, served on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drmine.demo.corpus import load_corpus
from drmine.demo.server import EutilsServer
from drmine.errors import ConfigurationError
from drmine.jobs import run_refresh
from drmine.settings import Settings, settings_of
from drmine.terminal import Say
from drmine.workspace import Workspace

# a team's database, a real key and a query of one's own have nothing to do with the demonstration
_ASIDE = ("DRMINE_DATABASE_URL", "DRMINE_NCBI_API_KEY", "DRMINE_QUERY_FILE")


def run_demo(workspace: Path, *, say: Say) -> int:
    """Run the refresh flow on the invented corpus, served on loopback; returns the exit code.

    Raises
    ------
    ConfigurationError
        The workspace holds real records, among which the invented ones would be counted.
    """
    records = load_corpus()
    say(
        f"INVENTED DEMONSTRATION: {len(records)} made-up abstracts, served by a local "
        "E-utilities server. Nothing of this is evidence."
    )
    with EutilsServer(records) as server, _settings_of(server.url):
        settings = settings_of(workspace)
        _check_no_real_records(settings)
        return run_refresh(settings, offline=False, query=None, full=False, say=say)


@contextmanager
def _settings_of(url: str) -> Iterator[None]:
    before = dict(os.environ)
    for name in _ASIDE:
        os.environ.pop(name, None)
    os.environ["DRMINE_EUTILS_URL"] = url
    os.environ["DRMINE_EMAIL"] = "demo@example.org"
    try:
        yield
    finally:
        for name in (*_ASIDE, "DRMINE_EUTILS_URL", "DRMINE_EMAIL"):
            os.environ.pop(name, None)
            if name in before:
                os.environ[name] = before[name]


def _check_no_real_records(settings: Settings) -> None:
    from drmine.store import Store

    if not Workspace(settings.workspace).database.is_file():
        return
    with Store.open(settings) as store:
        counts = store.counts()
    if n_real := counts["records"] - counts["invented"]:
        raise ConfigurationError(
            f"The workspace {settings.workspace} holds {n_real:,} real records; give the "
            "demonstration a folder of its own with --workspace."
        )
