"""Answers in the form in which NCBI's E-utilities give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from drmine.pubmed.invented import INVENTED_KEYWORD
from drmine.records import Record

_HEAD = '<?xml version="1.0" encoding="UTF-8" ?>\n'
_SEARCH_TYPE = (
    '<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
)
_RECORDS_TYPE = (
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)
# MeSH identifiers of the publication types that matter to readers of the records
_TYPE_IDS = {
    "Journal Article": "D016428",
    "Review": "D016454",
    "Systematic Review": "D000078182",
    "Meta-Analysis": "D017418",
    "Case Reports": "D002363",
    "Clinical Trial": "D016430",
    "Randomized Controlled Trial": "D016449",
    "Observational Study": "D064888",
    "Multicenter Study": "D016448",
    "Comparative Study": "D003160",
    "Letter": "D016422",
    "Editorial": "D016421",
    "Comment": "D016420",
    "English Abstract": "D004740",
    "Published Erratum": "D016425",
    "Retracted Publication": "D016441",
    "Retraction of Publication": "D016440",
    "Expression of Concern": "D000075742",
    "Preprint": "D000076942",
}
# what a record's status adds to it: publication type, link to the other paper
_STATUS = {
    "retracted": ("Retracted Publication", "RetractionIn"),
    "retraction_notice": ("Retraction of Publication", "RetractionOf"),
    "expression_of_concern": ("", "ExpressionOfConcernIn"),
    "concern_notice": ("Expression of Concern", "ExpressionOfConcernFor"),
}
_LABEL = re.compile(r"(?:^|(?<=[.!?)] ))([A-Z][A-Z,/& -]{2,60}): ")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def search_xml(
    pmids: Sequence[str],
    *,
    count: int,
    start: int,
    query: str,
    history: tuple[str, str] | None = None,
    not_found: Iterable[str] = (),
    unknown_fields: Iterable[str] = (),
) -> bytes:
    """Return an ESearch answer; ``history`` is (QueryKey, WebEnv)."""
    parts = [f"<Count>{count}</Count><RetMax>{len(pmids)}</RetMax><RetStart>{start}</RetStart>"]
    if history:
        parts.append(f"<QueryKey>{history[0]}</QueryKey><WebEnv>{history[1]}</WebEnv>")
    ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in pmids)
    parts.append(f"<IdList>\n{ids}</IdList>" if pmids else "<IdList/>")
    parts.append(f"<TranslationSet/><QueryTranslation>{_text(query)}</QueryTranslation>")
    troubles = "".join(f"<PhraseNotFound>{_text(term)}</PhraseNotFound>" for term in not_found)
    troubles += "".join(f"<FieldNotFound>{_text(tag)}</FieldNotFound>" for tag in unknown_fields)
    if troubles:
        parts.append(f"<ErrorList>{troubles}</ErrorList>")
    if not count:
        message = "<OutputMessage>No items found.</OutputMessage>"
        parts.append(f"<WarningList>{message}</WarningList>")
    body = "".join(parts)
    return f"{_HEAD}{_SEARCH_TYPE}<eSearchResult>{body}</eSearchResult>\n".encode()


def error_xml(root: str, message: str) -> bytes:
    """Return an answer that is an error, as NCBI sends it with status 200."""
    doctype = _SEARCH_TYPE if root == "eSearchResult" else ""
    return f"{_HEAD}{doctype}<{root}>\n\t<ERROR>{_text(message)}</ERROR>\n</{root}>\n".encode()


def records_xml(records: Iterable[Record]) -> bytes:
    """Return a ``PubmedArticleSet`` of the records."""
    articles = "".join(map(article_xml, records))
    head = f'<?xml version="1.0" ?>\n{_RECORDS_TYPE}'
    return f"{head}<PubmedArticleSet>\n{articles}</PubmedArticleSet>".encode()


def article_xml(record: Record) -> str:
    """Return one ``PubmedArticle``."""
    types = record.publication_types or ("Journal Article",)
    extra_type, link = _STATUS.get(record.retraction, ("", ""))
    if record.is_erratum:
        extra_type, link = "Published Erratum", "ErratumFor"
    if extra_type and extra_type not in types:
        types = (*types, extra_type)
    keywords = record.keywords
    if record.invented and INVENTED_KEYWORD not in keywords:
        keywords = (*keywords, INVENTED_KEYWORD)
    languages = "".join(
        f"<Language>{_text(name)}</Language>" for name in record.languages or ["eng"]
    )
    doi = f'<ELocationID EIdType="doi" ValidYN="Y">{_text(record.doi)}</ELocationID>'
    article = (
        '<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print">'
        f"<PubDate>{_month_date(record.date)}</PubDate></JournalIssue>"
        f"<Title>{_text(record.journal)}</Title></Journal>"
        f"<ArticleTitle>{_text(record.title)}</ArticleTitle>"
        f"{doi if record.doi else '<Pagination><MedlinePgn/></Pagination>'}"
        f"{_abstract(record.abstract)}{_authors(record.authors)}{languages}"
        f"<PublicationTypeList>{''.join(map(_type, types))}</PublicationTypeList>"
        f"{_if(record.vernacular_title, 'VernacularTitle')}</Article>"
    )
    citation = (
        f'<MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="{record.version}">'
        f"{record.pmid}</PMID>"
        f"{_date('DateRevised', record.revised)}{article}"
        f"<MedlineJournalInfo><MedlineTA>{_text(record.journal)}</MedlineTA></MedlineJournalInfo>"
        f"{_substances(record.substances)}{_links(link, record.updates)}{_headings(record.mesh)}"
        f"{''.join(map(_other_abstract, record.other_abstracts))}{_keywords(keywords)}"
        "</MedlineCitation>"
    )
    history = "".join(
        _date(f'PubMedPubDate PubStatus="{status}"', record.entered)
        for status in ("pubmed", "entrez")
    )
    ids = [("pubmed", record.pmid), ("doi", record.doi), ("pmc", record.pmcid)]
    articles_ids = "".join(
        f'<ArticleId IdType="{kind}">{_text(value)}</ArticleId>' for kind, value in ids if value
    )
    data = (
        f"<PubmedData>{f'<History>{history}</History>' if history else ''}"
        "<PublicationStatus>ppublish</PublicationStatus>"
        f"<ArticleIdList>{articles_ids}</ArticleIdList></PubmedData>"
    )
    return f"<PubmedArticle>{citation}{data}</PubmedArticle>\n"


def _text(value: str) -> str:
    return escape(_NOT_XML.sub("", value))


def _if(value: str, tag: str) -> str:
    return f"<{tag}>{_text(value)}</{tag}>" if value else ""


def _abstract(abstract: str) -> str:
    if not abstract:
        return ""
    labels = list(_LABEL.finditer(abstract))
    if not labels or labels[0].start() != 0:
        return f"<Abstract><AbstractText>{_text(abstract)}</AbstractText></Abstract>"
    ends = [*(label.start() for label in labels[1:]), len(abstract)]
    sections = "".join(
        f"<AbstractText Label={quoteattr(label.group(1))}>"
        f"{_text(abstract[label.end() : end].strip())}</AbstractText>"
        for label, end in zip(labels, ends, strict=True)
    )
    return f"<Abstract>{sections}</Abstract>"


def _other_abstract(abstract: str) -> str:
    text = f"<AbstractText>{_text(abstract)}</AbstractText>"
    return f'<OtherAbstract Type="Publisher" Language="und">{text}</OtherAbstract>'


def _authors(authors: Sequence[str]) -> str:
    if not authors:
        return ""
    return f'<AuthorList CompleteYN="Y">{"".join(map(_author, authors))}</AuthorList>'


def _author(name: str) -> str:
    last, _, initials = name.rpartition(" ")
    if not last or not (initials.isupper() and len(initials) <= 4):
        inner = f"<CollectiveName>{_text(name)}</CollectiveName>"
    else:
        inner = f"<LastName>{_text(last)}</LastName><Initials>{_text(initials)}</Initials>"
    return f'<Author ValidYN="Y">{inner}</Author>'


def _type(name: str) -> str:
    ui = _TYPE_IDS.get(name, "")
    return f'<PublicationType UI="{ui}">{_text(name)}</PublicationType>'


def _links(kind: str, updates: Sequence[str]) -> str:
    related = [(kind, "")] if kind else []
    related += [(direction, pmid) for direction, _, pmid in (one.partition(":") for one in updates)]
    rows = "".join(
        f'<CommentsCorrections RefType="{kind}"><RefSource>(invented)</RefSource>'
        + (f'<PMID Version="1">{pmid}</PMID>' if pmid else "")
        + "</CommentsCorrections>"
        for kind, pmid in related
    )
    return f"<CommentsCorrectionsList>{rows}</CommentsCorrectionsList>" if rows else ""


def _substances(names: Sequence[str]) -> str:
    rows = "".join(
        "<Chemical><RegistryNumber>0</RegistryNumber>"
        f'<NameOfSubstance UI="">{_text(name)}</NameOfSubstance></Chemical>'
        for name in names
    )
    return f"<ChemicalList>{rows}</ChemicalList>" if rows else ""


def _headings(names: Sequence[str]) -> str:
    rows = "".join(
        f'<MeshHeading><DescriptorName UI="" MajorTopicYN="N">{_text(name)}</DescriptorName>'
        "</MeshHeading>"
        for name in names
    )
    return f"<MeshHeadingList>{rows}</MeshHeadingList>" if rows else ""


def _keywords(words: Sequence[str]) -> str:
    rows = "".join(f'<Keyword MajorTopicYN="N">{_text(word)}</Keyword>' for word in words)
    return f'<KeywordList Owner="NOTNLM">{rows}</KeywordList>' if rows else ""


def _month_date(date: str) -> str:
    """``2004-05-03`` as year, name of the month and day, as journals' issues have them."""
    year, month, day = [*date.split("-"), "", "", ""][:3]
    name = _MONTHS[int(month) - 1] if month else ""
    if not year:
        return "<MedlineDate/>"
    return _if(year, "Year") + _if(name, "Month") + _if(day, "Day")


def _date(tag: str, date: str) -> str:
    if not date:
        return ""
    year, month, day = [*date.split("-"), "01", "01"][:3]
    inner = f"<Year>{year}</Year><Month>{month}</Month><Day>{day}</Day>"
    return f"<{tag}>{inner}</{tag.partition(' ')[0]}>"
