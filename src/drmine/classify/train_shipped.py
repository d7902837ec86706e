"""Trains the shipped model: ``python -m drmine.classify.train_shipped --data DIR``.

Reads the invented records of the package and of ``annotations/training``, the labels of real
records in ``annotations/gold`` (their text comes from DIR, since it is not ours to keep), and a
public set of study types. Writes ``model.json`` beside this file.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from drmine.annotations import text_digest
from drmine.classify.evidence import RESPONSE_NAMES
from drmine.classify.lexicon import load_lexicon
from drmine.classify.model import SHIPPED
from drmine.classify.training import (
    Example,
    GoldFinding,
    prepare,
    read_corpus,
    train_model,
    write_model,
)
from drmine.nlp.pipeline import Pipeline
from drmine.records import Record
from drmine.taxonomy import load_taxonomy

ANNOTATIONS = Path(__file__).resolve().parents[3] / "annotations"
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
    paths = [*sorted(corpus.glob("*.jsonl")), *sorted((ANNOTATIONS / "training").glob("*.jsonl"))]
    return [example for path in paths for example in read_corpus(path)]


def gold_examples(labels: Path, texts: Path) -> list[Example]:
    """Return labelled real records; one whose text has changed since is left out."""
    records = {str(row["pmid"]): Record.from_json(row) for row in _lines(texts)}
    examples = []
    for row in _lines(labels):
        record = records.get(row["pmid"])
        # the test part is never learned from
        if record is None or row.get("part") == "test":
            continue
        if text_digest(record.text) != row["text_sha256"]:
            continue
        findings = tuple(
            GoldFinding(f["id"], f["stance"], f["origin"], tuple(f["evidence"]))
            for f in row["findings"]
        )
        examples.append(Example(record, row["about_drug_response"], row["study_type"], findings))
    return examples


def reviewed_examples(reviews: Path, texts: Path, without: set[str]) -> list[Example]:
    """Return what reviewers decided on records whose text is here and as they saw it.

    ``without`` are PMIDs that must not be learned from: those of the test part.
    """
    from drmine.review.decisions import read_decisions, settled

    decided = settled(read_decisions(reviews))
    examples = []
    for row in _lines(texts):
        decision = decided.get(str(row["pmid"]))
        if decision is None or decision.pmid in without:
            continue
        record = Record.from_json(row)
        if text_digest(record.text) != decision.text_sha256:
            continue
        findings = tuple(
            GoldFinding(f.id, f.stance, f.origin, f.evidence) for f in decision.findings
        )
        examples.append(
            Example(record, decision.about_drug_response, decision.study_type, findings)
        )
    return examples


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
                replace(e, record=replace(e.record, abstract=""), weight=TITLE_ONLY_WEIGHT)
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
    gold = gold_examples(
        ANNOTATIONS / "gold" / "findings.jsonl",
        arguments.data / "epilepsy_abstracts.jsonl",
    )
    labels = ANNOTATIONS / "gold" / "findings.jsonl"
    tested = {str(row["pmid"]) for row in _lines(labels) if row.get("part") == "test"}
    reviewed = reviewed_examples(
        ANNOTATIONS / "reviews", arguments.data / "epilepsy_abstracts.jsonl", tested
    )
    # a reviewer's decision beats the gold
    corrected = {e.record.pmid for e in reviewed}
    gold = [*(e for e in gold if e.record.pmid not in corrected), *reviewed]
    invented = invented_examples()
    study_types = study_type_examples(
        arguments.data / "study_types" / "train.jsonl", {e.record.pmid for e in gold}
    )
    copies = title_only([*gold, *invented])
    prepared = prepare([*gold, *invented, *copies, *study_types], Pipeline())
    card = {
        "trained_on": {
            "real_records": len(gold),
            "of_them_reviewed": len(reviewed),
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
    model = train_model(prepared, load_taxonomy().ids, card)
    write_model(model, Path(__file__).with_name(SHIPPED))
    print(json.dumps(card, indent=2))


if __name__ == "__main__":
    main()
