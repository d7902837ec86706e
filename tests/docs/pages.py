"""The pages of the documentation, and the code blocks that the tests run."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_BLOCK = re.compile(
    r"^<!-- (?P<what>run|serves|prints) -->\n```(?P<language>\w+)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_MARK = re.compile(r"^<!-- (run|serves|prints) -->$", re.MULTILINE)
_FENCED = re.compile(
    r"^(?:<!-- (?P<mark>[^>]*) -->\n)?(?P<indent> *)```(?P<language>\w*)\n(?P<code>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Block:
    """Code to run, and the lines that it must print (``…`` stands for anything).

    ``mark`` stands before it: ``run``, ``serves`` (until it is stopped) or ``not run: WHY``.
    """

    language: str
    code: str
    prints: tuple[str, ...] = ()
    mark: str = ""


def pages() -> list[Path]:
    """Return every page, in order."""
    return sorted(DOCS.rglob("*.md"))


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page that are marked to be run, from top to bottom."""
    text = page.read_text(encoding="utf-8")
    found: list[Block] = []
    marked = list(_BLOCK.finditer(text))
    assert len(marked) == len(_MARK.findall(text)), f"{page.name}: a mark stands before no block"
    for match in marked:
        if match["what"] != "prints":
            found.append(Block(match["language"], match["code"], mark=match["what"]))
            continue
        assert found and not found[-1].prints, f"{page.name}: output stands after no command"
        lines = tuple(line for line in match["code"].splitlines() if line.strip())
        found[-1] = replace(found[-1], prints=lines)
    return found


def fenced(text: str) -> list[Block]:
    """Return every block of code of a page, with the mark that stands before it."""
    return [
        Block(one["language"], one["code"], mark=one["mark"] or "")
        for one in _FENCED.finditer(text)
    ]


def missing_lines(expected: tuple[str, ...], printed: str) -> list[str]:
    """Return the expected lines that do not stand in the output, in their order."""
    rest = iter(printed.splitlines())
    missing = []
    for line in expected:
        pattern = re.compile(".*".join(re.escape(part) for part in line.split("…")))
        if not any(pattern.fullmatch(one.rstrip()) for one in rest):
            missing.append(line)
            rest = iter(())
    return missing
