"""Trains the shipped model: ``python -m drmine.classify.train_shipped --data DIR``.

Reads the invented records of the package and of ``annotations/training``, the labels of real
records in ``annotations/gold`` (their text comes from DIR, since it is not ours to keep), and a
public set of study types. Writes ``model.json`` beside this file.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from drmine.classify.evidence import RESPONSE_NAMES
from drmine.classify.fit_model import fit_model
from drmine.classify.lexicon import load_lexicon
from drmine.classify.model import SHIPPED, write_model
from drmine.classify.training import Example, prepare, read_corpus
from drmine.finding_gold import GoldFindings, of_part, read_gold_findings
from drmine.nlp.pipeline import Pipeline
from drmine.records import Record
from drmine.review.decisions.decision import settled
from drmine.review.decisions.files import read_decisions
from drmine.taxonomy import load_taxonomy

ANNOTATIONS = Path(__file__).resolve().parents[3] / "annotations"
# Records that were written to be hard, in fewer words than papers have, or with stances that
# differ more than papers' do: they teach what a claim is, and count less than those that are worded
# as papers are, lest their manner be learned.
HARD = frozenset({
    "clinical_drug_2", "disease_hypotheses", "drug_hypotheses", "inherent_2",
    "laboratory_reviews_2", "near_and_far", "several_pooled", "several_reviews", "several_studies",
})  # fmt: skip
HARD_WEIGHT = 0.3
# Real records are few beside the invented ones, and only they hold things as often as PubMed does.
REAL_WEIGHT = 4.0
# Copies say nothing new about the words of a title: they count half.
TITLE_ONLY_WEIGHT = 0.5
# StudyTypeTeller's types as ours; "Remaining" holds several kinds and is left out.
STUDY_TYPE_OF = {
    "Non-systematic-review": "narrative_review",
    "Human-systematic-review": "systematic_review",
    "Human-case-report": "case_report",
    "Animal-other": "animal",
    "Animal-drug-intervention": "animal",
    "Animal-non-drug-intervention": "animal",
    "In-vitro-study": "in_vitro",
    "Human-RCT-drug-intervention": "randomized_trial",
    "Human-RCT-non-drug-intervention": "randomized_trial",
    "Human-RCT-non-intervention": "observational",
    "Human-non-RCT-drug-intervention": "observational",
    "Human-non-RCT-non-drug-intervention": "observational",
    "Clinical-study-protocol": "other",
}


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def invented_examples() -> list[Example]:
    """Return the labelled invented records of the package and of ``annotations/training``."""
    corpus = Path(str(files("drmine.demo").joinpath("corpus")))
    training = sorted((ANNOTATIONS / "training").glob("*.jsonl"))
    hard = [*sorted(corpus.glob("*.jsonl")), *(p for p in training if p.stem in HARD)]
    examples = [replace(e, weight=HARD_WEIGHT) for path in hard for e in read_corpus(path)]
    return examples + [e for p in training if p.stem not in HARD for e in read_corpus(p)]


def real_examples(decided: Iterable[GoldFindings], texts: Path) -> list[Example]:
    """Return labelled real records; one whose text is not here, or has changed, is left out."""
    records = {str(row["pmid"]): Record.from_json(row) for row in _lines(texts)}
    return [
        Example(records[one.pmid], one.about, one.study_type, one.findings, weight=REAL_WEIGHT)
        for one in decided
        if one.pmid in records and one.is_of(records[one.pmid].text)
    ]


def decided_records() -> tuple[list[GoldFindings], int]:
    """Return what people decided on real records, and on how many of them a reviewer did.

    A reviewer's decision beats the gold. The test part is never learned from, whoever
    decided on it.
    """
    gold = read_gold_findings(ANNOTATIONS / "gold" / "findings.jsonl")
    reviewed = {
        pmid: one.as_gold()
        for pmid, one in settled(read_decisions(ANNOTATIONS / "reviews")).items()
    }
    for one in of_part(gold, "test"):
        reviewed.pop(one.pmid, None)
    kept = [one for one in of_part(gold, "dev") if one.pmid not in reviewed]
    return [*kept, *reviewed.values()], len(reviewed)


def title_only(examples: Iterable[Example]) -> list[Example]:
    """Return copies without abstract, for PubMed has many such records and the rest have none.

    A record that is not about drug response is not so by its title either; one that is stays so
    where its title speaks of response. Records with findings are left out: which of them a
    title alone would carry is not labelled.
    """
    lexicon = load_lexicon()
    copies = []
    for e in examples:
        if e.findings or not e.record.abstract:
            continue
        speaks = any(lexicon[name].search(e.record.title) for name in RESPONSE_NAMES)
        if not e.about or speaks:
            copies.append(
                replace(
                    e, record=replace(e.record, abstract=""), weight=e.weight * TITLE_ONLY_WEIGHT
                )
            )
    return copies


def study_type_examples(path: Path, without: set[str]) -> list[Example]:
    """Return records labelled for their study type alone."""
    examples = []
    for row in _lines(path):
        study_type = STUDY_TYPE_OF.get(row["label"])
        if study_type is not None and str(row["pmid"]) not in without:
            record = Record.from_json({k: row[k] for k in ("pmid", "title", "abstract")})
            examples.append(Example(record, None, study_type, ()))
    return examples


def main() -> None:
    """Train and write the shipped model."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the public texts")
    arguments = parser.parse_args()
    decided, n_reviewed = decided_records()
    gold = real_examples(decided, arguments.data / "epilepsy_abstracts.jsonl")
    invented = invented_examples()
    study_types = study_type_examples(
        arguments.data / "study_types" / "train.jsonl", {e.record.pmid for e in gold}
    )
    copies = title_only([*gold, *invented])
    prepared = prepare([*gold, *invented, *copies, *study_types], Pipeline())
    card = {
        "trained_on": {
            "real_records": len(gold),
            "reviewed": n_reviewed,
            # shares must not be corrected by labels that the model has learned
            "pmids": sorted((e.record.pmid for e in gold), key=int),
            "invented_records": len(invented),
            "copies_without_abstract": len(copies),
            "study_type_records": len(study_types),
        },
        "findings": sum(len(e.findings) for e in [*gold, *invented]),
        "limits": "Real findings are few (see annotations/README.md): figures of the test part, by "
        "`drmine evaluate`, rest on few positive records.",
    }
    model = fit_model(
        prepared, load_taxonomy().ids, card, say=lambda text: print(text, file=sys.stderr)
    )
    write_model(model, Path(__file__).with_name(SHIPPED))
    print(json.dumps(card, indent=2))


if __name__ == "__main__":
    main()
