"""Offsets between the units that programs count in.

drmine counts Unicode code points. So do brat (its server is Python), PubTator, and Label Studio,
whose editor turns the lengths of JavaScript into code points (label-studio-frontend, pull request
308 of 2021); exports of older versions count UTF-16 units. BioC's DTD asks for UTF-8 bytes, but
the BioC that is around (PubTator's among it) mostly counts code points. The quoted text that goes
with an offset tells which unit was meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Unit = Literal["code points", "utf-16", "bytes"]

_ENCODING: dict[Unit, tuple[str, int]] = {"utf-16": ("utf-16-le", 2), "bytes": ("utf-8", 1)}


class OffsetError(ValueError):
    """An offset that does not lie between two characters of the text, or a quote that is not there.

    The message is a part of a sentence: "… lies outside the text".
    """


def to_unit(text: str, place: int, unit: Unit) -> int:
    """Return a place counted in code points in another unit."""
    if unit == "code points":
        return place
    encoding, width = _ENCODING[unit]
    return len(text[:place].encode(encoding, "surrogatepass")) // width


def from_unit(text: str, place: int, unit: Unit) -> int:
    """Return a place counted in another unit in code points.

    Raises
    ------
    OffsetError
        The place lies outside the text, or inside a character.
    """
    if unit == "code points":
        if not 0 <= place <= len(text):
            raise OffsetError(f"{place} lies outside the text")
        return place
    encoding, width = _ENCODING[unit]
    encoded = text.encode(encoding, "surrogatepass")
    if not 0 <= place * width <= len(encoded):
        raise OffsetError(f"{place} lies outside the text")
    # as many characters begin before the place as there are code points before it
    before = len(encoded[: place * width].decode(encoding, "ignore"))
    if to_unit(text, before, unit) != place:
        raise OffsetError(f"{place} lies inside a character")
    return before


def span_of(
    text: str,
    start: int,
    end: int,
    quote: str | None,
    units: Sequence[Unit] = ("code points", "utf-16", "bytes"),
) -> tuple[int, int]:
    """Return start and end in code points, in the first unit in which the quote stands there.

    Parameters
    ----------
    text
        What the offsets point into.
    start, end
        As the file gives them.
    quote
        What the file says stands there. Without it the first unit is taken.
    units
        Those that the format may count in, the likeliest first.

    Raises
    ------
    OffsetError
        The quote stands there in no unit, or the span is empty.
    """
    if start >= end:
        raise OffsetError(f"{start} to {end} is empty")
    if quote is None:
        return from_unit(text, start, units[0]), from_unit(text, end, units[0])
    spans = []
    for unit in units:
        try:
            spans.append((from_unit(text, start, unit), from_unit(text, end, unit)))
        except OffsetError:
            continue
    for same in (str, _folded):
        for a, b in spans:
            if same(text[a:b]) == same(quote):
                return a, b
    raise OffsetError(f"{_short(quote)} does not stand at {start} to {end}")


def find_quote(text: str, quote: str) -> tuple[int, int]:
    """Return where a quoted sentence stands; white space may differ.

    Raises
    ------
    OffsetError
        It does not stand in the text.
    """
    start = text.find(quote)
    if quote and start >= 0:
        return start, start + len(quote)
    words = quote.split()
    match = re.search(r"\s+".join(map(re.escape, words)), text) if words else None
    if match is None:
        raise OffsetError(f"{_short(quote)} does not stand in the text")
    return match.start(), match.end()


def _folded(text: str) -> str:
    # programs write a line feed within a quote as they like: blank, "\n" spelled out, CR LF
    return " ".join(text.replace("\\n", " ").split())


def _short(quote: str) -> str:
    return repr(quote if len(quote) < 40 else quote[:37] + "...")
