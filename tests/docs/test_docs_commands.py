"""Every command line that the pages show is one that exists, with options that it has."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pages import DOCS, ROOT, fenced, pages

from drmine.cli import cli

SHOWN = [ROOT / "README.md", ROOT / "CHANGELOG.md", *pages()]
TARGETS = set(
    re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
)
_ENDS = {"|", "||", "&&", ";", ">", ">>", "<", "&", "<<"}


def command_lines(path: Path, program: str) -> Iterator[list[str]]:
    """Yield the arguments of each call of a program in the code of a page."""
    text = path.read_text(encoding="utf-8")
    code = [block.code for block in fenced(text) if block.language in ("", "bash", "sh", "text")]
    code += re.findall(rf"`({program} [^`\n]+)`", text)
    for part in code:
        for line in part.replace("\\\n", " ").splitlines():
            if program not in line:
                continue
            try:
                words = shlex.split(line, comments=True)
            except ValueError:
                continue  # part of a longer string, or a sentence
            for place, word in enumerate(words):
                if word == program or word.endswith(f"/{program}"):
                    yield until_the_end(words[place + 1 :])
                    break


def until_the_end(words: list[str]) -> list[str]:
    """Return the words up to what belongs to the shell."""
    for place, word in enumerate(words):
        if word in _ENDS:
            return words[:place]
    return words


def fault(words: list[str]) -> str:
    """Say what no such call can have; an empty text where nothing is wrong."""
    command: click.Command = cli
    for place, word in enumerate(words):
        if not isinstance(command, click.Group):
            break
        if word.startswith("-"):
            return "" if word in ("--help", "--version") else f"option {word}"
        if word not in command.commands:
            return f"command {word}"
        command, words = command.commands[word], words[place + 1 :] if place else words[1:]
    known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    given = {word.partition("=")[0] for word in words if word.startswith("--") and word != "--"}
    return ", ".join(sorted(given - known - {"--help"}))


@pytest.mark.parametrize("page", SHOWN, ids=lambda path: path.name)
def test_every_call_of_drmine_on_the_page_is_one_that_exists(page: Path) -> None:
    # the name is also that of a pool of Prefect and of a database: options follow these
    calls = [call for call in command_lines(page, "drmine") if re.match("[a-z]", "".join(call))]
    faults = {shlex.join(call): found for call in calls if (found := fault(call))}
    assert not faults


@pytest.mark.parametrize("page", SHOWN, ids=lambda path: path.name)
def test_every_make_target_on_the_page_is_one_that_exists(page: Path) -> None:
    targets = {call[0] for call in command_lines(page, "make") if call and "=" not in call[0]}
    assert targets <= TARGETS


def test_a_wrong_command_or_option_is_found() -> None:
    assert fault(["review", "queues"]) == "command queues"
    assert fault(["refresh", "--ofline"]) == "--ofline"
    assert fault(["review", "export", "--format", "xlsx", "q.xlsx", "--workspace=w"]) == ""
    assert len(list(command_lines(ROOT / "README.md", "drmine"))) > 20
    assert list(command_lines(DOCS / "howto" / "postgresql.md", "drmine"))
