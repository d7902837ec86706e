"""Fits the whole classifier: its parts, and the joints that weigh what the parts say.

The joints learn from parts that have not seen the record, so that their scores are calibrated;
the thresholds are chosen on scores of joints that have not seen it either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from drmine.classify import thresholds
from drmine.classify.fit_parts import fit_parts, study_types_of
from drmine.classify.fitting import folds_of
from drmine.classify.joint import Joint, fit_joint
from drmine.classify.model import Model
from drmine.classify.parts import ABOUT, Parts, Reading
from drmine.classify.training import Prepared, gold_sentence
from drmine.records import STANCES

# Strength of the joints' penalty (scikit-learn's C): they have few inputs, but lean on scores
# that say nearly the same.
C_ABOUT, C_HYPOTHESIS, C_STANCE, C_STUDY_TYPE = 1.0, 0.3, 0.1, 0.03
HELD_OUT_FOLDS = 3
# With fewer findings of a hypothesis a threshold cannot be chosen: it stays at the common one.
MIN_FINDINGS = 15


@dataclass(slots=True)
class _Rows:
    """Inputs of one joint, with the target, the record and the weight of each row."""

    inputs: list[np.ndarray] = field(default_factory=list)
    target: list[int] = field(default_factory=list)
    record: list[int] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)

    def add(self, inputs: np.ndarray, target: int, record: int, weight: float) -> None:
        self.inputs.append(inputs)
        self.target.append(target)
        self.record.append(record)
        self.weight.append(weight)

    def fit(self, labels: Sequence[str], c: float, kept: np.ndarray | None = None) -> Joint:
        """Fit the joint, on the rows ``kept`` (all where None)."""
        mask = np.ones(len(self.target), dtype=bool) if kept is None else kept
        return fit_joint(
            np.array(self.inputs)[mask], np.array(self.target)[mask], labels, c,
            np.array(self.weight)[mask],
        )  # fmt: skip


@dataclass(slots=True)
class _HeldOut:
    """What parts that have not seen the records say of them."""

    about: _Rows = field(default_factory=_Rows)
    hypothesis: _Rows = field(default_factory=_Rows)
    stance: _Rows = field(default_factory=_Rows)
    study_type: _Rows = field(default_factory=_Rows)


def fit_model(
    prepared: Sequence[Prepared],
    hypotheses: Sequence[str],
    card: Mapping[str, Any],
    say: Callable[[str], Any] = lambda text: None,
) -> Model:
    """Fit parts and joints.

    Parameters
    ----------
    prepared
        Labelled records with their evidence.
    hypotheses
        Ids, in order.
    card
        What is to be said of the model; kept with it.
    say
        Told of each step.
    """
    study_types = study_types_of(prepared)
    folds = np.array(folds_of([p.example.record.pmid for p in prepared], HELD_OUT_FOLDS))
    held = _HeldOut()
    for fold in range(HELD_OUT_FOLDS):
        say(f"parts without fold {fold + 1} of {HELD_OUT_FOLDS}")
        parts = fit_parts(
            [prepared[i] for i in np.flatnonzero(folds != fold)], hypotheses, study_types
        )
        for i in np.flatnonzero(folds == fold):
            if prepared[i].example.about is not None:
                _hold_out(held, parts, prepared[i], int(i))
    say("parts of all records")
    about = held.about.fit([ABOUT], C_ABOUT)
    return Model(
        parts=fit_parts(prepared, hypotheses, study_types),
        about=about,
        hypothesis=held.hypothesis.fit(["h"], C_HYPOTHESIS),
        stance=held.stance.fit(STANCES, C_STANCE),
        study_type=held.study_type.fit(study_types, C_STUDY_TYPE),
        thresholds=_choose_thresholds(held, folds, about, hypotheses),
        card=dict(card),
    )


def _hold_out(held: _HeldOut, parts: Parts, one: Prepared, index: int) -> None:
    example = one.example
    reading: Reading = parts.read(one.evidence)
    gold = {f.id: f for f in example.findings}
    for h, finding in gold.items():
        chosen = reading.evidence_sentence(h)
        # as in use, and as it would be with the sentence that annotators chose
        for sentence in (chosen, gold_sentence(one, finding)):
            if sentence is not None:
                held.stance.add(
                    reading.stance_inputs(h, sentence), STANCES.index(finding.stance), index,
                    example.weight / 2,
                )  # fmt: skip
    if reading.is_elsewhere:
        return
    held.about.add(reading.about_inputs(), int(bool(example.about)), index, example.weight)
    for h, inputs in zip(parts.hypotheses, reading.hypothesis_inputs(), strict=True):
        held.hypothesis.add(inputs, int(h in gold), index, example.weight)
    if example.study_type:
        held.study_type.add(
            reading.study_inputs(), parts.study_types.index(example.study_type), index,
            example.weight,
        )  # fmt: skip


def _choose_thresholds(
    held: _HeldOut, folds: np.ndarray, about: Joint, hypotheses: Sequence[str]
) -> dict[str, float]:
    """Return the threshold of each hypothesis with the best F1 over held-out folds.

    Few findings make a noisy choice, so it is drawn half-way towards the common one.
    """
    rows = held.hypothesis
    inputs, target = np.array(rows.inputs), np.array(rows.target)
    fold = folds[np.array(rows.record)]
    scores = np.zeros(len(target))
    for k in range(HELD_OUT_FOLDS):
        if (fold == k).any():
            scores[fold == k] = rows.fit(["h"], C_HYPOTHESIS, fold != k).scores(inputs[fold == k])[
                :, 0
            ]
    relevant = about.scores(np.array(held.about.inputs))[:, 0] >= thresholds.ABOUT_DRUG_RESPONSE
    scores = scores.reshape(-1, len(hypotheses)) * relevant[:, None]
    gold = target.reshape(-1, len(hypotheses)) > 0
    chosen: dict[str, float] = {}
    for j, hypothesis in enumerate(hypotheses):
        chosen[hypothesis] = thresholds.HYPOTHESIS
        if gold[:, j].sum() >= MIN_FINDINGS:
            best = max(
                (i / 100 for i in range(20, 76, 5)),
                key=lambda t: (_f1(gold[:, j], scores[:, j] >= t), -abs(t - thresholds.HYPOTHESIS)),
            )
            chosen[hypothesis] = round((best + thresholds.HYPOTHESIS) / 2, 3)
    return chosen


def _f1(gold: np.ndarray, said: np.ndarray) -> float:
    total = int(gold.sum() + said.sum())
    return 2 * int((gold & said).sum()) / total if total else 0.0
