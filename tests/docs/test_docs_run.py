"""The commands and code of the pages run, and print what the pages say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from pages import DOCS, ROOT, Block, blocks, fenced, missing_lines, pages

import drmine
from running import Demo

RUN = [page for page in pages() if blocks(page)]
TUTORIALS = sorted((DOCS / "tutorials").glob("*.md"))
EXPORT = ROOT / "tests" / "fixtures" / "pubmed" / "export.nbib"


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the commands `drmine` and `python`, as an installation has them."""
    folder = tmp_path_factory.mktemp("bin")
    for name, start in (("python", ""), ("drmine", " -m drmine.cli")):
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}"{start} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    return folder


def run(block: Block, folder: Path, environment: dict[str, str]) -> str:
    """Run a block in a folder and return what it printed."""
    started = ["bash", "-euo", "pipefail", "-c", block.code]
    done = subprocess.run(
        started, cwd=folder, env=environment, capture_output=True, text=True, timeout=240,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{block.code}\n{done.stdout}\n{done.stderr[-3000:]}"
    return done.stdout


def serve(block: Block, folder: Path, environment: dict[str, str]) -> str:
    """Run a block that ends when it is stopped; ask the address that it prints for a page."""
    with subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", f"exec {block.code}"], cwd=folder,
        env={**environment, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            said = ""
            for line in process.stdout:
                said += line
                if found := re.search(r"http://\S+", line):
                    with urllib.request.urlopen(found[0], timeout=30) as answer:
                        assert answer.status == 200
                    return said
        finally:
            process.terminate()
    raise AssertionError(f"{block.code} printed no address: {said}")


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
@pytest.mark.parametrize("page", RUN, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_the_page_runs_from_top_to_bottom(
    page: Path,
    commands: Path,
    tmp_path: Path,
    new_prefect_home: Callable[[], Path],
    request: pytest.FixtureRequest,
) -> None:
    text = page.read_text(encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DRMINE_")}
    environment |= {
        "PREFECT_HOME": str(new_prefect_home()),
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(drmine.__file__).parents[1]),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    for name in ("demo-workspace", "workspace"):
        if re.search(rf"(?<![\w-]){name}\b", "".join(block.code for block in blocks(page))):
            demo: Demo = request.getfixturevalue("demo")
            shutil.copytree(demo.workspace, tmp_path / name)
    if EXPORT.name in text:
        shutil.copy(EXPORT, tmp_path)
    python = ""
    for block in blocks(page):
        if block.code.strip() == "drmine demo":
            # every test shares one run of it; its workspace was copied above
            printed = demo.result.stdout
        elif block.language == "python":
            # a reader goes on in the same session: all that came before runs again, unheard
            code = "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()):\n    "
            code += f"exec({python!r})\nexec({block.code!r})\n"
            (tmp_path / "session.py").write_text(code, encoding="utf-8")
            printed = run(Block("bash", "python session.py"), tmp_path, environment)
            python += block.code
        elif block.mark == "serves":
            printed = serve(block, tmp_path, environment)
        else:
            assert block.language == "bash", f"{page.name}: only bash and python can be run"
            printed = run(block, tmp_path, environment)
        assert missing_lines(block.prints, printed) == [], printed


def test_there_are_pages_to_run() -> None:
    names = {page.relative_to(DOCS).as_posix() for page in RUN}
    assert {page.relative_to(DOCS).as_posix() for page in TUTORIALS} <= names


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_every_block_of_a_tutorial_is_run_or_says_why_not(page: Path) -> None:
    code = [one for one in fenced(page.read_text(encoding="utf-8")) if one.language != "text"]
    assert code
    odd = [one for one in code if not re.fullmatch(r"run|serves|not run: \w.{9,}", one.mark)]
    assert odd == []


def test_a_line_that_is_not_printed_is_found() -> None:
    assert missing_lines(("Done: … read", "b"), "a\nDone: 3 read\nb\n") == []
    assert missing_lines(("b", "a"), "a\nb\n") == ["a"]
    assert missing_lines(("Done.",), "Done: no\n") == ["Done."]
