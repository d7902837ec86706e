"""What spreadsheet programs do to tables is read, and no cell does anything to them."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from exchange_samples import IDS, TAXONOMY, assert_came_back, task, with_answer
from sheet_files import filled, read, write

from drmine.errors import InputError
from drmine.review.exchange.answer import Answer
from drmine.review.exchange.csv_file import guard, restore


def test_excels_dates_and_numbers(tmp_path) -> None:
    path = write(tmp_path, "xlsx", [task(0), task(1)])
    filled(path, target=datetime(2026, 3, 1))
    (problem,) = read(path, task(0)).problems
    assert "row 2, column target: the spreadsheet has turned the cell into a date" in problem
    filled(path, target="refutes", pmid=99000001.0, about_drug_response=True, year=None)
    assert [one.pmid for one in read(path, task(0)).answers] == ["99000001"]


@pytest.mark.parametrize("value", ["0099000001", "99000001.0", " 99000001 ", "99000001"])
def test_a_pmid_survives_what_spreadsheets_do_to_numbers(tmp_path, value) -> None:
    path = filled(write(tmp_path, "csv", [task(0)]), pmid=value, about_drug_response="no")
    assert [one.pmid for one in read(path).answers] == ["99000001"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_as_other_spreadsheets_save_it(tmp_path, delimiter, encoding) -> None:
    one = with_answer(task(0), Answer("", True, None, (), 'né; "quoted", and\nbroken'))
    path = write(tmp_path, "csv", [one])
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    text = io.StringIO(newline="")
    empty = [""] * len(rows[0])
    weight = rows[0].index("weight")
    rows[1][weight] = "12,5"
    csv.writer(text, delimiter=delimiter).writerows([empty, *rows, empty, [], empty])
    path.write_bytes(text.getvalue().encode(encoding))
    reading = read(path, one)
    assert reading.answers == [one.answer]
    assert reading.answers[0].shown.weight == 12.5
    assert bool(reading.notes) == (encoding == "cp1252")
    reading = read(filled_row_three(path, delimiter, encoding), one)
    assert "row 3, column about_drug_response" in reading.problems[0]


def filled_row_three(path: Path, delimiter: str, encoding: str) -> Path:
    """Spoil the row that the spreadsheet shows as the third: an empty one stands on top."""
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline=""),
                           delimiter=delimiter))  # fmt: skip
    rows[2][rows[1].index("about_drug_response")] = "perhaps"
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def test_no_cell_of_a_csv_runs_as_a_formula(tmp_path) -> None:
    hostile = '=HYPERLINK("http://x","y")'
    one = with_answer(
        task(0, title=hostile, abstract="@SUM(1)"), Answer("", True, None, (), "+1|cmd")
    )
    path = write(tmp_path, "csv", [one])
    for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")):
        assert not [cell for cell in row if cell.lstrip()[:1] in ("=", "+", "@", "-")]
    assert_came_back(read(path), [one])


@pytest.mark.parametrize("text", ["=1", "'=1", "'tis", "tis", "", "-", "'-x", "''=1", " =1"])
def test_the_guard_is_taken_off_again(text) -> None:
    assert restore(guard(text)) == text
    assert guard(text).lstrip()[:1] not in ("=", "+", "-", "@")
    # what people write by themselves stays
    assert restore("'tis") == "'tis"


def test_a_workbook_runs_nothing_and_locks_the_machines_part(tmp_path) -> None:
    one = task(0, title="=1+1", abstract="_x0041_ \x0b 🧠")
    book = openpyxl.load_workbook(write(tmp_path, "xlsx", [one]))
    sheet = book["Records"]
    names = [cell.value for cell in sheet[1]]
    at = {name: sheet.cell(2, names.index(name) + 1) for name in names}
    assert at["title"].data_type == "s" and at["title"].value == "=1+1"
    assert at["abstract"].value.startswith("_x005F_x0041_")
    assert sheet.protection.sheet
    assert at["machine_hypotheses"].protection.locked and at["pmid"].protection.locked
    assert not at["target"].protection.locked and not at["note"].protection.locked
    lists = {str(rule.sqref).rstrip("0123456789:"): rule for rule in
             sheet.data_validations.dataValidation}  # fmt: skip
    assert len(lists) == 3 + 2 * len(IDS)
    assert {'"supports,refutes,mixed,neutral"', '"yes,no"'} <= {
        rule.formula1 for rule in lists.values()
    }
    told = " ".join(str(cell.value) for row in book["Guidelines"] for cell in row)
    assert all(one.name in told for one in TAXONOMY.hypotheses)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"title,abstract\n1,2\n", "no column pmid"),
        ("a.xlsx", b"PK\x03\x04 broken", "is no XLSX workbook"),
        ("b.xlsx", b"no zip", "is no XLSX workbook"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_one_sentence(tmp_path, name, content, said) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        read(path)


def test_a_workbook_with_entities_is_refused(tmp_path) -> None:
    path = write(tmp_path, "xlsx", [task(0)])
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(bomb, "w") as target:
        for part in source.namelist():
            content = source.read(part)
            if part.endswith("sheet1.xml"):
                content = b'<!DOCTYPE x [<!ENTITY a "b">]>' + content
            target.writestr(part, content)
    with pytest.raises(InputError, match="document type"):
        read(bomb)


def test_without_openpyxl_the_command_to_install_it_is_said(tmp_path, monkeypatch) -> None:
    import sys

    from drmine.errors import ConfigurationError

    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ConfigurationError, match="pip install 'drmine\\[exchange\\]'"):
        write(tmp_path, "xlsx", [task(0)])


def test_a_workbook_of_far_cells_takes_little_memory(tmp_path: Path) -> None:
    path = write(tmp_path, "xlsx", [task()])
    with zipfile.ZipFile(path) as package:
        parts = {part: package.read(part) for part in package.namelist()}
    far = "".join(
        f'<row r="{n}"><c r="XFD{n}" t="inlineStr"><is><t>x</t></is></c></row>'
        for n in range(10, 3_010)
    )
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"</sheetData>", far.encode() + b"</sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    tracemalloc.start()
    reading = read(path, task())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reading.undecided == 1 and not reading.problems
    assert peak < 64 << 20
