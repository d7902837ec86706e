"""Which of many cues governs a mention: those of one sentence, put in order once.

A sentence has a cue or two. In a text of nothing but cues and names, each name would else be held
against each cue, which took a quarter of a minute for the longest that is read.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from drmine.nlp.assertion import Cue, Kind, governing

FEW = 30
"""Cues that are looked at one by one."""


class Reach:
    """The cues of one sentence, in order and not overlapping, asked of many mentions."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = cues
        self._ordered: dict[tuple[Kind, ...], _Ordered] = {}

    def governing(self, start: int, end: int, *kinds: Kind) -> Cue | None:
        """As :func:`drmine.nlp.assertion.governing`, for a stretch that is not empty."""
        if len(self._cues) <= FEW:
            return governing(self._cues, start, end, *kinds)
        if kinds not in self._ordered:
            self._ordered[kinds] = _Ordered([c for c in self._cues if c.kind in kinds])
        return governing(self._ordered[kinds].near(start, end), start, end, *kinds)


class _Ordered:
    """Cues by place, with how far those before, and those behind, reach at most."""

    def __init__(self, cues: list[Cue]) -> None:
        self._cues = cues
        self._starts = [c.start for c in cues]
        self._ends = [c.end for c in cues]
        self._forward = [c for c in cues if c.scope_end > c.end]
        self._forward_ends = [c.end for c in self._forward]
        self._to = list(accumulate((c.scope_end for c in self._forward), max))
        self._backward = [c for c in cues if c.scope_start < c.start]
        self._backward_starts = [c.start for c in self._backward]
        self._from = list(accumulate((c.scope_start for c in reversed(self._backward)), min))[::-1]

    def near(self, start: int, end: int) -> list[Cue]:
        """Return the cues in a stretch and the nearest on either side that reach over it."""
        found = self._cues[bisect_right(self._ends, start) : bisect_left(self._starts, end)]
        at = bisect_right(self._forward_ends, start) - 1
        while at >= 0 and self._to[at] >= end:
            if self._forward[at].scope_end >= end:
                found.insert(0, self._forward[at])
                break
            at -= 1
        at = bisect_left(self._backward_starts, end)
        while at < len(self._backward) and self._from[at] <= start:
            if self._backward[at].scope_start <= start:
                found.append(self._backward[at])
                break
            at += 1
        return found
