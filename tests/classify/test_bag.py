"""Bags of words and letters count as scikit-learn does, and come back from a file unchanged."""

from __future__ import annotations

import io
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from drmine.classify.bag import Bag, count_terms, letter_terms, matrix_of
from drmine.classify.features import word_terms

TEXTS = [
    "P-glycoprotein was raised in resistant tissue, and P-glycoprotein fell again.",
    "No difference of carbamazepine levels; 37 patients.",
    "Sodium channels: the β subunit (SCN1B) of resistant patients",
    "a bb ccc dddd",
]


def _bag(letters: bool, least: int = 1) -> Bag:
    terms, idf = count_terms(TEXTS, letters, least)
    generator = np.random.default_rng(3)
    return Bag(letters, terms, idf, generator.normal(size=(len(terms), 2)), np.array([0.5, -1.0]))


def test_letters_are_weighted_as_scikit_learn_weighs_them():
    bag = _bag(letters=True)
    reference = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    expected = reference.fit_transform(TEXTS)
    assert sorted(bag.terms) == sorted(reference.vocabulary_)
    order = [bag.terms[t] for t in reference.get_feature_names_out()]
    assert matrix_of(bag, TEXTS).toarray()[:, order] == pytest.approx(expected.toarray())


@pytest.mark.parametrize("times", [254, 255, 256, 3000])
def test_a_term_that_comes_very_often_weighs_as_scikit_learn_has_it(times):
    bag = _bag(letters=False)
    reference = TfidfVectorizer(
        analyzer=lambda text: word_terms(text), sublinear_tf=True, dtype=np.float64
    )
    reference.fit(TEXTS)
    text = "carbamazepine " * times
    order = [bag.terms[t] for t in reference.get_feature_names_out()]
    expected = reference.transform([text]).toarray()
    assert matrix_of(bag, [text]).toarray()[:, order] == pytest.approx(expected, abs=1e-6)


def test_a_bag_of_very_many_terms_tells_them_apart():
    terms = {f"w{letter}{n}": n for n, letter in enumerate("ab" * 40_000)}
    wanted = {"bb": 70_001, "aa": 4_465}  # they differ by two bytes: 70,001 - 65,536 = 4,465
    n = len(terms)
    terms |= wanted
    weights = np.zeros((n, 1), dtype=np.float32)
    weights[70_001] = 1.0
    bag = Bag(False, terms, np.ones(n, dtype=np.float32), weights, np.zeros(1, dtype=np.float32))
    assert bag.scores("bb") == pytest.approx([1.0])
    assert bag.scores("aa") == pytest.approx([0.0])


def test_words_come_alone_and_in_pairs_and_numbers_fold():
    assert word_terms("Levels in 37 patients") == [
        "levels", "in", "#", "patients", "levels in", "in #", "# patients",
    ]  # fmt: skip


def test_a_word_shorter_than_a_run_counts_once():
    assert letter_terms("a") == [" a "]
    assert letter_terms("bb") == [" bb", "bb ", " bb "]


@pytest.mark.parametrize("letters", [True, False])
def test_a_bag_comes_back_from_its_arrays(letters):
    bag = _bag(letters)
    buffer = io.BytesIO()
    np.savez(buffer, **bag.arrays("x"))
    buffer.seek(0)
    with np.load(buffer, allow_pickle=False) as arrays:
        back = Bag.of_arrays("x", arrays, letters)
    for text in TEXTS:
        assert back.scores(text) == pytest.approx(bag.scores(text), abs=2e-3)


def test_a_bag_may_be_handed_to_another_process():
    bag = _bag(True)
    expected = bag.scores(TEXTS[0])
    assert pickle.loads(pickle.dumps(bag)).scores(TEXTS[0]) == pytest.approx(expected)


def test_arrays_that_do_not_fit_are_refused():
    arrays = _bag(True).arrays("x")
    arrays["x.idf"] = arrays["x.idf"][:-1]
    with pytest.raises(ValueError, match="do not fit together"):
        Bag.of_arrays("x", arrays, True)


@given(st.text(max_size=300))
def test_any_text_has_finite_scores(text):
    for letters in (True, False):
        assert np.isfinite(_bag(letters).scores(text)).all()


def test_a_text_without_known_terms_scores_the_bias():
    assert _bag(True).scores("") == pytest.approx([0.5, -1.0])
