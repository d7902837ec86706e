"""The machine's proposal: as findings, and as a few lines that people read and the import reads."""

from __future__ import annotations

import re
from dataclasses import replace

from drmine.records import ORIGINS, STANCES, Annotation, DecidedFinding, Finding, Span

_LINE = re.compile(
    r"(?P<id>[^\s:]+): (?P<stance>\w+), (?P<origin>\w+) \((?P<score>[01](?:\.\d+)?)\)"
    r"(?: \[(?P<start>\d+)-(?P<end>\d+)\] (?P<text>.*))?"
)
_SECOND = re.compile(r"also \[(?P<start>\d+)-(?P<end>\d+)\] (?P<text>.*)")
NONE = "none"


def proposed_findings(machine: Annotation) -> tuple[DecidedFinding, ...]:
    """Return what accepting the proposal decides: each finding with its first sentence."""
    return tuple(
        DecidedFinding(
            one.id, one.stance, one.origin,
            (one.evidence[0].start, one.evidence[0].end) if one.evidence else None,
        )
        for one in machine.hypotheses
    )  # fmt: skip


def proposal_text(machine: Annotation | None) -> str:
    """Return the machine's hypotheses, one a line, each with the sentence that it rests on.

    A second sentence stands in a line of its own, beginning with "also".
    """
    if machine is None:
        return ""
    lines = []
    for one in machine.hypotheses:
        line = f"{one.id}: {one.stance}, {one.origin} ({one.score:.4f})"
        told = [f"[{it.start}-{it.end}] {' '.join(it.text.split())}" for it in one.evidence]
        lines.append(" ".join([line, *told[:1]]))
        lines += [f"also {second}" for second in told[1:]]
    return "\n".join(lines) or NONE


def read_proposal(
    text: str, pmid: str, about: bool | None, study_type: str | None
) -> Annotation | None:
    """Return the proposal that stands in such lines; None where they are damaged or absent."""
    if about is None or not text.strip():
        return None
    findings: list[Finding] = []
    for line in [] if text.strip() == NONE else text.strip().splitlines():
        also = _SECOND.fullmatch(line.strip())
        if also is not None and findings:
            last = findings[-1]
            findings[-1] = replace(last, evidence=(*last.evidence, _span(also)))
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None or match["stance"] not in STANCES or match["origin"] not in ORIGINS:
            return None
        findings.append(
            Finding(
                match["id"], float(match["score"]), match["stance"], 0.0,
                match["origin"], (_span(match),) if match["start"] else (),
            )
        )  # fmt: skip
    return Annotation(pmid, about, float(about), tuple(findings), study_type or "")


def _span(match: re.Match[str]) -> Span:
    return Span(int(match["start"]), int(match["end"]), match["text"])
