"""The sentence around a mention, cut roughly: rules look there for what the mention is said of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drmine.records import Mention

# Sentences are seldom longer; a text without any takes no longer for it.
_REACH = 500
_SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-Z0-9\[(])|\n")


def sentence_around(text: str, mention: Mention) -> tuple[int, int]:
    """Return start and end of the sentence around a mention, as far as it lies within reach."""
    start = max(0, mention.start - _REACH)
    last = min(len(text), mention.end + _REACH)
    for end in _SENTENCE_END.finditer(text, start, last):
        if end.end() > mention.start:
            return start, end.start()
        start = end.end()
    return start, last
