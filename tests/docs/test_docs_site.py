"""The site is built without a warning and asks no other host for anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from pages import DOCS, ROOT, pages

import drmine
from drmine.cli import cli

NEEDED = ("mkdocs", "material", "mkdocs_click", "mkdocstrings")
pytestmark = pytest.mark.skipif(
    any(find_spec(name) is None for name in NEEDED),
    reason="the site is not tested: install it with pip install '.[docs]'",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-f", str(ROOT / "mkdocs.yml"),
         "-d", str(folder)],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
        # any proxy that does not answer: a build that asks the network fails
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "https_proxy": "http://127.0.0.1:9",
             "PYTHONPATH": str(Path(drmine.__file__).parents[1])},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stdout + done.stderr
    return folder


def test_every_page_is_built_and_no_source_beside_them(site: Path) -> None:
    built = {p.relative_to(site).with_suffix(".md").as_posix() for p in site.rglob("*.html")}
    assert {page.relative_to(DOCS).as_posix() for page in pages()} <= built
    assert not list(site.rglob("*.py"))


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    elsewhere = re.compile(r"^(https?:)?//", re.IGNORECASE)
    for path in site.rglob("*.html"):
        tree = html.parse(str(path)).getroot()
        loaded = [*tree.xpath("//@src"), *tree.xpath("//link/@href"), *tree.xpath("//object/@data")]
        assert [one for one in loaded if elsewhere.match(one)] == [], path.name
        # the theme fetches the drawing library of these from elsewhere
        assert not tree.xpath('//*[contains(@class, "mermaid")]'), path.name
    for path in site.rglob("*.css"):
        urls = re.findall(r"url\([\"']?([^\"')]+)", path.read_text(encoding="utf-8"))
        assert [one for one in urls if elsewhere.match(one)] == [], path.name
        assert not re.search(r"@import", path.read_text(encoding="utf-8")), path.name


def test_links_inside_the_site_lead_somewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        if path.name == "404.html":
            continue
        tree = html.parse(str(path)).getroot()
        for link in tree.xpath("//a/@href"):
            target, _, anchor = str(link).partition("#")
            if ":" in target:
                continue
            other = (path.parent / target).resolve() if target else path
            assert other.exists(), (path.name, link)
            if anchor and not anchor.startswith("__") and other.suffix == ".html":
                ids = html.parse(str(other)).getroot().xpath("//@id")
                assert anchor in ids, (path.name, link)


def test_the_reference_has_every_command_and_every_option(site: Path) -> None:
    text = (site / "reference" / "commands.html").read_text(encoding="utf-8")
    for name, command in cli.commands.items():
        assert f"drmine {name}" in text, name
        for param in command.params:
            for option in (o for o in param.opts if o.startswith("--")):
                assert option in text, (name, option)


def test_options_without_a_default_and_required_ones_say_so_in_a_word(site: Path) -> None:
    tree = html.parse(str(site / "reference" / "commands.html")).getroot()
    defaults = {
        row.xpath("string(td[1])"): row.xpath("string(td[4])") for row in tree.xpath("//tr[td[4]]")
    }
    assert defaults["--workspace"] == defaults["--version"] == "none"
    assert defaults["--format"] == defaults["--taxonomy"] == "required"
    assert defaults["--seed"] == "1"
    assert not {one for one in defaults.values() if "Sentinel" in one or "_" in one}


def test_nothing_is_left_to_generate(site: Path) -> None:
    for path in site.rglob("*.html"):
        assert "<!-- generate:" not in path.read_text(encoding="utf-8"), path.name


def test_a_browser_asks_nobody_for_anything(site: Path, chromium: Any) -> None:
    asked: list[str] = []
    page = chromium.new_page()
    page.on("request", lambda request: asked.append(request.url))
    for name in ("index.html", "reference/python.html", "howto/own-taxonomy.html"):
        page.goto((site / name).as_uri())
        page.wait_for_load_state("networkidle")
        assert page.title()
    page.close()
    assert len(asked) > 6
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
