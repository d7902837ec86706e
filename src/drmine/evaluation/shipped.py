"""What ``drmine evaluate`` does without a model: the shipped one held against the gold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from drmine.annotation_files.hydrate import HYDRATED
from drmine.errors import InputError
from drmine.evaluation.scores import (
    figures_table,
    label_figures,
    mean_with_interval,
    reliability,
    yes_no_figures,
)
from drmine.finding_gold import GoldFindings, gold_file, of_part, read_gold_findings
from drmine.mention_gold import find_records, stored_records
from drmine.records import Annotation, DecidedFinding, Record
from drmine.settings import Settings
from drmine.taxonomy import Taxonomy, load_taxonomy
from drmine.workspace import Workspace

ABOUT = "about_drug_response"
# Vocabulary drifts: figures by period (first year of the next period, name).
PERIODS = ((2000, "before 2000"), (2011, "2000-2010"), (10_000, "after 2010"))


@dataclass(frozen=True, slots=True)
class Judged:
    """One gold record with what the machine said of it: all scores, and which it assigns."""

    gold: GoldFindings
    year: int | None
    said: Annotation
    assigned: frozenset[str]


def evaluate_shipped(
    settings: Settings, *, gold: Path | None, texts: Iterable[Path], part: str
) -> dict[str, Any]:
    """Score the shipped classifier on gold records that it has not learned from.

    Parameters
    ----------
    gold
        File of settled decisions; the checkout's where none is given.
    texts
        Files with the records' texts; the workspace is looked through too.
    part
        ``test``, ``dev`` or ``all``.

    Raises
    ------
    InputError
        There is no gold, or none of its records can be scored.
    """
    from drmine.classify.model import shipped_model

    taxonomy = load_taxonomy()
    wanted = of_part(read_gold_findings(gold or gold_file()), part)
    unknown = sorted({f.id for one in wanted for f in one.findings if f.id not in taxonomy})
    if unknown:
        # these would be neither found nor missed, and the figures too good
        raise InputError(
            f"The gold names {', '.join(unknown)}, no hypothesis of the taxonomy "
            f"({', '.join(taxonomy.ids)}); mend its lines."
        )
    learned = set(shipped_model().card.get("trained_on", {}).get("pmids", ()))
    unseen = [one for one in wanted if one.pmid not in learned]
    if not unseen:
        raise InputError(
            f"No gold record of the part '{part}' is new to the shipped model; "
            "choose another with --part or --gold."
        )
    records = find_records(
        unseen,
        [
            *texts,
            stored_records(settings, [g.pmid for g in unseen]),
            Workspace(settings.workspace).root / HYDRATED,
        ],
    )
    if not records:
        raise InputError(
            "None of the annotated texts was found; give the files that hold the records "
            "with --texts (JSON lines or PubMed XML), or get them by `drmine annotations hydrate`."
        )
    judged = judge([g for g in unseen if g.pmid in records], records)
    return {
        "command": f"drmine evaluate --part {part}",
        "date": datetime.now(UTC).date().isoformat(),
        "part": part,
        "n_trained_on": len(wanted) - len(unseen),
        "n_without_text": len(unseen) - len(records),
        **shipped_figures(judged, taxonomy),
    }


def judge(gold: Sequence[GoldFindings], records: Mapping[str, Record]) -> list[Judged]:
    """Label the records with the shipped classifier; one that fails counts as nothing said."""
    from drmine.classify.classifier import Classifier, Failure

    classifier = Classifier(all_scores=True)
    judged = []
    for one, said in zip(gold, classifier.label(records[g.pmid] for g in gold), strict=True):
        if isinstance(said, Failure):
            said = Annotation(one.pmid, False, 0.0, (), "other", 0.0)
        assigned = frozenset(f.id for f in said.hypotheses if classifier.assigns(said, f))
        judged.append(Judged(one, records[one.pmid].year, said, assigned))
    return judged


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
    typed = [j for j in judged if j.gold.study_type]
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
        # so are all that say it, where somebody marked them
        "evidence_shows_stance": _mean(
            (pmid, any(_same_sentence(span, s.evidence) for span in _showing(f)))
            for pmid, f, s in placed if f.found is not None
        ),
        "study_type_accuracy": _mean(
            (j.gold.pmid, j.said.study_type == j.gold.study_type) for j in typed
        ),
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
    parts: dict[str, list[Judged]] = {name: [] for _, name in PERIODS}
    parts["no year"] = []
    for j in judged:
        name = next((n for end, n in PERIODS if j.year is not None and j.year < end), "no year")
        parts[name].append(j)
    return {name: part for name, part in parts.items() if part}


def _period(judged: Sequence[Judged], labels: Sequence[str]) -> dict[str, Any]:
    return {
        "n_records": len(judged),
        ABOUT: _about(judged),
        "hypotheses_micro": hypothesis_figures(judged, labels, ())["micro"],
        "study_type_accuracy": _mean(
            (j.gold.pmid, j.said.study_type == j.gold.study_type) for j in judged
        ),
    }


def as_text(figures: Mapping[str, Any]) -> str:
    """Return the figures as tables for the terminal."""
    about = figures[ABOUT]
    lines = [
        f"{figures['n_records']:,} records of the part '{figures['part']}', "
        f"{figures['n_findings']:,} findings ({figures['n_trained_on']} left out because the "
        f"model was trained on them, {figures['n_without_text']} without text)",
        "",
        f"about drug response: precision {_figure(about, 'precision')}, "
        f"recall {_figure(about, 'recall')}, F1 {_figure(about, 'f1')} (n = {about['n_gold']})",
    ]
    for key, name in (
        ("study_type_accuracy", "study type"),
        ("stance_accuracy", "stance of assigned hypotheses"),
        ("supports_refutes_confused", "supports and refutes confused"),
        ("origin_accuracy", "origin"),
        ("evidence_right", "evidence sentence"),
    ):
        lines.append(f"{name}: {_figure(figures[key], 'value')} (n = {figures[key]['n']})")
    for name, table in figures["calibration"].items():
        error = _figure(table, "expected_calibration_error")
        lines.append(f"expected calibration error, {name}: {error} (n = {table['n']})")
    lines += ["", figures_table(figures["hypotheses"]), ""]
    for name, part in figures["by_period"].items():
        lines.append(
            f"{name}: {part['n_records']} records, about F1 {_figure(part[ABOUT], 'f1')}, "
            f"hypotheses micro F1 {_figure(part['hypotheses_micro'], 'f1')} "
            f"(n = {part['hypotheses_micro']['n_gold']})"
        )
    return "\n".join(lines)


def _figure(row: Mapping[str, Any], key: str) -> str:
    if row.get(key) is None:
        return "–"
    span = row.get(f"{key}_95")
    return f"{row[key]:.3f}" + (f" [{span[0]:.2f}, {span[1]:.2f}]" if span else "")
