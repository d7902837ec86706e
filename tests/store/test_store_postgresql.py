"""What a server of others is set to, or a lost writer leaves behind, stops nobody for long."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event, Thread

import pytest
from store_samples import record

from drmine.errors import ConfigurationError
from drmine.store import Store, engine
from postgres import PostgresServer

SECONDS = 30


@pytest.fixture
def url(postgres_server: PostgresServer) -> Iterator[str]:
    with postgres_server.schema() as url:
        yield url


def set_to(url: str, setting: str) -> str:
    """Return an address whose sessions have a setting, as a role or a database may have it."""
    return f"{url}%20-c{setting.replace('=', '%3D')}"


@pytest.mark.parametrize("isolation", ["repeatable%5C%20read", "serializable"])
def test_writers_wait_for_each_other_whatever_isolation_is_the_default(
    url: str, isolation: str
) -> None:
    stored, waiting = Event(), Event()

    def write_first() -> None:
        with Store.open(url) as store, engine.writing(store._engine):
            stored.set()
            waiting.wait(SECONDS)

    with Store.open(set_to(url, f"default_transaction_isolation={isolation}")) as store:
        store.upsert_records([record()], "run")
        holder = Thread(target=write_first)
        holder.start()
        assert stored.wait(SECONDS)
        failed: list[BaseException] = []

        def write(version: int) -> None:
            try:
                newer = record(title=f"Version {version}.", version=version)
                store.upsert_records([newer], "run")
            except BaseException as error:
                failed.append(error)

        writers = [Thread(target=write, args=(version,)) for version in (2, 3, 4)]
        for writer in writers:
            writer.start()
        # all have begun, and wait, before any of them sees what another writes
        with Store.open(url) as other, engine.reading(other._engine) as connection:
            for _ in range(SECONDS * 20):
                n = connection.exec_driver_sql(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                ).scalar_one()
                if n >= len(writers):
                    break
                Event().wait(0.05)
        waiting.set()
        for thread in (holder, *writers):
            thread.join(SECONDS)
        assert not failed
        assert {one.title for one in store.iter_records()} == {"Version 4."}


def test_greek_letters_are_stored_whatever_encoding_the_client_is_set_to(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    with Store.open(url) as store:
        store.upsert_records([record(title="GABA-α")], "run")
        assert [one.title for one in store.iter_records()] == ["GABA-α"]


def test_a_lost_writer_does_not_keep_the_others_waiting(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.5)
    begun, over = Event(), Event()
    said: list[str] = []

    def be_lost() -> None:
        with Store.open(url) as store:
            try:
                with engine.writing(store._engine):
                    begun.set()
                    over.wait(SECONDS)
            except ConfigurationError as error:
                said.append(str(error))

    def write() -> None:
        with Store.open(url) as store:
            assert store.upsert_records([record()], "run").new == 1
        over.set()

    Store.open(url).close()
    threads = [Thread(target=be_lost), Thread(target=write)]
    threads[0].start()
    assert begun.wait(SECONDS)
    threads[1].start()
    threads[1].join(SECONDS / 3)
    was_waiting = threads[1].is_alive()
    over.set()
    for thread in threads:
        thread.join(SECONDS)
    assert not was_waiting
    assert len(said) == 1 and "run this again" in said[0]


def test_a_line_that_is_dead_is_noticed_and_the_address_may_say_when(url: str) -> None:
    with Store.open(f"{url}&keepalives_idle=7") as store, engine.reading(store._engine) as read:
        line = read.connection.dbapi_connection.info.get_parameters()
        assert (line["keepalives_idle"], line["keepalives_interval"]) == ("7", "10")
        assert line["tcp_user_timeout"] == "120000"


def test_tables_of_another_program_are_named(url: str, postgres_server: PostgresServer) -> None:
    schema = url.rpartition("%3D")[2]
    postgres_server.execute(f"CREATE TABLE {schema}.records (patient integer)")
    with pytest.raises(ConfigurationError, match=r'"records".*schema of its own') as error:
        Store.open(url)
    assert "\n" not in str(error.value)


def test_a_server_that_ends_what_takes_long_is_no_traceback(url: str) -> None:
    with Store.open(url) as holder, Store.open(set_to(url, "lock_timeout=500")) as store:
        with (
            engine.writing(holder._engine),
            pytest.raises(ConfigurationError, match="raise lock_timeout"),
        ):
            store.upsert_records([record()], "run")
        assert store.upsert_records([record()], "run").new == 1


@pytest.mark.parametrize("is_pooled", [False, True])
def test_nothing_is_prepared_in_a_session_that_others_are_given_too(
    url: str, is_pooled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_pooled:
        # as of PgBouncer: it leads to any of its sessions, and has a number of its own
        monkeypatch.setattr("psycopg.ConnectionInfo.backend_pid", -1)
    with Store.open(url) as store, engine.reading(store._engine) as connection:
        for _ in range(12):
            connection.exec_driver_sql("SELECT pmid FROM records WHERE pmid = %s", ("1",))
        n = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT pmid%%'"
        ).scalar_one()
        assert bool(n) is not is_pooled
