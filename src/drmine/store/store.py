"""The store: opens the database and offers what the steps of a run need, a part a module."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from drmine.settings import Settings
from drmine.store.annotation_part import AnnotationPart
from drmine.store.counts import count_all
from drmine.store.engine import connect, parse_url, reading, sqlite_url
from drmine.store.migrate import upgrade
from drmine.store.preprints import published_as
from drmine.store.record_part import RecordPart
from drmine.store.run_part import RunPart
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
            URL, or the path of an SQLite file.

        Raises
        ------
        ConfigurationError
            The database cannot be reached or used, or a newer drmine made it.
        """
        if isinstance(place, Settings):
            if place.database_url:
                url = parse_url(place.database_url)
            else:
                url = sqlite_url(Workspace(place.workspace).create().database)
        else:
            url = sqlite_url(place) if isinstance(place, Path) else parse_url(place)
        store = cls(connect(url))
        try:
            upgrade(store._engine)
        except BaseException:
            store.close()
            raise
        return store

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
