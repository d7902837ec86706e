"""The figures of one system, and what it loses against another, each with n and an interval."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from benchmarks.decided import Decided
from drmine.classify.training import Prepared
from drmine.evaluation.scores import BINS, ROUNDS, SEED, label_figures, mean_with_interval
from drmine.evaluation.shipped_figures import ABOUT, Judged, shipped_figures
from drmine.finding_gold import GoldFindings
from drmine.taxonomy import Taxonomy

# What a paired difference is given for.
_COMPARED = (ABOUT, "hypotheses")
_EVIDENCE = (
    "evidence_right", "evidence_as_good", "evidence_among_shown", "two_sentences_shown",
    "evidence_shows_stance",
)  # fmt: skip


def judged_of(prepared: Sequence[Prepared], decided: Sequence[Decided]) -> list[Judged]:
    """Put each decision beside the labels of its record."""
    result = []
    for p, one in zip(prepared, decided, strict=True):
        e = p.example
        gold = GoldFindings(
            e.record.pmid, "", "dev", bool(e.about), e.study_type, tuple(e.findings)
        )
        result.append(Judged(gold, e.record.year, one.said, one.assigned))
    return result


def figures(judged: Sequence[Judged], taxonomy: Taxonomy, *, in_full: bool) -> dict[str, Any]:
    """Return the figures of a system.

    Parameters
    ----------
    in_full
        Whether each hypothesis, calibration and periods are wanted too.
    """
    found = shipped_figures(judged, taxonomy)
    every = found.pop("hypotheses")
    core = [h.id for h in taxonomy.hypotheses if h.core]
    extensions = [h.id for h in taxonomy.hypotheses if not h.core]
    detail = {name: found.pop(name) for name in ("calibration", "by_period", "origin_accuracy")}
    result = {
        **{name: found[name] for name in ("n_records", "n_findings", ABOUT)},
        "hypotheses": {name: every[name] for name in ("micro", "macro_f1")},
        "hypotheses_core": _of_labels(judged, core),
        "hypotheses_extensions": _of_labels(judged, extensions),
        **{name: found[name] for name in ("stance_accuracy", "supports_refutes_confused")},
        "stance_accuracy_were_all_assigned": _stance_of_all(judged),
        **{name: found[name] for name in (*_EVIDENCE, "study_type_accuracy")},
    }
    if not any(f.evidence for j in judged for f in j.said.hypotheses):
        # a system that names no sentence is not wrong about it
        result |= {name: {"value": None, "n": 0} for name in _EVIDENCE}
    if in_full:
        result["each_hypothesis"] = every["labels"]
        result |= detail
        for name, table in result["calibration"].items():
            table["expected_calibration_error_95"] = _calibration_interval(judged, name)
    return result


def _of_labels(judged: Sequence[Judged], labels: Sequence[str]) -> dict[str, Any]:
    found = label_figures([_gold(j) for j in judged], [j.assigned for j in judged], labels)
    return {name: found[name] for name in ("micro", "macro_f1")}


def _gold(judged: Judged) -> set[str]:
    return {f.id for f in judged.gold.findings}


def _stance_of_all(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return how often the stance is right on all gold findings, those not assigned too."""
    right = [
        float(said.stance == finding.stance)
        for j in judged
        for finding in j.gold.findings
        for said in j.said.hypotheses
        if said.id == finding.id
    ]
    return mean_with_interval(np.array(right))


def _calibration_interval(judged: Sequence[Judged], name: str) -> list[float]:
    """Return the percentile interval of the expected calibration error over resampled records.

    Resampling adds noise to every bin, so that the interval lies somewhat high.
    """
    rows = [
        [(j.said.about_drug_response_score, j.gold.about)]
        if name == ABOUT
        else [(f.score, f.id in _gold(j)) for f in j.said.hypotheses]
        for j in judged
        if name == ABOUT or j.said.about_drug_response
    ]
    # records by bins: the sum of scores less what was right
    excess = np.zeros((len(rows), BINS))
    sizes = np.array([len(row) for row in rows])
    for i, row in enumerate(rows):
        for score, right in row:
            excess[i, min(int(score * BINS), BINS - 1)] += score - right
    generator = np.random.default_rng(SEED)
    draws = (generator.integers(0, len(rows), len(rows)) for _ in range(ROUNDS))
    errors = [np.abs(excess[draw].sum(0)).sum() / sizes[draw].sum() for draw in draws]
    low, high = np.quantile(errors, (0.025, 0.975))
    return [round(float(low), 4), round(float(high), 4)]


def less_than(judged: Sequence[Judged], other: Sequence[Judged]) -> dict[str, Any]:
    """Return F1 of ``judged`` less that of ``other`` on the same records, paired.

    Returns
    -------
    dict
        For relevance and for all hypotheses together ``value`` and ``value_95``, the percentile
        interval over resampled records; one that leaves out zero tells the two apart.
    """
    result = {}
    for name in _COMPARED:
        ours, theirs = _counts(judged, name), _counts(other, name)
        generator = np.random.default_rng(SEED)
        draws = [generator.integers(0, len(ours), len(ours)) for _ in range(ROUNDS)]
        differences = [_f1(ours[draw].sum(0)) - _f1(theirs[draw].sum(0)) for draw in draws]
        low, high = np.quantile(differences, (0.025, 0.975))
        result[name] = {
            "value": round(_f1(ours.sum(0)) - _f1(theirs.sum(0)), 4),
            "value_95": [round(float(low), 4), round(float(high), 4)],
            "n": len(ours),
        }
    return result


def _counts(judged: Sequence[Judged], name: str) -> np.ndarray:
    """Return records by (right, said, gold)."""

    def row(gold: Collection[str], said: Collection[str]) -> tuple[int, int, int]:
        return len(set(gold) & set(said)), len(said), len(gold)

    if name == ABOUT:
        return np.array([
            row("y" * j.gold.about, "y" * j.said.about_drug_response) for j in judged
        ])  # fmt: skip
    return np.array([row(_gold(j), j.assigned) for j in judged])


def _f1(counts: np.ndarray) -> float:
    right, said, gold = (float(n) for n in counts)
    return 2 * right / (said + gold) if said + gold else 0.0
