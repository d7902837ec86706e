"""Decisions of others as JSON lines: another checkout's reviewer file, or a gold round."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from drmine.annotations import text_digest
from drmine.errors import InputError
from drmine.review.decisions.decision import DecidedFinding, Decision, standing
from drmine.review.exchange.answer import (
    Answer,
    AnswerError,
    Reading,
    Shown,
    TextOf,
    check_findings,
    pmid_of,
)
from drmine.taxonomy import Taxonomy

_UNNAMED = "unnamed"


def read_lines(
    path: Path,
    content: bytes,
    taxonomy: Taxonomy,
    text_of: TextOf = lambda _: None,
    annotator: str | None = None,
) -> Reading:
    """Return what the lines of a file say: decisions, of which what stands counts, or gold lines.

    A line needs ``pmid``, ``about_drug_response`` and ``findings``; ``study_type``,
    ``text_sha256``, ``note``, ``sample`` and ``weight`` are taken where they are.

    Raises
    ------
    InputError
        The lines are those of several reviewers, and ``annotator`` is none of them.
    """
    reading = Reading()
    decisions: dict[str, tuple[Decision, str]] = {}
    text = content.decode("utf-8-sig", "replace")
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{path.name}, line {number}"
        try:
            one = _with_plain_pmid(_decision(json.loads(line), place, number))
        except InputError as error:
            reading.problems.append(str(error))
            continue
        except (ValueError, TypeError):
            reading.problems.append(f"{place}: it is no JSON object; mend or remove it.")
            continue
        decisions[one.id] = one, place
    names = sorted({one.reviewer for one, _ in decisions.values()})
    if len(names) > 1 and annotator not in names:
        raise InputError(
            f"{path.name} holds decisions of {', '.join(names)}; say whose to take with "
            "--annotator, and import the others likewise."
        )
    if len(names) > 1:
        decisions = {id: one for id, one in decisions.items() if one[0].reviewer == annotator}
    order = sorted((one for one, _ in decisions.values()), key=lambda one: (one.time, one.id))
    for one in standing(order).values():
        place = decisions[one.id][1]
        try:
            pmid_of(one.pmid)
            check_findings(one.findings, one.about_drug_response, taxonomy)
            _check_places(one, text_of(one.pmid))
        except AnswerError as error:
            reading.problems.append(f"{place}: {error}.")
            continue
        reading.answers.append(_answer(one, place))
    return reading


def _decision(row: Any, place: str, number: int) -> Decision:
    if not isinstance(row, Mapping):
        raise TypeError
    about, findings = row.get("about_drug_response"), row.get("findings")
    if "action" not in row and (not isinstance(about, bool) or not isinstance(findings, list)):
        raise InputError(
            f"{place}: it needs pmid, about_drug_response (true or false) and findings (a list)."
        )
    # a gold line says neither who nor when: lines of a file follow each other
    plain = {"action": "change", "reviewer": _UNNAMED, "id": f"{number:012}", "time": ""}
    return Decision.from_json({**plain, **row}, place)


def _with_plain_pmid(one: Decision) -> Decision:
    """Return a line with its PMID as others write it; what is none is named where it counts."""
    try:
        return replace(one, pmid=pmid_of(one.pmid))
    except AnswerError:
        return one


def _check_places(one: Decision, text: str | None) -> None:
    """Refuse sentences that lie outside the text, where the one that was judged is at hand."""
    if text is None or one.text_sha256 not in ("", text_digest(text)):
        return
    for finding in one.findings:
        start, end = finding.evidence or (0, len(text))
        if not 0 <= start <= end <= len(text):
            raise AnswerError(
                f"the evidence of {finding.id}, {start} to {end}, lies outside the text of PMID "
                f"{one.pmid}; mend it, or make it null",
                finding.id,
            )


def _answer(one: Decision, place: str) -> Answer:
    return Answer(
        one.pmid,
        one.about_drug_response,
        one.study_type,
        tuple(DecidedFinding(f.id, f.stance, f.origin, f.evidence) for f in one.findings),
        one.note,
        Shown(
            one.text_sha256, one.sample, one.weight, one.taxonomy, one.fingerprint, None,
            one.blind, one.machine,
        ),
        place,
        one.time,
        None if one.reviewer == _UNNAMED else one.action,
        one.round == "adjudication",
    )  # fmt: skip
