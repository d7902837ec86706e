"""Terms are found whatever their spelling, the longest first, and only as whole words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drmine.nlp.matcher import Entry, TermIndex
from drmine.nlp.surface import fits, words_fit

INDEX = TermIndex(
    [
        Entry("ABCB1", "P-glycoprotein", False),
        Entry("ABCB1", "ABCB1", False),
        Entry("ABCC", "MRP", True),
        Entry("SCN1A", "Nav1.1", False),
        Entry("GABRA", "GABAA receptor", False),
        Entry("GABA", "GABA", False),
        Entry("SET", "SET", True),
        Entry("sclerosis", "hippocampal sclerosis", False),
    ]
)


def found(text):
    return [text[m.start : m.end] for m in INDEX.find(text)]


def test_variants_are_found_with_their_own_spelling():
    text = "P glycoproteins, Na(v)1.1 and GABA(A) receptors."
    assert found(text) == ["P glycoproteins", "Na(v)1.1", "GABA(A) receptors"]


def test_the_longest_term_wins():
    assert found("a GABAA receptor") == ["GABAA receptor"]
    assert found("free GABA only") == ["GABA"]


def test_parts_of_words_and_other_numbers_are_left_alone():
    assert found("ABCB11 and XABCB1 and ABCB1X") == []


def test_a_word_in_small_letters_is_not_the_acronym():
    assert found("a set of data") == []
    assert found("the SET domain") == ["SET"]


def test_a_term_does_not_reach_over_a_full_stop():
    assert found("They saw P. Glycoprotein was low.") == []
    assert found("hippocampal. Sclerosis") == []


def test_hyphenated_compounds_are_searched():
    assert found("ABCB1-mediated, P-glycoprotein/ABCB1") == ["ABCB1", "P-glycoprotein", "ABCB1"]


def test_a_term_may_begin_behind_a_low_line_and_within_marks():
    assert found("rs1_ABCB1, _GABA_ (MRP)/ABCB1") == ["ABCB1", "GABA", "MRP", "ABCB1"]


def test_a_term_that_is_added_later_is_found():
    index = TermIndex([Entry("ABCB1", "ABCB1", False)])
    assert index.find("in CYP2C9*3 carriers") == []
    index.add(Entry("CYP2C9", "CYP2C9", False))
    (match,) = index.find("in CYP2C9*3 carriers")
    assert (match.start, match.end) == (3, 9)


def test_an_abbreviation_of_the_record_counts_in_it():
    matches = INDEX.find("P-gp rose", extra={"pgp": Entry("ABCB1", "P-gp", False)})
    assert [(m.start, m.end, m.entries[0].concept) for m in matches] == [(0, 4, "ABCB1")]


@given(st.text(alphabet=st.sampled_from("PABCB1 -glycoproteinNav.()\n1αé"), max_size=80))
def test_matches_never_overlap_and_stay_inside(text):
    end = 0
    for match in INDEX.find(text):
        assert end <= match.start < match.end <= len(text)
        end = match.end


@pytest.mark.parametrize(
    ("term", "surface", "is_one"),
    [
        ("complexin", "complexes in", False),
        ("AT1", "at 1", False),
        ("AT1", "AT 1", True),
        ("ING1", "In G1", False),
        ("Abeta", "a beta", False),
        ("Abeta", "A β", True),
        ("CI-945", "CI 9.45", False),
        ("Nav1.1", "Nav 1.1", True),
        ("P-glycoprotein", "P glycoprotein", True),
        ("entry into the brain", "entry into the brain", True),
        ("nitric oxide synthase", "nitric oxide synthase", True),
    ],
)
def test_words_of_the_sentence_and_figures_are_no_pieces_of_a_term(term, surface, is_one):
    assert words_fit(term, surface) is is_one


@pytest.mark.parametrize(
    ("term", "surface", "is_one"),
    [
        ("LAT2", "LATS2", False),
        ("LAT2", "LAT2s", True),
        ("RS-86", "RS86", True),
        ("CGS 21680", "CGS21680", True),
        ("protein S", "protein(s)", False),
        ("protein S", "protein's", False),
        ("protein S", "Protein S", True),
        ("Down's syndrome", "Down's syndrome", True),
    ],
)
def test_another_genes_s_and_a_words_ending_are_no_part_of_a_term(term, surface, is_one):
    assert fits(term, surface) is is_one


@pytest.mark.parametrize(
    ("term", "surface", "is_one"),
    [
        ("SeLECTS", "select", False),
        ("SeLECTS", "Selects", False),
        ("SeLECTS", "SELECTS", True),
        ("RICTOR", "Rictor", True),
        ("TIMELESS", "timeless", False),
        ("PIGS", "Pigs", False),
        ("PIGS", "PIGS", True),
        ("APRIL", "April", False),
        ("APOE", "Apoe", True),
        ("HMG-CoA reductase", "hmg-coa reductase", True),
    ],
)
def test_a_symbol_that_is_a_word_is_none_when_written_as_one(term, surface, is_one):
    assert fits(term, surface) is is_one
