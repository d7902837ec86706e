"""Joints weigh what several models say into one score, and survive their file."""

from __future__ import annotations

import json

import numpy as np
import pytest

from drmine.classify.joint import Joint, fit_joint


def _inputs(n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(5)
    inputs = generator.normal(size=(n, 3)) * [1, 10, 0.1] + [0, 5, 0]
    return inputs, inputs[:, 0] + (inputs[:, 1] - 5) / 10 + generator.normal(size=n) / 2


def test_a_yes_or_no_joint_is_calibrated():
    inputs, score = _inputs(4000)
    target = (score > 0).astype(int)
    joint = fit_joint(inputs[:2000], target[:2000], ["yes"], 1.0)
    said = joint.scores(inputs[2000:])[:, 0]
    for low in np.arange(0, 1, 0.25):
        here = (said >= low) & (said < low + 0.25)
        assert target[2000:][here].mean() == pytest.approx(said[here].mean(), abs=0.07)


def test_exclusive_labels_share_one_and_an_unseen_label_gets_nothing():
    inputs, score = _inputs()
    target = np.where(score > 0, 2, 0)
    joint = fit_joint(inputs, target, ["a", "never", "b"], 1.0)
    said = joint.scores(inputs)
    assert said.sum(axis=1) == pytest.approx(1)
    assert said[:, 1].max() < 1e-6
    assert (said.argmax(axis=1) == target).mean() > 0.75


def test_a_joint_comes_back_from_its_file():
    inputs, score = _inputs()
    joint = fit_joint(inputs, (score > 0).astype(int), ["yes"], 1.0)
    back = Joint.from_json(json.loads(json.dumps(joint.to_json())))
    assert back.scores(inputs) == pytest.approx(joint.scores(inputs), abs=1e-3)


def test_an_input_that_never_changes_breaks_nothing():
    inputs, score = _inputs()
    inputs[:, 2] = 7.0
    joint = fit_joint(inputs, (score > 0).astype(int), ["yes"], 1.0)
    back = Joint.from_json(json.loads(json.dumps(joint.to_json())))
    inputs[:, 2] = 8.0
    assert back.scores(inputs) == pytest.approx(joint.scores(inputs), abs=1e-3)


def test_weights_that_do_not_fit_are_refused():
    inputs, score = _inputs()
    row = fit_joint(inputs, (score > 0).astype(int), ["yes"], 1.0).to_json()
    with pytest.raises(ValueError, match="do not fit together"):
        Joint.from_json({**row, "mean": row["mean"][:-1]})
