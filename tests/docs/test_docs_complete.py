"""Every command, setting, page and trend column is documented."""

from __future__ import annotations

import re

from pages import DOCS, ROOT, pages

from drmine.cli import cli
from drmine.trends.datapackage import TABLES
from drmine.trends.dictionary import data_dictionary

TEXT = {page.relative_to(DOCS).as_posix(): page.read_text(encoding="utf-8") for page in pages()}
SETTINGS = TEXT["reference/settings.md"]


def names_in(*patterns: str) -> set[str]:
    """Return every DRMINE_ name in files of the checkout."""
    texts = (p.read_text(encoding="utf-8") for one in patterns for p in ROOT.glob(one))
    return {name for text in texts for name in re.findall(r"\bDRMINE_[A-Z][A-Z_]*[A-Z]\b", text)}


def test_every_command_has_a_help_text_and_stands_in_a_page() -> None:
    for name, command in cli.commands.items():
        assert command.help, name
        assert any(re.search(rf"\bdrmine {name}\b", text) for text in TEXT.values()), name
        for option in command.params:
            assert option.param_type_name == "argument" or getattr(option, "help", None), (
                name, option.name,
            )  # fmt: skip


def test_every_setting_has_a_row_and_every_row_is_a_setting() -> None:
    source = (ROOT / "src" / "drmine" / "settings.py").read_text(encoding="utf-8")
    read = {f"DRMINE_{name}" for name in re.findall(r'get\("([A-Z_]+)"\)', source)}
    used = names_in("src/**/*.py", "flows/*.py", "prefect.yaml", "compose.yaml", "tests/**/*.py")
    rows = set(re.findall(r"^\| `(DRMINE_[A-Z_]+)` \|", SETTINGS, re.MULTILINE))
    assert read and read <= rows
    assert used <= rows
    assert rows <= read | used


def test_the_pages_name_no_setting_that_does_not_exist() -> None:
    rows = set(re.findall(r"^\| `(DRMINE_[A-Z_]+)` \|", SETTINGS, re.MULTILINE))
    for name, text in TEXT.items():
        assert set(re.findall(r"\bDRMINE_[A-Z][A-Z_]*[A-Z]\b", text)) <= rows, name


def test_the_pages_name_no_command_that_does_not_exist() -> None:
    for name, text in TEXT.items():
        code = "\n".join(re.findall(r"```(?:bash|text)\n(.*?)```", text, re.DOTALL))
        code += "\n".join(re.findall(r"`(drmine [^`]+)`", text))
        for command in re.findall(r"^(?:.*/)?drmine ([a-z]+)", code, re.MULTILINE):
            assert command in cli.commands, (name, command)


def test_files_of_the_checkout_that_pages_name_are_there() -> None:
    readmes = ("README.md", "annotations/README.md", "annotations/guidelines.md")
    told = TEXT | {name: (ROOT / name).read_text(encoding="utf-8") for name in readmes}
    for name, text in told.items():
        for path in re.findall(r"\b((?:src|tests|benchmarks|flows|containers)/[\w./-]*\w)", text):
            assert (ROOT / path).exists(), (name, path)


def test_every_page_stands_in_the_navigation_once() -> None:
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").split("\nnav:\n")[1]
    assert sorted(re.findall(r": (\S+\.md)$", nav, re.MULTILINE)) == sorted(TEXT)


def test_the_dictionary_names_every_column_with_its_meaning() -> None:
    written = data_dictionary()
    for spec in TABLES:
        part = written.split(f"## {spec.file_name}\n")[1].split("\n## ")[0]
        rows = re.findall(r"^\| `(\w+)` \| \w+ \| (?:yes|no) \| \S", part, re.MULTILINE)
        assert rows == spec.column_names, spec.name


def test_every_page_has_one_title_since_the_contents_list_what_is_under_the_first_alone() -> None:
    for name, text in TEXT.items():
        prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
        assert len(re.findall(r"^# ", prose, re.MULTILINE)) == 1, name


def test_pages_are_short_enough_to_be_read() -> None:
    assert {name for name, text in TEXT.items() if len(text.split()) > 2500} == set()
