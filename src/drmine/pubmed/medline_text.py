"""Records from MEDLINE text: PubMed's "PubMed" export (``.nbib``) and ``rettype=medline``.

Tags are described at https://pubmed.ncbi.nlm.nih.gov/help/#pubmed-format.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from drmine.errors import InputError
from drmine.pubmed.byte_window import ByteSource, ByteWindow
from drmine.pubmed.corrections import is_erratum, retraction_status, update_links
from drmine.pubmed.dates import free_date, iso_date, year_of
from drmine.pubmed.entries import Unreadable, checked_pmid
from drmine.pubmed.flatten import fold, real_title
from drmine.pubmed.other_abstracts import KINDS, OtherAbstract, choose_abstract
from drmine.pubmed.record_bounds import MAX_RECORD_BYTES
from drmine.records import Record, UpdateDirection

MEDLINE_START = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*[A-Z]{2,4} *- ")
"""How a MEDLINE text begins (usually with ``PMID-``)."""

MAX_LINE_BYTES = 1 << 20

_LINE = re.compile(r"([A-Z][A-Z0-9]{1,3}) *- ?(.*)")
_CHEMICAL = re.compile(r"\S+ \((.+)\)")
_NUMBER_DATE = re.compile(r"(\d{4})(?:[/-]?(\d{2})(?:[/-]?(\d{2}))?)?")
_LINKS = {
    "RIN": "RetractionIn",
    "ROF": "RetractionOf",
    "RRI": "RetractedandRepublishedIn",
    "ECI": "ExpressionOfConcernIn",
    "ECF": "ExpressionOfConcernFor",
    "EFR": "ErratumFor",
}
_UPDATES: dict[str, UpdateDirection] = {"UIN": "UpdateIn", "UOF": "UpdateOf"}
# "Ann Invent Neurol. 2020;2:9. doi: ... PMID: 99000104"
_LINKED_PMID = re.compile(r"\bPMID: *(\d+)")

_ONCE = re.compile(rb"(OWN|STAT|DP|TI|BTI|AB|TA|JT|EDAT|CRDT|SO) *-")
"""Tags that a record has but once: where one comes again, another record has begun."""

Fields = dict[str, list[str]]


def parse_medline_text(
    source: ByteSource, name: str = "the input"
) -> Iterator[Record | Unreadable]:
    """Yield the records of MEDLINE text in file order, in constant memory.

    Raises
    ------
    InputError
        If there is no record in it.
    """
    any_record = False
    for position, lines in _whole(_blocks(ByteWindow(source))):
        any_record = True
        if lines is None:
            yield Unreadable(position, f"is larger than {MAX_RECORD_BYTES >> 20} MB")
            continue
        try:
            yield _record(_fields(lines))
        except UnicodeDecodeError:
            yield Unreadable(position, "is not UTF-8 text: save the file as UTF-8")
        except ValueError as error:
            yield Unreadable(position, str(error))
    if not any_record:
        raise InputError(f"{name} holds no MEDLINE record: export it again in PubMed format")


Block = tuple[int, list[bytes] | None]
"""Where lines begin, and the lines; None for a record that is too large."""


def _whole(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield records: what a blank line has cut off from one is put back to it.

    An editor or a mail leaves such lines, and each record of PubMed begins with its PMID. A
    block without one that repeats what a record has but once is another that has lost its PMID.
    """
    held: Block | None = None
    size, seen = 0, set[bytes]()
    for position, lines in blocks:
        more = sum(map(len, lines or ()))
        tags = {found[1] for line in lines or () if (found := _ONCE.match(line))}
        if b"BTI" in seen:
            seen.add(b"TI")  # the title of a chapter stands before that of its book
        if held and held[1] and lines and not lines[0].startswith(b"PMID") and not seen & tags:
            size, seen = size + more, seen | tags
            held[1].extend(lines)
            if size > MAX_RECORD_BYTES:
                held = held[0], None
            continue
        if held:
            yield held
        held, size, seen = (position, lines), more, tags
    if held:
        yield held


def _blocks(window: ByteWindow) -> Iterator[Block]:
    """Yield lines that stand together, None for a record too large; a blank line or PMID parts."""
    position = size = 0
    lines: list[bytes] = []
    while window.ensure(1):
        start = window.position
        line = window.take_through(b"\n", MAX_LINE_BYTES)
        if line is None:  # the last line, or one that is too long for a text file
            line = window.data[window.start :][:MAX_LINE_BYTES]
            window.start += len(line)
        if start == 0:
            line = line.removeprefix(b"\xef\xbb\xbf")
        line = line.rstrip()
        begins = line.startswith(b"PMID")
        if lines and (not line or begins):
            yield position, lines if size <= MAX_RECORD_BYTES else None
            lines, size = [], 0
        if line:
            position = position if lines else start
            size += len(line)
            if size <= MAX_RECORD_BYTES:
                lines.append(line)
    if lines:
        yield position, lines if size <= MAX_RECORD_BYTES else None


def _fields(lines: list[bytes]) -> Fields:
    # the lines of a value are joined once: a million of them one by one take minutes
    fields: dict[str, list[list[str]]] = defaultdict(list)
    tag = ""
    for raw in lines:
        line = raw.decode("utf-8")
        match = _LINE.match(line)
        if match:
            tag = match[1]
            if tag == "OAB":  # the language that follows it gets the same place in its list
                place = len(fields["OAB"])
                del fields["OABL"][place:]
                fields["OABL"].extend([] for _ in range(place - len(fields["OABL"])))
            fields[tag].append([match[2]])
        elif tag:  # folded, also where an editor or a mail has taken or changed the indent
            fields[tag][-1].append(line.strip())
    return {key: [fold(" ".join(value)) for value in values] for key, values in fields.items()}


def _record(fields: Fields) -> Record:
    pmid = checked_pmid(_first(fields, "PMID"))
    abstract, other_abstracts = _abstracts(fields)
    publication_types = _unique(fields.get("PT", []))
    links = {link for tag, link in _LINKS.items() if tag in fields}
    # DP of a chapter is the year of the book, often decades before the chapter (CTDT)
    date = _iso(_first(fields, "CTDT")) or free_date(_first(fields, "DP"))
    date = date or _iso(_first(fields, "DEP", "EDAT", "CRDT"))
    return Record(
        pmid=pmid,
        title=real_title(_first(fields, "TI")) or _first(fields, "BTI"),
        abstract=abstract,
        other_abstracts=other_abstracts,
        vernacular_title=_first(fields, "TT"),
        date=date,
        year=year_of(date),
        revised=_iso(_first(fields, "LR", "DRDT")),  # DRDT is that of books
        entered=_iso(_first(fields, "EDAT", "CRDT")),
        journal=_first(fields, "JT", "TA", "BTI"),
        publication_types=publication_types,
        mesh=_unique(heading.split("/")[0].strip("*") for heading in fields.get("MH", [])),
        substances=_unique(map(_substance, fields.get("RN", []) + fields.get("NM", []))),
        keywords=_unique(word.strip("*") for word in fields.get("OT", [])),
        authors=_unique(fields.get("AU", []) + fields.get("CN", [])),
        languages=_unique(fields.get("LA", [])),
        doi=_doi(fields),
        pmcid=_first(fields, "PMC"),
        retraction=retraction_status(publication_types, links),
        is_erratum=is_erratum(publication_types, links),
        is_book="BTI" in fields,
        updates=update_links(
            (direction, pmid)
            for tag, direction in _UPDATES.items()
            for value in fields.get(tag, [])
            for pmid in _LINKED_PMID.findall(value)
        ),
    )


def _abstracts(fields: Fields) -> tuple[str, tuple[str, ...]]:
    """The abstract and the others; the kind of one of these stands before its text."""
    others = []
    for text, language in zip_longest(fields.get("OAB", []), fields.get("OABL", []), fillvalue=""):
        kind, _, rest = text.partition(":")
        known = kind in KINDS
        others.append(
            OtherAbstract(rest.strip() if known else text, kind if known else "", language)
        )
    return choose_abstract(_first(fields, "AB"), others)


def _first(fields: Fields, *tags: str) -> str:
    return next((value for tag in tags for value in fields.get(tag, []) if value), "")


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _substance(text: str) -> str:
    chemical = _CHEMICAL.fullmatch(text)
    return chemical[1] if chemical else text


def _iso(text: str) -> str:
    found = _NUMBER_DATE.match(text)
    return iso_date(*found.groups("")) if found else ""


def _doi(fields: Fields) -> str:
    identifiers = fields.get("LID", []) + fields.get("AID", [])
    return next((text[:-6] for text in identifiers if text.endswith(" [doi]")), "")
