"""Cuts a text into words, once for all components that look at its words."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from functools import lru_cache
from typing import NamedTuple

# The group makes ``split`` keep the words between the gaps.
_WORD = re.compile(r"(\w+)")


class Words(NamedTuple):
    """The words of a text (runs of letters, digits and low lines), and where each begins."""

    words: list[str]
    starts: list[int]

    def split(self, place: int) -> tuple[Words, Words]:
        """Return the words before a place of the text, and those behind, which count from there."""
        n = bisect_left(self.starts, place)
        behind = [start - place for start in self.starts[n:]]
        return Words(self.words[:n], self.starts[:n]), Words(self.words[n:], behind)


def cut(text: str) -> Words:
    """Return the words of a text, in order.

    ``split`` and ``accumulate`` do in C what a loop over matches does in Python at three times
    the price.
    """
    parts = _WORD.split(text)
    ends = list(itertools.accumulate(map(len, parts)))
    # gap, word, gap, …, gap: a word begins where the gap before it ends
    return Words(parts[1::2], ends[:-1:2])


@lru_cache(maxsize=4)  # as below
def small_words_of(text: str) -> list[str]:
    """Return what white space parts in a text, in small letters; not to be changed."""
    return text.lower().split()


@lru_cache(maxsize=4)  # several components read the same text, one after the other
def words_of(text: str) -> Words:
    """Return :func:`cut` of a text, remembered until others were read; not to be changed."""
    return cut(text)
