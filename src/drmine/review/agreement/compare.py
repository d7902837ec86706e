"""How far reviewers agree with each other, and the machine with each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from drmine.review.decisions.decision import Decision
from drmine.review.decisions.differences import by_record, of_latest_text

MACHINE = "machine"
"""Name of the machine among the raters."""
ALL = "all reviewers"
"""Stands in the place of two raters where there are three or more."""

ABOUT, STUDY_TYPE, HYPOTHESIS, STANCE, ORIGIN = (
    "about_drug_response", "study_type", "hypothesis", "stance", "origin"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rating:
    """What one rater says of one record; None where it is not known or was left open.

    ``findings`` holds stance and origin by hypothesis.
    """

    about: bool | None = None
    study_type: str | None = None
    findings: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    blind: bool = False

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Rating:
        """Build a rating from a line of a gold round."""
        return cls(
            row["about_drug_response"],
            row.get("study_type"),
            {f["id"]: (f["stance"], f.get("origin", "unspecified")) for f in row["findings"]},
        )


Ratings = Mapping[str, Rating]
"""The ratings of one rater by PMID."""


def compare(first: Ratings, second: Ratings, hypotheses: Sequence[str]) -> list[dict[str, Any]]:
    """Return the figures of two raters over the records that both rated, a row a label.

    Parameters
    ----------
    first, second
        Ratings by PMID.
    hypotheses
        Ids of the taxonomy, which give the order of the rows.

    Returns
    -------
    list of dict
        ``label`` (``about_drug_response``, ``study_type``, ``hypothesis``: assigned or not;
        ``stance`` and ``origin``: of hypotheses that both assign), ``hypothesis`` (blank for
        the record as a whole, and for all hypotheses together), ``n_first`` and ``n_second``
        (how often each said yes, where the label is yes or no), and the keys of
        :func:`drmine.review.agreement.figures.figures`.
    """
    from drmine.review.agreement.figures import YES, figures

    rows = []
    for (label, hypothesis), units in _units(first, second, hypotheses).items():
        is_yes_or_no = label in (ABOUT, HYPOTHESIS)
        rows.append(
            {
                "label": label,
                "hypothesis": hypothesis,
                "n_first": sum(u.first == YES for u in units) if is_yes_or_no else None,
                "n_second": sum(u.second == YES for u in units) if is_yes_or_no else None,
                **figures(units),
            }
        )
    return rows


def _units(
    first: Ratings, second: Ratings, hypotheses: Sequence[str]
) -> dict[tuple[str, str], list[Any]]:
    """Return what both labelled, by label and hypothesis; labels that never occur are absent."""
    from drmine.review.agreement.figures import NO, YES, Unit

    def word(value: bool) -> str:
        return YES if value else NO

    units: dict[tuple[str, str], list[Unit]] = _empty(hypotheses)
    for pmid in sorted(first.keys() & second.keys()):
        a, b = first[pmid], second[pmid]
        if a.about is not None and b.about is not None:
            units[ABOUT, ""].append(Unit(pmid, word(a.about), word(b.about)))
        if a.study_type and b.study_type:
            units[STUDY_TYPE, ""].append(Unit(pmid, a.study_type, b.study_type))
        for hypothesis in hypotheses:
            one, two = a.findings.get(hypothesis), b.findings.get(hypothesis)
            units[HYPOTHESIS, hypothesis].append(
                Unit(pmid, word(one is not None), word(two is not None))
            )
            if one is not None and two is not None:
                stance = Unit(pmid, one[0], two[0], hypothesis)
                units[STANCE, ""].append(stance)
                units[STANCE, hypothesis].append(stance)
                units[ORIGIN, ""].append(Unit(pmid, one[1], two[1], hypothesis))
    return {key: found for key, found in units.items() if found}


def _empty(hypotheses: Sequence[str]) -> dict[tuple[str, str], list[Any]]:
    """Return all labels in their order."""
    return {
        (ABOUT, ""): [],
        (STUDY_TYPE, ""): [],
        **{(HYPOTHESIS, hypothesis): [] for hypothesis in hypotheses},
        (STANCE, ""): [],
        **{(STANCE, hypothesis): [] for hypothesis in hypotheses},
        (ORIGIN, ""): [],
    }


@dataclass(frozen=True, slots=True)
class Pair:
    """Two raters with their figures; ``n_blind``: no reviewer of the record saw the machine's.

    For all reviewers together ``second`` is blank, and alpha the only figure.
    """

    first: str
    second: str
    n_records: int
    n_blind: int
    rows: tuple[dict[str, Any], ...]

    @property
    def name(self) -> str:
        """The two names, for a heading."""
        return f"{self.first} and {self.second}" if self.second else self.first


def agreement(decisions: Iterable[Decision], hypotheses: Sequence[str]) -> list[Pair]:
    """Return the figures of every two raters that share a record, reviewers first.

    Adjudications are set aside: whoever settles a record has seen what the others said. Of a
    record whose text has changed, the reviews of the latest text count. What the machine said
    is taken from the reviewer's line, so it is that of the day of the decision, and holds
    hypotheses alone.
    """
    reviewers, machine = _ratings(decisions)
    pairs = [
        _pair(a, reviewers[a], b, reviewers[b], hypotheses)
        for a, b in combinations(sorted(reviewers), 2)
    ]
    if len(reviewers) > 2:
        pairs.append(_all(reviewers, hypotheses))
    pairs += [_pair(MACHINE, machine[b], b, reviewers[b], hypotheses) for b in sorted(machine)]
    return [pair for pair in pairs if pair.n_records]


def _ratings(
    decisions: Iterable[Decision],
) -> tuple[dict[str, dict[str, Rating]], dict[str, dict[str, Rating]]]:
    """Return each reviewer's ratings, and the machine's on what each reviewer judged."""
    reviewers: dict[str, dict[str, Rating]] = {}
    machine: dict[str, dict[str, Rating]] = {}
    for pmid, reviews in by_record(decisions).items():
        for one in of_latest_text(reviews):
            reviewers.setdefault(one.reviewer, {})[pmid] = Rating(
                one.about_drug_response,
                one.study_type,
                {f.id: (f.stance, f.origin) for f in one.findings},
                one.blind,
            )
            if one.machine is not None:
                machine.setdefault(one.reviewer, {})[pmid] = Rating(
                    findings={
                        str(f["id"]): (str(f.get("stance", "")), str(f.get("origin", "")))
                        for f in one.machine
                    }
                )
    return reviewers, machine


def _pair(a: str, first: Ratings, b: str, second: Ratings, hypotheses: Sequence[str]) -> Pair:
    both = first.keys() & second.keys()
    n_blind = sum(second[p].blind and (a == MACHINE or first[p].blind) for p in both)
    return Pair(a, b, len(both), n_blind, tuple(compare(first, second, hypotheses)))


def _all(reviewers: Mapping[str, Ratings], hypotheses: Sequence[str]) -> Pair:
    """Return Krippendorff's alpha over all reviewers, whichever records each judged."""
    from drmine.review.agreement.figures import figures_of_all

    units: dict[tuple[str, str], dict[tuple[str, str], list[str]]] = {}
    names = sorted(reviewers)
    for name in names:
        # a rater beside themselves gives the labels that each record has from them
        for key, found in _units(reviewers[name], reviewers[name], hypotheses).items():
            for unit in found:
                units.setdefault(key, {}).setdefault((unit.record, unit.of), []).append(unit.first)
    shared = {r for (r, _), labels in units.get((ABOUT, ""), {}).items() if len(labels) > 1}
    rows = []
    for key in sorted(units, key=list(_empty(hypotheses)).index):
        row = figures_of_all([(r, labels) for (r, _), labels in units[key].items()])
        if row["n"]:
            rows.append(
                {"label": key[0], "hypothesis": key[1], "n_first": None, "n_second": None, **row}
            )
    n_blind = sum(all(r[p].blind for r in reviewers.values() if p in r) for p in shared)
    return Pair(ALL, "", len(shared), n_blind, tuple(rows))
