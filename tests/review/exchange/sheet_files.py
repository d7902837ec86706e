"""Tables of answers, written, filled in and read."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
from exchange_samples import TAXONOMY, text_of

from drmine.review.exchange.answer import Reading, Task
from drmine.review.exchange.columns import Columns
from drmine.review.exchange.csv_file import read_csv_file, write_csv_file
from drmine.review.exchange.xlsx_file import read_xlsx_file, write_xlsx_file

WRITE = {"csv": write_csv_file, "xlsx": write_xlsx_file}
READ = {"csv": read_csv_file, "xlsx": read_xlsx_file}


def write(folder: Path, kind: str, tasks: list[Task], *, blind: bool = False) -> Path:
    path = folder / f"queue.{kind}"
    WRITE[kind](path, tasks, Columns(TAXONOMY, blind))
    return path


def read(path: Path, *tasks: Task) -> Reading:
    return READ[path.suffix[1:]](path, path.read_bytes(), TAXONOMY, text_of(*tasks))


def filled(path: Path, **cells: object) -> Path:
    """Fill in cells of the first row of a file, as a reviewer does."""
    if path.suffix == ".csv":
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
        rows[0] |= {name: str(value) for name, value in cells.items()}
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path
    book = openpyxl.load_workbook(path)
    sheet = book["Records"]
    names = [cell.value for cell in sheet[1]]
    for name, value in cells.items():
        sheet.cell(2, names.index(name) + 1).value = value
    book.save(path)
    return path
