"""How one record is read from PubMed XML: a fixture for each quirk."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from xml_fixtures import FIXTURES, record

from drmine.pubmed.medline_text import parse_medline_text
from drmine.pubmed.medline_xml import parse_records
from drmine.records import Record

REAL_XML = Path(__file__).parents[2] / ".." / "shared" / "data" / "medline_xml"


@pytest.mark.parametrize(
    ("name", "year", "date"),
    [
        ("date_season", 2000, "2000"),
        ("date_season_element", 2001, "2001"),
        ("date_over_new_year", 1998, "1998-12"),
        ("date_range_of_days", 1976, "1976-04"),
        ("date_only_electronic", 2014, "2014-07-09"),
        ("date_only_history", 2019, "2019-03-02"),
        ("date_impossible_day", 2019, "2019-02"),
        ("date_month_as_number", 2011, "2011-06-04"),
        ("no_date", None, ""),
        ("medline_citation_set_2016", 1996, "1996-01"),
    ],
)
def test_every_form_of_date_gives_the_year(name: str, year: int | None, date: str) -> None:
    assert (record(name).year, record(name).date) == (year, date)


def test_a_plain_record_has_all_its_fields() -> None:
    found = record("date_season")
    assert found.pmid == "99000001"
    assert found.version == 1
    assert found.journal == "Annals of invented neurology"
    assert found.authors == ("Muster E",)
    assert found.languages == ("eng",)
    assert found.publication_types == ("Journal Article",)
    assert found.revised == "2020-01-15"
    assert found.entered == "2019-03-02"
    assert found.retraction == "none"
    assert found.is_evidence


def test_markup_inside_words_is_removed_and_words_stay_whole() -> None:
    found = record("nested_markup")
    assert found.title == ("Loss of Nav1.2 and SCN2AK1422E in resistant epilepsy: a 10-3 effect.")
    assert found.abstract == "Uptake of [11C]verapamil fell (P<0.01) and K+ rose in Abcb1a-/- mice."


def test_a_formula_is_read_once_without_its_source_code() -> None:
    assert record("mathml").abstract == "Clearance was CL=2 in resistant rats."


def test_bold_headings_are_set_apart_but_bold_letters_are_not() -> None:
    assert record("bold_run_in_headings").abstract == (
        "Background Many patients resist drugs. Methods: We measured the PGP content. "
        "Results: It rose."
    )


def test_sections_keep_their_labels() -> None:
    assert record("labelled_sections").abstract == (
        "BACKGROUND: Drugs fail often. Methods: Tissue was stained. A note. "
        "CONCLUSION: Nothing changed. The end."
    )


def test_other_abstracts_stand_beside_the_main_one() -> None:
    found = record("several_abstracts")
    assert found.abstract == "The main abstract."
    assert found.other_abstracts == (
        "ZIEL: Krampfanfälle sind häufig. Ende.",
        "Fits that go on in spite of tablets.",
    )


def test_an_english_abstract_by_another_hand_fills_the_place_of_a_missing_one() -> None:
    found = record("only_other_abstracts")
    assert found.abstract == "Written by an indexer."
    assert found.other_abstracts == ("In plain words.", "Une épilepsie inventée.")


def test_a_foreign_abstract_never_becomes_the_abstract() -> None:
    found = record("only_foreign_abstract")
    assert found.abstract == ""
    assert found.other_abstracts == ("Crisis convulsivas inventadas.",)


def test_the_note_that_the_publisher_keeps_the_abstract_is_none() -> None:
    found = record("abstract_with_the_publisher")
    assert (found.abstract, found.other_abstracts) == ("", ())


def test_a_record_without_title_or_abstract_is_still_a_record() -> None:
    assert record("no_title").title == ""
    assert record("no_abstract").abstract == ""
    assert record("no_abstract").text.endswith("epilepsy.\n")


def test_authors_are_people_and_groups_without_the_corrected_ones() -> None:
    assert record("collective_author").authors == (
        "Müller AB",
        "Doe J Jr",
        "Invented Epilepsy Study Group",
    )


def test_a_translated_title_keeps_its_brackets_and_the_original_stands_beside_it() -> None:
    found = record("vernacular_title")
    assert found.title == "[Attacks that resist treatment]."
    assert found.vernacular_title == "L'épilepsie rebelle au traitement."


@pytest.mark.parametrize("words", ["[Not Available].", "[Not available]", "[In Process Citation]"])
def test_the_words_in_place_of_a_missing_title_are_no_title(words: str) -> None:
    data = (FIXTURES / "title_not_available.xml").read_bytes()
    (found,) = parse_records(data.replace(b"[Not Available].", words.encode()), "a file")
    assert isinstance(found, Record)
    assert (found.title, found.vernacular_title) == ("", "Anfallsleiden im Kindesalter.")
    text = f"PMID- 99000022\nTI  - {words}\nTT  - Anfallsleiden im Kindesalter.\n"
    (of_text,) = parse_medline_text(io.BytesIO(text.encode()))
    assert isinstance(of_text, Record)
    assert (of_text.title, of_text.vernacular_title) == (found.title, found.vernacular_title)


def test_zeros_before_a_pmid_make_no_other_record() -> None:
    data = (FIXTURES / "date_season.xml").read_bytes()
    (plain,) = parse_records(data, "plain")
    assert isinstance(plain, Record)
    padded = data.replace(plain.pmid.encode(), b"00" + plain.pmid.encode())
    assert padded != data and list(parse_records(padded, "padded")) == [plain]


def test_the_version_of_a_record_is_kept() -> None:
    assert record("versioned_pmid").version == 3


@pytest.mark.parametrize(
    ("name", "status", "is_erratum", "is_evidence"),
    [
        ("retracted", "retracted", False, False),
        ("retracted_by_link_only", "retracted", False, False),
        ("retraction_notice", "retraction_notice", False, False),
        ("erratum", "none", True, False),
        ("paper_with_erratum", "none", False, True),
        ("expression_of_concern", "expression_of_concern", False, True),
        ("concern_notice", "concern_notice", False, False),
    ],
)
def test_retractions_and_notices_are_told_from_papers(
    name: str, status: str, is_erratum: bool, is_evidence: bool
) -> None:
    found = record(name)
    assert found.retraction == status
    assert found.is_erratum is is_erratum
    assert found.is_evidence is is_evidence


def test_a_link_is_kept_once_and_one_that_names_no_record_is_not() -> None:
    links = "".join(
        f'<CommentsCorrections RefType="UpdateIn"><RefSource>x</RefSource>{pmid}'
        "</CommentsCorrections>"
        for pmid in (
            "<PMID> 0099000121 </PMID>", "<PMID>99000121</PMID>", "<PMID>9900012</PMID>",
            "<PMID/>", "<PMID>12:3</PMID>", f"<PMID>{'9' * 5000}</PMID>",
        )
    )  # fmt: skip
    data = (FIXTURES / "paper_with_erratum.xml").read_text("utf-8")
    data = data.replace("</CommentsCorrectionsList>", f"{links}</CommentsCorrectionsList>")
    (found,) = parse_records(data.encode(), "linked")
    assert isinstance(found, Record) and found.updates == ("UpdateIn:9900012", "UpdateIn:99000121")


def test_characters_beyond_the_first_plane_count_as_one() -> None:
    found = record("beyond_the_bmp")
    assert found.title == "The 𝛽-subunit and 𝜇-opioid 🧠 signalling in epilepsy."
    assert found.text.index("seizure") == len(found.title) + 1 + len("𝛼 then ")


def test_standard_entities_and_character_references_are_read() -> None:
    found = record("entities")
    assert found.title == 'Seizures & drugs: p < 0.05 "resistant" café naïve &amp;.'
    assert found.abstract == "Tested ≤5 µM."


def test_accents_are_composed_and_invisible_characters_dropped() -> None:
    assert record("decomposed_accents").title == "Épilepsie and Möbius."
    found = record("invisible_characters")
    assert found.title == "Antiepileptic drugs in practice."
    assert found.abstract == "Line one, tab."


def test_books_and_chapters_are_records() -> None:
    chapter = record("book_chapter")
    assert chapter.is_book
    assert chapter.title == "A Chapter on Dravet Syndrome"
    assert chapter.journal == "The Invented Book of Epilepsy"
    assert chapter.authors == ("Chapter C",)
    assert chapter.date == "2015-05-07"
    assert chapter.abstract == "CLINICAL CHARACTERISTICS: Seizures from birth."
    assert chapter.doi == "10.99999/invented.book"
    assert chapter.entered == "2013-02-01"
    whole = record("whole_book")
    assert whole.title == "The Invented Book of Epilepsy"
    assert whole.year == 2012
    assert whole.authors == ()


def test_headings_keywords_and_substances_are_kept_apart() -> None:
    found = record("headings_and_substances")
    assert found.mesh == ("Drug Resistant Epilepsy", "Humans", "Dravet Syndrome, Invented")
    assert found.keywords == ("ABCB1 gene", "efflux")
    assert found.substances == ("levetiracetam",)


def test_identifiers_are_those_of_the_record_not_of_its_references() -> None:
    found = record("identifiers_of_references")
    assert (found.doi, found.pmcid) == ("10.99999/own", "PMC9900002")


def test_every_fixture_is_used_by_a_test() -> None:
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    unused = [path.name for path in FIXTURES.iterdir() if f'"{path.stem}' not in tests]
    assert [name for name in unused if name != "README.md"] == []


@pytest.mark.skipif(not REAL_XML.is_dir(), reason="the shared real data are not here")
def test_real_single_records_are_read_under_their_own_pmid() -> None:
    for path in sorted(REAL_XML.glob("[0-9]*.xml")):
        (found,) = parse_records(path.read_bytes())
        assert isinstance(found, Record)
        assert found.pmid == path.stem
        assert found.title and found.year and found.journal
