"""A store is read without a right to write, and nothing is written beside it."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from pathlib import Path

import pytest
from sqlalchemy import make_url
from store_samples import record

from drmine.errors import ConfigurationError
from drmine.review.status import read_status
from drmine.settings import Settings
from drmine.store import Store
from drmine.store.engine import reading, writing
from drmine.store.migrate import VERSION_TABLE, migrate_to
from postgres import PostgresServer
from running import bytes_in, drmine, read_only


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Give a workspace with two records that nobody has open."""
    folder = tmp_path / "a map with % and ? and é"
    with Store.open(Settings(workspace=folder)) as store:
        store.upsert_records([record(), record(1)], "run")
    return folder


def test_reading_writes_no_byte(workspace: Path) -> None:
    before = bytes_in(workspace)
    with Store.open_to_read(Settings(workspace=workspace)) as store:
        assert store.known_pmids() == {record().pmid, record(1).pmid}
        assert bytes_in(workspace) == before
        with pytest.raises(ConfigurationError, match="readonly"):
            store.delete_records([record().pmid], "run")
    assert bytes_in(workspace) == before


def test_what_a_writer_at_work_has_stored_is_read(workspace: Path) -> None:
    with Store.open(Settings(workspace=workspace)) as writer:
        writer.upsert_records([record(2)], "run")
        with Store.open_to_read(Settings(workspace=workspace)) as store:
            assert len(store.known_pmids()) == 3
            with reading(store._engine):
                writer.upsert_records([record(3)], "run")
            assert len(store.known_pmids()) == 4


def test_a_file_that_changes_while_it_is_read_is_told(workspace: Path) -> None:
    with Store.open_to_read(Settings(workspace=workspace)) as store:
        assert len(store.known_pmids()) == 2
        with Store.open(Settings(workspace=workspace)) as writer:
            writer.upsert_records([record(n) for n in range(2, 50)], "run")
        with pytest.raises(ConfigurationError, match="changed while it was read; run this again"):
            store.known_pmids()


def test_a_database_without_wal_is_read_too(workspace: Path) -> None:
    database = workspace / "drmine.sqlite"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()
    with read_only(workspace) as user:
        result = drmine("review", "status", "--workspace", workspace, as_user=user)
    assert "0 of 2 records" in result.stdout, result.stderr


def test_commands_that_only_read_work_in_a_folder_that_cannot_be_written(workspace: Path) -> None:
    before = bytes_in(workspace)
    with read_only(workspace) as user:

        def run(*arguments: str) -> tuple[int, str]:
            done = drmine(*arguments, "--workspace", workspace, as_user=user)
            assert "Traceback" not in done.stderr
            return done.returncode, done.stdout + done.stderr

        assert run("review", "status")[0] == 0
        code, said = run("explain", record().pmid)
        assert code == 0 and "Not labelled yet" in said
        for command in (("review", "queue"), ("refresh", "--offline"), ("trends",)):
            code, said = run(*command)
            assert code == 2 and len(said.splitlines()) == 1
        code, said = run("review", "serve", "--port", "0")
        assert code == 2 and "make it a writable folder" in said
    assert bytes_in(workspace) == before


def test_what_a_stopped_writer_left_is_read_or_told(workspace: Path, tmp_path: Path) -> None:
    left = tmp_path / "left"
    left.mkdir()
    with Store.open(Settings(workspace=workspace)) as writer:
        writer.upsert_records([record(2)], "run")
        for path in workspace.glob("drmine.sqlite*"):
            shutil.copy(path, left)
    assert (left / "drmine.sqlite-shm").exists()
    with read_only(left) as user:
        result = drmine("review", "status", "--workspace", left, as_user=user)
    assert "0 of 3 records" in result.stdout, result.stderr
    (left / "drmine.sqlite-shm").unlink()
    with read_only(left) as user:
        result = drmine("review", "status", "--workspace", left, as_user=user)
    assert result.returncode == 2
    assert "its newest part is in drmine.sqlite-wal" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_tables_of_another_version_are_named_not_migrated(workspace: Path) -> None:
    settings = Settings(workspace=workspace)
    with Store.open(settings) as store, writing(store._engine) as connection:
        migrate_to("0002", connection)
    before = bytes_in(workspace)
    with pytest.raises(ConfigurationError, match=r"older drmine \(schema 0002\)"):
        Store.open_to_read(settings)
    with Store.open_to_read(settings, any_tables=True) as store:
        assert store.schema_version() == "0002"
    assert bytes_in(workspace) == before
    with Store.open(settings) as store, writing(store._engine) as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(ConfigurationError, match="newer version of drmine"):
        Store.open_to_read(settings)


def test_a_role_that_may_only_read_reads(postgres_server: PostgresServer, tmp_path: Path) -> None:
    role = f"drmine_test_{uuid.uuid4().hex[:12]}"
    postgres_server.execute(f"CREATE ROLE {role} LOGIN")
    try:
        with postgres_server.schema() as url:
            schema = url.rpartition("%3D")[2]
            with Store.open(url) as store:
                store.upsert_records([record(), record(1)], "run")
            postgres_server.execute(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
            postgres_server.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}")
            theirs = make_url(url).set(username=role).render_as_string(hide_password=False)
            settings = Settings(workspace=tmp_path / "none", database_url=theirs)
            assert read_status(settings).n_records == 2
            # a workspace is not made by looking at a database
            assert not settings.workspace.exists()
            with (
                Store.open(theirs) as store,
                pytest.raises(ConfigurationError, match="to write also"),
            ):
                store.upsert_records([record(2)], "run")
            postgres_server.execute(f"DROP OWNED BY {role}")
    finally:
        postgres_server.execute(f"DROP ROLE {role}")
