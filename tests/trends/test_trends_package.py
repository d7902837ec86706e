"""The folder of trend files as an analyst finds it."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
from pathlib import Path

import frictionless
import pytest
from trends_tables import contents, random_tables, write

from drmine.trends import Tables


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
    assert contents(tmp_path / "trends") == contents(filled)


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
