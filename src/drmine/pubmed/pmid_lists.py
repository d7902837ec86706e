"""PMIDs from a plain list, or from the CSV export of PubMed, Europe PMC or a screening tool."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from drmine.errors import InputError
from drmine.pubmed.unpack import GZIP_MAGIC, GzipStream, open_bytes

MAX_LIST_BYTES = 256 << 20
_HEAD_BYTES = 4096

_PREAMBLE = re.compile(r"(?:[ \t\r,;]*(?:#[^\n]*)?\n)*")  # blank also as a spreadsheet writes it
# A number is read in one way alone, (?>…): where zeros could be cut in several, a line of a hundred
# characters could take a century.
_LIST = re.compile(r"[\s,;]*(?:(?:PMID:?\s*)?(?>0*\d{1,8})(?:[\s,;]+|$))+", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_IN_CELL = re.compile(
    r"(?>(?:PMID\s?[:=]?\s?"
    r"|(?:https?://)?(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed)/)?"
    r"(?!0+(?!\d))0*(\d{1,8})"  # some programs fill up with zeros
    r"(?:[.,]0(?!\d))?/?(?:[?#][^\s;,|]+)?)",  # .0 as spreadsheets leave it; the end of an address
    re.IGNORECASE,
)
_CELL = re.compile(rf"{_IN_CELL.pattern}(?:[\s;,|]+{_IN_CELL.pattern})*[\s;,|]*", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<!\d)\d{1,3}(?:[\s.,]\d{3})+(?!\d)")
_NO_VALUE = frozenset({"", "-", "na", "n/a", "nan", "none", "null"})
_NAMED_ROWS = 20
_END = "(the end of the table)"  # put behind the last row, to see whether it is still a row
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


def read_pmids(
    path: str | Path,
    note: Callable[[str], object] = lambda problem: None,
    left_out: Callable[[int], object] = lambda rows: None,
) -> tuple[str, ...]:
    """Return the PMIDs of a file in its order, each once.

    Takes a list (one a line or divided by commas; ``#`` starts a comment) or a
    table with a header, divided by commas, semicolons or tabs, that has a
    column ``PMID`` or, as Europe PMC writes, ``SOURCE`` and ``EXT_ID``. Plain
    or gzip. A cell of a table may hold several PMIDs, and PubMed's addresses.

    Parameters
    ----------
    path
        The file.
    note
        Told in one sentence which rows of a table have a PMID that cannot be read.
    left_out
        Told how many rows of a table have no PMID, or are of another source than PubMed.

    Raises
    ------
    InputError
        If the file cannot be read, holds no PMID, or holds something else.
    """
    path = Path(path)
    text = _text(path)
    place, first, rest = _first_line(text)
    if rest and _pmid_column(_cells(first)):
        unreadable: list[str] = []
        without: list[int] = []
        try:
            pmids = list(_from_table(first, rest, place + 2, unreadable, without))
        except csv.Error as error:
            raise InputError(
                f"{path} cannot be read as a table ({error}): see that its quotation marks pair "
                "up, or give the PMIDs alone, one a line"
            ) from None
        if without:
            left_out(len(without))
        if unreadable:
            note(_unreadable_rows(path, unreadable))
    else:
        pmids = _from_list(text, path)
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
    try:
        row = next(csv.reader([header.strip("\r\n")], delimiter=_delimiter(header)), [])
    except csv.Error:  # no header: a list in one long line
        return []
    return [cell.strip().lower() for cell in row]


def _delimiter(header: str) -> str:
    return max("\t;,", key=header.count)


def _pmid_column(cells: list[str]) -> str:
    """The name of the column with the PMIDs, empty if there is none."""
    for name in _PMID_COLUMNS:
        if name in cells:
            return name
    return next((name for name in _ID_COLUMNS if name in cells and "source" in cells), "")


def _from_table(
    first: str, rest: str, number: int, unreadable: list[str], without: list[int]
) -> Iterator[str]:
    """Yield the PMIDs below a header; ``number`` is that of the first row, as programs show it."""
    cells = _cells(first)
    column = _pmid_column(cells)
    for row_number, row in enumerate(_rows(rest, _delimiter(first)), number):
        values: dict[str, str] = {}
        for name, cell in zip(cells, row, strict=False):
            # tables that were joined have two columns of one name, of which either may be empty
            values[name] = values.get(name) or cell.strip().strip('"')
        if column in _ID_COLUMNS and values.get("source", "").upper() != "MED":
            without += [row_number] if any(values.values()) else []
            continue
        value = values.get(column, "")
        if _CELL.fullmatch(value) and not _THOUSANDS.search(value):
            yield from (match[1] for match in _IN_CELL.finditer(value))
        # without a PMID, and a mark too many: a cell of two lines may have torn the row apart
        elif value.lower() not in _NO_VALUE or "".join(row).count('"') % 2:
            unreadable.append(f"row {row_number} ({(value or ' '.join(row))[:40]!r})")
        elif any(values.values()):
            without.append(row_number)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the rows of a table; one with tabs is read without quoting where that cannot be right.

    Raises
    ------
    csv.Error
        If a quotation mark is not closed: it would swallow the rows behind it.
    """
    lines = io.StringIO(f"{text}\n{_END}")
    if delimiter == "\t" and not _is_well_quoted(text):
        rows = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    else:
        rows = csv.reader(lines, delimiter=delimiter)
    for row in rows:
        if row == [_END]:
            return
        if row and row[-1].endswith(_END):
            begins = row[-1].split("\n")[0]
            raise csv.Error(f"the quotation mark before {begins[:40]!r} is not closed")
        yield row


def _is_well_quoted(text: str) -> bool:
    """Whether each mark that opens a cell of a table with tabs closes it, and no row is inside."""
    try:
        rows = csv.reader(io.StringIO(text), delimiter="\t", strict=True)
        return not any("\t" in cell and "\n" in cell for row in rows for cell in row)
    except csv.Error:
        return False


def _unreadable_rows(path: Path, rows: list[str]) -> str:
    named = ", ".join(rows[:_NAMED_ROWS]) + (", and more" if len(rows) > _NAMED_ROWS else "")
    return (
        f"{path.name} has {len(rows):,} rows whose PMID cannot be read: {named}; write the number "
        "alone into the cell and import the table again"
    )
