"""The folder of trend files as an analyst finds it."""

import dataclasses
import json
import shutil
import subprocess
import sys
from pathlib import Path

import frictionless
import pandas as pd
import pytest
from trends_tables import CONCEPTS, HYPOTHESES, random_tables

from drmine.errors import ConfigurationError
from drmine.trends import Tables, TrendsResult, write_trends
from drmine.trends.datapackage import TABLES


def write(tables: Tables, folder: Path, **more: object) -> TrendsResult:
    settings: dict = {
        "manifest": {"run": "r1", "is_complete": True},
        "invented": True,
        "complete_through": 2019,
        "concept_names": CONCEPTS,
    }
    return write_trends(tables, HYPOTHESES, folder, **(settings | more))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trend files of an invented store, for tests that only read them."""
    folder = tmp_path_factory.mktemp("filled") / "trends"
    write(random_tables(), folder)
    return folder


def test_the_data_package_of_an_empty_store_is_valid(tmp_path: Path) -> None:
    write(Tables.empty(), tmp_path / "trends")
    report = frictionless.validate(str(tmp_path / "trends/datapackage.json"), type="package")
    assert report.valid, report.flatten(["taskNumber", "type", "message"])


def test_the_data_package_is_valid_with_nasty_text(tmp_path: Path) -> None:
    tables = random_tables()
    nasty = [
        '=cmd|"x"',
        'say "hi", twice',
        "a\nb\rc\td",
        "-",
        "NA",
        " ",
        "'",
        "null",
        "🧠 β",
        "\x00",
    ]
    for frame, column in (
        (tables.articles, "title"), (tables.articles, "doi"), (tables.findings, "evidence"),
        (tables.mentions, "text"), (tables.mentions, "long_form"),
    ):  # fmt: skip
        frame.loc[frame.index[: len(nasty)], column] = nasty
    write(tables, tmp_path / "trends")
    report = frictionless.validate(str(tmp_path / "trends/datapackage.json"), type="package")
    assert report.valid, report.flatten(["taskNumber", "type", "message"])


def digests(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def small_store(seed: int) -> Tables:
    return random_tables(12, 8, 20, 3, first=2018, seed=seed)


def shuffled(tables: Tables, seed: int) -> Tables:
    return Tables(
        *(
            getattr(tables, name).sample(frac=1, random_state=seed)
            for name in ("articles", "findings", "mentions", "rates")
        )
    )


def test_every_file_of_the_contract_is_there(tmp_path: Path) -> None:
    result = write(random_tables(), tmp_path / "trends")
    names = {path.name for path in result.files}
    assert names == {path.name for path in (tmp_path / "trends").iterdir()}
    assert names >= {
        "hypothesis_by_year.csv", "stance_by_year.csv", "study_type_by_year.csv",
        "origin_by_year.csv", "mechanism_by_year.csv", "resistance_rate_by_year.csv",
        "trend_tests.csv", "articles.csv", "findings.csv", "mentions.csv", "resistance_rates.csv",
        "datapackage.json", "README.md", "manifest.json",
    }  # fmt: skip
    assert result.is_complete


def test_an_empty_store_gives_headers_and_says_so(tmp_path: Path) -> None:
    result = write(Tables.empty(), tmp_path / "trends")
    lines = (tmp_path / "trends/hypothesis_by_year.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 and lines[0].startswith("year,hypothesis,")
    assert "The store holds no records" in result.warnings[0]
    assert result.warnings[0] in (tmp_path / "trends/README.md").read_text(encoding="utf-8")


def test_the_order_of_rows_changes_no_byte(filled: Path, tmp_path: Path) -> None:
    write(shuffled(random_tables(), seed=1), tmp_path / "trends")
    assert digests(tmp_path / "trends") == digests(filled)


def test_files_are_plain_utf8_with_line_feeds(tmp_path: Path) -> None:
    tables = random_tables()
    tables.articles.loc[0, "title"] = "Löscher's α-test\r\nsecond line"
    write(tables, tmp_path / "trends")
    for path in (tmp_path / "trends").iterdir():
        content = path.read_bytes()
        assert b"\r" not in content and content.endswith(b"\n")
        content.decode("utf-8")
    assert "Löscher's α-test  second line" in (tmp_path / "trends/articles.csv").read_text("utf-8")


def test_every_column_is_described_and_present(filled: Path) -> None:
    package = json.loads((filled / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        fields = resource["schema"]["fields"]
        header = (filled / resource["path"]).read_text("utf-8").splitlines()[0]
        assert header.split(",") == [field["name"] for field in fields]
        assert all(field["description"].endswith(".") and field["type"] for field in fields)
        assert resource["schema"]["primaryKey"] and resource["description"]


def test_invented_data_say_so_wherever_one_looks(filled: Path, tmp_path: Path) -> None:
    package = json.loads((filled / "datapackage.json").read_text(encoding="utf-8"))
    assert package["title"].startswith("INVENTED DEMONSTRATION DATA")
    assert package["description"].startswith("INVENTED DEMONSTRATION DATA")
    assert package["invented"] is True
    assert "INVENTED" in (filled / "README.md").read_text(encoding="utf-8")
    write(Tables.empty(), tmp_path / "real", invented=False)
    package = json.loads((tmp_path / "real/datapackage.json").read_text(encoding="utf-8"))
    assert "INVENTED" not in package["title"] and package["invented"] is False


def test_real_papers_among_invented_ones_are_not_denied(tmp_path: Path) -> None:
    tables = random_tables()
    articles = tables.articles.assign(invented=True)
    articles.loc[articles.index[:3], "invented"] = False
    write(dataclasses.replace(tables, articles=articles), tmp_path / "trends")
    package = json.loads((tmp_path / "trends/datapackage.json").read_text(encoding="utf-8"))
    readme = (tmp_path / "trends/README.md").read_text(encoding="utf-8")
    assert package["invented"] is True
    assert package["title"].startswith("PARTLY INVENTED DATA: ")
    assert [source["title"].split()[0] for source in package["sources"][:2]] == [
        "Abstracts", "PubMed,",
    ]  # fmt: skip
    for text in (package["description"], readme):
        assert "counted with 3 real ones" in text
        assert "no paper behind these numbers exists" not in text


def test_a_partial_run_marks_its_files(tmp_path: Path) -> None:
    result = write(Tables.empty(), tmp_path / "trends", manifest={"is_complete": False})
    assert not result.is_complete
    assert "> **PARTIAL" in (tmp_path / "trends/README.md").read_text(encoding="utf-8")
    package = json.loads((tmp_path / "trends/datapackage.json").read_text(encoding="utf-8"))
    assert "PARTIAL" in package["title"]


def test_a_crash_leaves_the_old_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "trends"
    write(small_store(1), folder)
    before = digests(folder)

    def crash(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("drmine.trends.csvfile.write_csv", crash)
    with pytest.raises(RuntimeError):
        write(small_store(2), folder)
    assert digests(folder) == before
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


def snippet(readme: Path, language: str) -> str:
    return readme.read_text(encoding="utf-8").split(f"```{language}\n")[1].split("```")[0]


def test_the_pandas_example_of_the_readme_runs(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(filled)
    names: dict = {}
    exec(snippet(Path("README.md"), "python"), names)
    assert len(names["joined"]) == len(names["findings"]) > 100
    assert names["joined"]["title"].notna().all()
    assert list(names["wide"].index) == list(range(1995, 2020))


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
def test_the_r_example_of_the_readme_runs_with_the_declared_types(
    filled: Path, tmp_path: Path
) -> None:
    package = json.loads((filled / "datapackage.json").read_text(encoding="utf-8"))
    types = {"integer": "integer", "number": "numeric", "boolean": "logical", "string": "character"}
    checks = [
        f'x <- read.csv("{resource["path"]}", encoding = "UTF-8", na.strings = "")\n'
        + "\n".join(
            f"if (!all(is.na(x${field['name']})) && !is.{types[field['type']]}(x${field['name']}))"
            f' stop("{resource["path"]} {field["name"]} ", class(x${field["name"]}))'
            for field in resource["schema"]["fields"]
            if field["name"] not in ("pmid", "period")
        )
        for resource in package["resources"]
    ]
    script = snippet(filled / "README.md", "r") + "\nstopifnot(nrow(joined) > 100)\n"
    (tmp_path / "check.R").write_text(script + "\n".join(checks), encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "--vanilla", str(tmp_path / "check.R")],
        cwd=filled, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_what_is_to_be_filtered_for_the_counts_of_mechanisms_is_said(filled: Path) -> None:
    assert "`negated` false" in (filled / "README.md").read_text(encoding="utf-8")
    package = json.loads((filled / "datapackage.json").read_text(encoding="utf-8"))
    (mentions,) = [one for one in package["resources"] if one["name"] == "mentions"]
    (field,) = [one for one in mentions["schema"]["fields"] if one["name"] == "is_counted"]
    assert "negated" in field["description"]


def test_importing_the_public_face_loads_no_pandas() -> None:
    code = "import sys, drmine.trends; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
