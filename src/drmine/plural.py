"""Counts with their noun, as sentences for people have them."""

from __future__ import annotations


def how_many(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 record``, ``1,204 records``, ``0 records``.

    Parameters
    ----------
    count
        How many there are.
    noun
        What is counted, in the singular; words before the noun may stand with it.
    """
    return f"{count:,} {noun if count == 1 else _plural(noun)}"


def _plural(noun: str) -> str:
    if noun.endswith("is"):
        return noun[:-2] + "es"
    return noun + "s"
