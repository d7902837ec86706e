"""Models are plain data: they load without running code, and score as they were trained."""

from __future__ import annotations

import json
import math
import pickle

import numpy as np
import pytest

from drmine.classify.fitting import fit_linear
from drmine.classify.linear import LinearModel
from drmine.classify.model import FORMAT, read_model, shipped_model
from drmine.errors import InputError
from drmine.taxonomy import load_taxonomy


def test_a_score_is_the_logistic_of_the_weighted_sum():
    model = LinearModel(("yes",), (0.5,), {"a": (1.0,), "b": (-2.0,)})
    assert model.scores({"a": 2.0, "b": 1.0, "unknown": 9.0})["yes"] == pytest.approx(
        1 / (1 + math.exp(-0.5))
    )


def test_exclusive_labels_share_one():
    model = LinearModel(("x", "y", "z"), (0.0, 1.0, -1.0), {"a": (3.0, 0.0, 0.0)}, softmax=True)
    scores = model.scores({"a": 1000.0})
    assert sum(scores.values()) == pytest.approx(1)
    assert scores["x"] == pytest.approx(1)


def test_a_fitted_model_scores_as_scikit_learn_does():
    from sklearn.linear_model import LogisticRegression

    generator = np.random.default_rng(1)
    matrix = generator.normal(size=(200, 3))
    target = (matrix[:, 0] + generator.normal(size=200) > 0).astype(int)
    rows = [dict(zip("abc", row, strict=True)) for row in matrix]
    model = fit_linear(rows, ["h" if t else "o" for t in target], ["h", "o"], 1.0)
    reference = LogisticRegression(C=1.0, max_iter=3000, tol=1e-6).fit(matrix, target)
    expected = reference.predict_proba(matrix)[:, 1]
    assert [model.scores(r)["h"] for r in rows] == pytest.approx(expected, abs=2e-3)


def test_the_shipped_model_knows_every_hypothesis():
    assert set(shipped_model().hypotheses) == set(load_taxonomy().ids)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", pickle.dumps({"a": 1}), json.dumps({"format": FORMAT}).encode()]
)
def test_what_is_no_model_is_refused_in_one_sentence(content):
    with pytest.raises(InputError, match=r"model\.json is not a drmine model"):
        read_model(content, b"", "model.json")
