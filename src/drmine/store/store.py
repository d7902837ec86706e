"""The store: opens the database and offers what the steps of a run need, a part a module."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from sqlalchemy import URL

from drmine.errors import ConfigurationError
from drmine.settings import Settings
from drmine.store import standing
from drmine.store.annotation_part import AnnotationPart
from drmine.store.counts import count_all
from drmine.store.engine import connect, parse_url, reading, sqlite_url
from drmine.store.migrate import check, current_version, upgrade
from drmine.store.preprints import published_as
from drmine.store.read_only import connect_to_read, may_write
from drmine.store.record_part import RecordPart
from drmine.store.run_part import RunPart
from drmine.store.standing import Standing
from drmine.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd


class Store(RecordPart, AnnotationPart, RunPart):
    """Records, annotations and runs in SQLite or PostgreSQL.

    Any number of processes may use one database. What is written is written in
    transactions of some hundred records: a process that is killed loses at most its
    last one, and doing the same again ends in the same content.
    """

    @classmethod
    def open(cls, place: Settings | str | Path) -> Store:
        """Open a store, create or migrate its tables as needed.

        Parameters
        ----------
        place
            Settings (their database URL, else SQLite in their workspace), a database
            URL, or an SQLite file as a ``Path`` (not as text), which is made where there
            is none.

        Raises
        ------
        ConfigurationError
            The database cannot be reached or used, or a newer drmine made it.
        """
        if isinstance(place, Settings) and not place.database_url:
            Workspace(place.workspace).create()
        store = cls(connect(_url_of(place)))
        try:
            upgrade(store._engine)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def open_to_read(cls, place: Settings | str | Path, *, any_tables: bool = False) -> Store:
        """Open a store that is there to read alone: no table and no folder is made or changed.

        Nor is a file beside the database, but where a writer is at work or was stopped: see
        :func:`drmine.store.read_only.connect_to_read`.

        Parameters
        ----------
        place
            As for :meth:`open`.
        any_tables
            Take also tables of another version of drmine: for :meth:`schema_version`.

        Raises
        ------
        ConfigurationError
            The database cannot be reached or read, or another version of drmine made it.
        """
        url = _url_of(place)
        is_file = url.get_backend_name() == "sqlite"
        store = cls(connect_to_read(url) if is_file else connect(url))
        try:
            if not any_tables:
                check(store._engine)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def open_as_is_right(cls, place: Settings | str | Path) -> Store:
        """Open a store that is there to read: as ever, or as :meth:`open_to_read` does if need be.

        Who may write brings older tables up to date on the way.
        """
        return cls.open(place) if may_write(_url_of(place)) else cls.open_to_read(place)

    def schema_version(self) -> str | None:
        """Return the version of the tables; None for a database without any."""
        with reading(self._engine) as connection:
            return current_version(connection)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def standing(self, fingerprint: str | None) -> Standing:
        """Return how the store stands where labels with this fingerprint are made now."""
        with reading(self._engine) as connection:
            return standing.standing(connection, fingerprint)

    def mark(self) -> str:
        """Return a text that is another one once anything that is counted has changed."""
        with reading(self._engine) as connection:
            return standing.mark(connection)

    def counts(self) -> dict[str, int]:
        """Return how much there is of everything; records without the deleted ones."""
        with reading(self._engine) as connection:
            return count_all(connection)

    def frames(self, *names: str) -> dict[str, pd.DataFrame]:
        """Return the frames of one moment, whatever others write meanwhile.

        Parameters
        ----------
        names
            Some of ``articles``, ``findings``, ``mentions`` and ``rates``; left out, all.
        """
        from drmine.store import frames

        makers = {
            "articles": frames.article_frame,
            "findings": frames.finding_frame,
            "mentions": frames.mention_frame,
            "rates": frames.rate_frame,
        }
        with reading(self._engine) as connection:
            papers = published_as(connection)
            return {name: makers[name](connection, papers) for name in names or makers}


def _url_of(place: Settings | str | Path) -> URL:
    if isinstance(place, Settings):
        if place.database_url:
            return parse_url(place.database_url)
        place = Workspace(place.workspace).database
    if isinstance(place, Path):
        return sqlite_url(place)
    if ":" not in place:
        # not taken as a path: a mistyped address would make an empty store
        raise ConfigurationError(
            "The database URL cannot be read; give an SQLite file as Path('...'), and another "
            "database as postgresql://user:password@host/database."
        )
    return parse_url(place)
