"""How right the classifier is, beside simpler systems and itself with parts taken away.

    python -m benchmarks.accuracy [--data DIR] [--json FILE] [--systems NAME …] [--workers N]

Five folds by record over the labelled real records of the development part and the invented
training records, the same for every system: what is said of a record comes from models that have
not seen it. Copies without abstract follow their record; the public set of study types is only
learned from. Figures of the test part are read from `benchmarks/results/findings_test.json`: that
part is used once a release, by `drmine evaluate`. So are those on two other taxonomies.

What a system decided on a fold is kept under `build/accuracy/` by the digest of everything it
rests on, so that a run which was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.accuracy_data import ROOT, TEXTS, Data, digest, load
from benchmarks.accuracy_figures import figures, judged_of, less_than
from benchmarks.accuracy_text import as_text
from benchmarks.decided import Decided, read_decided, write_decided
from benchmarks.label_speed import measure
from benchmarks.systems import SHIPPED, SYSTEMS, is_near_miss
from drmine.classify.fitting import FOLDS
from drmine.classify.train_shipped import ANNOTATIONS
from drmine.classify.training import read_corpus
from drmine.progress import Progress
from drmine.taxonomy import load_taxonomy

RESULTS = ROOT / "benchmarks" / "results"
KEPT = ROOT / "build" / "accuracy"
SETS = ("real", "invented", "typical")
# Of the files of invented records, those that are worded as most papers are begin so; the others
# were made hard.
TYPICAL = (
    "short_typical", "full_length", "papers", "stances", "results", "general", "field", "retold",
)  # fmt: skip

_shared: dict[str, Any] = {}


def _work(name: str, fold: int, path: Path) -> None:
    # the data come by fork: they are large, and tagged once
    data: Data = _shared["data"]
    train = [p for p, f in zip(data.prepared, data.folds, strict=True) if f != fold]
    write_decided(SYSTEMS[name](train, data.judged_in(fold)), path)


def cross_validate(data: Data, names: Iterable[str], kept: Path, workers: int) -> None:
    """Let every system judge every fold; what is there already is not done again."""
    jobs = [(name, fold, place(kept, name, fold)) for name in names for fold in range(FOLDS)]
    jobs = [job for job in jobs if not job[2].is_file()]
    _shared["data"] = data
    context = multiprocessing.get_context("fork")
    with (
        Progress("folds judged", len(jobs)) as progress,
        ProcessPoolExecutor(workers, mp_context=context) as pool,
    ):
        running = {pool.submit(_work, *job): job[0] for job in jobs}
        for done, one in enumerate(as_completed(running), start=1):
            one.result()
            progress.update(done, running[one])


def place(kept: Path, name: str, fold: int) -> Path:
    """Return where the decisions of a system on a fold are kept."""
    return kept / f"{name.replace(' ', '_').replace(',', '')}-{fold}.jsonl"


def collect(data: Data, names: Sequence[str], kept: Path) -> dict[str, Any]:
    """Return the figures of each system, on real and on invented records."""
    taxonomy = load_taxonomy()
    result: dict[str, Any] = {name: {"systems": {}, "less_than_shipped": {}} for name in SETS}
    everything = {name: _decided(data, name, kept) for name in names}
    typical = {
        example.record.pmid
        for path in sorted((ANNOTATIONS / "training").glob("*.jsonl"))
        if path.stem.startswith(TYPICAL)
        for example in read_corpus(path)
    }
    with Progress("systems scored", len(names) * len(SETS)) as progress:
        for kind in SETS:
            chosen = [
                i
                for i, p in enumerate(data.prepared[: data.n_scored])
                if (p.example.record.pmid in typical if kind == "typical"
                    else p.example.record.invented == (kind == "invented"))
            ]  # fmt: skip
            records = [data.prepared[i] for i in chosen]
            judged = {
                name: judged_of(records, [everything[name][i] for i in chosen]) for name in names
            }
            for name in names:
                found = figures(judged[name], taxonomy, in_full=name == SHIPPED)
                if kind != "real":
                    # years of invented records say nothing of the wording of a time
                    found.pop("by_period", None)
                result[kind]["systems"][name] = found
                if name != SHIPPED and SHIPPED in names:
                    result[kind]["less_than_shipped"][name] = less_than(
                        judged[name], judged[SHIPPED]
                    )
                progress.update(sum(len(result[one]["systems"]) for one in SETS), name)
    return result


def _decided(data: Data, name: str, kept: Path) -> list[Decided]:
    """Return the decisions of a system in the order of the records."""
    folds = [iter(read_decided(place(kept, name, fold))) for fold in range(FOLDS)]
    return [next(folds[fold]) for fold in data.folds[: data.n_scored]]


def read_results() -> dict[str, Any]:
    """Return figures that other commands measured, with their command and date."""
    test = json.loads((RESULTS / "findings_test.json").read_text(encoding="utf-8"))
    others = json.loads((RESULTS / "taxonomies.json").read_text(encoding="utf-8"))
    return {
        "test_part": {"read_from": "benchmarks/results/findings_test.json", **test},
        "other_taxonomies": {
            "read_from": "benchmarks/results/taxonomies.json",
            **{name: _short(row) if isinstance(row, dict) else row for name, row in others.items()},
        },
    }


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of each system on a taxonomy, without tables."""
    return {
        name: {k: one[k] for k in ("n_records", "micro", "macro_f1", "exact")}
        if isinstance(one, dict) else one
        for name, one in row.items()
    }  # fmt: skip


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--systems", nargs="+", choices=list(SYSTEMS), default=list(SYSTEMS))
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    begun = time.monotonic()
    kept = KEPT / digest(arguments.data)
    data = load(arguments.data)
    cross_validate(data, arguments.systems, kept, arguments.workers)
    gold = [p.example for p in data.prepared]
    result = {
        "command": "python -m benchmarks.accuracy --json benchmarks/results/accuracy.json",
        "date": datetime.now(UTC).date().isoformat(),
        "folds": FOLDS,
        "n_near_misses": sum(is_near_miss(p) for p in data.prepared[: data.n_scored]),
        "n_learned_from_only": {
            "copies_without_abstract": sum(e.about is not None for e in gold[data.n_scored :]),
            "study_type_records": sum(e.about is None for e in gold),
        },
        **collect(data, arguments.systems, kept),
        **read_results(),
        "speed": measure(arguments.data / TEXTS),
        "minutes": round((time.monotonic() - begun) / 60, 1),
    }
    print(as_text(result))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
