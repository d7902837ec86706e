"""Gold findings: what people decided on records, by PMID, and the texts that they belong to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drmine.annotations import numbered_lines, text_digest
from drmine.errors import InputError
from drmine.records import ORIGINS, STANCES, STUDY_TYPES, DecidedFinding

GOLD = Path("gold", "findings.jsonl")


@dataclass(frozen=True, slots=True)
class GoldFindings:
    """The settled decision on one record; ``part`` is ``test`` or ``dev``."""

    pmid: str
    text_sha256: str
    part: str
    about: bool
    study_type: str | None
    findings: tuple[DecidedFinding, ...]

    def is_of(self, text: str) -> bool:
        """Whether this was decided on that text; what was brought in may not say on which."""
        return self.text_sha256 in ("", text_digest(text))


def read_gold_findings(path: Path) -> list[GoldFindings]:
    """Read a gold file, one JSON object a line; of several on one record the last counts.

    Raises
    ------
    InputError
        The file is missing, or a line is not of this kind.
    """
    if not path.is_file():
        raise InputError(f"The gold file {path} cannot be read; check its name.")
    gold: dict[str, GoldFindings] = {}
    for number, line in numbered_lines(path):
        try:
            one = _gold(json.loads(line))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            raise InputError(
                f"{path}:{number}: a gold line needs pmid, text_sha256, about_drug_response, "
                "study_type and findings; about_drug_response is true or false."
            ) from None
        if odd := _unknown(one):
            # it could never be right, and would count as wrong
            raise InputError(f"{path}:{number}: {odd}.")
        gold[one.pmid] = one
    return list(gold.values())


def _unknown(one: GoldFindings) -> str:
    """Return what names no stance, origin or study type, and what there is; else nothing."""
    if one.study_type is not None and one.study_type not in STUDY_TYPES:
        return f"study_type is {one.study_type!r}, none of {', '.join(STUDY_TYPES)}"
    for finding in one.findings:
        if finding.stance not in STANCES:
            return f"a stance is {finding.stance!r}, none of {', '.join(STANCES)}"
        if finding.origin not in ORIGINS:
            return f"an origin is {finding.origin!r}, none of {', '.join(ORIGINS)}"
    return ""


def _gold(row: dict[str, Any]) -> GoldFindings:
    if not isinstance(row["about_drug_response"], bool):
        raise TypeError  # "no" would count as yes
    return GoldFindings(
        pmid=str(row["pmid"]),
        text_sha256=row["text_sha256"],
        part=row.get("part", "test"),
        about=bool(row["about_drug_response"]),
        study_type=row["study_type"],
        findings=tuple(
            DecidedFinding(
                f["id"], f["stance"], f.get("origin", "unspecified"),
                (int(f["evidence"][0]), int(f["evidence"][1])) if f.get("evidence") else None,
                tuple((int(start), int(end)) for start, end in f.get("also", ())),
            )
            for f in row["findings"]
        ),
    )  # fmt: skip


def of_part(gold: Iterable[GoldFindings], part: str) -> list[GoldFindings]:
    """Return the records of one part, or all."""
    return [one for one in gold if part in (one.part, "all")]
