"""The gold of mentions: annotated places by PMID and offsets, and the texts that they belong to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from drmine.annotations import numbered_lines, text_digest
from drmine.errors import InputError
from drmine.records import Record
from drmine.settings import Settings
from drmine.workspace import Workspace

GOLD = Path("gold", "mentions.jsonl")

NEW = "NEW:"
"""Before the name of a thing that annotators found and the vocabulary lacks."""

Span = tuple[int, int, str]


class Annotated(Protocol):
    """Anything that people said of a text: its PMID and the digest of the text."""

    @property
    def pmid(self) -> str: ...

    @property
    def text_sha256(self) -> str: ...


@dataclass(frozen=True, slots=True)
class GoldRecord:
    """The mentions of one record, by offsets into the text that the digest names."""

    pmid: str
    text_sha256: str
    half: str
    stratum: str
    mentions: frozenset[Span]


def load_gold(path: Path) -> list[GoldRecord]:
    """Read a gold file, one JSON object a line; of several on one record the last counts.

    Raises
    ------
    InputError
        The file is missing, or a line is not of this kind.
    """
    if not path.is_file():
        raise InputError(f"The gold file {path} does not exist.")
    gold: dict[str, GoldRecord] = {}
    for number, line in numbered_lines(path):
        try:
            row = json.loads(line)
            gold[str(row["pmid"])] = GoldRecord(
                str(row["pmid"]), row["text_sha256"], row["half"], row.get("stratum", ""),
                frozenset(map(_span, row["mentions"])),
            )  # fmt: skip
        except (ValueError, KeyError, TypeError):
            raise InputError(
                f"{path}:{number}: a gold line needs pmid, text_sha256, half and mentions."
            ) from None
    return list(gold.values())


def _span(mention: Mapping[str, Any]) -> Span:
    start, end, concept = mention["start"], mention["end"], mention["concept"]
    if not (isinstance(start, int) and isinstance(end, int) and isinstance(concept, str)):
        raise TypeError  # such a mention could never be found, and would count as missed
    return start, end, concept


def find_records(
    gold: Iterable[Annotated], sources: Iterable[Path | Iterable[Record]]
) -> dict[str, Record]:
    """Return the records whose text is the annotated one, by PMID.

    Parameters
    ----------
    gold
        Which records, and the digest of the text of each.
    sources
        Records, or files of them: JSON lines, or whatever ``drmine import`` reads. Missing
        files are passed over: the figures say how many records were found.
    """
    wanted = {g.pmid: g.text_sha256 for g in gold}
    found: dict[str, Record] = {}
    for source in sources:
        if len(found) == len(wanted):
            break
        for record in _read(source) if isinstance(source, Path) else source:
            if record.pmid in wanted and wanted[record.pmid] == text_digest(record.text):
                found[record.pmid] = record
    return found


def _read(path: Path) -> Iterable[Record]:
    if not path.is_file():
        return
    try:
        with path.open("rb") as file:
            is_json = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); check its name, and that you may read it."
        ) from None
    if is_json or path.suffix == ".jsonl":
        for number, line in numbered_lines(path):
            yield _record(line, f"{path}:{number}")
        return
    from drmine.pubmed.files import read_file

    yield from (entry for entry in read_file(path) if isinstance(entry, Record))


def _record(line: str, place: str) -> Record:
    try:
        return Record.from_json(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            f"{place} is no record; give one JSON object a line with pmid, title and abstract, "
            "and mesh and the like as lists."
        ) from None


def stored_records(settings: Settings, pmids: Iterable[str]) -> Iterable[Record]:
    """Yield the records of these PMIDs that the workspace has; none where there is no store."""
    if settings.database_url is None and not Workspace(settings.workspace).database.is_file():
        return
    from drmine.store import Store

    with Store.open_as_is_right(settings) as store:
        for pmid in pmids:
            record = store.get_record(pmid)
            if record is not None:
                yield record
