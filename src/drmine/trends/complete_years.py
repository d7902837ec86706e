"""Which years became complete between two runs, and how years are told in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def newly_complete(
    before: Mapping[int, bool], after: Mapping[int, bool]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the years that became complete, and those that are so no longer.

    Years before the first of the older run had no record then, and were no less complete. Of a
    run of which nothing is known, no year is told.
    """
    if not before:
        return (), ()
    first = min(before)
    completed = (y for y, whole in after.items() if whole and y >= first and not before.get(y))
    reopened = (y for y, whole in after.items() if not whole and before.get(y))
    return tuple(completed), tuple(reopened)


def spans(years: Iterable[int]) -> str:
    """Return years as text, those that follow one another as ``2001 to 2003``."""
    found: list[list[int]] = []
    for year in sorted(years):
        if found and year == found[-1][-1] + 1:
            found[-1][1:] = [year]
        else:
            found.append([year])
    return ", ".join(" to ".join(map(str, span)) for span in found)
