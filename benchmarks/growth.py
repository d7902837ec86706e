"""How the cost of a record grows with their number, stage by stage.

    python -m benchmarks.growth [--sizes 1000 30000 300000] [--json FILE]

Each stage runs once for each size in a process of its own, on invented records (those of the
demonstration and of the training folder, again and again under new PMIDs): `read` (PubMed XML,
gzip, every record built), `label` (tagged and decided), `store` (records and labels into an empty
SQLite store), `outputs` (all trend files and the report; it has a cost of its own however few the
records, so its growth is told by the slope between the sizes). Times are seconds of processor time
after a warm-up, memory is the peak of the process.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import multiprocessing
import os
import platform
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import trends_scale
from drmine.classify.train_shipped import invented_examples
from drmine.demo.corpus import load_corpus
from drmine.demo.eutils_xml import article_xml
from drmine.progress import Progress
from drmine.records import Record

SIZES = (1_000, 30_000, 300_000)
FIRST_PMID = 99_200_001
_BATCH = 500
_HEAD, _FOOT = '<?xml version="1.0"?>\n<PubmedArticleSet>\n', "</PubmedArticleSet>\n"


def invented(n: int) -> Iterator[Record]:
    """Yield so many invented records, each under a PMID of its own."""
    known = [*load_corpus(), *(e.record for e in invented_examples())]
    for number, record in enumerate(itertools.islice(itertools.cycle(known), n)):
        yield replace(record, pmid=str(FIRST_PMID + number))


def read(n: int, folder: Path) -> float:
    """Read a file of PubMed XML."""
    from drmine.pubmed.files import read_file

    path = folder / "records.xml.gz"
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as out:
        out.write(_HEAD)
        for record in invented(n):
            out.write(article_xml(record) + "\n")
        out.write(_FOOT)
    begun = time.process_time()
    found = sum(isinstance(entry, Record) for entry in read_file(path, keep_all=True))
    seconds = time.process_time() - begun
    assert found == n, f"{found} of {n} records were read"
    return seconds


def label(n: int, folder: Path) -> float:
    """Tag and classify."""
    from drmine.classify.classifier import Classifier

    classifier = Classifier()
    for _ in classifier.label(invented(300)):
        pass
    begun = time.process_time()
    for _ in classifier.label(invented(n)):
        pass
    return time.process_time() - begun


def store(n: int, folder: Path) -> float:
    """Save records with their labels."""
    from drmine.store import Store

    seconds = 0.0
    pairs = trends_scale.records(n)
    with Store.open(folder / "drmine.sqlite") as opened:
        while batch := list(itertools.islice(pairs, _BATCH)):
            begun = time.process_time()
            opened.upsert_records([record for record, _ in batch], "run")
            opened.save_annotations([labels for _, labels in batch], "invented", "run")
            seconds += time.process_time() - begun
    return seconds


def outputs(n: int, folder: Path) -> float:
    """Write trend files and report of a filled store."""
    job = trends_scale.job_in(str(folder))
    trends_scale.fill(job, n)
    begun = time.process_time()
    trends_scale.work(str(folder))
    return time.process_time() - begun


STAGES: dict[str, Callable[[int, Path], float]] = {
    "read": read, "label": label, "store": store, "outputs": outputs,
}  # fmt: skip


def measure(stage: str, n: int) -> dict[str, Any]:
    """Run one stage; this is the whole life of a process."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        seconds = STAGES[stage](n, Path(folder))
    return {
        "records": n,
        "cpu_seconds": round(seconds, 2),
        "milliseconds_per_record": round(1000 * seconds / n, 4),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--stages", nargs="+", choices=list(STAGES), default=list(STAGES))
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    found: dict[str, Any] = {}
    runs = list(itertools.product(args.stages, args.sizes))
    with Progress("runs", len(runs)) as progress:
        for done, (stage, n) in enumerate(runs, 1):
            with context.Pool(1) as pool:
                row = pool.apply(measure, (stage, n))
            found.setdefault(stage, []).append(row)
            print(stage, row, flush=True)
            progress.update(done)
    for stage, rows in found.items():
        costs = [row["milliseconds_per_record"] for row in rows]
        print(f"{stage}: the largest costs {costs[-1] / costs[0]:.2f} times the smallest, a record")
    result = {
        "command": "python -m benchmarks.growth",
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
        "load_at_end": round(os.getloadavg()[0], 1),
        "stages": found,
    }
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
