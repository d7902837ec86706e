"""Whatever happens to a file on its way: the rest is taken, or it is refused in one sentence."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from exchange_samples import ALPHABET, TAXONOMY, many_answered, task, text_of, with_answer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drmine.errors import DrmineError
from drmine.review.decisions.decision import DecidedFinding
from drmine.review.exchange.answer import Answer, Reading
from drmine.review.exchange.columns import Columns
from drmine.review.exchange.formats import READERS, WRITERS, format_of

SLOW = {
    "max_examples": 40, "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}  # fmt: skip
FILES = {"csv": "q.csv", "xlsx": "q.xlsx", "labelstudio": "q.json", "bioc": "q.json",
         "pubtator": "q.txt"}  # fmt: skip
FINDING = DecidedFinding("transporter", "mixed", "both", (0, 14))
TASKS = [with_answer(task(n), Answer("", True, "animal", (FINDING,), "🧠 note")) for n in range(3)]


def read(path: Path) -> Reading:
    return READERS[format_of(path)](path, TAXONOMY, text_of(*TASKS), None)


def in_sentences(reading: Reading) -> bool:
    return all(one.endswith(".") and "Traceback" not in one for one in reading.problems)


WHOLE: dict[str, bytes] = {}


def whole(kind: str, folder: Path) -> bytes:
    """Return a file as it goes out; a workbook holds the time, so it is written once."""
    if kind not in WHOLE:
        path = folder / FILES[kind]
        WRITERS[kind](path, TASKS, TAXONOMY, False)
        WHOLE[kind] = path.read_bytes()
    return WHOLE[kind]


@pytest.mark.parametrize("kind", FILES)
@given(data=st.data())
@settings(**SLOW)
def test_flipped_lost_and_added_bytes_never_raise_anything_else(tmp_path, kind, data) -> None:
    content = bytearray(whole(kind, tmp_path))
    path = tmp_path / FILES[kind]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content) - 1))
        what = data.draw(st.sampled_from(["flip", "cut", "add"]))
        if what == "flip":
            content[at] ^= data.draw(st.integers(1, 255))
        elif what == "cut":
            del content[at : at + data.draw(st.integers(1, 400))]
        else:
            content[at:at] = data.draw(st.binary(min_size=1, max_size=20))
        if not content:
            break
    path.write_bytes(bytes(content))
    try:
        assert in_sentences(read(path))
    except DrmineError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@given(
    row=st.integers(0, 2), column=st.sampled_from(Columns(TAXONOMY).all),
    value=st.text(ALPHABET + "\n#0", max_size=12),
)  # fmt: skip
@settings(**SLOW)
def test_a_spoiled_cell_costs_its_own_row_at_most(tmp_path, kind, row, column, value) -> None:
    path = tmp_path / FILES[kind]
    WRITERS[kind](path, TASKS, TAXONOMY, False)
    if kind == "csv":
        table = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
        table[row + 1][table[0].index(column)] = value
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(table)
    else:
        book = openpyxl.load_workbook(path)
        sheet = book["Records"]
        at = next(cell.column for cell in sheet[1] if cell.value == column)
        cell = sheet.cell(row + 2, at)
        cell.value = value
        cell.data_type = "s"
        book.save(path)
    reading = read(path)
    kept = [one.answer for n, one in enumerate(TASKS) if n != row]
    assert [one for one in reading.answers if one in kept] == kept
    assert in_sentences(reading) and len(reading.problems) <= 1
    assert all(f"row {row + 2}" in problem for problem in reading.problems)


def test_json_that_is_nested_without_end_is_refused(tmp_path) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000)
    with pytest.raises(DrmineError, match="no whole JSON"):
        read(path)


@given(tasks=many_answered(), order=st.randoms(use_true_random=False))
@settings(**SLOW)
def test_the_order_of_rows_and_columns_does_not_matter(tmp_path, tasks, order) -> None:
    path = tmp_path / "q.csv"
    WRITERS["csv"](path, tasks, TAXONOMY, False)
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    names = [*rows[0], "", "My own remarks"]
    order.shuffle(names)
    order.shuffle(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [name.upper() for name in names])
        writer.writeheader()
        for row in rows:
            writer.writerow({name.upper(): row.get(name, "x" if name else "") for name in names})
    reading = READERS["csv"](path, TAXONOMY, text_of(*tasks), None)
    assert {one.pmid: one for one in reading.answers} == {
        one.answer.pmid: one.answer for one in tasks
    }
    assert "my_own_remarks" in reading.notes[0]


@given(st.data())
@settings(**SLOW)
def test_a_table_that_is_cut_within_a_row_says_so_and_gives_no_half_decision(
    tmp_path: Path, data: st.DataObject
) -> None:
    content = whole("csv", tmp_path).decode("utf-8-sig")
    last = content.rstrip("\r\n").rindex("\r\n") + 2
    # a column or more is lost: all but a line's last cell is there only when the line is whole
    path = tmp_path / "q.csv"
    path.write_text(
        content[: data.draw(st.integers(last + 1, content.rindex(",") - 1))],
        encoding="utf-8", newline="",
    )  # fmt: skip
    reading = read(path)
    assert [answer.pmid for answer in reading.answers] == [one.record.pmid for one in TASKS[:-1]]
    assert len(reading.problems) == 1 and "ends inside this row" in reading.problems[0]
