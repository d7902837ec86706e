"""Invented frames as the store hands them over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from drmine.records import ORIGINS, STANCES, STUDY_TYPES
from drmine.trends import TrendsResult, write_trends
from drmine.trends.build import build_frames
from drmine.trends.tables import (
    ARTICLE_COLUMNS,
    FINDING_COLUMNS,
    MENTION_COLUMNS,
    RATE_COLUMNS,
    Tables,
)


@dataclass(frozen=True)
class Hypothesis:
    id: str
    name: str
    group: str = ""
    core: bool = True


HYPOTHESES = (
    Hypothesis("transporter", "Transporter", "altered_pk_pd"),
    Hypothesis("target", "Drug target", "altered_pk_pd"),
    Hypothesis("neural_network", "Neural network", "inherent_features"),
    Hypothesis("epigenetic", "Epigenetic", "extensions", core=False),
)
CONCEPTS = {
    "ABCB1": ("P-glycoprotein", "transporter"),
    "SCN1A": ("Nav1.1", "target"),
    "connectome": ("Connectome", "network"),
    "carbamazepine": ("Carbamazepine", "drug"),
}
FIRST_PMID = 99000001


def article(pmid: int, year: int | None, **more: object) -> dict[str, object]:
    return {
        "pmid": str(pmid), "year": year, "title": f"Invented title {pmid}",
        "journal": "Journal of Invented Trials", "study_type": "observational",
        "study_type_score": 0.8, "about_drug_response": True, "about_drug_response_score": 0.9,
        "retraction": "none", "is_evidence": True, "needs_review": False, "reviewed": False,
        "invented": True, "doi": "", "publication_types": "Journal Article", "text_hash": "0a",
        "published_as": "",
    } | more  # fmt: skip


def finding(pmid: int, year: int | None, hypothesis: str, **more: object) -> dict[str, object]:
    return {
        "finding_id": f"{pmid}:{hypothesis}", "pmid": str(pmid), "year": year,
        "hypothesis": hypothesis, "score": 0.9, "stance": "supports", "stance_score": 0.7,
        "origin": "unspecified", "evidence_start": 0, "evidence_end": 9,
        "evidence": "Invented.", "second_start": None, "second_end": None, "second_evidence": None,
        "needs_review": False, "reviewed": False, "invented": True,
        "is_evidence": True, "study_type": "observational",
    } | more  # fmt: skip


def mention(pmid: int, year: int | None, concept: str, **more: object) -> dict[str, object]:
    return {
        "pmid": str(pmid), "start": 3, "end": 8, "text": concept, "concept": concept,
        "class": CONCEPTS.get(concept, ("", "gene"))[1], "long_form": None, "negated": False,
        "speculated": False, "matched_by": "vocabulary", "invented": True, "is_evidence": True,
        "year": year, "about_drug_response": True,
    } | more  # fmt: skip


def rate(pmid: int, year: int | None, low: float, high: float, **more: object) -> dict[str, object]:
    return {
        "pmid": str(pmid), "year": year, "start": 5, "end": 12, "text": "30 %", "low": low,
        "high": high, "population": "epilepsy", "study_type": "observational", "invented": True,
        "is_evidence": True,
    } | more  # fmt: skip


def tables(
    articles: list[dict[str, object]],
    findings: list[dict[str, object]] = (),  # type: ignore[assignment]
    mentions: list[dict[str, object]] = (),  # type: ignore[assignment]
    rates: list[dict[str, object]] = (),  # type: ignore[assignment]
) -> Tables:
    def frame(rows: object, columns: tuple[str, ...]) -> pd.DataFrame:
        made = pd.DataFrame(list(rows), columns=list(columns))  # type: ignore[call-overload]
        if "year" in made:
            made["year"] = made["year"].astype("Int64")
        return made

    return Tables(
        frame(articles, ARTICLE_COLUMNS),
        frame(findings, FINDING_COLUMNS),
        frame(mentions, MENTION_COLUMNS),
        frame(rates, RATE_COLUMNS),
    )


def random_tables(
    n_articles: int = 300,
    n_findings: int = 200,
    n_mentions: int = 900,
    n_rates: int = 60,
    *,
    first: int = 1995,
    last: int = 2020,
    n_concepts: int = 4,
    seed: int = 0,
) -> Tables:
    """Frames of the size asked for, with every kind of value."""
    rng = np.random.default_rng(seed)
    pmid = (FIRST_PMID + rng.permutation(n_articles)).astype(str)
    year = pd.array(rng.integers(first, last + 1, n_articles), dtype="Int64")
    year[rng.random(n_articles) < 0.01] = pd.NA
    about = rng.random(n_articles) < 0.7
    evidence = rng.random(n_articles) < 0.98
    study = rng.choice(STUDY_TYPES, n_articles)
    articles = pd.DataFrame(
        {
            "pmid": pmid, "year": year,
            "title": [f"Invented title {p} on resistance in epilepsy" for p in pmid],
            "journal": rng.choice(["Journal of Invented Trials", "Acta Ficta"], n_articles),
            "study_type": study, "study_type_score": rng.random(n_articles),
            "about_drug_response": about, "about_drug_response_score": rng.random(n_articles),
            "retraction": np.where(evidence, "none", "retracted"), "is_evidence": evidence,
            "needs_review": rng.random(n_articles) < 0.1, "reviewed": rng.random(n_articles) < 0.05,
            "invented": True, "doi": "", "publication_types": "Journal Article", "text_hash": "0a",
            "published_as": "",
        }
    )  # fmt: skip
    ids = np.array([h.id for h in HYPOTHESES])
    who = rng.integers(0, n_articles, n_findings)
    which = rng.choice(ids, n_findings)
    findings = pd.DataFrame(
        {
            "finding_id": [f"{pmid[a]}:{h}" for a, h in zip(who, which, strict=True)],
            "pmid": pmid[who], "year": year[who], "hypothesis": which,
            "score": rng.random(n_findings), "stance": rng.choice(STANCES, n_findings),
            "stance_score": rng.random(n_findings), "origin": rng.choice(ORIGINS, n_findings),
            "evidence_start": 0, "evidence_end": 40,
            "evidence": [f"Invented sentence number {i} of a record." for i in range(n_findings)],
            "second_start": None, "second_end": None, "second_evidence": None,
            "needs_review": False, "reviewed": False, "invented": True,
            "is_evidence": evidence[who], "study_type": study[who],
        }
    ).drop_duplicates("finding_id")  # fmt: skip
    who = rng.integers(0, n_articles, n_mentions)
    names = list(CONCEPTS) if n_concepts <= 4 else [f"C{i}" for i in range(n_concepts)]
    concept = rng.choice(names, n_mentions)
    start = rng.integers(0, 1500, n_mentions)
    classes = ("transporter", "target", "network", "drug", "gene")
    class_of = {c: CONCEPTS.get(c, ("", classes[i % 5]))[1] for i, c in enumerate(names)}
    mentions = pd.DataFrame(
        {
            "pmid": pmid[who], "start": start, "end": start + 5, "text": concept,
            "concept": concept, "class": [class_of[c] for c in concept], "long_form": None,
            "negated": rng.random(n_mentions) < 0.1, "speculated": rng.random(n_mentions) < 0.1,
            "matched_by": "vocabulary", "invented": True, "is_evidence": evidence[who],
            "year": year[who], "about_drug_response": about[who],
        }
    )  # fmt: skip
    who = rng.integers(0, n_articles, n_rates)
    low = rng.uniform(0.1, 0.5, n_rates)
    rates = pd.DataFrame(
        {
            "pmid": pmid[who], "year": year[who], "start": 1, "end": 5, "text": "30 %",
            "low": low, "high": low + rng.choice([0, 0.1], n_rates),
            "population": rng.choice(["epilepsy", "children"], n_rates), "study_type": study[who],
            "invented": True, "is_evidence": evidence[who],
        }
    )  # fmt: skip
    return Tables(articles, findings, mentions, rates)


def frames(data: Tables, **more: object) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Return what trends make of tables, with the warnings."""
    settings: dict = {"complete_through": 2002, "concept_names": CONCEPTS}
    hypotheses = more.pop("hypotheses", HYPOTHESES)
    return build_frames(data, hypotheses, **(settings | more))  # type: ignore[arg-type]


def row(frame: pd.DataFrame, **key: object) -> pd.Series:
    """Return the one row with these values."""
    for name, value in key.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def write(tables: Tables, folder: Path, **more: object) -> TrendsResult:
    """Write the trend files of a run on tables."""
    settings: dict = {
        "manifest": {"run": "r1", "is_complete": True},
        "invented": True,
        "complete_through": 2019,
        "concept_names": CONCEPTS,
    }
    return write_trends(tables, HYPOTHESES, folder, **(settings | more))


def contents(folder: Path) -> dict[str, bytes]:
    """Return what each file of a folder holds, by its name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
