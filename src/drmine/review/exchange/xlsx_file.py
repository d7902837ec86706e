"""The table of tasks as an Excel workbook: choices from lists, and the machine's part locked."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from drmine.errors import ConfigurationError, InputError
from drmine.pubmed.atomic import write_atomically
from drmine.review.exchange.answer import Reading, Task, TextOf
from drmine.review.exchange.cells import column_names
from drmine.review.exchange.columns import ABSTRACT, MACHINE, NOTE, PMID, TITLE, Columns, rows_of
from drmine.review.exchange.guidelines import guideline_rows
from drmine.review.exchange.rows import read_rows
from drmine.taxonomy import Taxonomy

SHEET, GUIDELINES = "Records", "Guidelines"
_WIDTHS = {TITLE: 40, ABSTRACT: 90, MACHINE[2]: 50, NOTE: 40, PMID: 11}
_ROW_HEIGHT = 120
_ANSWER, _LOCKED = "FFF7E6", "EEF1F4"
_MAX_UNPACKED = 256 << 20
_HEADER_WITHIN = 20
_MAX_COLUMNS = 500
# what XML cannot hold, and what the library refuses
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError:
        raise ConfigurationError(
            "Excel workbooks need openpyxl: pip install 'drmine[exchange]'."
        ) from None
    return openpyxl


def write_xlsx_file(path: Path, tasks: Iterable[Task], columns: Columns) -> None:
    """Write a workbook with the records and, on a second sheet, the guidelines in short.

    Only what reviewers fill in can be changed; there is no password (Review, Unprotect Sheet).

    Raises
    ------
    ConfigurationError
        openpyxl is not installed.
    """
    openpyxl = _openpyxl()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    rows = rows_of(tasks, columns)
    for at, name in enumerate(columns.all, start=1):
        _dress_column(sheet, at, name, columns, len(rows))
        for number, row in enumerate(rows, start=2):
            _put(sheet.cell(number, at), row[name], is_open=name in columns.answers)
    for number in range(2, len(rows) + 2):
        sheet.row_dimensions[number].height = _ROW_HEIGHT
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.protection.sheet = True
    # these say what is *not* allowed: widths, heights and filters stay free
    for free in ("formatColumns", "formatRows", "autoFilter", "sort"):
        setattr(sheet.protection, free, False)
    _write_guidelines(book.create_sheet(GUIDELINES), columns)
    content = BytesIO()
    book.save(content)
    write_atomically(path, content.getvalue())


def _dress_column(sheet: Any, at: int, name: str, columns: Columns, n_rows: int) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = get_column_letter(at)
    sheet.column_dimensions[letter].width = _WIDTHS.get(
        name, 24 if name.endswith("_evidence") else 16
    )
    head = sheet.cell(1, at, name)
    head.font = Font(bold=True)
    colour = _ANSWER if name in columns.answers else _LOCKED
    head.fill = PatternFill("solid", start_color=colour, end_color=colour)
    choices = columns.choices(name)
    if choices and n_rows:
        rule = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True)
        rule.showErrorMessage = True
        rule.errorTitle, rule.error = name, f"Choose one of: {', '.join(choices)}"[:250]
        rule.add(f"{letter}2:{letter}{n_rows + 1}")
        sheet.add_data_validation(rule)


def _put(cell: Any, text: str, *, is_open: bool) -> None:
    from openpyxl.styles import Alignment, Protection

    if text:
        cell.value = _writable(text)
        # the library takes a text that begins with "=" as a formula; so would Excel on editing
        cell.data_type = "s"
        cell.quotePrefix = text.lstrip()[:1] in ("=", "+", "-", "@")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.protection = Protection(locked=not is_open)
    cell.number_format = "@"


def _writable(text: str) -> str:
    text = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))
    # Excel reads _x0041_ as the character of that number
    return re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", lambda _: "_x005F_", text) if "_x" in text else text


def _write_guidelines(sheet: Any, columns: Columns) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 110
    for number, (name, told) in enumerate(guideline_rows(columns), start=1):
        for at, text in ((1, name), (2, told)):
            cell = sheet.cell(number, at)
            if text:
                cell.value = _writable(text)
                cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(number, 1).font = Font(bold=True)
    sheet.protection.sheet = True


def read_xlsx_file(path: Path, content: bytes, taxonomy: Taxonomy, text_of: TextOf) -> Reading:
    """Return what a workbook says: of the first sheet that has a column ``pmid``.

    Raises
    ------
    ConfigurationError
        openpyxl is not installed.
    InputError
        It is no workbook, or no sheet has such a column.
    """
    openpyxl = _openpyxl()
    _check_package(path, content)
    try:
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
        sheets = [(sheet.title, _cells(sheet)) for sheet in book.worksheets]
    except Exception as error:  # the library raises what the parts of a broken file happen to raise
        raise InputError(
            f"{path.name} cannot be read as a workbook ({type(error).__name__}); save it anew as "
            "XLSX."
        ) from None
    for title, table in sheets:
        for at, (_, cells) in enumerate(table[:_HEADER_WITHIN]):
            names = column_names(cells)
            if PMID in names:
                rows = (
                    (number, dict(zip(names, cells, strict=False)))
                    for number, cells in table[at + 1 :]
                    if any(cell not in (None, "") for cell in cells)
                )
                return read_rows(
                    names, rows, taxonomy, text_of,
                    lambda row, column, title=title: (  # type: ignore[misc]
                        f"{path.name}, sheet {title}, row {row}"
                        + (f", column {column}" if column else "")
                    ),
                )  # fmt: skip
    raise InputError(
        f"{path.name} has no sheet with a column {PMID}; it must have the header row that "
        "`drmine review export` wrote."
    )


def _cells(sheet: Any) -> list[tuple[int, list[Any]]]:
    # the recorded size of a sheet can be wrong, and hides rows then
    sheet.reset_dimensions()
    # a cell in the last column makes a row of 16,000, and a small file full of them gigabytes
    rows = sheet.iter_rows(max_col=_MAX_COLUMNS, values_only=True)
    return [(number, list(_plain(row))) for number, row in enumerate(rows, start=1)]


def _plain(row: Iterable[Any]) -> Iterator[Any]:
    for value in row:
        yield (
            re.sub(r"_x005F_(?=x[0-9A-Fa-f]{4}_)", "_", value) if isinstance(value, str) else value
        )


def _check_package(path: Path, content: bytes) -> None:
    """Refuse what no spreadsheet writes: entities, and parts that unpack to far too much."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            if sum(part.file_size for part in package.infolist()) > _MAX_UNPACKED:
                raise InputError(f"{path.name} unpacks to far too much for a table of records.")
            for part in package.infolist():
                with package.open(part) as file:
                    if b"<!DOCTYPE" in file.read(4096):
                        raise InputError(
                            f"{path.name} holds a document type, which no spreadsheet writes; "
                            "save it anew as XLSX."
                        )
    except InputError:
        raise
    except Exception:  # zipfile raises what the bytes of a broken file happen to lead to
        raise InputError(
            f"{path.name} is no XLSX workbook; save it anew as XLSX or CSV UTF-8."
        ) from None
