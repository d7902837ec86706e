"""How the folder of trend files is replaced, and what in it is left alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest
from trends_tables import contents, random_tables, write

from drmine.errors import ConfigurationError
from drmine.trends import Tables
from drmine.trends.datapackage import TABLES


def small_store(seed: int) -> Tables:
    return random_tables(12, 8, 20, 3, first=2018, seed=seed)


def test_a_crash_leaves_the_old_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "trends"
    write(small_store(1), folder)
    before = contents(folder)

    def crash(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("drmine.trends.csvfile.write_csv", crash)
    with pytest.raises(RuntimeError):
        write(small_store(2), folder)
    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["trends"]


def test_a_swap_cut_in_two_is_mended_by_the_next_run(tmp_path: Path) -> None:
    folder = tmp_path / "trends"
    write(small_store(1), folder)
    (folder / "notebook.ipynb").write_text("{}")
    folder.rename(tmp_path / ".trends.old")
    write(small_store(1), folder)
    assert (folder / "notebook.ipynb").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["trends"]


def test_a_swap_cut_before_it_had_cleared_up_is_ended_by_the_next_run(tmp_path: Path) -> None:
    folder, old = tmp_path / "trends", tmp_path / ".trends.old"
    write(small_store(1), folder)
    (folder / "notebook.ipynb").write_text("{}")
    (folder / "notes.txt").write_text("old")
    folder.rename(old)
    write(small_store(1), folder)
    (folder / "notebook.ipynb").unlink()
    (folder / "notes.txt").write_text("written anew since")
    old.mkdir()
    (old / "articles.csv").write_text("stale")
    (old / "notebook.ipynb").write_text("{}")
    (old / "notes.txt").write_text("old")
    write(small_store(2), folder)
    assert (folder / "notebook.ipynb").read_text() == "{}"
    assert (folder / "notes.txt").read_text() == "written anew since"
    assert [path.name for path in tmp_path.iterdir()] == ["trends"]


def test_a_users_own_file_stays_and_stale_files_go(tmp_path: Path) -> None:
    folder = tmp_path / "trends"
    write(small_store(1), folder)
    (folder / "notebook.ipynb").write_text("{}")
    (folder / "articles.parquet").write_text("stale")
    write(small_store(2), folder)
    assert (folder / "notebook.ipynb").read_text() == "{}"
    assert not (folder / "articles.parquet").exists()


def test_a_folder_of_another_making_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(ConfigurationError, match="name an empty folder"):
        write(Tables.empty(), tmp_path)
    assert (tmp_path / "thesis.docx").exists()


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "trends").write_text("a file")
    with pytest.raises(ConfigurationError, match="is a file"):
        write(Tables.empty(), tmp_path / "trends")


def test_parquet_holds_the_rows_and_types_of_the_csv(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install drmine[parquet]")
    tables = random_tables()
    tables.findings.loc[0, "evidence"] = "=1+1 is text"
    result = write(tables, tmp_path / "trends", parquet=True)
    assert sum(path.suffix == ".parquet" for path in result.files) == len(TABLES)
    for spec in TABLES:
        rows = pd.read_csv(tmp_path / "trends" / spec.file_name, dtype=str, keep_default_na=False)
        back = pd.read_parquet(tmp_path / "trends" / f"{spec.name}.parquet")
        assert list(back.columns) == spec.column_names and len(back) == len(rows)
        for column in spec.columns:
            kind = back[column.name].dtype.kind
            # whole numbers that may be blank come back as nullable integers
            assert (
                kind in {"string": "O", "integer": "i", "number": "f", "boolean": "b"}[column.type]
            ), (spec.name, column.name)
            blank = rows[column.name] == ""
            assert list(back[column.name].isna()) == list(blank), (spec.name, column.name)
    evidence = pd.read_parquet(tmp_path / "trends/findings.parquet")["evidence"]
    assert "=1+1 is text" in set(evidence), "text in Parquet carries no guard"


def test_parquet_without_its_library_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigurationError, match="pyarrow"):
        write(random_tables(), tmp_path / "trends", parquet=True)
    assert not (tmp_path / "trends").exists()
