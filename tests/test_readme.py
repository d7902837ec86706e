"""The README and the code say the same."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from drmine.cli import cli
from drmine.pubmed.query import default_query

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_query_of_the_readme_is_the_query_of_the_code():
    shown = re.search(r"<!-- query:begin -->\n```\n(.*?)```\n<!-- query:end -->", README, re.DOTALL)
    assert shown, "the README shows no query"
    assert " ".join(shown.group(1).split()) == " ".join(default_query().text.split())


def test_every_command_stands_in_the_readme():
    missing = [name for name in cli.commands if f"drmine {name}" not in README]
    assert missing == ["demo"] or not missing


def test_every_setting_stands_in_the_readme():
    source = (ROOT / "src" / "drmine" / "settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r'get\("([A-Z_]+)"\)', source))
    assert names
    assert {n for n in names if f"DRMINE_{n}`" not in README} == set()


def test_every_target_of_the_makefile_is_described():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert targets == set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))


def write_query() -> None:
    """Write the query into the README: ``python tests/test_readme.py``."""
    wrapped = textwrap.fill(default_query().text, 98, break_on_hyphens=False)
    block = f"<!-- query:begin -->\n```\n{wrapped}\n```\n<!-- query:end -->"
    text = re.sub(
        r"<!-- query:begin -->.*<!-- query:end -->", lambda _: block, README, flags=re.DOTALL
    )
    (ROOT / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_query()
