"""The pages of the documentation, and the code blocks that the tests run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_BLOCK = re.compile(
    r"^<!-- (?P<what>run|prints) -->\n```(?P<language>\w+)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_MARK = re.compile(r"^<!-- (run|prints) -->$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """Code to run, and the lines that it must print (``…`` stands for anything)."""

    language: str
    code: str
    prints: tuple[str, ...] = ()


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
        if match["what"] == "run":
            found.append(Block(match["language"], match["code"]))
            continue
        assert found and not found[-1].prints, f"{page.name}: output stands after no command"
        lines = tuple(line for line in match["code"].splitlines() if line.strip())
        found[-1] = Block(found[-1].language, found[-1].code, lines)
    return found


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
