"""Find records by a query in PubMed's language, well enough for a local stand-in.

Understood are quoted phrases and words, ``*`` at the end, field tags, ranges (``a:b[TAG]``),
AND, OR and NOT from left to right, and parentheses. Not done are automatic term mapping, the
MeSH tree (but for what the project's query needs) and proximity.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from drmine.records import Record

_TOKEN = re.compile(r'"[^"]*"|\[[^\]]*\]|[()]|:|[^\s()\[\]":]+')
_OPERATORS = ("AND", "OR", "NOT")
_FIELDS = {
    **dict.fromkeys(("tiab", "title/abstract", "ti", "title", "ab", "tw", "text word"), "text"),
    **dict.fromkeys(("all", "all fields", ""), "all"),
    **dict.fromkeys(("mh", "mesh", "mesh terms", "majr", "mh:noexp", "mesh:noexp"), "mesh"),
    **dict.fromkeys(("pa", "nm"), "substance"),
    **dict.fromkeys(("pt", "publication type"), "type"),
    **dict.fromkeys(("ta", "journal"), "journal"),
    **dict.fromkeys(("la", "language"), "language"),
    **dict.fromkeys(("uid", "pmid"), "uid"),
    **dict.fromkeys(("edat", "entrez date", "date - entry"), "entered"),
    **dict.fromkeys(("crdt", "date - create"), "entered"),
    **dict.fromkeys(("mdat", "date - modification", "lr"), "revised"),
    **dict.fromkeys(("dp", "pdat", "date - publication"), "date"),
}
_DATES = ("entered", "revised", "date")
# headings below a heading, for the exploded searches of the project's query
_BELOW = {
    "epilepsy": re.compile(r"epilep|lennox|landau-kleffner|spasms, infantile"),
    "seizures": re.compile(r"^seizures"),
    "drug resistance": re.compile(r"^drug resistance"),
    "atp-binding cassette transporters": re.compile(
        r"^atp.binding cassette|multidrug resistance.associated|"
        r"^atp binding cassette transporter, subfamily"
    ),
    "polymorphism, genetic": re.compile(r"^polymorphism"),
    "anticonvulsants": re.compile(r"^anticonvulsants"),
}


@dataclass(slots=True)
class Found:
    """PMIDs that match, and the field tags that are not known."""

    pmids: set[str]
    unknown_fields: list[str] = field(default_factory=list)


class Index:
    """A searchable set of records."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._records = {record.pmid: record for record in records}
        self._texts = {pmid: _words(_text(record)) for pmid, record in self._records.items()}
        self._leaves: dict[tuple[str, str], set[str]] = {}

    def find(self, query: str) -> Found:
        """Return what matches; an empty query matches nothing."""
        parser = _Parser(self, _TOKEN.findall(query))
        return Found(parser.expression(), parser.unknown_fields)

    def term(self, text: str, kind: str) -> set[str]:
        """Return the PMIDs that have a word or phrase in a field."""
        key = (text.casefold(), kind)
        if key not in self._leaves:
            self._leaves[key] = self._match(*key)
        return self._leaves[key]

    def between(self, low: str, high: str, kind: str) -> set[str]:
        """Return the PMIDs whose number or date lies in a range, ends included."""
        if kind == "uid":
            if not (low.isdecimal() and high.isdecimal()):
                return set()
            first, last = int(low), int(high)
            return {pmid for pmid in self._records if first <= int(pmid) <= last}
        start, stop = _day(low, "00"), _day(high, "99")
        return {
            pmid
            for pmid, record in self._records.items()
            if start <= _day(getattr(record, kind) or record.entered, "01") <= stop
        }

    def _match(self, text: str, kind: str) -> set[str]:
        if kind == "uid" or kind in _DATES:
            return self.between(text, text, kind)
        if kind in ("text", "all"):
            wanted = _words(text.rstrip("*")).rstrip() + ("" if text.endswith("*") else " ")
            if not wanted.strip():
                return set()
            return {pmid for pmid, content in self._texts.items() if wanted in content}
        return {
            pmid
            for pmid, record in self._records.items()
            if any(_heading_matches(text, value, kind) for value in _values(record, kind))
        }


class _Parser:
    """Recursive descent over the tokens of one query."""

    def __init__(self, index: Index, tokens: list[str]) -> None:
        self._index = index
        self._tokens = tokens
        self._at = 0
        self.unknown_fields: list[str] = []

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def expression(self) -> set[str]:
        """Combine operands from left to right: PubMed knows no precedence."""
        found = self._operand()
        while (token := self._peek()) and token != ")":
            operator = self._next() if token in _OPERATORS else "AND"
            other = self._operand()
            if operator == "AND":
                found = found & other
            elif operator == "OR":
                found = found | other
            else:
                found = found - other
        return found

    def _operand(self) -> set[str]:
        token = self._peek()
        if token in ("", ")"):
            return set()
        if token == "(":
            self._next()
            found = self.expression()
            self._next()
            return found
        low, quoted = self._words()
        tag = self._tag()
        if self._peek() == ":":
            self._next()
            high, _ = self._words()
            return self._index.between(low, high, self._kind(self._tag() or tag))
        kind = self._kind(tag)
        if kind == "all" and not quoted:
            sets = [self._index.term(word, kind) for word in low.split()]
            return set.intersection(*sets) if sets else set()
        return self._index.term(low, kind)

    def _words(self) -> tuple[str, bool]:
        token = self._next()
        if token.startswith('"'):
            return token.strip('"'), True
        words = [token]
        while (token := self._peek()) and token not in (*_OPERATORS, "(", ")", ":"):
            if token[0] in '["':
                break
            words.append(self._next())
        return " ".join(words), False

    def _tag(self) -> str:
        return self._next()[1:-1].strip() if self._peek().startswith("[") else ""

    def _kind(self, tag: str) -> str:
        kind = _FIELDS.get(tag.casefold())
        if kind is None:
            self.unknown_fields.append(tag)
            return "all"
        return kind


def _text(record: Record) -> str:
    return " . ".join((record.title, record.abstract, *record.keywords))


def _words(text: str) -> str:
    """Lower case, no accents, single spaces for all that is not a letter or digit, and around."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return " " + " ".join(re.findall(r"\w+", plain)) + " "


def _values(record: Record, kind: str) -> tuple[str, ...]:
    return {
        "mesh": record.mesh,
        # PubMed knows which substances act against convulsions; here the heading has to do
        "substance": (*record.substances, *record.mesh),
        "type": record.publication_types,
        "journal": (record.journal,),
        "language": record.languages,
    }[kind]


def _heading_matches(wanted: str, value: str, kind: str) -> bool:
    heading = value.casefold().partition("/")[0].strip("* ")
    if heading == wanted:
        return True
    below = _BELOW.get(wanted)
    return kind in ("mesh", "substance") and below is not None and bool(below.search(heading))


def _day(date: str, filler: str) -> str:
    parts = [part.zfill(2) for part in re.split(r"[/-]", date.strip())]
    return "".join([*parts, filler, filler][:3])
