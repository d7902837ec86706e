"""CSV cells: harmless in a spreadsheet, and the text comes back."""

import io
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drmine.trends.csvfile import guard_text, restore_text, write_csv
from drmine.trends.schema import TableSpec, flag, integer, number, text

SPEC = TableSpec(
    "example",
    "Example",
    "Invented.",
    (
        integer("whole", "Count."),
        text("words", "Text."),
        number("part", "Number."),
        flag("yes", ""),
    ),
    ("whole",),
)


def written(folder: Path, **columns: list) -> str:
    write_csv(pd.DataFrame(columns), SPEC, folder / "example.csv")
    return (folder / "example.csv").read_bytes().decode("utf-8")


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "'quoted'"]
)
def test_what_a_spreadsheet_could_run_is_guarded(cell: str) -> None:
    guarded = guard_text(cell)
    assert guarded.startswith("'")
    assert restore_text(guarded) == cell.replace("\t", " ").replace("\r", " ")


@pytest.mark.parametrize("cell", ["P-glycoprotein", "α-methyl", "5-HT", "", "(=)", "Löscher"])
def test_plain_text_stays_as_it_is(cell: str) -> None:
    assert guard_text(cell) == cell


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))))
def test_text_comes_back_from_the_guard(cell: str) -> None:
    assert restore_text(guard_text(cell)) == cell


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), min_size=1))
def test_offsets_hold_in_guarded_text(cell: str) -> None:
    assert len(restore_text(guard_text(cell))) == len(cell)


@settings(deadline=None)
@given(
    st.lists(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=8), max_size=5)
)
def test_any_text_survives_writing_and_reading(cells: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        n = len(cells)
        content = written(Path(folder), words=cells, whole=[1] * n, part=[0.5] * n, yes=[True] * n)
    assert content.count("\n") == n + 1
    back = pd.read_csv(io.StringIO(content), keep_default_na=False, dtype=str)["words"]
    assert list(back) == [guard_text(cell) for cell in cells]


def test_numbers_flags_and_blanks_are_plain(tmp_path: Path) -> None:
    content = written(
        tmp_path, words=["a", "b"], whole=[-1, None], part=[-0.0, 1 / 3], yes=[True, False]
    )
    assert content == "whole,words,part,yes\n-1,a,0,TRUE\n,b,0.333333,FALSE\n"
