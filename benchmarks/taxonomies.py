"""How well `drmine train` does on two public taxonomies, beside TF-IDF with a linear model.

    python -m benchmarks.taxonomies --data DIR [--json FILE]

Trains on the published training split and scores the development split, which teaches nothing: ten
hallmarks of cancer (several labels a record; with and without the labels of single sentences that
the corpus has) and fourteen study types (one label a record). The baseline is scikit-learn's
TfidfVectorizer (words and pairs) with LinearSVC, one against the rest. Each of drmine's views is
scored alone too.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MultiLabelBinarizer
from sklearn.svm import LinearSVC

from drmine.evaluation.scores import label_figures
from drmine.textmodel.commands import score
from drmine.textmodel.examples import LabelledText, read_examples, without_sentence_labels
from drmine.textmodel.fit import train_text_model
from drmine.textmodel.model import TextModel

SETS = {
    "hallmarks_of_cancer": ("train.jsonl", "dev.jsonl", False),
    "study_types": ("train.jsonl", "val.jsonl", True),
}


def _read(path: Path, labels: list[str] | None = None) -> tuple[list[LabelledText], list[str]]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = {i for row in rows for i in row.get("labels", [row.get("label")])}
    labels = labels or sorted(found)

    def refuse(number: int, reason: str) -> None:
        raise ValueError(f"{path}:{number}: {reason}")

    return read_examples(path, labels, refuse), labels


def read_set(
    data: Path, name: str
) -> tuple[list[LabelledText], list[LabelledText], list[str], bool]:
    """Return training and development records, the labels, and whether they exclude each other."""
    train_name, dev_name, exclusive = SETS[name]
    train, labels = _read(data / name / train_name)
    dev, _ = _read(data / name / dev_name, labels)
    seen = {e.pmid for e in train}
    # the sentences of the corpus are labels too: in use a text is cut by our own rules
    unseen = without_sentence_labels(e for e in dev if e.pmid not in seen)
    return train, unseen, labels, exclusive


def _baseline(
    train: list[LabelledText], dev: list[LabelledText], labels: list[str], exclusive: bool
) -> dict[str, Any]:
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    if exclusive:
        model = make_pipeline(vectorizer, LinearSVC())
        model.fit([e.text.whole for e in train], [min(e.labels) for e in train])
        said = [{one} for one in model.predict([e.text.whole for e in dev])]
    else:
        binarizer = MultiLabelBinarizer(classes=labels)
        model = make_pipeline(vectorizer, OneVsRestClassifier(LinearSVC()))
        model.fit([e.text.whole for e in train], binarizer.fit_transform([e.labels for e in train]))
        said = binarizer.inverse_transform(model.predict([e.text.whole for e in dev]))
    return _short(label_figures([e.labels for e in dev], said, labels))


def _views_alone(model: TextModel, dev: list[LabelledText]) -> dict[str, float]:
    """Return the micro F1 of each view's own linear models, at their boundary."""
    result = {}
    for bag in model.bags:
        scores = bag.scores([e.text for e in dev])
        if model.exclusive:
            said = [{model.labels[int(row.argmax())]} for row in scores]
        else:
            said = [{one for one, s in zip(model.labels, row, strict=True) if s > 0}
                    for row in scores]  # fmt: skip
        figures = label_figures([e.labels for e in dev], said, model.labels)
        result[bag.view.name] = figures["micro"]["f1"]
    return result


def _short(figures: dict[str, Any]) -> dict[str, Any]:
    kept = {k: figures[k] for k in ("n_records", "micro", "macro_f1", "exact")}
    if "calibration" in figures:
        kept["calibration"] = figures["calibration"]
    return kept


def run(data: Path) -> dict[str, Any]:
    """Return the figures of every set."""
    result: dict[str, Any] = {}
    for name, (_, _, exclusive) in SETS.items():
        train, dev, labels, _ = read_set(data, name)
        figures = {
            "n_train": len(train),
            "tfidf_linear_svm": _baseline(train, dev, labels, exclusive),
        }
        variants = {"drmine_train": train}
        if any(e.sentence_labels is not None for e in train):
            variants["drmine_train_without_sentence_labels"] = [
                replace(e, sentence_labels=None) for e in train
            ]
        for variant, examples in variants.items():
            begun = time.perf_counter()
            model = train_text_model(examples, labels, exclusive=exclusive, card={})
            seconds = time.perf_counter() - begun
            begun = time.perf_counter()
            figures[variant] = _short(score(model, dev)) | {
                "training_seconds": round(seconds, 1),
                "records_per_second": round(len(dev) / (time.perf_counter() - begun), 1),
                "micro_f1_of_views_alone": _views_alone(model, dev),
            }
            print(name, variant, json.dumps({k: v for k, v in figures[variant].items()
                                             if k != "calibration"}), flush=True)  # fmt: skip
        print(name, "tfidf_linear_svm", json.dumps(figures["tfidf_linear_svm"]), flush=True)
        result[name] = figures
    return result


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    figures = {
        "command": "python -m benchmarks.taxonomies",
        "date": datetime.now(UTC).date().isoformat(),
        **run(arguments.data),
    }
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
