"""The figures of the shipped classifier on gold records that it has labelled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from drmine.evaluation.scores import label_figures, mean_with_interval, reliability, yes_no_figures
from drmine.finding_gold import GoldFindings
from drmine.records import Annotation, DecidedFinding
from drmine.taxonomy import Taxonomy

ABOUT = "about_drug_response"
# Vocabulary drifts: figures by period (first year of the next period, name).
PERIODS = ((2000, "before 2000"), (2011, "2000-2010"), (10_000, "after 2010"))
NO_YEAR = "no year"


@dataclass(frozen=True, slots=True)
class Judged:
    """One gold record with what the machine said of it: all scores, and which it assigns."""

    gold: GoldFindings
    year: int | None
    said: Annotation
    assigned: frozenset[str]


def period_of(year: int | None) -> str:
    """Return the name of the period of a year."""
    return next((name for end, name in PERIODS if year is not None and year < end), NO_YEAR)


def shipped_figures(judged: Sequence[Judged], taxonomy: Taxonomy) -> dict[str, Any]:
    """Return every figure of the shipped classifier, each with the number that it rests on."""
    core = [h.id for h in taxonomy.hypotheses if h.core]
    shared = [
        (j.gold.pmid, finding, said)
        for j in judged
        for finding in j.gold.findings
        for said in j.said.hypotheses
        if said.id == finding.id and said.id in j.assigned
    ]
    placed = [(pmid, f, s) for pmid, f, s in shared if f.evidence]
    # elsewhere scores are next to nothing, and would make any calibration look good
    relevant = [j for j in judged if j.said.about_drug_response]
    return {
        "n_records": len(judged),
        "n_findings": sum(len(j.gold.findings) for j in judged),
        ABOUT: _about(judged),
        "hypotheses": hypothesis_figures(judged, taxonomy.ids, core),
        "stance_accuracy": _mean((pmid, f.stance == s.stance) for pmid, f, s in shared),
        "supports_refutes_confused": _mean(
            (pmid, {f.stance, s.stance} == {"supports", "refutes"}) for pmid, f, s in shared
        ),
        "origin_accuracy": _mean((pmid, f.origin == s.origin) for pmid, f, s in shared),
        "evidence_right": _mean(
            (pmid, _same_sentence(f.evidence, s.evidence)) for pmid, f, s in placed
        ),
        # sentences that would do as well, where somebody named them
        "evidence_as_good": _mean(
            (pmid, any(_same_sentence(span, s.evidence) for span in (f.evidence, *f.also)))
            for pmid, f, s in placed
        ),
        # where the machine shows two
        "evidence_among_shown": _mean(
            (pmid, any(_same_sentence(span, [one]) for span in (f.evidence, *f.also)
                       for one in s.evidence))
            for pmid, f, s in placed
        ),
        "two_sentences_shown": _mean((pmid, len(s.evidence) > 1) for pmid, _, s in placed),
        # so are all that say it, where somebody marked them
        "evidence_shows_stance": _mean(
            (pmid, any(_same_sentence(span, s.evidence) for span in _showing(f)))
            for pmid, f, s in placed if f.found is not None
        ),
        "study_type_accuracy": _study_types(judged),
        "calibration": {
            ABOUT: reliability(
                [j.said.about_drug_response_score for j in judged], [j.gold.about for j in judged]
            ),
            "hypotheses": reliability(
                [f.score for j in relevant for f in j.said.hypotheses],
                [any(g.id == f.id for g in j.gold.findings)
                 for j in relevant for f in j.said.hypotheses],
            ),
        },
        "by_period": {
            name: _period(part, taxonomy.ids) for name, part in _by_period(judged).items()
        },
    }  # fmt: skip


def _about(judged: Sequence[Judged]) -> dict[str, Any]:
    return yes_no_figures(
        [j.gold.about for j in judged], [j.said.about_drug_response for j in judged]
    )


def _study_types(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return the share of study types that are right, where somebody gave one."""
    return _mean(
        (j.gold.pmid, j.said.study_type == j.gold.study_type) for j in judged if j.gold.study_type
    )


def hypothesis_figures(
    judged: Sequence[Judged], labels: Sequence[str], core: Sequence[str]
) -> dict[str, Any]:
    """Return the figures of the hypotheses that were assigned."""
    return label_figures(
        [{f.id for f in j.gold.findings} for j in judged], [j.assigned for j in judged],
        labels, core,
    )  # fmt: skip


def _showing(finding: DecidedFinding) -> list[tuple[int, int] | None]:
    """Return all sentences that show the stance of a marked finding."""
    found, null = finding.found or (), finding.null or ()
    of_stance = {"supports": found, "refutes": null, "mixed": (*found, *null), "neutral": ()}
    return [finding.evidence, *finding.also, *of_stance[finding.stance]]


def _same_sentence(gold: tuple[int, int] | None, said: Sequence[Any]) -> bool:
    """Say whether the first sentence given covers more than half of the gold one."""
    if gold is None or not said:
        return False
    shared = min(gold[1], said[0].end) - max(gold[0], said[0].start)
    return shared * 2 > gold[1] - gold[0]


def _mean(values: Iterable[tuple[str, bool]]) -> dict[str, Any]:
    """Return the share of what is right; the findings of one record are drawn together."""
    pairs = list(values)
    return mean_with_interval(np.array([float(v) for _, v in pairs]), [pmid for pmid, _ in pairs])


def _by_period(judged: Sequence[Judged]) -> dict[str, list[Judged]]:
    parts: dict[str, list[Judged]] = {name: [] for name in (*(n for _, n in PERIODS), NO_YEAR)}
    for j in judged:
        parts[period_of(j.year)].append(j)
    return {name: part for name, part in parts.items() if part}


def _period(judged: Sequence[Judged], labels: Sequence[str]) -> dict[str, Any]:
    return {
        "n_records": len(judged),
        ABOUT: _about(judged),
        "hypotheses_micro": hypothesis_figures(judged, labels, ())["micro"],
        "study_type_accuracy": _study_types(judged),
    }
