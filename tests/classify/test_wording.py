"""Names and figures become marks, so that what is learned of a wording holds for any of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drmine.classify.evidence import SentenceEvidence, gather
from drmine.classify.wording import (
    compared,
    figures_marked,
    runs,
    significance,
    tokens,
    weighed,
    with_marks,
)
from drmine.nlp.pipeline import Pipeline
from drmine.records import Record


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def sentence_of(pipeline: Pipeline, text: str) -> SentenceEvidence:
    record = Record("99000001", "Drug-resistant epilepsy.", text)
    return gather(pipeline.read(record), pipeline.vocabulary).sentences[1]


def test_a_name_is_its_own_for_one_hypothesis_and_anothers_for_the_next(pipeline) -> None:
    sentence = sentence_of(pipeline, "ABCB1 and SCN1A were related to response to phenytoin.")
    seen = tokens(with_marks(sentence, "transporter"))
    assert seen[:3] == ["§h", "and", "§o"]
    assert seen[-1] == "§drug"
    assert tokens(with_marks(sentence, "target"))[:3] == ["§o", "and", "§h"]


def test_two_genes_of_one_hypothesis_read_alike(pipeline) -> None:
    texts = ("ABCB1 did not predict response.", "ABCC2 did not predict response.")
    first, second = (
        tokens(with_marks(sentence_of(pipeline, text), "transporter")) for text in texts
    )
    assert first == second


@pytest.mark.parametrize(
    ("text", "found", "null"),
    [
        ("raised (p < 0.001)", 1, 0),
        ("raised (P=.03) and lowered (p = 0.62)", 1, 1),
        ("alike (p > 0.05)", 0, 1),
        ("at the limit (p = 0.05)", 0, 1),
        ("at most (p ≤ 0.05)", 1, 0),
        ("p-value of 0.008", 1, 0),
        ("p = 2 x 10-8", 1, 0),
        ("OR 1.42, 95% CI 1.13-1.79", 1, 0),
        ("OR 1.14, 95% CI 0.61-2.11", 0, 1),
        ("mean age 12.3-45.6 years", 0, 0),
        ("group p and group q", 0, 0),
    ],
)
def test_figures_say_whether_something_was_found(text: str, found: int, null: int) -> None:
    assert significance(figures_marked(text)) == (found, null)


def test_other_figures_fold_to_one_mark() -> None:
    assert tokens("34.1% of 91 patients") == ["#", "of", "#", "patients"]


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    words = tokens(figures_marked(text))
    counted = runs(words, 3)
    assert sum(n for run, n in counted.items() if " " not in run) == len(words)
    assert sum(v * v for v in weighed(counted, 2.0).values()) == pytest.approx(
        4.0 if counted else 0.0
    )


@pytest.mark.parametrize(
    ("text", "alike", "apart"),
    [
        ("CC was found in 24.8% of resistant and in 26.4% of responsive patients.", 1, 0),
        ("The shares were 36.0, 35.2 and 36.1% (OR 1.02, 95% CI 0.7-1.4).", 1, 0),
        ("It lost 71% of its discharges, the other 12%.", 0, 1),
        ("More seizures before treatment (median 9 vs 3, p = 0.002).", 0, 1),
        ("Between 1998 and 2003 patients were followed.", 0, 0),
        ("Zero 0 and 0 of them.", 0, 0),
    ],
)
def test_figures_side_by_side_are_alike_or_far_apart(text, alike, apart) -> None:
    assert compared(figures_marked(text)) == (alike, apart)


@given(st.text(alphabet="0123456789.,% and±()vsto·", max_size=60))
def test_any_text_can_be_looked_through_for_figures(text) -> None:
    alike, apart = compared(text)
    # none without two figures
    assert (alike, apart) == (0, 0) or sum(c.isdigit() for c in text) >= 2


@given(st.integers(1, 99), st.integers(1, 99), st.sampled_from(["{}% and {}%", "{} vs {} mg"]))
def test_it_does_not_matter_which_figure_comes_first(one, other, text) -> None:
    assert compared(text.format(one, other)) == compared(text.format(other, one))
    assert compared(text.format(one, one)) == (1, 0)
