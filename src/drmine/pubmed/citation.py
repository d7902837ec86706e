"""One ``PubmedArticle``, ``MedlineCitation`` or ``PubmedBookArticle`` as a :class:`Record`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml.etree import _Element

from drmine.pubmed.corrections import is_erratum, retraction_status, update_links
from drmine.pubmed.dates import free_date, iso_date, year_of
from drmine.pubmed.entries import checked_pmid
from drmine.pubmed.flatten import flat_text, fold, real_title
from drmine.pubmed.other_abstracts import OtherAbstract, choose_abstract
from drmine.records import Record, UpdateDirection

UNLABELLED = frozenset({"", "UNLABELLED", "UNLABELED", "UNASSIGNED"})


def record_from_xml(element: _Element) -> Record:
    """Read one citation.

    Raises
    ------
    ValueError
        If it has no PMID; the message completes "the record …".
    """
    if element.tag == "PubmedBookArticle":
        return _book(element)
    return _article(element)


def _article(element: _Element) -> Record:
    citation = element if element.tag == "MedlineCitation" else element.find("MedlineCitation")
    if citation is None:
        raise ValueError("has no <MedlineCitation>")
    data = element.find("PubmedData")
    pmid, version = _pmid(citation)
    article = citation.find("Article")
    abstract, other_abstracts = _abstracts(
        [] if article is None else article.findall("Abstract"), citation.findall("OtherAbstract")
    )
    publication_types = citation.findall("Article/PublicationTypeList/PublicationType")
    related = citation.findall("CommentsCorrectionsList/*")
    links = {node.get("RefType", "") for node in related}
    date = _publication_date(citation, data)
    ids = _article_ids(data, "ArticleIdList/ArticleId")
    return Record(
        pmid=pmid,
        version=version,
        title=real_title(flat_text(citation.find("Article/ArticleTitle"))),
        abstract=abstract,
        other_abstracts=other_abstracts,
        vernacular_title=flat_text(citation.find("Article/VernacularTitle")),
        date=date,
        year=year_of(date),
        revised=_parts(citation.find("DateRevised")),
        entered=_history(data, "entrez") or _parts(citation.find("DateCreated")),
        journal=_journal(citation),
        publication_types=_texts(publication_types),
        mesh=_texts(
            [
                *citation.iterfind("MeshHeadingList/MeshHeading/DescriptorName"),
                *citation.iterfind("SupplMeshList/SupplMeshName[@Type='Disease']"),
            ]
        ),
        substances=_texts(citation.iterfind("ChemicalList/Chemical/NameOfSubstance")),
        keywords=_texts(citation.iterfind("KeywordList/Keyword")),
        authors=_authors(citation.findall("Article/AuthorList")),
        languages=_texts(citation.iterfind("Article/Language")),
        doi=_elocation_doi(article) or ids.get("doi", ""),
        pmcid=ids.get("pmc", "") or _other_pmcid(citation),
        retraction=retraction_status(_type_keys(publication_types), links),
        is_erratum=is_erratum(_type_keys(publication_types), links),
        updates=_updates(related),
    )


def _book(element: _Element) -> Record:
    document = element.find("BookDocument")
    if document is None:
        raise ValueError("has no <BookDocument>")
    pmid, version = _pmid(document)
    book = document.find("Book")
    book_title = flat_text(document.find("Book/BookTitle"))
    abstract, other_abstracts = _abstracts(
        document.findall("Abstract"), document.findall("OtherAbstract")
    )
    data = element.find("PubmedBookData")
    date = (
        _parts(document.find("ContributionDate"))
        or _pub_date(document.find("Book/PubDate"))
        or _history(data, "pubmed", "entrez")
    )
    ids = _article_ids(document, "ArticleIdList/ArticleId")
    ids = {**_article_ids(data, "ArticleIdList/ArticleId"), **ids}
    authors = [
        names
        for names in [*document.findall("AuthorList"), *([] if book is None else book)]
        if names.tag == "AuthorList" and names.get("Type", "authors") != "editors"
    ]
    return Record(
        pmid=pmid,
        version=version,
        title=real_title(flat_text(document.find("ArticleTitle"))) or book_title,
        abstract=abstract,
        other_abstracts=other_abstracts,
        vernacular_title=flat_text(document.find("VernacularTitle")),
        date=date,
        year=year_of(date),
        revised=_parts(document.find("DateRevised")),
        entered=_history(data, "entrez", "pubmed"),
        journal=book_title,
        publication_types=_texts(document.iterfind("PublicationType")),
        keywords=_texts(document.iterfind("KeywordList/Keyword")),
        authors=_authors(authors[:1]),
        languages=_texts(document.iterfind("Language")),
        doi=ids.get("doi", ""),
        pmcid=ids.get("pmc", ""),
        is_book=True,
    )


def _pmid(citation: _Element) -> tuple[str, int]:
    node = citation.find("PMID")
    pmid = checked_pmid(node.text or "" if node is not None else "")
    version = node.get("Version", "1") if node is not None else ""
    # a longer number is none, and no database holds it
    return pmid, int(version) if version.isdecimal() and len(version) < 5 else 1


def _abstracts(main: Sequence[_Element], other: Sequence[_Element]) -> tuple[str, tuple[str, ...]]:
    abstract = " ".join(filter(None, map(_sections, main)))
    others = [
        OtherAbstract(_sections(node), node.get("Type", ""), node.get("Language", ""))
        for node in other
    ]
    return choose_abstract(abstract, others)


def _sections(abstract: _Element) -> str:
    return " ".join(filter(None, map(_section, abstract.iterfind("AbstractText"))))


def _section(node: _Element) -> str:
    text = flat_text(node)
    label = fold(node.get("Label", "")).rstrip(":")
    if not text or label.upper() in UNLABELLED or text.lower().startswith(f"{label.lower()}:"):
        return text
    return f"{label}: {text}"


def _texts(nodes: Iterable[_Element]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(flat_text, nodes))))


def _journal(citation: _Element) -> str:
    return flat_text(citation.find("Article/Journal/Title")) or flat_text(
        citation.find("MedlineJournalInfo/MedlineTA")
    )


def _authors(lists: Iterable[_Element]) -> tuple[str, ...]:
    names = [_author(node) for names in lists for node in names.iterfind("Author")]
    return tuple(name for name in names if name)


def _author(node: _Element) -> str:
    if node.get("ValidYN") == "N":
        return ""
    last = flat_text(node.find("LastName"))
    if not last:
        return flat_text(node.find("CollectiveName"))
    initials = flat_text(node.find("Initials")) or flat_text(node.find("ForeName"))
    return " ".join(filter(None, (last, initials, flat_text(node.find("Suffix")))))


def _publication_date(citation: _Element, data: _Element | None) -> str:
    """The date of the issue; failing that of the electronic article, of entry, of creation."""
    return (
        _pub_date(citation.find("Article/Journal/JournalIssue/PubDate"))
        or _parts(citation.find("Article/ArticleDate"))
        or _history(data, "epublish", "ppublish", "pubmed", "entrez", "medline")
        or _parts(citation.find("DateCreated"))
    )


def _pub_date(node: _Element | None) -> str:
    return _parts(node) or (
        free_date(flat_text(node.find("MedlineDate"))) if node is not None else ""
    )


def _parts(node: _Element | None) -> str:
    if node is None:
        return ""
    # a loop over the few children: three calls of findtext take three times as long
    found = {child.tag: child.text or "" for child in node}
    return iso_date(found.get("Year", ""), found.get("Month", ""), found.get("Day", ""))


def _history(data: _Element | None, *statuses: str) -> str:
    if data is None:
        return ""
    nodes = {node.get("PubStatus"): node for node in data.iterfind("History/PubMedPubDate")}
    return next((date for status in statuses if (date := _parts(nodes.get(status)))), "")


def _article_ids(node: _Element | None, path: str) -> dict[str, str]:
    """Identifiers of the record itself: the path must not reach into its reference list."""
    if node is None:
        return {}
    return {
        item.get("IdType", ""): text for item in node.iterfind(path) if (text := flat_text(item))
    }


def _elocation_doi(article: _Element | None) -> str:
    nodes = [] if article is None else article.findall("ELocationID[@EIdType='doi']")
    valid = [flat_text(node) for node in nodes if node.get("ValidYN", "Y") == "Y"]
    return next(filter(None, valid), "")


def _other_pmcid(citation: _Element) -> str:
    texts = map(flat_text, citation.iterfind("OtherID[@Source='NLM']"))
    return next((text.split()[0] for text in texts if text.startswith("PMC")), "")


def _type_keys(nodes: Iterable[_Element]) -> set[str]:
    return {key for node in nodes for key in (node.get("UI", ""), flat_text(node)) if key}


def _updates(related: Iterable[_Element]) -> tuple[str, ...]:
    directions: tuple[UpdateDirection, ...] = ("UpdateIn", "UpdateOf")
    return update_links(
        (direction, node.findtext("PMID") or "")
        for node in related
        for direction in directions
        if node.get("RefType") == direction
    )
