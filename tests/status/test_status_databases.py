"""What `drmine status` says of databases that are empty, older, newer or not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from status_command import status

from drmine.errors import InputError
from drmine.settings import Settings
from drmine.status.gather import gather
from drmine.status.words import as_lines, what_next
from drmine.store import Store
from drmine.store.engine import writing
from drmine.store.migrate import VERSION_TABLE, migrate_to
from running import bytes_in, drmine


@pytest.mark.parametrize(("version", "says"), [("0002", "migrates it"), ("9999", "upgrade drmine")])
def test_tables_of_another_version_are_left_as_they_are(
    version: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "map"
    with Store.open(Settings(workspace=folder)) as store, writing(store._engine) as connection:
        if version == "0002":
            migrate_to(version, connection)
        else:
            connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '{version}'")
    before = bytes_in(folder)
    code, found, said = status(folder, capsys)
    assert (code, found["schema"], found["store"]) == (1, version, None)
    # not "missing": whether they are of this store is not known
    assert (found["trends"], found["report"]) == (None, None)
    assert says in said
    assert bytes_in(folder) == before


def test_a_database_without_tables_is_to_be_filled(address: str, tmp_path: Path) -> None:
    (tmp_path / "drmine.sqlite").touch()
    found = gather(Settings(workspace=tmp_path, database_url=address))
    assert found.schema is None
    assert what_next(found, "").startswith("fill the database with `drmine refresh`")
    assert "no tables of drmine yet" in "".join(as_lines(found, ""))


def test_an_empty_store_is_to_be_filled(either_database: str, tmp_path: Path) -> None:
    Store.open(Settings(workspace=tmp_path)).close()
    found = gather(Settings(workspace=tmp_path))
    assert found.store is not None and found.store.records == 0
    assert "fill the store" in what_next(found, "")


def test_where_there_is_no_workspace_none_is_made(tmp_path: Path) -> None:
    result = drmine("status", "--workspace", tmp_path / "mistyped")
    assert result.returncode == 2
    assert "mistyped holds no store" in result.stderr
    settings = Settings(workspace=tmp_path / "mistyped", database_url="postgresql://x@127.0.0.1/y")
    with pytest.raises(InputError, match="mistyped is no folder"):
        gather(settings)
    assert not list(tmp_path.iterdir())
