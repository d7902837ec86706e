"""Remembers what was worked out of a word, since words recur; with a limit."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memo(dict[K, V]):
    """A dictionary that works out what it lacks, and starts anew when it is full.

    ``map(memo.__getitem__, words)`` costs no line of Python for a word that is known, which
    ``functools.lru_cache`` does, too, but keeping the order of use would double the price.

    Parameters
    ----------
    make
        Works out the value of a key; the same value each time.
    limit
        How many are remembered.
    """

    def __init__(self, make: Callable[[K], V], limit: int) -> None:
        super().__init__()
        self._make = make
        self._limit = limit

    def __missing__(self, key: K) -> V:
        value = self._make(key)
        if len(self) >= self._limit:
            self.clear()
        self[key] = value
        return value
