"""Opening a store: where it is, and one sentence where it cannot be."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from sqlalchemy import make_url, select
from store_samples import record

from drmine.errors import ConfigurationError, InputError
from drmine.settings import Settings
from drmine.store import Store, engine
from drmine.store.engine import reading
from drmine.store.schema import runs
from postgres import PostgresServer


def test_settings_lead_to_sqlite_in_the_workspace(tmp_path: Path) -> None:
    workspace = tmp_path / "a folder with % and ? and é"
    with Store.open(Settings(workspace=workspace)) as store:
        store.upsert_records([record()], "run")
    assert (workspace / "drmine.sqlite").is_file()


def test_settings_with_a_url_lead_to_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'team.sqlite'}"
    Store.open(Settings(workspace=tmp_path / "unused", database_url=url)).close()
    assert (tmp_path / "team.sqlite").is_file() and not (tmp_path / "unused").exists()


def test_sqlite_is_set_up_for_several_processes(tmp_path: Path) -> None:
    with Store.open(tmp_path / "x.sqlite") as store, engine.reading(store._engine) as connection:
        for pragma, value in (("journal_mode", "wal"), ("foreign_keys", 1), ("synchronous", 1)):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 60_000


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("drmine.sqlite", r"cannot be read; give an SQLite file as Path\("),
        ("mysql://me:secret@host/db", "'mysql'"),
        ("sqlite://", "names no file"),
        ("postgresql://me:secret@host:port/db", "cannot be read"),
        ("postgresql://me:my@secret@host/db", "%40"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_repeating_it(url: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says) as error:
        Store.open(url)
    assert "secret" not in str(error.value) and "\n" not in str(error.value)


def test_what_postgresql_refuses_is_one_sentence(postgres_server: PostgresServer) -> None:
    role = f"drmine_test_{uuid.uuid4().hex[:12]}"
    postgres_server.execute(f"CREATE ROLE {role} LOGIN")
    try:
        with postgres_server.database() as url:
            joined = "&" if "?" in url else "?"
            options = f"{joined}options=-c"
            plain = make_url(url).set(username=role).render_as_string(hide_password=False)
            refused = {
                plain + options + "search_path%3Dpg_catalog": "grant the role",
                url + options + "search_path%3Dnowhere": "create the schema",
                url + options + "default_transaction_read_only%3Don": "a role that may write",
                url + joined + "no_such_option=1": "take it out",
            }
            for address, says in refused.items():
                with pytest.raises(ConfigurationError, match=says) as error:
                    Store.open(address)
                assert "\n" not in str(error.value)
    finally:
        postgres_server.execute(f"DROP ROLE {role}")


def test_a_database_that_cannot_hold_greek_letters_is_refused(
    postgres_server: PostgresServer,
) -> None:
    name = f"drmine_test_{uuid.uuid4().hex[:12]}"
    postgres_server.execute(
        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' "
        "LC_CTYPE 'C'"
    )
    try:
        url = make_url(postgres_server.url).set(database=name).render_as_string(hide_password=False)
        with pytest.raises(ConfigurationError, match="SQL_ASCII"):
            Store.open(url)
    finally:
        postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_missing_driver_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"pip install 'drmine\[postgres\]'"):
        Store.open("postgres://me@host/db")


def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(ConfigurationError, match=r"127\.0\.0\.1") as error:
        Store.open("postgresql://me:s3cret@127.0.0.1:1/maps")
    assert "s3cret" not in str(error.value) and "\n" not in str(error.value)


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "drmine.sqlite"
    path.write_text("These are somebody's notes, not a database. " * 100)
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="no database") as error:
        Store.open(path)
    assert str(path) in str(error.value) and "\n" not in str(error.value)
    assert path.read_bytes() == before


def test_a_folder_in_the_place_of_the_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "drmine.sqlite").mkdir()
    with pytest.raises(ConfigurationError, match=r"drmine\.sqlite cannot be used"):
        Store.open(Settings(workspace=tmp_path))


def test_a_database_that_another_program_holds_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.2)
    path = tmp_path / "x.sqlite"
    with Store.open(path) as store:
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(ConfigurationError, match="in use by another program"):
            store.upsert_records([record()], "run")
        holder.close()
        assert store.upsert_records([record()], "run").new == 1


def test_runs_are_remembered(store: Store) -> None:
    assert store.last_complete_search("refresh") == ""
    done = store.start_run("refresh", query="epilepsy", versions={"drmine": "0"})
    store.finish_run(done, is_complete=True, counts={"new": 3})
    partial = store.start_run("refresh", query="epilepsy")
    store.finish_run(partial, is_complete=False)
    open_ = store.start_run("refresh", query="epilepsy")
    store.finish_run(store.start_run("import"), is_complete=True)
    assert [store.has_finished_run(one) for one in (done, partial, open_)] == [True, True, False]
    assert not store.has_finished_run("another")
    with reading(store._engine) as connection:
        row = connection.execute(select(runs).where(runs.c.id == done)).mappings().one()
    assert (row["counts"], row["versions"], row["query"]) == (
        {"new": 3}, {"drmine": "0"}, "epilepsy",
    )  # fmt: skip
    assert row["started"] < row["ended"]
    assert store.last_complete_search("refresh") == row["started"][:10]


def test_the_end_of_a_run_that_never_started_is_an_error(store: Store) -> None:
    with pytest.raises(InputError, match="never started"):
        store.finish_run("nothing", is_complete=True)


def test_the_package_loads_nothing_heavy() -> None:
    code = "import sys, drmine.store, drmine.workspace; print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for heavy in ("sqlalchemy", "pandas", "alembic", "lxml"):
        assert f"'{heavy}'" not in done.stdout
