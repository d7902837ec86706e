"""A sieved file is known by what it was read from, and by all the code that read it."""

from __future__ import annotations

import ast
from importlib.resources import files

from drmine.bulk import sieved

# what errors say is in no sieved file
ELSEWHERE = {"drmine.errors"}


def imported(module: str) -> set[str]:
    """Return the modules of the project that a module imports, at its head or later."""
    package, _, name = module.rpartition(".")
    tree = ast.parse(files(package).joinpath(f"{name}.py").read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("drmine"):
            own = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {one for one in own if is_module(one)} or {str(node.module)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("drmine.")}
    return found


def is_module(dotted: str) -> bool:
    package, _, name = dotted.rpartition(".")
    folder = files("drmine").joinpath(*package.split(".")[1:])
    return folder.joinpath(f"{name}.py").is_file()


def test_the_fingerprint_of_reading_covers_every_module_that_reading_needs():
    needed: set[str] = set()
    new = {"drmine.pubmed.files"}
    while new:
        needed |= new
        new = {one for module in new for one in imported(module)} - needed - ELSEWHERE
    covered = {f"drmine.pubmed.{name}" for name in sieved._READERS} | {"drmine.records"}
    assert needed == covered
