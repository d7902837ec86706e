"""``drmine label``: a JSONL file of records in, a JSONL file of annotations out."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from drmine.classify.classifier import Classifier, Failure
from drmine.errors import InputError
from drmine.pubmed.atomic import unfinished_of
from drmine.records import Record

_TEXT_FIELDS = ("title", "abstract", "journal")
_LIST_FIELDS = ("publication_types", "mesh")
_YEAR = re.compile("[0-9]{1,4}")
_SURROGATE = re.compile("[\ud800-\udfff]")
# how files begin whose every line would be bad, for a reason that no line tells
_NO_TEXT = {
    b"\x1f\x8b": "is compressed; unpack it first",
    b"PK\x03\x04": "is a zip file or a workbook; give JSON lines",
    b"\xff\xfe": "is UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "is UTF-16 text; save it as UTF-8",
}


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """What came of a file: lines labelled, and the bad ones with their number and reason."""

    labelled: int
    bad: tuple[tuple[int, str], ...]


def read_record_line(line: str) -> Record:
    """Read one line of the contract's input.

    Raises
    ------
    ValueError
        With what is wrong, in words for the user.
    """
    try:
        row: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON ({error.msg} at column {error.colno})") from error
    except RecursionError as error:
        raise ValueError("not JSON that can be read (nested too deep)") from error
    except ValueError as error:
        # Python reads no whole number of more than some thousand digits
        raise ValueError("not JSON that can be read (a number is too long)") from error
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    pmid = _whole(row.get("pmid"))
    if pmid is None:
        raise ValueError("no pmid")
    if isinstance(pmid, bool) or not isinstance(pmid, str | int) or not str(pmid).strip():
        raise ValueError("pmid is neither text nor a whole number")
    fields: dict[str, Any] = {"pmid": _SURROGATE.sub("\ufffd", str(pmid).strip())}
    for name in _TEXT_FIELDS:
        value = row.get(name)
        if value is not None and not isinstance(value, str):
            raise ValueError(f"{name} is not text")
        # a lone surrogate is no character: one stands in for one, so that offsets hold
        fields[name] = _SURROGATE.sub("\ufffd", value or "")
    if not (fields["title"].strip() or fields["abstract"].strip()):
        raise ValueError("neither title nor abstract")
    for name in _LIST_FIELDS:
        value = row.get(name)
        if value is None:
            continue
        if not isinstance(value, list):
            raise ValueError(f"{name} is not a list")
        items = [item for item in value if item is not None]
        if not all(isinstance(item, str) for item in items):
            raise ValueError(f"{name} is not a list of texts")
        fields[name] = items
    # as MEDLINE text has them: with qualifiers, the major ones starred
    fields["mesh"] = [one.split("/")[0].strip("* ") for one in fields.get("mesh", ())]
    year = _whole(row.get("year"))
    if year not in (None, ""):
        if isinstance(year, bool) or not _YEAR.fullmatch(str(year).strip()):
            raise ValueError("year is not a year, such as 2019")
        fields["year"] = int(year)
    return Record.from_json(fields)


def _whole(value: Any) -> Any:
    """Return 2019 for 2019.0 and None for NaN, as pandas writes a column with gaps."""
    if not isinstance(value, float):
        return value
    if math.isnan(value):
        return None
    return int(value) if value.is_integer() else value


@contextmanager
def open_lines(path: Path) -> Iterator[Iterator[bytes]]:
    """Open a file of JSON lines.

    Raises
    ------
    InputError
        It cannot be read, or is no text in UTF-8 by its first bytes.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from None
    with file:
        yield _lines(file, path)


def _lines(file: BinaryIO, path: Path) -> Iterator[bytes]:
    try:
        first = file.readline()
        for mark, fault in _NO_TEXT.items():
            if first.startswith(mark):
                raise InputError(f"{path} {fault}.")
        if first:
            yield first
        yield from file
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(
        f"{path} cannot be read ({error.strerror}); check its name, and that you may read it."
    )


def errors_file(target: Path) -> Path:
    """Return the list of bad lines that goes with a file of labels."""
    return target.with_name(target.name + ".errors")


def label_file(
    source: Path,
    target: Path,
    classifier: Callable[[], Classifier],
    report: Callable[[int, str], None] = lambda number, reason: None,
    progress: Callable[[int], None] = lambda done: None,
) -> LabelledFile:
    """Label every line of a file, in order, and set the bad ones aside.

    Parameters
    ----------
    source, target
        JSONL files; ``target`` is written beside and moved into place at the end.
    classifier
        Makes the classifier; called once the input was found readable.
    report
        Told of each bad line: its number (from 1) and the reason.
    progress
        Told how many lines are done.

    Returns
    -------
    LabelledFile
        Counts, and the bad lines, which also stand in ``TARGET.errors``.

    Raises
    ------
    InputError
        When the source cannot be read or the target cannot be written.
    """

    def rows(records: Iterator[Record]) -> Iterator[dict[str, Any] | Failure]:
        for result in classifier().label(records):
            yield result if isinstance(result, Failure) else result.to_json()

    return label_lines(source, target, rows, report, progress)


def label_lines(
    source: Path,
    target: Path,
    label: Callable[[Iterator[Record]], Iterable[dict[str, Any] | Failure]],
    report: Callable[[int, str], None] = lambda number, reason: None,
    progress: Callable[[int], None] = lambda done: None,
) -> LabelledFile:
    """Write a line of output for each readable line of input, as ``label`` gives them in order.

    Files, errors and result are those of :func:`label_file`.
    """
    if source.exists() and not source.is_file():
        raise InputError(f"{source} is no ordinary file; save its lines as one and name that.")
    if not source.is_file():
        raise InputError(f"There is no file {source}; give a JSONL file with one record a line.")
    errors_path = errors_file(target)
    # of this run alone: two that write to one target would mix their lines
    unfinished = unfinished_of(target)
    bad: list[tuple[int, str]] = []
    labelled = 0

    def note(number: int, reason: str) -> None:
        bad.append((number, reason))
        report(number, reason)

    given = 0

    def records(lines: Iterator[bytes]) -> Iterator[Record]:
        nonlocal given
        for number, raw in enumerate(lines, 1):
            if not raw.strip():
                continue
            try:
                record = read_record_line(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
            except UnicodeDecodeError:
                note(number, "not UTF-8")
                continue
            except ValueError as error:
                note(number, str(error))
                continue
            given = number
            yield record

    try:
        with open_lines(source) as lines, unfinished.open("w", encoding="utf-8") as out:
            for result in label(records(lines)):
                if isinstance(result, Failure):
                    note(given, f"{result.stage} failed: {result.reason}")
                    continue
                out.write(json.dumps(result, ensure_ascii=False) + "\n")
                labelled += 1
                progress(labelled)
        unfinished.replace(target)
        if bad:
            with errors_path.open("w", encoding="utf-8") as out:
                for number, reason in bad:
                    out.write(json.dumps({"line": number, "reason": reason}) + "\n")
        else:
            errors_path.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(
            f"Cannot write {target} ({error.strerror}); choose a folder that exists and is yours."
        ) from error
    finally:
        # what was stopped, or had no model, leaves no half file behind
        if unfinished.is_file():
            unfinished.unlink()
    return LabelledFile(labelled, tuple(bad))
