"""Look at the content of an E-utilities answer before it is believed.

NCBI sends error pages with status 200, `<ERROR>` elements in place of results, and XML that
stops in the middle. Each check either returns what the answer says or raises
:class:`AnswerError`, which knows whether another attempt may help.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from drmine.pubmed.http import Answer

MAX_DEPTH = 100
_MAX_TOLD = 2_000
# errors that say that the request itself is wrong: the same request would fail again
_WRONG_REQUEST = re.compile(
    r"invalid db name|empty term|'retstart' cannot be larger|is not supported|"
    r"id list is empty|invalid uid|api key (?:invalid|not valid)",
    re.IGNORECASE,
)


class AnswerError(Exception):
    """An answer that must not be believed.

    ``kind`` says in a few words what is wrong with it (never its text, which may echo the API
    key); ``transient`` whether the same request may succeed later.
    """

    def __init__(self, kind: str, *, transient: bool = True) -> None:
        super().__init__(kind)
        self.kind = kind
        self.transient = transient


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """The content of one ESearch answer; ``warnings`` holds what PubMed did not understand."""

    count: int
    pmids: tuple[str, ...]
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Scan:
    """What one pass over an answer collects."""

    root: str = ""
    errors: list[str] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)


def check_search(answer: Answer, *, asked: int) -> SearchAnswer:
    """Return the count and PMIDs of an ESearch answer.

    Parameters
    ----------
    answer
        A complete answer with status 200.
    asked
        The ``retmax`` of the request: with fewer PMIDs than min(count, asked) the answer is
        not believed.
    """
    scan = _scan(
        answer,
        root="eSearchResult",
        wanted={
            "eSearchResult/Count",
            "eSearchResult/IdList/Id",
            "eSearchResult/ErrorList/PhraseNotFound",
            "eSearchResult/ErrorList/FieldNotFound",
            "eSearchResult/WarningList/QuotedPhraseNotFound",
            "eSearchResult/WarningList/PhraseIgnored",
        },
    )
    counts = scan.texts.get("eSearchResult/Count", [])
    if len(counts) != 1 or not _is_number(counts[0]):
        raise AnswerError("search result without a count")
    count = int(counts[0])
    pmids = tuple(scan.texts.get("eSearchResult/IdList/Id", []))
    if len(pmids) < min(count, asked) or not all(map(_is_number, pmids)):
        raise AnswerError(f"{len(pmids)} PMIDs where {min(count, asked)} were announced")
    warnings = tuple(
        f"{path.rpartition('/')[2]}: {text}"
        for path, texts in scan.texts.items()
        if "List/" in path and "IdList" not in path
        for text in texts
    )
    return SearchAnswer(count, pmids, warnings)


def _is_number(text: str) -> bool:
    """Whether a count or PMID is one; Python reads no number of some thousand digits."""
    return text.isascii() and text.isdecimal() and len(text) < 12


def says_none_exists(answer: Answer) -> bool:
    """Whether EFetch says that it has none of the PMIDs asked for, each of which is a number."""
    return answer.status in (200, 400) and b"<ERROR>ID list is empty!" in answer.body[:_MAX_TOLD]


def check_records(answer: Answer) -> tuple[str, ...]:
    """Return the PMIDs of the records in an EFetch answer, in its order."""
    article = "PubmedArticleSet/PubmedArticle/MedlineCitation/PMID"
    book = "PubmedArticleSet/PubmedBookArticle/BookDocument/PMID"
    scan = _scan(answer, root="PubmedArticleSet", wanted={article, book})
    return (*scan.texts.get(article, ()), *scan.texts.get(book, ()))


def _scan(answer: Answer, *, root: str, wanted: set[str]) -> _Scan:
    body = answer.body
    if not body.strip():
        raise AnswerError("empty answer")
    head = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if answer.content_type == "text/html" or head.startswith((b"<html", b"<!doctype html")):
        raise AnswerError("a web page in place of records")
    if head.startswith(b"{"):
        raise AnswerError("an error notice in place of records")
    scan = _parse(body, wanted)
    if scan.errors:
        wrong = any(_WRONG_REQUEST.search(text) for text in scan.errors)
        raise AnswerError(f"the server reports: {_safe(scan.errors[0])}", transient=not wrong)
    if scan.root != root:
        raise AnswerError(f"<{scan.root[:40]}> where <{root}> was expected")
    return scan


def _safe(text: str) -> str:
    """Shorten a server's message and take out whatever could be an e-mail address or a key."""
    # cut first: a megabyte without a blank would be searched for hours
    text = re.sub(r"\S+@\S+", "[e-mail]", " ".join(text[:_MAX_TOLD].split()))
    return re.sub(r"[0-9A-Za-z_-]{24,}", "[…]", text)[:160]


def _parse(body: bytes, wanted: set[str]) -> _Scan:
    """Walk through the XML once; refuse entity declarations and absurd nesting."""
    scan = _Scan()
    path: list[str] = []
    buffer: list[str] | None = None

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal buffer
        path.append(name)
        if len(path) > MAX_DEPTH:
            raise AnswerError("XML nested too deeply")
        if len(path) == 1:
            scan.root = name
        if "/".join(path) in wanted or name == "ERROR":
            buffer = []

    def text(data: str) -> None:
        if buffer is not None:
            buffer.append(data)

    def end(name: str) -> None:
        nonlocal buffer
        if buffer is not None:
            value = "".join(buffer).strip()
            if name == "ERROR":
                # some tools send an empty <ERROR/> with every good answer
                scan.errors.extend([value] if value else [])
            else:
                scan.texts.setdefault("/".join(path), []).append(value)
            buffer = None
        path.pop()

    def entity(*_: object) -> None:
        raise AnswerError("XML that declares entities")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.CharacterDataHandler = text
    parser.EndElementHandler = end
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise AnswerError("XML that is cut short or damaged") from error
    return scan
