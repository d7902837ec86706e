"""Keeps Python's collector of garbage from reading large tables again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# So many new objects are worth a look at all of them (a vocabulary has some 400,000).
_MANY = 100_000


@contextmanager
def building() -> Iterator[None]:
    """Build large tables that stay, and have them looked through once.

    While objects come by the hundred thousand and none goes, the collector reads all that is there
    five times over, and once more soon after. With one look at the end it has counted them as old,
    and leaves them alone until a quarter more has come.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
            if gc.get_count()[0] > _MANY:
                gc.collect()
