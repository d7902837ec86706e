"""What ``drmine evaluate`` does without a model: the shipped one held against the gold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from drmine.annotation_files.hydrate import HYDRATED
from drmine.annotations import gold_in_checkout
from drmine.errors import InputError
from drmine.evaluation.scores import figures_table
from drmine.evaluation.shipped_figures import ABOUT, Judged, shipped_figures
from drmine.finding_gold import GOLD, GoldFindings, of_part, read_gold_findings
from drmine.mention_gold import find_records, stored_records
from drmine.plural import how_many
from drmine.records import Annotation, Record
from drmine.settings import Settings
from drmine.taxonomy import load_taxonomy
from drmine.workspace import Workspace


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
    wanted = of_part(read_gold_findings(gold or gold_in_checkout(GOLD)), part)
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


def as_text(figures: Mapping[str, Any]) -> str:
    """Return the figures as tables for the terminal."""
    about = figures[ABOUT]
    lines = [
        f"{how_many(figures['n_records'], 'record')} of the part '{figures['part']}', "
        f"{how_many(figures['n_findings'], 'finding')} ({figures['n_trained_on']} left out "
        "because the "
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
        ("evidence_among_shown", "one that is as good among the one or two shown"),
    ):
        lines.append(f"{name}: {_figure(figures[key], 'value')} (n = {figures[key]['n']})")
    for name, table in figures["calibration"].items():
        error = _figure(table, "expected_calibration_error")
        lines.append(f"expected calibration error, {name}: {error} (n = {table['n']})")
    lines += ["", figures_table(figures["hypotheses"]), ""]
    for name, part in figures["by_period"].items():
        lines.append(
            f"{name}: {how_many(part['n_records'], 'record')}, about F1 "
            f"{_figure(part[ABOUT], 'f1')}, "
            f"hypotheses micro F1 {_figure(part['hypotheses_micro'], 'f1')} "
            f"(n = {part['hypotheses_micro']['n_gold']})"
        )
    return "\n".join(lines)


def _figure(row: Mapping[str, Any], key: str) -> str:
    if row.get(key) is None:
        return "–"
    span = row.get(f"{key}_95")
    return f"{row[key]:.3f}" + (f" [{span[0]:.2f}, {span[1]:.2f}]" if span else "")
