"""A phrase that is a mention of its own, as a pattern over a text in which names are masked."""

from __future__ import annotations

import re
from typing import NamedTuple


class Phrase(NamedTuple):
    """One pattern, and what a text must hold before it is tried."""

    concept: str
    needs: tuple[str, ...]  # without one of these there is no match; to ask costs next to nothing
    pattern: re.Pattern[str]


def phrase(concept: str, needs: str, pattern: str) -> Phrase:
    """Make a rule: a concept, what is needed (parted by bars), and the pattern in small letters.

    Where the pattern has a group, that alone is the mention.
    """
    return Phrase(concept, tuple(needs.split("|")), re.compile(pattern))
