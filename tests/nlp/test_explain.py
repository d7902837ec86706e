"""An explanation shows spans, cues and what made each mention."""

import pytest

from drmine.errors import InputError
from drmine.explain import explain_record
from drmine.records import Record
from drmine.settings import Settings
from drmine.store import Store

TEXT = """No association of C3435T with drug-resistant epilepsy
P-glycoprotein (P-gp) may limit carbamazepine. CYP2C9*99 was absent."""


def test_a_text_is_explained():
    page = explain_record(Settings(), text=TEXT)
    assert "{No} association of [C3435T] with [drug-resistant epilepsy]" in page
    assert "negated by 'No'" in page
    assert "[P-glycoprotein] ([P-gp]) {may} limit [carbamazepine]" in page
    assert "an abbreviation that the record defines as 'P-glycoprotein'" in page
    assert "a star allele" in page
    assert "speculated by 'may'" in page
    # as 1.00 a score would claim that the machine cannot be wrong
    assert "About drug response: yes (>0.99)" in page and "1.00" not in page


def test_a_stance_is_told_only_of_hypotheses_above_their_threshold():
    page = explain_record(Settings(), text=TEXT)
    assigned, _, others = page.partition("Below their threshold: ")
    assert "transporter" in assigned.partition("About drug response")[2]
    assert "neural_network" in others
    assert not {"supports", "refutes", "mixed", "neutral"} & set(others.split())


def test_a_stored_record_is_explained_with_its_headings(tmp_path):
    settings = Settings(workspace=tmp_path)
    record = Record("99000001", "Invented title", "Nothing.", mesh=("Phenytoin",), year=2020)
    with Store.open(settings) as store:
        store.upsert_records([record], "test")
    page = explain_record(settings, pmid=" 0099000001")  # as spreadsheets and forms may have it
    assert page.startswith("99000001 · 2020")
    assert "the MeSH heading 'Phenytoin'" in page


def test_what_cannot_be_explained_gives_one_sentence(tmp_path):
    with Store.open(Settings(workspace=tmp_path / "work")):
        pass
    with pytest.raises(InputError, match="not in the store"):
        explain_record(Settings(workspace=tmp_path / "work"), pmid="99000009")
    with pytest.raises(InputError, match="holds no store"):
        explain_record(Settings(workspace=tmp_path / "wrok"), pmid="99000009")
    assert not (tmp_path / "wrok").exists()
    with pytest.raises(InputError, match="empty"):
        explain_record(Settings(), text=" \n ")
    with pytest.raises(InputError, match="100,000"):
        explain_record(Settings(), text="x" * 200_000)


def test_what_is_no_pmid_is_said_to_be_none(tmp_path):
    with pytest.raises(InputError, match="'PMID:1' is no PMID"):
        explain_record(Settings(workspace=tmp_path), pmid="PMID:1")


def test_what_pubmed_marks_about_a_record_is_said(tmp_path):
    settings = Settings(workspace=tmp_path)
    with Store.open(settings) as store:
        records = [
            Record("99000001", "Invented title", retraction="retracted", is_erratum=True),
            Record("99000002", "Invented title", retraction="expression_of_concern"),
            Record("99000003", "Invented title"),
            Record("99000004", "Invented", publication_types=("Preprint",)),
            Record("99000005", "Invented title", updates=("UpdateOf:99000004",)),
        ]
        store.upsert_records(records, "test")
    pages = [explain_record(settings, pmid=record.pmid) for record in records]
    assert pages[0].endswith("Marked by PubMed: retracted, erratum; no count includes it.")
    assert pages[1].endswith("Marked by PubMed: expression of concern; it counts as evidence.")
    assert "Marked" not in pages[2] and "Marked" not in pages[4]
    assert pages[3].endswith(
        "Marked by PubMed: preprint of 99000005; that paper counts in its place, no count includes "
        "the preprint."
    )
