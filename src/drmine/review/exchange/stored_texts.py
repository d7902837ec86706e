"""The texts of the store by PMID, as they are asked for while a file is read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drmine.store import Store


@dataclass(frozen=True)
class StoredTexts:
    """Gives the text of a record, or None where the store has no such record."""

    store: Store

    @cache  # noqa: B019 (lives as long as one command)
    def of(self, pmid: str) -> str | None:
        record = self.store.get_record(pmid)
        return record.text if record else None
