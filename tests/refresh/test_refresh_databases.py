"""A refresh, step by step, ends the same on SQLite and on PostgreSQL, and goes on from a dump."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drmine.demo.corpus import load_corpus
from drmine.demo.server import EutilsServer
from drmine.records import Record
from drmine.refresh import fetch, label, outputs
from drmine.refresh.job import begin
from drmine.store import Store
from postgres import PostgresServer, running_server

QUERY = "epilep*[tiab]"
TABLES = ("articles", "findings", "mentions", "resistance_rates", "hypothesis_by_year",
          "trend_tests")  # fmt: skip


@pytest.fixture(scope="module")
def corpus() -> list[Record]:
    return load_corpus()[::5]


@pytest.fixture
def entrez(corpus: list[Record], monkeypatch: pytest.MonkeyPatch) -> Iterator[EutilsServer]:
    with EutilsServer(corpus) as server:
        monkeypatch.setenv("DRMINE_EUTILS_URL", server.url)
        monkeypatch.setenv("DRMINE_EMAIL", "test@example.org")
        monkeypatch.delenv("DRMINE_NCBI_API_KEY", raising=False)
        yield server


def refresh(workspace: Path, *, offline: bool = False) -> dict[str, Any]:
    """Do what the flow does, without Prefect; return the manifest."""
    run = begin(str(workspace), query=QUERY, offline=offline, full=False)
    with run as (job, summary):
        if not offline:
            for number in range(fetch.plan_fetch(job)):
                summary.add(fetch.store_records(job, fetch.fetch_planned(job, number)))
            fetch.note_fetch(job, summary)
        for pmids in label.pending_batches(job):
            summary.add(label.label_records(job, pmids))
        outputs.make_trends(job, outputs.manifest_of(job, summary))
        return outputs.finish(job, summary)


def tables(workspace: Path) -> dict[str, str]:
    return {name: (workspace / "trends" / f"{name}.csv").read_text("utf-8") for name in TABLES}


@pytest.fixture(scope="module")
def on_sqlite(corpus: list[Record], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The trend files of one refresh with SQLite in the workspace."""
    workspace = tmp_path_factory.mktemp("sqlite")
    with pytest.MonkeyPatch.context() as patch, EutilsServer(corpus) as server:
        patch.setenv("DRMINE_EUTILS_URL", server.url)
        patch.setenv("DRMINE_EMAIL", "test@example.org")
        patch.delenv("DRMINE_DATABASE_URL", raising=False)
        assert refresh(workspace)["is_complete"]
    return tables(workspace)


def test_a_refresh_writes_the_same_files_from_either_database(
    address: str, entrez: EutilsServer, on_sqlite: dict[str, str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("DRMINE_DATABASE_URL", address)
    workspace = tmp_path / "work"
    manifest = refresh(workspace)
    assert manifest["is_complete"] and manifest["counts"]["labelled"] > 20
    assert tables(workspace) == on_sqlite
    again = refresh(workspace, offline=True)
    assert "labelled" not in again["counts"]
    assert tables(workspace) == on_sqlite
    assert not (workspace / "drmine.sqlite").exists()


def test_a_second_refresh_takes_what_is_revised_and_labels_it_anew(
    address: str, corpus: list[Record], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRMINE_DATABASE_URL", address)
    monkeypatch.setenv("DRMINE_EMAIL", "test@example.org")
    with Store.open(address) as store:
        store.upsert_records(corpus, "before")
    first = refresh(tmp_path, offline=True)
    with Store.open(address) as store:
        newer = replace(corpus[0], title="Invented: a new title.", revised="2099-01-01")
        assert store.upsert_records([newer], "revision").changed == 1
    second = refresh(tmp_path, offline=True)
    assert first["counts"]["labelled"] == len(corpus)
    assert second["counts"]["labelled"] == 1


def test_a_dump_restored_into_a_new_server_goes_on(
    postgres_server: PostgresServer, on_sqlite: dict[str, str], entrez: EutilsServer,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    dump = tmp_path / "drmine.dump"
    dumper, restorer = (postgres_server.program(name) for name in ("pg_dump", "pg_restore"))
    # a server that is named serves for both
    with (
        postgres_server.database() as source,
        running_server() as other,
        other.database() as copy,
    ):
        monkeypatch.setenv("DRMINE_DATABASE_URL", source)
        refresh(tmp_path / "work")
        for command in (
            [dumper, "--format=custom", "--no-owner", f"--file={dump}", source],
            [restorer, "--no-owner", "--exit-on-error", f"--dbname={copy}", str(dump)],
        ):
            done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
            assert done.returncode == 0, done.stderr

        monkeypatch.setenv("DRMINE_DATABASE_URL", copy)
        workspace = tmp_path / "restored"
        manifest = refresh(workspace, offline=True)
        assert "labelled" not in manifest["counts"], "what was labelled came with the dump"
        assert tables(workspace) == on_sqlite
        # keys and counters came with it too: new records go in, old ones are revised
        with Store.open(copy) as store:
            known = next(iter(store.iter_records()))
            added = replace(known, pmid="99099999", title="Invented: one more on epilepsy.")
            counts = store.upsert_records([added, known], "after")
            assert (counts.new, counts.unchanged) == (1, 1)
        assert refresh(workspace, offline=True)["counts"]["labelled"] == 1
