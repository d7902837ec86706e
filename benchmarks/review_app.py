"""How long the pages of the review app take with 30,000 records in the store.

    python -m benchmarks.review_app [--records N] [--json FILE]

A server in a process of its own, over loopback: the time from the request to the last byte. The
records are invented, as long as real ones; before the first page 3,000 decisions are in the
files and 500 records in the queue.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
from lxml import html

from benchmarks.trends_scale import fill, job_in
from drmine import __version__
from drmine.annotations import text_digest
from drmine.refresh.job import open_store
from drmine.review.decisions.decision import DecidedFinding, Decision
from drmine.review.decisions.files import append_decisions
from drmine.review.queue.entries import QueueEntry, write_queue

LIMIT_MS = 100
DECISIONS, QUEUED, ROUNDS = 3_000, 500, 60


def prepare(workspace: Path, n: int) -> None:
    """Fill the store, the queue and the reviewers' files."""
    job = job_in(str(workspace))
    fill(job, n)
    with open_store(job.settings) as store:
        pmids = sorted(store.known_pmids())
        decided = store.iter_records(pmids[:DECISIONS])
        append_decisions(
            workspace / "reviews",
            (
                Decision(
                    one.pmid,
                    f"reviewer-{number % 4}",
                    "accept",
                    True,
                    "observational",
                    (DecidedFinding("transporter", "supports"),),
                    text_sha256=text_digest(one.text),
                )
                for number, one in enumerate(decided)
            ),
        )
    queued = pmids[DECISIONS : DECISIONS + QUEUED]
    write_queue(workspace / "review", (QueueEntry(p, "random", 10.0) for p in queued), {})


def measure(url: str) -> dict[str, dict[str, float]]:
    """Return median, 95th percentile and maximum of each page, in milliseconds."""
    times: dict[str, list[float]] = {}
    with httpx.Client(base_url=url, timeout=30) as client:

        def timed(name: str, send: Callable[[], httpx.Response], status: int) -> httpx.Response:
            begun = time.perf_counter()
            answer = send()
            times.setdefault(name, []).append(1000 * (time.perf_counter() - begun))
            assert answer.status_code == status, (name, answer.status_code)
            return answer

        client.post("/who", data={"name": "anna"})
        for _ in range(ROUNDS):
            path = timed("next", lambda: client.get("/next"), 303).headers["location"]
            page = timed("record", lambda path=path: client.get(path), 200)
            (form,) = html.fromstring(page.text).xpath("//form[@id='decision']")
            fields = dict(form.form_values()) | {"do": "reject"}
            timed("decide", lambda p=path, f=fields: client.post(p, data=f), 303)
            timed("progress", lambda: client.get("/progress"), 200)
            timed("to settle", lambda: client.get("/adjudicate"), 200)
    return {
        name: {
            "median_ms": round(statistics.median(found), 1),
            "p95_ms": round(statistics.quantiles(found, n=20)[-1], 1),
            "max_ms": round(max(found), 1),
        }
        for name, found in times.items()
    }


def main() -> int:
    """Print the figures; return 1 if the limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=30_000)
    parser.add_argument("--json", type=Path, help="write the result here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder), arguments.records)
        begun = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-u", "-m", "drmine.cli", "review", "serve", "--workspace", folder,
             "--port", "0"],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert server.stdout is not None
            found = re.search(r"http://\S+", server.stdout.readline())
            assert found is not None
            start = time.perf_counter() - begun
            pages = measure(found[0])
        finally:
            server.terminate()
            server.wait(10)
    result = {
        "benchmark": "review_app",
        "command": "python -m benchmarks.review_app",
        "date": datetime.now(UTC).date().isoformat(),
        "drmine": __version__,
        "records": arguments.records,
        "decisions": DECISIONS,
        "queue": QUEUED,
        "start_s": round(start, 1),
        "pages": pages,
        "limit_ms": LIMIT_MS,
    }
    print(json.dumps(result, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return int(any(page["p95_ms"] > LIMIT_MS for page in pages.values()))


if __name__ == "__main__":
    sys.exit(main())
