import io
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from Bio import Entrez
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from drmine.demo.eutils_xml import records_xml
from drmine.pubmed.invented import INVENTED_KEYWORD
from drmine.pubmed.medline_xml import parse_records
from drmine.records import Record

FULL = Record(
    "99000001",
    title="Levels of α < β & “γ” in 𝔼pilepsy",
    abstract="AIM: To see. METHODS AND RESULTS: We saw (p<0.05). CONCLUSION: Nothing.",
    year=2004,
    date="2004-05-03",
    entered="2004-06-01",
    revised="2010-02-03",
    journal="Annals of Invented Epileptology",
    publication_types=("Journal Article", "Review"),
    mesh=("Epilepsy", "Rats"),
    substances=("Phenytoin",),
    keywords=("kindling", INVENTED_KEYWORD),
    authors=("Nowhere AB", "The Invented Study Group"),
    languages=("eng",),
    doi="10.0000/invented",
    pmcid="PMC0",
    vernacular_title="Titre inventé",
    other_abstracts=("Résumé inventé.",),
    version=2,
    updates=("UpdateIn:99000003", "UpdateOf:9900002"),
)


def read_back(*records):
    return list(parse_records(records_xml(records)))


def test_a_record_comes_back_as_it_was():
    assert read_back(FULL) == [FULL]


@pytest.mark.parametrize(
    "status", ["none", "retracted", "retraction_notice", "expression_of_concern", "concern_notice"]
)
def test_the_marks_of_retraction_come_back(status):
    (record,) = read_back(replace(FULL, retraction=status))
    assert record.retraction == status


def test_an_erratum_comes_back():
    (record,) = read_back(replace(FULL, is_erratum=True))
    assert record.is_erratum


@pytest.mark.parametrize("date", ["", "2004", "2004-05", "2004-05-03"])
def test_dates_come_back_as_far_as_they_are_known(date):
    (record,) = read_back(replace(FULL, date=date, entered="", revised=""))
    assert (record.date, record.entered, record.revised) == (date, "", "")


def test_an_invented_record_says_so_in_its_keywords():
    (record,) = read_back(replace(FULL, keywords=(), invented=True))
    assert record.keywords == (INVENTED_KEYWORD,)


def test_labels_are_sections_only_where_the_abstract_begins_with_one():
    assert records_xml([FULL]).count(b"<AbstractText Label=") == 3
    plain = replace(FULL, abstract="We saw it. NOTE: this was invented.")
    assert b"Label=" not in records_xml([plain])
    assert read_back(plain) == [plain]


@settings(max_examples=100)
@given(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=40),
    st.lists(st.sampled_from(["AIM: to see.", "We saw.", "RESULTS: none.", "A & B", "x<y", "]]>"])),
)
def test_any_text_comes_back(title, sentences):
    # the reader brings all text to one normal form
    title = unicodedata.normalize("NFC", title)
    record = replace(FULL, title=title, abstract=" ".join(sentences))
    assert read_back(record) == [record]


def test_characters_that_xml_forbids_are_left_out():
    (record,) = read_back(replace(FULL, title="a\x00b\x0bc\ufffe"))
    assert record.title == "abc"


def test_it_is_valid_by_the_official_document_type():
    path = Path(Entrez.__file__).parent / "DTDs" / "pubmed_250101.dtd"
    with path.open("rb") as file:
        official = etree.DTD(file)
    retracted = replace(FULL, retraction="retracted", is_erratum=False)
    bare = Record("99000002", "Bare")
    root = etree.fromstring(records_xml([FULL, retracted, bare]))
    assert official.validate(root), official.error_log


def test_biopython_reads_it_by_the_official_document_type():
    article = Entrez.read(io.BytesIO(records_xml([FULL])))["PubmedArticle"][0]
    citation = article["MedlineCitation"]
    assert str(citation["PMID"]) == "99000001"
    assert len(citation["Article"]["Abstract"]["AbstractText"]) == 3
