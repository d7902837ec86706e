"""Tables come, change and go by migrations that ship with the package."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, make_url, text
from store_samples import annotation, content, record

from drmine.errors import ConfigurationError
from drmine.store import Store
from drmine.store.bulk_files import BulkFileKey
from drmine.store.engine import connect, parse_url, reading, writing
from drmine.store.migrate import VERSION_TABLE, current_version, migrate_to, revisions, upgrade
from drmine.store.schema import HEAD, metadata


def tables(address: str) -> set[str]:
    engine = connect(parse_url(address))
    with reading(engine) as connection:
        found = set(inspect(connection).get_table_names())
    engine.dispose()
    return found - {VERSION_TABLE}


def test_the_schema_names_the_latest_migration() -> None:
    assert revisions()[0] == HEAD


def test_the_migrations_make_the_tables_that_the_code_uses(store: Store) -> None:
    with reading(store._engine) as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": VERSION_TABLE,
                "compare_type": True,
                "compare_server_default": True,
            },
        )
        assert compare_metadata(context, metadata) == []


def test_migrations_run_forth_and_back_and_forth(address: str) -> None:
    engine = connect(parse_url(address))
    for revision, version in (("head", HEAD), ("base", None), ("head", HEAD)):
        with writing(engine) as connection:
            migrate_to(revision, connection)
            assert current_version(connection) == version
        assert tables(address) == (set(metadata.tables) if version else set())
    engine.dispose()


def test_every_single_step_runs_forth_and_back(address: str) -> None:
    engine = connect(parse_url(address))
    steps = ["base", *reversed(revisions())]
    for revision in [*steps[1:], *reversed(steps[:-1])]:
        with writing(engine) as connection:
            migrate_to(revision, connection)
    assert tables(address) == set()
    engine.dispose()


def test_a_migration_that_breaks_off_leaves_no_trace(address: str) -> None:
    engine = connect(parse_url(address))
    with pytest.raises(RuntimeError), writing(engine) as connection:
        migrate_to("head", connection)
        raise RuntimeError("the power is gone")
    assert tables(address) == set()
    upgrade(engine)
    assert tables(address) == set(metadata.tables)
    engine.dispose()


def test_opening_again_keeps_everything(address: str) -> None:
    with Store.open(address) as store:
        store.upsert_records([record()], "run")
        before = content(store)
    with Store.open(address) as store:
        assert content(store) == before


def test_a_store_of_a_newer_version_is_refused_in_one_sentence(address: str) -> None:
    with Store.open(address) as store, writing(store._engine) as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(ConfigurationError) as error:
        Store.open(address)
    assert "newer version of drmine" in str(error.value)
    assert "upgrade drmine" in str(error.value) and "\n" not in str(error.value)
    # with a server another workspace would lead to the same database
    other = "workspace" if make_url(address).get_backend_name() == "sqlite" else "database"
    assert str(error.value).endswith(f"use another {other}.")
    assert tables(address) == set(metadata.tables)


def run_row(run_id: str, kind: str, query: str | None, **other: object) -> dict[str, object]:
    time = f"2026-01-01T00:00:{len(run_id) % 10:02}.000000+00:00"
    row = {"id": run_id, "kind": kind, "started": time, "ended": time, "is_complete": True,
           "counts": {"read": 7, "kept": 2}, "query": query, "versions": {}}  # fmt: skip
    return row | other


def test_marks_of_bulk_files_move_to_a_table_of_their_own_and_back(address: str) -> None:
    taken, begun = f"2026n00001 {'a' * 64}", f"late file.xml.gz {'b' * 64}"
    marks = [
        run_row(f"run-1-{sha256(f'{kind} {query}'.encode()).hexdigest()[:12]}", kind, query)
        for kind, query in (
            ("bulk file begun", taken), ("bulk file", taken), ("bulk file begun", begun),
        )
    ]  # fmt: skip
    others = [
        run_row("run-1", "bulk", None),
        run_row("run-2", "refresh", "epilep*[tiab]", is_complete=False, ended=None),
    ]
    # its process was killed between the two steps of marking: it never counted
    lost = run_row(
        "run-2-abcdefabcdef", "bulk file", f"2026n00002 {'c' * 64}", is_complete=False, ended=None
    )
    engine = connect(parse_url(address))
    read_runs = text("SELECT id, kind, query, is_complete FROM runs ORDER BY id")

    def rows() -> list[tuple[object, ...]]:
        with reading(engine) as connection:
            return [tuple(row) for row in connection.execute(read_runs)]

    def those(given: list[dict[str, object]]) -> list[tuple[object, ...]]:
        return sorted((r["id"], r["kind"], r["query"], r["is_complete"]) for r in given)

    with writing(engine) as connection:
        migrate_to("0001", connection)
        connection.execute(insert(metadata.tables["runs"]), [*marks, *others, lost])
    with writing(engine) as connection:
        migrate_to("0002", connection)
    assert rows() == those(others)
    with Store.open(address) as store:
        assert {key: bool(taken) for key, taken in store.bulk_marks().items()} == {
            BulkFileKey("2026n00001", "a" * 64): True,
            BulkFileKey("late file.xml.gz", "b" * 64): False,
        }
    with writing(engine) as connection:
        counts = text("SELECT run_id, records_read, records_kept FROM bulk_files ORDER BY place")
        assert connection.execute(counts).all() == [("run-1", 7, 2)] * 2
        migrate_to("0001", connection)
    assert rows() == those([*marks, *others])
    with Store.open(address) as store:
        assert sorted(map(bool, store.bulk_marks().values())) == [False, True]
    engine.dispose()


def test_links_between_papers_come_with_their_migration_and_can_go_with_it(address: str) -> None:
    linked, other = record(updates=("UpdateIn:99000002",)), record(1)
    engine = connect(parse_url(address))
    with Store.open(address) as store:
        store.upsert_records([replace(linked, updates=()), other], "old")
        store.save_annotations([annotation(), annotation(1)], "f", "old")
    for _ in range(2):
        with writing(engine) as connection:
            migrate_to("0002", connection)
        assert "updates" not in {c["name"] for c in inspect(engine).get_columns("records")}
        with Store.open(address) as store:
            stored = store.get_record(linked.pmid)
            assert stored is not None and stored.updates == ()
            # who comes again without links is as it was, who comes with one gets it, also where
            # it was there before the way back; neither is labelled anew
            counts = store.upsert_records([linked, other], "new")
            assert (counts.changed, counts.unchanged) == (1, 1)
            assert store.get_record(linked.pmid) == linked
            assert store.pending_pmids("f") == []
            assert store.upsert_records([linked], "again").unchanged == 1
    engine.dispose()
