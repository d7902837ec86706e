"""Where two reviewers of one record differ, and which records wait for a third to settle it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from drmine.review.decisions.decision import Decision, standing


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing on which reviewers differ; ``hypothesis`` is blank for the record as a whole.

    ``what`` is ``about_drug_response``, ``study_type``, ``assigned``, ``stance`` or ``origin``.
    """

    what: str
    hypothesis: str = ""


def differences(decisions: Sequence[Decision]) -> list[Difference]:
    """Return what decisions on one record differ in; the choice of evidence does not count."""
    found = []
    if len({one.about_drug_response for one in decisions}) > 1:
        found.append(Difference("about_drug_response"))
    # a reviewer who leaves the study type open does not contradict another
    if len({one.study_type for one in decisions if one.study_type}) > 1:
        found.append(Difference("study_type"))
    given = [{finding.id: finding for finding in one.findings} for one in decisions]
    for hypothesis in dict.fromkeys(id for findings in given for id in findings):
        mine = [findings[hypothesis] for findings in given if hypothesis in findings]
        if len(mine) < len(given):
            found.append(Difference("assigned", hypothesis))
        if len({finding.stance for finding in mine}) > 1:
            found.append(Difference("stance", hypothesis))
        if len({finding.origin for finding in mine}) > 1:
            found.append(Difference("origin", hypothesis))
    return found


def by_record(decisions: Iterable[Decision]) -> dict[str, list[Decision]]:
    """Return the reviews that stand for each record, adjudications aside, by reviewer."""
    found: dict[str, list[Decision]] = {}
    for (pmid, _, is_adjudication), one in sorted(standing(decisions).items()):
        if not is_adjudication:
            found.setdefault(pmid, []).append(one)
    return found


def of_latest_text(reviews: Sequence[Decision]) -> list[Decision]:
    """Return those that can be held against each other: of the text that was decided on last.

    A review that does not say on which text it was taken counts with the others.
    """
    known = [one for one in reviews if one.text_sha256]
    if not known:
        return list(reviews)
    latest = max(known, key=lambda one: (one.time, one.id)).text_sha256
    return [one for one in reviews if one.text_sha256 in ("", latest)]


def to_adjudicate(decisions: Iterable[Decision]) -> dict[str, list[Decision]]:
    """Return the records whose reviewers differ and that nobody has settled.

    What was settled on an earlier text than that of the latest decision is open again.
    """
    decisions = list(decisions)
    settling: dict[str, list[Decision]] = {}
    for (pmid, _, is_adjudication), one in standing(decisions).items():
        if is_adjudication:
            settling.setdefault(pmid, []).append(one)
    found = {}
    for pmid, reviews in by_record(decisions).items():
        ours = of_latest_text(reviews)
        latest = of_latest_text([*reviews, *settling.get(pmid, ())])
        is_settled = any(one.round == "adjudication" for one in latest)
        if not is_settled and len(ours) > 1 and differences(ours):
            found[pmid] = ours
    return found
