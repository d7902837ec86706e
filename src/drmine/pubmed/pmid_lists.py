"""PMIDs from a plain list, or from the CSV export of PubMed, Europe PMC or a screening tool."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from drmine.errors import InputError
from drmine.pubmed.unpack import GZIP_MAGIC, GzipStream, open_bytes

MAX_LIST_BYTES = 256 << 20
_HEAD_BYTES = 4096

_PREAMBLE = re.compile(r"(?:[ \t\r,;]*(?:#[^\n]*)?\n)*")  # blank also as a spreadsheet writes it
_LIST = re.compile(r"[\s,;]*(?:(?:PMID:?\s*)?\d{1,8}(?:[\s,;]+|$))+", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,8}")
_PMID_COLUMNS = ("pmid", "pubmed id", "pubmed_id", "pubmedid", "pubmed")
# Europe PMC names a record by its source and its identifier there; MED is PubMed.
_ID_COLUMNS = ("ext_id", "id", "external_id")


def looks_like_pmids(head: bytes) -> bool:
    """Whether a file that begins like this is a list or table of PMIDs."""
    text = head.decode("utf-8-sig", "replace")
    _, first, rest = _first_line(text)
    bare = _without_comments(first).strip()
    if not bare:  # comments alone so far, which no file of records has
        return "#" in text
    return bool(_LIST.fullmatch(bare)) or bool(rest and _pmid_column(_cells(first)))


def is_pmid_file(path: str | Path) -> bool:
    """Whether a file is a list or table of PMIDs; one that cannot be read is not."""
    try:
        with open_bytes(Path(path)) as stream:
            packed = stream.read(2) == GZIP_MAGIC
            stream.seek(0)
            head = (GzipStream(stream) if packed else stream).read(_HEAD_BYTES)
    except (InputError, OSError):
        return False
    return looks_like_pmids(head)


def read_pmids(path: str | Path) -> tuple[str, ...]:
    """Return the PMIDs of a file in its order, each once.

    Takes a list (one a line or divided by commas; ``#`` starts a comment) or a
    table with a header, divided by commas, semicolons or tabs, that has a
    column ``PMID`` or, as Europe PMC writes, ``SOURCE`` and ``EXT_ID``. Plain
    or gzip.

    Raises
    ------
    InputError
        If the file cannot be read, holds no PMID, or holds something else.
    """
    path = Path(path)
    text = _text(path)
    _, first, rest = _first_line(text)
    is_table = rest and _pmid_column(_cells(first))
    pmids = _from_table(first, rest) if is_table else _from_list(text, path)
    if not pmids:
        raise InputError(f"{path} holds no PMID: give one a line, or a table with a column PMID")
    return tuple(dict.fromkeys(str(int(pmid)) for pmid in pmids))


def _text(path: Path) -> str:
    with open_bytes(path) as stream:
        packed = stream.read(2) == GZIP_MAGIC
        stream.seek(0)
        source = GzipStream(stream) if packed else stream
        parts: list[bytes] = []
        size = 0
        while block := source.read(1 << 20):
            parts.append(block)
            size += len(block)
            if size > MAX_LIST_BYTES:
                raise InputError(f"{path} is too large for a list of PMIDs: divide it")
        if isinstance(source, GzipStream) and source.problem:
            raise InputError(f"{path} {source.problem}: get it again")
    try:
        return b"".join(parts).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text: save it as UTF-8 or CSV UTF-8") from None


def _first_line(text: str) -> tuple[int, str, str]:
    """The first line that is neither blank nor a comment: its place, itself, and the rest."""
    before = _PREAMBLE.match(text)
    start = before.end() if before else 0
    first, _, rest = text[start:].partition("\n")
    return text.count("\n", 0, start), first, rest


def _without_comments(text: str) -> str:
    return re.sub(r"#[^\n]*", "", text)


def _from_list(text: str, path: Path) -> list[str]:
    text = _without_comments(text)
    if text.strip() and not _LIST.fullmatch(text):
        wrong = next(
            number
            for number, line in enumerate(text.splitlines(), 1)
            if line.strip() and not _LIST.fullmatch(line)
        )
        raise InputError(
            f"{path} is no list of PMIDs (line {wrong}): give one number a line, "
            "or a table with a column PMID"
        )
    return _NUMBER.findall(text)


def _cells(header: str) -> list[str]:
    delimiter = max("\t;,", key=header.count)
    row = next(csv.reader([header.strip()], delimiter=delimiter), [])
    return [cell.strip().lower() for cell in row]


def _pmid_column(cells: list[str]) -> str:
    """The name of the column with the PMIDs, empty if there is none."""
    for name in _PMID_COLUMNS:
        if name in cells:
            return name
    return next((name for name in _ID_COLUMNS if name in cells and "source" in cells), "")


def _from_table(first: str, rest: str) -> list[str]:
    cells = _cells(first)
    column = _pmid_column(cells)
    delimiter = max("\t;,", key=first.count)
    pmids: list[str] = []
    for row in csv.reader(io.StringIO(rest), delimiter=delimiter):
        values = dict(zip(cells, (cell.strip() for cell in row), strict=False))
        if column in _ID_COLUMNS and values.get("source", "").upper() != "MED":
            continue
        value = values.get(column, "").removesuffix(".0")  # as spreadsheets leave it
        if _NUMBER.fullmatch(value):
            pmids.append(value)
    return pmids
