"""The database of records and annotations.

    with Store.open(settings) as store:
        store.upsert_records(records, run_id)

SQLAlchemy is loaded when a name is asked for, not with this package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drmine.store.store import Store
    from drmine.store.upserts import UpsertCounts

__all__ = ["Store", "UpsertCounts"]


def __getattr__(name: str) -> Any:
    if name == "Store":
        from drmine.store.store import Store

        return Store
    if name == "UpsertCounts":
        from drmine.store.upserts import UpsertCounts

        return UpsertCounts
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
