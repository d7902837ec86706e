"""Progress on standard error, for everything that takes more than two seconds."""

from __future__ import annotations

import sys
import time
from types import TracebackType

_FIRST_AFTER = 2.0
_ON_A_TERMINAL = 0.5
_IN_A_LOG = 15.0


class Progress:
    """Counts aloud: one line that is overwritten on a terminal, now and then a line in a log."""

    def __init__(self, what: str, total: int | None = None) -> None:
        self.what = what
        self.total = total
        self._begun = time.monotonic()
        self._last = self._begun
        self._shown = False

    def update(self, done: int, note: str = "") -> None:
        """Say how many are done, if it is time to."""
        if sys.stderr is None:  # closed, as some services start what they run
            return
        now = time.monotonic()
        pause = _ON_A_TERMINAL if sys.stderr.isatty() else _IN_A_LOG
        if now - self._begun < _FIRST_AFTER or now - self._last < pause:
            return
        self._last = now
        self._shown = True
        of = f" of {self.total:,}" if self.total else ""
        rate = done / (now - self._begun)
        end = "\r" if sys.stderr.isatty() else "\n"
        note = f"; {note}" if note else ""
        print(
            f"{done:,}{of} {self.what} ({rate:,.0f}/s){note}", end=end, file=sys.stderr, flush=True
        )

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown and sys.stderr.isatty():
            print(file=sys.stderr)
