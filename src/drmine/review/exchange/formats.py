"""Which module writes and reads which format, and how a file's format is found."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from drmine.errors import InputError
from drmine.review.exchange.answer import Reading, Task, TextOf
from drmine.taxonomy import Taxonomy

Writer = Callable[[Path, Sequence[Task], Taxonomy, bool], list[Path]]
"""Writes tasks to a file or folder (blind: without the machine's part); returns what it wrote."""

Reader = Callable[[Path, Taxonomy, TextOf, str | None], Reading]
"""Reads a file; the last argument says whose annotations to take of several."""

MAX_BYTES = 1 << 30
_PUBTATOR = re.compile(rb"\s*\d{1,9}\|[ta]\|")
_ZIP = b"PK\x03\x04"


def read_bytes(path: Path) -> bytes:
    """Return the content of a file.

    Raises
    ------
    InputError
        It is missing, cannot be read, or is far too large.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path} is too large to be read whole; divide it.")
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror or error}); check its name."
        ) from None


def format_of(path: Path) -> str:
    """Return the format of a file or folder, by what is in it.

    Raises
    ------
    InputError
        It is missing, empty, or of none of the formats.
    """
    if path.is_dir():
        return "brat"
    content = read_bytes(path)
    if not content.strip():
        raise InputError(f"{path} is empty; there is nothing to import.")
    if content.startswith(_ZIP):
        return "xlsx"
    if _PUBTATOR.match(content.removeprefix(b"\xef\xbb\xbf")):
        return "pubtator"
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise InputError(f"{path} is XML, which is not read here; export it as BioC JSON.")
    if path.suffix.lower() == ".ann":
        return "brat"
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _json_format(path, content)
    if path.suffix.lower() in (".json", ".jsonl"):
        raise InputError(f"{path} is no JSON; export it anew.")
    return "csv"


def _json_format(path: Path, content: bytes) -> str:
    text = content.decode("utf-8-sig", "replace")
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        first = text.strip().split("\n", 1)[0]
        try:
            whole = json.loads(first)
        except (ValueError, RecursionError):
            raise InputError(f"{path} is no whole JSON; export it anew.") from None
        return "bioc" if isinstance(whole, dict) and "passages" in whole else "jsonl"
    one = whole[0] if isinstance(whole, list) and whole else whole
    if not isinstance(one, dict):
        raise InputError(f"{path} holds no objects; export it anew.")
    if {"documents", "passages", "PubTator3"} & one.keys():
        return "bioc"
    return "labelstudio" if isinstance(whole, list) or "data" in one else "jsonl"


def _write_csv(path: Path, tasks: Sequence[Task], taxonomy: Taxonomy, blind: bool) -> list[Path]:
    from drmine.review.exchange.columns import Columns
    from drmine.review.exchange.csv_file import write_csv_file

    write_csv_file(path, tasks, Columns(taxonomy, blind))
    return [path]


def _write_xlsx(path: Path, tasks: Sequence[Task], taxonomy: Taxonomy, blind: bool) -> list[Path]:
    from drmine.review.exchange.columns import Columns
    from drmine.review.exchange.xlsx_file import write_xlsx_file

    write_xlsx_file(path, tasks, Columns(taxonomy, blind))
    return [path]


def _read_csv(path: Path, taxonomy: Taxonomy, text_of: TextOf, _: str | None) -> Reading:
    from drmine.review.exchange.csv_file import read_csv_file

    return read_csv_file(path, read_bytes(path), taxonomy, text_of)


def _read_xlsx(path: Path, taxonomy: Taxonomy, text_of: TextOf, _: str | None) -> Reading:
    from drmine.review.exchange.xlsx_file import read_xlsx_file

    return read_xlsx_file(path, read_bytes(path), taxonomy, text_of)


def _read_lines(path: Path, taxonomy: Taxonomy, text_of: TextOf, annotator: str | None) -> Reading:
    from drmine.review.exchange.lines import read_lines

    return read_lines(path, read_bytes(path), taxonomy, text_of, annotator)


def _write_label_studio(
    path: Path, tasks: Sequence[Task], taxonomy: Taxonomy, _: bool
) -> list[Path]:
    from drmine.review.exchange.labelstudio import write_label_studio

    return write_label_studio(path, tasks, taxonomy)


def _read_label_studio(path: Path, taxonomy: Taxonomy, _: TextOf, annotator: str | None) -> Reading:
    from drmine.review.exchange.labelstudio_back import read_label_studio

    return read_label_studio(path, read_bytes(path), taxonomy, annotator)


def _write_bioc(path: Path, tasks: Sequence[Task], _: Taxonomy, __: bool) -> list[Path]:
    from drmine.review.exchange.bioc_json import write_bioc

    return write_bioc(path, tasks)


def _read_bioc(path: Path, taxonomy: Taxonomy, text_of: TextOf, _: str | None) -> Reading:
    from drmine.review.exchange.bioc_back import read_bioc

    return read_bioc(path, read_bytes(path), taxonomy, text_of)


def _write_pubtator(path: Path, tasks: Sequence[Task], _: Taxonomy, __: bool) -> list[Path]:
    from drmine.review.exchange.pubtator import write_pubtator

    return write_pubtator(path, tasks)


def _read_pubtator(path: Path, taxonomy: Taxonomy, text_of: TextOf, _: str | None) -> Reading:
    from drmine.review.exchange.pubtator import read_pubtator

    return read_pubtator(path, read_bytes(path), taxonomy, text_of)


def _write_brat(path: Path, tasks: Sequence[Task], taxonomy: Taxonomy, _: bool) -> list[Path]:
    from drmine.review.exchange.brat import write_brat

    return write_brat(path, tasks, taxonomy)


def _read_brat(path: Path, taxonomy: Taxonomy, text_of: TextOf, _: str | None) -> Reading:
    from drmine.review.exchange.brat_back import read_brat

    return read_brat(path, taxonomy, text_of)


WRITERS: dict[str, Writer] = {
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "labelstudio": _write_label_studio,
    "bioc": _write_bioc,
    "pubtator": _write_pubtator,
    "brat": _write_brat,
}
READERS: dict[str, Reader] = {
    "csv": _read_csv,
    "xlsx": _read_xlsx,
    "jsonl": _read_lines,
    "labelstudio": _read_label_studio,
    "bioc": _read_bioc,
    "pubtator": _read_pubtator,
    "brat": _read_brat,
}
