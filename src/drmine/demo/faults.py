"""Faults on demand: every way in which E-utilities answers have been seen to fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from threading import Lock

FAULT_KINDS = (
    "429",  # too many requests, no word on how long to wait
    "429-retry-after",
    "500",
    "502",
    "reset",  # the connection breaks
    "incomplete",  # fewer bytes than the header announced
    "half-xml",  # status 200, right length, XML that stops in the middle
    "html",  # status 200, a web page
    "empty",  # status 200, nothing
    "error-element",  # status 200, <ERROR> of a backend that failed
    "expired-history",  # status 200, <ERROR> of a search that is no longer kept
    "silence",
)


class Faults:
    """Decides which answers are faulty.

    Parameters
    ----------
    every
        One answer in so many is faulty; the kinds take turns.
    kinds
        Which faults, of :data:`FAULT_KINDS`.
    silence
        Seconds without an answer for ``silence``.
    retry_after
        Seconds named by ``429-retry-after``.
    """

    def __init__(
        self,
        every: int = 10,
        kinds: Sequence[str] = FAULT_KINDS,
        *,
        silence: float = 30.0,
        retry_after: int = 1,
    ) -> None:
        pattern = chain.from_iterable([*repeat(None, every - 1), kind] for kind in kinds)
        self._init(_cycle(list(pattern)), silence, retry_after)

    @classmethod
    def script(
        cls, steps: Iterable[str | None], *, silence: float = 1.0, retry_after: int = 1
    ) -> Faults:
        """Return faults in exactly this order (``None`` is a good answer), then none."""
        faults = cls.__new__(cls)
        faults._init(chain(steps, repeat(None)), silence, retry_after)
        return faults

    def _init(self, steps: Iterable[str | None], silence: float, retry_after: int) -> None:
        self._steps = iter(steps)
        self._lock = Lock()
        self.silence = silence
        self.retry_after = retry_after
        self.counts: Counter[str] = Counter()

    def next(self) -> str | None:
        """Return the fault of the next answer, or ``None``."""
        with self._lock:
            kind = next(self._steps)
            if kind:
                self.counts[kind] += 1
            return kind


def _cycle(steps: list[str | None]) -> Iterable[str | None]:
    while True:
        yield from steps
