"""A wheel holds everything that runs, and runs without a checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from drmine import __version__

ROOT = Path(__file__).resolve().parents[2]
SHIPPED_FLOWS = "_flows"
SOURCES = ROOT / "src" / "drmine"
pytestmark = pytest.mark.skipif(
    find_spec("hatchling") is None, reason="hatchling is not installed: pip install '.[build]'"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    code = "import sys, hatchling.build; print(hatchling.build.build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=ROOT, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / done.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as file:
        return set(file.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked, as an installation has it, with no checkout around it."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder)
    return folder


def run(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DRMINE_")}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, timeout=120,
        env=environment | {"PYTHONPATH": str(installed)}, check=False,
    )  # fmt: skip


def test_it_is_named_after_the_version_and_fits_any_machine(wheel: Path) -> None:
    assert wheel.name == f"drmine-{__version__}-py3-none-any.whl"


@pytest.mark.parametrize(
    "name",
    [
        "classify/model.json",
        "demo/corpus/mechanisms_drug.jsonl",
        "pubmed/query.yaml",
        "py.typed",
        "report/templates/report.css",
        "review/decisions/decision.schema.json",
        "review/pages/guidelines.md",
        "review/pages/static/review.css",
        "review/pages/templates/record.html.j2",
        "store/migrations/script.py.mako",
        "store/migrations/versions/0001_first_tables.py",
        "taxonomy/hypotheses.yaml",
        "vocabulary/data/transporter.tsv",
    ],
)
def test_data_that_is_read_at_run_time_is_in_it(names: set[str], name: str) -> None:
    assert f"drmine/{name}" in names


def test_every_file_of_the_package_and_every_flow_is_in_it(names: set[str]) -> None:
    written = {
        path.relative_to(SOURCES.parent).as_posix()
        for path in SOURCES.rglob("*")
        if path.is_file() and path.suffix not in (".pyc", ".pyo")
    }
    written |= {f"drmine/{SHIPPED_FLOWS}/{path.name}" for path in (ROOT / "flows").glob("*.py")}
    written.add(f"drmine/{SHIPPED_FLOWS}/prefect.yaml")
    assert f"drmine/{SHIPPED_FLOWS}/refresh.py" in written
    assert written <= names


def test_nothing_else_is_in_it(names: set[str]) -> None:
    places = {name.split("/")[0] for name in names}
    assert places == {"drmine", f"drmine-{__version__}.dist-info"}
    assert not [name for name in names if name.endswith((".pyc", ".sqlite"))]


def test_the_flow_is_found_without_a_checkout(installed: Path, tmp_path: Path) -> None:
    code = "from drmine.jobs import load_flow; print(load_flow('refresh').__file__)"
    done = run(installed, tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == installed / "drmine" / SHIPPED_FLOWS / "refresh.py"


def test_it_labels_from_any_folder(installed: Path, tmp_path: Path) -> None:
    title = "Invented: P-glycoprotein in drug-resistant epilepsy"
    line = {
        "pmid": "99000001",
        "title": title,
        "abstract": "P-gp was higher in resistant patients.",
    }
    (tmp_path / "in.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    done = run(installed, tmp_path, "-m", "drmine.cli", "label", "in.jsonl", "out.jsonl")
    assert done.returncode == 0, done.stderr
    row = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    assert any(mention["concept"] == "ABCB1" for mention in row["mentions"])


def test_the_review_pages_show_the_guidelines_without_a_checkout(
    installed: Path, tmp_path: Path
) -> None:
    # what a reviewer sees under the key g; the property needs nothing of the server
    code = "from drmine.review.pages.site import Site; print(Site.guidelines.func(None))"
    done = run(installed, tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr
    assert "<table>" in done.stdout and "supports" in done.stdout


def test_a_store_is_made_by_the_migrations_in_it(installed: Path, tmp_path: Path) -> None:
    code = "from drmine.store import Store; print(Store.open('sqlite:///x.sqlite').counts())"
    done = run(installed, tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr


def test_the_metadata_declare_command_and_pythons(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        metadata = file.read(f"drmine-{__version__}.dist-info/METADATA").decode()
        commands = file.read(f"drmine-{__version__}.dist-info/entry_points.txt").decode()
    assert "drmine = drmine.cli:main" in commands
    assert "Requires-Python: <3.13,>=3.11" in metadata
    assert "License-File: LICENSE" in metadata
