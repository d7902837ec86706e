"""One key for all the ways in which a term is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drmine.nlp.normalize import fold, key, pieces


@pytest.mark.parametrize(
    "variants",
    [
        ("P-glycoprotein", "P glycoprotein", "Pglycoprotein", "P-glycoproteins", "P‐glycoprotein"),
        ("Nav1.1", "NaV1.1", "Na(v)1.1", "Nav 1.1", "Na v 1.1"),
        ("GABAA receptor", "GABA(A) receptor", "GABA-A receptors", "GABA A receptor"),
        ("TGF-beta", "TGF-β", "TGFβ", "TGF beta"),
        ("tumour", "tumors", "tumor"),
        ("anaesthesia", "anesthesia"),
        ("haemorrhage", "hemorrhage"),
        ("mossy fibre", "mossy fibers", "mossy fiber"),
        ("CYP2C9", "CYP 2C9", "CYP-2C9", "Cyp2c9"),
        ("NaV₁", "Nav1"),
        ("type II", "type 2"),
        ("behaviour", "behavior"),
        ("antiseizure drug", "anti-seizure drugs", "anti seizure drug"),
        ("interneurone", "interneurons"),
    ],
)
def test_spelling_variants_share_a_key(variants):
    assert len({key(v) for v in variants}) == 1, {v: key(v) for v in variants}


@pytest.mark.parametrize(
    ("one", "other"), [("ABCB1", "ABCB11"), ("CYP2C9", "CYP2C19"), ("SCN1A", "SCN1B"), ("IV", "4")]
)
def test_different_names_keep_different_keys(one, other):
    assert key(one) != key(other)


def test_singular_leaves_words_that_only_look_plural():
    assert [fold(w) for w in ("sclerosis", "status", "loss", "studies", "boxes")] == [
        "sclerosis", "status", "loss", "study", "box",
    ]  # fmt: skip


@given(st.text(max_size=200))
def test_pieces_are_in_order_and_inside_the_text(text):
    end = 0
    for piece in pieces(text):
        assert end <= piece.start < piece.end <= len(text)
        assert text[piece.start : piece.end].isalnum() or not text[piece.start].isspace()
        end = piece.end
