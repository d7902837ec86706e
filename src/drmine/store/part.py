"""What the parts of the store have in common.

The store is one class to those who use it, and a module a part: records, annotations, runs.
"""

from __future__ import annotations

from sqlalchemy import Engine


class Part:
    """Holds the connections, and what was handed out over them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # content hashes of the records handed out to be labelled: while they are, another
        # process can store a newer content, of which the annotation is not
        self._handed_out: dict[str, str] = {}
