"""The shipped model, and simpler systems, on invented records that none has learned from.

    python -m benchmarks.held_out [--data DIR] [--systems NAME …] [--workers N] [--json FILE]

The records of `annotations/held_out` are worded as typical abstracts are, and no model learns from
them. Those of `retold_3` and `retold_4` re-tell real papers in the order in which a search gave
them, awkward ones too, and two readers agree on them; they come first here, and nothing was chosen
by them. The others came earlier, were looked at while choices were made, and are plainer:
`full_length` is by another hand than the training folder, `retold` and `retold_2` re-tell the
design and the kind of finding of real papers that their writers chose. The texts are the project's,
so anybody can repeat this. The other systems learn from what `make train` does. Figures say how
well a wording is understood, not how often it occurs; and once the model or its features are
changed with an eye on them, they are no test any more.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy_data import load, tag
from benchmarks.accuracy_figures import figures, judged_of, less_than
from benchmarks.accuracy_text import systems_table
from benchmarks.decided import Decided
from benchmarks.systems import SHIPPED, SYSTEMS, decisions
from drmine.classify.model import shipped_model
from drmine.classify.train_shipped import ANNOTATIONS
from drmine.classify.training import Prepared, read_corpus
from drmine.evaluation.scores import mean_with_interval
from drmine.evaluation.shipped_figures import Judged
from drmine.taxonomy import load_taxonomy

HELD_OUT = ANNOTATIONS / "held_out"
# Taken as a search gave them, and never looked at while something was chosen.
AS_FOUND = frozenset({"retold_3", "retold_4"})
GROUPS: dict[str, Callable[[str], bool]] = {
    "as found": lambda stem: stem in AS_FOUND,
    "plainer": lambda stem: stem not in AS_FOUND,
}
MODEL = "shipped model"

_shared: dict[str, Sequence[Prepared]] = {}


def held_out_records() -> dict[str, list[Prepared]]:
    """Return the records of each file, tagged."""
    return {path.stem: tag(read_corpus(path)) for path in sorted(HELD_OUT.glob("*.jsonl"))}


def _judge(name: str) -> list[Decided]:
    # the data come by fork: they are large, and tagged once
    return SYSTEMS[name](_shared["train"], _shared["judged"])


def judge(
    judged: Sequence[Prepared], data: Path, names: Sequence[str], workers: int
) -> dict[str, list[Decided]]:
    """Let the shipped model judge the records, and systems that learn from the training records."""
    result = {MODEL: decisions(shipped_model(), (p.evidence.tagged for p in judged))}
    if names:
        _shared.update(train=load(data).prepared, judged=judged)
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            result.update(zip(names, pool.map(_judge, names), strict=True))
    return result


def measure(data: Path, names: Sequence[str], workers: int) -> dict[str, Any]:
    """Return the figures of each system on each group of records, and of the model on each file."""
    parts = held_out_records()
    every = [p for part in parts.values() for p in part]
    taxonomy = load_taxonomy()
    judged = {
        name: judged_of(every, decided)
        for name, decided in judge(every, data, names, workers).items()
    }
    stems = [stem for stem, part in parts.items() for _ in part]
    groups: dict[str, Any] = {}
    for group, in_group in GROUPS.items():
        of_group = {name: list(compress(one, map(in_group, stems))) for name, one in judged.items()}
        groups[group] = {
            "systems": {
                name: _without_periods(figures(one, taxonomy, in_full=name == MODEL))
                for name, one in of_group.items()
            },
            "less_than_shipped": {
                name: less_than(one, of_group[MODEL])
                for name, one in of_group.items()
                if name != MODEL
            },
            "stance_by_findings": stance_by_findings(of_group[MODEL]),
        }
    files = {
        stem: figures(
            [one for one, of in zip(judged[MODEL], stems, strict=True) if of == stem],
            taxonomy, in_full=False,
        )
        for stem in parts
    }  # fmt: skip
    return {"groups": groups, "files": files}


def _without_periods(found: dict[str, Any]) -> dict[str, Any]:
    # years of invented records say nothing of the wording of a time
    return {what: value for what, value in found.items() if what != "by_period"}


def stance_by_findings(judged: Sequence[Judged]) -> dict[str, dict[str, Any]]:
    """Return how often the stance of an assigned hypothesis is right: alone, or beside others."""
    right: dict[str, list[tuple[str, bool]]] = {"one": [], "several": [], "several, reviews": []}
    for j in judged:
        stances = {s.id: s.stance for s in j.said.hypotheses if s.id in j.assigned}
        for f in j.gold.findings:
            if f.id in stances:
                is_alone = len(j.gold.findings) == 1
                kinds = ["one"] if is_alone else ["several"]
                if not is_alone and "review" in (j.gold.study_type or ""):
                    kinds.append("several, reviews")
                for kind in kinds:
                    right[kind].append((j.gold.pmid, stances[f.id] == f.stance))
    return {
        kind: mean_with_interval(np.array([float(v) for _, v in rows]), [p for p, _ in rows])
        for kind, rows in right.items()
    }


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    others = [name for name in SYSTEMS if name != SHIPPED]
    parser.add_argument("--systems", nargs="*", choices=others, default=[])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args()
    found = measure(args.data, args.systems, args.workers)
    rows = {
        f"{name}, {group}": row
        for group, of_group in found["groups"].items()
        for name, row in of_group["systems"].items()
    }
    print("\n".join(systems_table(rows | found["files"])))
    for group, of_group in found["groups"].items():
        for kind, row in of_group["stance_by_findings"].items():
            print(f"{group}: stance, findings in a record: {kind}: {row['value']} "
                  f"{row['value_95']} {row['n']}")  # fmt: skip
        for what, table in of_group["systems"][MODEL]["calibration"].items():
            error = table["expected_calibration_error"]
            print(f"{group}: expected calibration error, {what}: {error}")
    result = {
        "command": "python -m benchmarks.held_out"
        + (" --systems " + " ".join(f"'{name}'" for name in args.systems) if args.systems else ""),
        "date": datetime.now(UTC).date().isoformat(),
        "model": shipped_model().fingerprint,
        **found,
    }
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
