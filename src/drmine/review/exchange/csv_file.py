"""The table of tasks as CSV, out and back, for any spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from drmine.errors import InputError
from drmine.pubmed.atomic import write_atomically
from drmine.review.exchange.answer import Reading, Task, TextOf
from drmine.review.exchange.cells import column_names
from drmine.review.exchange.columns import PMID, Columns, rows_of
from drmine.review.exchange.rows import read_rows
from drmine.taxonomy import Taxonomy

_BOM = "\ufeff"
_DELIMITERS = ",;\t"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MAX_FIELD = 1 << 24


def write_csv_file(path: Path, tasks: Iterable[Task], columns: Columns) -> None:
    """Write a row a task: UTF-8 with the mark that makes Excel read it as such.

    Texts that a spreadsheet would run as a formula get an apostrophe in front.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns.all, lineterminator="\r\n")
    writer.writeheader()
    for row in rows_of(tasks, columns):
        writer.writerow({name: guard(value) for name, value in row.items()})
    write_atomically(path, (_BOM + text.getvalue()).encode("utf-8", "replace"))


def read_csv_file(path: Path, content: bytes, taxonomy: Taxonomy, text_of: TextOf) -> Reading:
    """Return what a CSV file says, whatever a spreadsheet has made of it.

    Commas, semicolons or tabs; UTF-8 with or without mark, UTF-16, Windows-1252; empty rows.

    Raises
    ------
    InputError
        It has no column ``pmid``, or cannot be read as a table at all.
    """
    text, note = _decoded(content)
    best: tuple[int, Sequence[str], list[list[str]]] | None = None
    for delimiter in _DELIMITERS:
        try:
            table = _table(text, delimiter)
        except csv.Error as error:
            raise InputError(f"{path.name} is no CSV table ({error}); save it anew.") from None
        at = next((n for n, row in enumerate(table[:20]) if PMID in column_names(row)), None)
        if at is not None and (best is None or len(table[at]) > len(best[1])):
            best = at, table[at], table
    if best is None:
        raise InputError(
            f"{path.name} has no column {PMID}; it must have the header row that "
            "`drmine review export` wrote."
        )
    at, header, table = best
    names = column_names(header)
    place = _place(path.name)
    cut = len(table) if _is_cut(text, table, header) else None
    if cut:
        table = table[:-1]
    rows = (
        (number, {name: restore(cell) for name, cell in zip(names, row, strict=False)})
        for number, row in enumerate(table[at + 1 :], start=at + 2)
        if any(cell.strip() for cell in row)
    )
    reading = read_rows(names, rows, taxonomy, text_of, place)
    reading.notes[:0] = note
    if cut:
        reading.problems.append(
            f"{place(cut, '')}: the file ends inside this row, as if it had been cut in saving or "
            "copying; the row was left out, and rows may be missing: save or copy it anew."
        )
    return reading


def _is_cut(text: str, table: Sequence[Sequence[str]], header: Sequence[str]) -> bool:
    """Whether the text ends in the middle of its last row, half of which would be a decision."""
    return not text.endswith(("\n", "\r")) and len(table[-1]) < len(header)


def _place(name: str) -> Callable[[int, str], str]:
    def place(row: int, column: str) -> str:
        return f"{name}, row {row}" + (f", column {column}" if column else "")

    return place


def _table(text: str, delimiter: str) -> list[list[str]]:
    before = csv.field_size_limit(_MAX_FIELD)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    finally:
        csv.field_size_limit(before)


def _decoded(content: bytes) -> tuple[str, list[str]]:
    if content.startswith(_UTF16):
        return content.decode("utf-16", "replace"), []
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), [
            "The file is not UTF-8 and was read as Windows-1252: other letters may be wrong; save "
            "it as CSV UTF-8."
        ]


def guard(text: str) -> str:
    """Return a cell that no spreadsheet runs as a formula; :func:`restore` gives it back."""
    from drmine.trends.csvfile import GUARD, guard_text

    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
    return GUARD + text if len(guard_text(text)) > len(text) else text


def restore(cell: str) -> str:
    """Take off the apostrophe that :func:`guard` put there; one that people wrote stays."""
    from drmine.trends.csvfile import GUARD

    bare = cell.removeprefix(GUARD)
    return bare if guard(bare) != bare else cell
