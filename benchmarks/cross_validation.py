"""Cross-validation of the classifier on its own training records.

    python -m benchmarks.cross_validation --data DIR [--json FILE]

Five folds by record; what is printed for a record comes from models that have not seen it. Real
and invented records are told apart. This is a development figure: one annotator, no test part.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from drmine.classify import thresholds
from drmine.classify import training as t
from drmine.classify.classifier import best_sentence
from drmine.classify.fitting import FOLDS, folds_of
from drmine.classify.model import Model
from drmine.classify.record_features import hypothesis_features, relevance_features
from drmine.classify.sentence_features import stance_features
from drmine.classify.study_type import study_features
from drmine.classify.train_shipped import (
    decided_records,
    invented_examples,
    real_examples,
    title_only,
)
from drmine.nlp.pipeline import Pipeline
from drmine.taxonomy import load_taxonomy


def f1(counts: Counter[str]) -> dict[str, float | int]:
    """Return precision, recall and F1 with the counts behind them."""
    tp, fp, fn = counts["tp"], counts["fp"], counts["fn"]
    return {
        "precision": round(tp / max(1, tp + fp), 3),
        "recall": round(tp / max(1, tp + fn), 3),
        "f1": round(2 * tp / max(1, 2 * tp + fp + fn), 3),
        "n_gold": tp + fn,
    }


def _tell(counts: Counter[str], said: bool, gold: bool) -> None:
    if said or gold:
        counts["tp" if said and gold else "fp" if said else "fn"] += 1


def run(prepared: Sequence[t.Prepared], n_scored: int) -> dict[str, Any]:
    """Return the figures for the real and the invented among the first ``n_scored`` records.

    The others are only trained on.
    """
    hypotheses = load_taxonomy().ids
    folds = folds_of([p.example.record.pmid for p in prepared])
    about_counts: dict[str, Counter[str]] = {"real": Counter(), "invented": Counter()}
    counts: dict[str, dict[str, Counter[str]]] = {
        kind: {h: Counter() for h in hypotheses} for kind in about_counts
    }
    rest: dict[str, Counter[str]] = {kind: Counter() for kind in about_counts}
    for fold in range(FOLDS):
        kept = [p for p, f in zip(prepared, folds, strict=True) if f != fold]
        scores = t.out_of_fold_about(kept)
        ranker = t.train_evidence(kept)
        model = Model(
            t.train_relevance(kept), tuple(hypotheses),
            t.train_hypotheses(kept, hypotheses, scores), ranker,
            t.train_stance(kept, ranker), t.train_study_type(kept),
            t.choose_thresholds(kept, hypotheses, scores), "",
        )  # fmt: skip
        for p, f in list(zip(prepared, folds, strict=True))[:n_scored]:
            if f != fold:
                continue
            kind = "invented" if p.example.record.invented else "real"
            about = model.relevance.scores(relevance_features(p.evidence))["about"]
            said = about >= thresholds.ABOUT_DRUG_RESPONSE
            _tell(about_counts[kind], said, bool(p.example.about))
            gold = {g.id: g for g in p.example.findings}
            for h in hypotheses:
                features = hypothesis_features(p.evidence, h, about)
                found = said and model.hypothesis.scores(features)["h"] >= model.thresholds[h]
                _tell(counts[kind][h], found, h in gold)
            for h, finding in gold.items():
                chosen = best_sentence(model.evidence, p.evidence, h)
                stances = model.stance.scores(stance_features(p.evidence, h, chosen))
                stance = max(stances, key=lambda s: stances[s])
                rest[kind]["findings"] += 1
                rest[kind]["stance"] += stance == finding.stance
                rest[kind]["opposite"] += {stance, finding.stance} == {"supports", "refutes"}
                rest[kind]["evidence"] += chosen is t.gold_sentence(p, finding)
            types = model.study_type.scores(study_features(p.evidence))
            rest[kind]["records"] += 1
            rest[kind]["study_type"] += max(types, key=lambda s: types[s]) == p.example.study_type
    return {
        kind: {
            "n_records": rest[kind]["records"],
            "about_drug_response": f1(about_counts[kind]),
            "hypotheses": {h: f1(c) for h, c in counts[kind].items()},
            "hypotheses_micro": f1(sum(counts[kind].values(), Counter())),
            "stance_accuracy": round(rest[kind]["stance"] / max(1, rest[kind]["findings"]), 3),
            "supports_refutes_confused": round(
                rest[kind]["opposite"] / max(1, rest[kind]["findings"]), 3
            ),
            "evidence_accuracy": round(rest[kind]["evidence"] / max(1, rest[kind]["findings"]), 3),
            "study_type_accuracy": round(
                rest[kind]["study_type"] / max(1, rest[kind]["records"]), 3
            ),
            "n_findings": rest[kind]["findings"],
        }
        for kind in about_counts
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    gold = real_examples(decided_records()[0], arguments.data / "epilepsy_abstracts.jsonl")
    examples = [*gold, *invented_examples()]
    figures = run(t.prepare([*examples, *title_only(examples)], Pipeline()), len(examples))
    text = json.dumps(figures, indent=2)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
