"""How right the machine is now, against everything that people decided, and whether it drifts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from drmine.evaluation.drift import THRESHOLD, Trial, compare_errors, holm, p_text
from drmine.evaluation.scores import label_figures, mean_with_interval, yes_no_figures
from drmine.evaluation.shipped_figures import ABOUT, NO_YEAR, PERIODS, Judged, period_of
from drmine.evaluation.truth import GOLD_SAMPLE

LATEST = 100
"""Decisions that count as the latest, where the caller names no other number."""
UNTESTED = "Too few decisions to test for drift."
HYPOTHESES, STANCE, STUDY_TYPE = "hypotheses", "stance", "study_type"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One record as people and the machine have it; plain values, so that it can pass tasks.

    ``gold`` and ``said`` hold the stance by hypothesis.
    """

    pmid: str
    year: int | None
    sample: str
    decided: str
    gold_about: bool
    said_about: bool
    gold_study_type: str | None
    said_study_type: str
    gold: Mapping[str, str]
    said: Mapping[str, str]

    @property
    def period(self) -> str:
        """Name of the period of its year."""
        return period_of(self.year)

    def right(self) -> dict[str, bool]:
        """Return what the machine has right; what does not apply to the record is absent.

        ``hypotheses``: the same set, on records that either calls about drug response;
        ``stance``: all stances, on records where both assign a hypothesis.
        """
        found = {ABOUT: self.gold_about == self.said_about}
        if self.gold_about or self.said_about:
            found[HYPOTHESES] = self.gold.keys() == self.said.keys()
        shared = self.gold.keys() & self.said.keys()
        if shared:
            found[STANCE] = all(self.gold[id] == self.said[id] for id in shared)
        if self.gold_study_type:
            found[STUDY_TYPE] = self.gold_study_type == self.said_study_type
        return found


def outcome_of(judged: Judged, sample: str, decided: str) -> Outcome:
    """Return the outcome of a judged record."""
    gold, said = judged.gold, judged.said
    return Outcome(
        gold.pmid, judged.year, sample, decided, gold.about, said.about_drug_response,
        gold.study_type, said.study_type,
        {finding.id: finding.stance for finding in gold.findings},
        {finding.id: finding.stance for finding in said.hypotheses
         if finding.id in judged.assigned},
    )  # fmt: skip


def figures(outcomes: Sequence[Outcome], hypotheses: Sequence[str]) -> dict[str, Any]:
    """Return the accuracies over some records, each with its interval and what it rests on.

    Bootstrap over records (:mod:`drmine.evaluation.scores`). Stances are those of
    hypotheses that both assign.
    """
    found = label_figures(
        [set(one.gold) for one in outcomes], [set(one.said) for one in outcomes], hypotheses
    )
    stances = [
        (one.pmid, float(one.gold[id] == one.said[id]))
        for one in outcomes
        for id in one.gold.keys() & one.said.keys()
    ]
    types = [
        float(one.gold_study_type == one.said_study_type) for one in outcomes if one.gold_study_type
    ]
    return {
        "n_records": len(outcomes),
        "n_findings": sum(len(one.gold) for one in outcomes),
        ABOUT: yes_no_figures(
            [one.gold_about for one in outcomes], [one.said_about for one in outcomes]
        ),
        "hypotheses_micro": found["micro"],
        "hypotheses_macro_f1": found["macro_f1"],
        "stance_accuracy": mean_with_interval(
            np.array([right for _, right in stances]), [pmid for pmid, _ in stances]
        ),
        "study_type_accuracy": mean_with_interval(np.array(types)),
    }


def report(
    outcomes: Sequence[Outcome],
    hypotheses: Sequence[str],
    *,
    threshold: float = THRESHOLD,
    latest: int = LATEST,
) -> dict[str, Any]:
    """Return the figures over all, by period and by sample, and the tests for drift.

    Parameters
    ----------
    threshold
        Adjusted p (Holm, over all tests made) below which a difference counts as drift.
    latest
        So many decisions are held against the ones before.
    """
    by_period = _grouped(outcomes, lambda one: one.period, [name for _, name in PERIODS])
    by_sample = _grouped(outcomes, lambda one: one.sample, [GOLD_SAMPLE])
    tests = [*_period_tests(outcomes), *_latest_tests(outcomes, latest)]
    for test, p in zip(tests, holm([test["p"] for test in tests]), strict=True):
        test["p_adjusted"] = p
        test["is_drift"] = p < threshold
    return {
        "all": figures(outcomes, hypotheses),
        "by_period": {name: figures(part, hypotheses) for name, part in by_period.items()},
        "by_sample": {name: figures(part, hypotheses) for name, part in by_sample.items()},
        "drift": {"threshold": threshold, "latest": latest, "tests": tests},
    }


def _grouped(
    outcomes: Iterable[Outcome], key: Any, order: Sequence[str]
) -> dict[str, list[Outcome]]:
    parts: dict[str, list[Outcome]] = {}
    for one in outcomes:
        parts.setdefault(key(one), []).append(one)
    rank = {name: place for place, name in enumerate(order)}
    return dict(sorted(parts.items(), key=lambda item: (rank.get(item[0], len(rank)), item[0])))


def _period_tests(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Hold the records of the latest period against those of all before, by sample."""
    order = [name for _, name in PERIODS]
    dated = [one for one in outcomes if one.period != NO_YEAR]
    if not dated:
        return []
    latest = max((one.period for one in dated), key=order.index)
    late = {one.pmid for one in dated if one.period == latest}
    return _tests(dated, late, f"records of {latest} against earlier ones")


def _latest_tests(outcomes: Sequence[Outcome], latest: int) -> list[dict[str, Any]]:
    """Hold the latest decisions against those before; gold came before all."""
    order = sorted(outcomes, key=lambda one: (one.decided, one.pmid))
    late = {one.pmid for one in order[-latest:] if one.decided}
    return _tests(order, late, f"the latest {len(late):,} decisions against those before")


def _tests(outcomes: Sequence[Outcome], late: set[str], what: str) -> list[dict[str, Any]]:
    trials: dict[str, list[Trial]] = {}
    for one in outcomes:
        for measure, is_right in one.right().items():
            trials.setdefault(measure, []).append(Trial(one.pmid in late, is_right, one.sample))
    tests = []
    for measure in (ABOUT, HYPOTHESES, STANCE, STUDY_TYPE):
        result = compare_errors(trials.get(measure, ()))
        if result is not None:
            tests.append({"measure": measure, "compared": what, **result})
    return tests


def drifted(found: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each test that shows drift."""
    return [
        f"{test['measure']}: {test['errors_late']} of {test['n_late']} wrong, before "
        f"{test['errors_before']} of {test['n_before']} ({test['compared']}; exact test, adjusted "
        f"p {p_text(test['p_adjusted'])})"
        for test in found["drift"]["tests"]
        if test["is_drift"]
    ]
