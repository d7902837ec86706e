"""The cells of a table that came back, as text; damage that a spreadsheet did is named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from drmine.review.exchange.answer import AnswerError, one_of

# what spreadsheets make of a text that looks like a date, in the usual languages
_DATE = re.compile(
    r"\d{1,2}[./\- ][A-Za-z]{3,4}\.?(?:[./\- ]\d{2,4})?|[A-Za-z]{3,4}\.?[./\- ]\d{2,4}"
    r"|\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4}(?: \d\d:\d\d.*)?"
)
_BROKEN = re.compile(r"#(?:REF!|NAME\?|VALUE!|DIV/0!|N/A|NUM!|NULL!|#+)")


def column_names(cells: Iterable[Any]) -> list[str]:
    """Return the names of a header row: case and blanks do not count."""
    return ["_".join(str("" if cell is None else cell).casefold().split()) for cell in cells]


class Row:
    """The cells of a row, by the name of their column."""

    def __init__(self, cells: Mapping[str, Any], header: Sequence[str]) -> None:
        self._cells = cells
        self.header = frozenset(header)

    def text(self, column: str, *, strict: bool = True) -> str:
        """Return a cell; blank where there is none.

        Raises
        ------
        AnswerError
            A spreadsheet has damaged it. A text that only looks like a date passes where it is
            not ``strict``.
        """
        value = self._cells.get(column)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, (datetime, date, time)):
            raise AnswerError(
                "the spreadsheet has turned the cell into a date; write it anew as text", column
            )
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        text = str(value).strip()
        if _BROKEN.fullmatch(text):
            raise AnswerError(f"the cell holds the error {text}; write it anew", column)
        if strict and _DATE.fullmatch(text):
            raise AnswerError(
                f"{text!r} looks like a date that a spreadsheet made of it; write it anew as text",
                column,
            )
        return text

    def kept(self, column: str) -> str:
        """Return what went out with the record; blank where it was damaged."""
        try:
            return self.text(column, strict=False)
        except AnswerError:
            return ""

    def choice(self, column: str, allowed: Sequence[str]) -> str:
        """Return which of the words allowed a cell holds; blank where it holds nothing."""
        text = self.text(column)
        return one_of(text, allowed, column) if text else ""
