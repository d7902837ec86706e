"""A store on the database of the test: on SQLite, and on PostgreSQL where one can be had."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drmine.store import Store


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an empty store in a file: copying it is quicker than running all migrations."""
    path = tmp_path_factory.mktemp("migrated") / "drmine.sqlite"
    Store.open(path).close()
    return path


@pytest.fixture
def open_store(address: str, migrated_file: Path) -> Iterator[Callable[[], Store]]:
    """Give a function that opens the database of the test, as often as it likes."""
    opened: list[Store] = []
    if address.startswith("sqlite"):
        shutil.copy(migrated_file, address.removeprefix("sqlite:///"))

    def open_it() -> Store:
        opened.append(Store.open(address))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    """Give an empty store."""
    return open_store()
