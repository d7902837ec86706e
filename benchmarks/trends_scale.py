"""From a store of 30,000 labelled records to all trend files and the report: time and memory.

    python -m benchmarks.trends_scale [--records N] [--json FILE]

The records are invented, as many findings and mentions each as the pipeline gives on real ones.
Filling the store is not timed. What is timed runs in a process of its own, from opening the store
to the last page, so that its peak of memory is that of the work alone.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from drmine import __version__
from drmine.records import (
    ORIGINS,
    STANCES,
    STUDY_TYPES,
    Annotation,
    Finding,
    Mention,
    Record,
    ResistanceRate,
    Span,
)
from drmine.refresh.job import Job, open_store
from drmine.taxonomy import load_taxonomy
from drmine.vocabulary import load_vocabulary

MENTIONS, FINDINGS, RATES = 13, 1.0, 0.15
"""Of each record, on average; the demonstration's records have 13, 0.7 and 0.18."""
FIRST_YEAR, LAST_YEAR = 1960, 2025
LIMIT_SECONDS, LIMIT_MB = 60, 1024
_SEED = 20250101
_WORDS = "invented words of a sentence on drug response in epilepsy that nobody wrote in earnest "


def records(n: int) -> Iterator[tuple[Record, Annotation]]:
    """Yield invented records with their labels; the later years hold more."""
    rng = random.Random(_SEED)
    concepts = [(c.id, c.class_) for c in load_vocabulary().concepts.values()]
    hypotheses = load_taxonomy().ids
    for number in range(n):
        pmid = str(99100001 + number)
        year = max(rng.randint(FIRST_YEAR, LAST_YEAR), rng.randint(FIRST_YEAR, LAST_YEAR))
        title = f"Invented record {number} on resistance"
        abstract = "".join(f"Sentence {i}: {_WORDS}. " for i in range(12))
        record = Record(pmid, title, abstract, year, "Journal of Invented Trials", invented=True)
        text = record.text
        start = rng.randrange(len(title), len(text) - 200)
        evidence = Span(start, start + 180, text[start : start + 180])
        mentions = []
        for _ in range(rng.randint(1, 2 * MENTIONS - 1)):
            concept, class_ = rng.choice(concepts)
            at = rng.randrange(len(text) - 10)
            mentions.append(Mention(at, at + 8, text[at : at + 8], concept, class_,
                                    negated=rng.random() < 0.1))  # fmt: skip
        chosen = rng.sample(hypotheses, rng.choice((0, 1, 1, 2)))
        annotation = Annotation(
            pmid,
            about_drug_response=bool(chosen) or rng.random() < 0.6,
            about_drug_response_score=rng.random(),
            hypotheses=tuple(
                Finding(h, rng.random(), rng.choice(STANCES), rng.random(), rng.choice(ORIGINS),
                        (evidence,))
                for h in chosen
            ),
            study_type=rng.choice(STUDY_TYPES),
            study_type_score=rng.random(),
            mentions=tuple(mentions),
            resistance_rates=(
                ResistanceRate(start, start + 4, "30 %", 0.3, 0.3, "epilepsy"),
            ) if rng.random() < RATES else (),
        )  # fmt: skip
        yield record, annotation


def fill(job: Job, n: int) -> dict[str, int]:
    """Put ``n`` labelled records into the job's store and return its counts."""
    with open_store(job.settings) as store:
        batch: list[tuple[Record, Annotation]] = []
        for pair in records(n):
            batch.append(pair)
            if len(batch) == 500:
                _save(store, batch, job.run_id)
                batch = []
        if batch:
            _save(store, batch, job.run_id)
        return store.counts()


def _save(store: object, batch: list[tuple[Record, Annotation]], run_id: str) -> None:
    store.upsert_records([record for record, _ in batch], run_id)  # type: ignore[attr-defined]
    store.save_annotations([labels for _, labels in batch], "invented", run_id)  # type: ignore[attr-defined]


def work(workspace: str) -> None:
    """Write trend files and report; print seconds and the peak of memory as JSON."""
    from drmine.refresh.outputs import make_report, make_trends

    job = job_in(workspace)
    manifest = {
        "run": job.run_id, "ended": job.started, "versions": {"drmine": __version__},
        "fingerprints": {}, "counts": {}, "is_complete": True, "problems": [], "missing": [],
        "notes": [], "query": None, "invented": True,
    }  # fmt: skip
    begun = time.perf_counter()
    make_trends(job, manifest)
    trends = time.perf_counter() - begun
    make_report(job, manifest)
    total = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"trends_s": round(trends, 1), "report_s": round(total - trends, 1),
                      "total_s": round(total, 1), "peak_mb": round(peak)}))  # fmt: skip


def job_in(workspace: str) -> Job:
    """Return a job of no date in particular in a workspace."""
    return Job(workspace, "20250101-000000-0000", "2025-01-01T00:00:00+00:00")


def main() -> int:
    """Print the figures; return 1 if a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=30_000)
    parser.add_argument("--json", type=Path, help="write the result here")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        work(arguments.work)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        counts = fill(job_in(folder), arguments.records)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.trends_scale", "--work", folder],
            stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        pages = sorted((Path(folder) / "report").glob("*.html"))
        tables = sorted((Path(folder) / "trends").glob("*.csv"))
        size = {
            "csv_files": len(tables),
            "csv_mb": round(sum(path.stat().st_size for path in tables) / 1e6, 1),
            "pages": len(pages),
            "report_mb": round(sum(path.stat().st_size for path in pages) / 1e6, 1),
        }
    result = {
        "benchmark": "trends_scale",
        "command": "python -m benchmarks.trends_scale",
        "date": datetime.now(UTC).date().isoformat(),
        "drmine": __version__,
        "records": arguments.records,
        "findings": counts["findings"],
        "mentions": counts["mentions"],
        **json.loads(done.stdout.splitlines()[-1]),
        **size,
        "limit_s": LIMIT_SECONDS,
        "limit_mb": LIMIT_MB,
    }
    for name, value in result.items():
        print(f"{name}: {value}")
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return int(result["total_s"] > LIMIT_SECONDS or result["peak_mb"] > LIMIT_MB)


if __name__ == "__main__":
    sys.exit(main())
