"""`drmine refresh` as users wait for it: nothing new, 100 new records, and a full store anew.

    python -m benchmarks.refresh [--stored 2000] [--full 30000] [--json FILE]

A server on this machine answers as PubMed's E-utilities do, with invented records. A workspace is
filled with STORED of them, then refreshed with nothing new and with 100 new ones; another is filled
with FULL records that are not labelled, and refreshed offline: tagged, classified, trend files and
report. Each is the whole command, with Prefect's start; a temporary Prefect server is started each
time, as on a machine without one. The peak of memory is that of the largest process.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from benchmarks.growth import invented
from drmine.demo.server import EutilsServer
from drmine.store import Store

LIMITS = {"nothing new": 30, "100 new": 60, "full": 240}
LIMIT_MB = 1536


def refresh(workspace: Path, settings: Mapping[str, str], *options: str) -> dict[str, Any]:
    """Run the command; return its time, the peak of the largest process, and its last lines."""
    command = [sys.executable, "-m", "drmine.cli", "refresh", "--workspace", str(workspace)]
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*command, *options], env={**os.environ, **settings}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process.pid, peak))
    watcher.start()
    said, _ = process.communicate()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"refresh ended with {process.returncode}:\n{said}")
    return {"seconds": round(time.perf_counter() - begun, 1), "peak_mb": peak[0] >> 20}


def _watch(pid: int, peak: list[int]) -> None:
    try:
        root = psutil.Process(pid)
        while root.is_running() and root.status() != psutil.STATUS_ZOMBIE:
            for one in (root, *root.children(recursive=True)):
                try:
                    peak[0] = max(peak[0], one.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue
            time.sleep(0.25)
    except psutil.NoSuchProcess:
        return


def measure(n_stored: int, n_full: int) -> dict[str, Any]:
    """Measure the three."""
    found: dict[str, Any] = {}
    records = list(invented(n_stored + 100))
    with tempfile.TemporaryDirectory() as folder, EutilsServer(records[:n_stored]) as server:
        settings = {"DRMINE_EUTILS_URL": server.url, "DRMINE_EMAIL": "bench@example.org"}
        workspace = Path(folder, "work")
        query = ("--query", "epilep*[tiab] OR seizure*[tiab] OR drug[tiab]")
        found["first"] = refresh(workspace, settings, *query)
        found["nothing new"] = refresh(workspace, settings, *query)
        server.put(*records[n_stored:])
        found["100 new"] = refresh(workspace, settings, *query)
        with Store.open(workspace / "drmine.sqlite") as store:
            found["100 new"]["stored"] = len(store.known_pmids())
        full = Path(folder, "full")
        full.mkdir()
        with Store.open(full / "drmine.sqlite") as store:
            store.upsert_records(invented(n_full), "run")
        found["full"] = {"records": n_full, **refresh(full, settings, "--offline")}
    return found


def main() -> int:
    """Print the figures; return 1 if a limit is broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--stored", type=int, default=2_000)
    parser.add_argument("--full", type=int, default=30_000)
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args()
    found = measure(args.stored, args.full)
    broken = []
    for name, row in found.items():
        limit = LIMITS.get(name)
        print(f"{name:12} {row['seconds']:7.1f} s (limit {limit or '-'})  {row['peak_mb']} MB")
        if (limit and row["seconds"] > limit) or row["peak_mb"] > LIMIT_MB:
            broken.append(name)
    result = {
        "command": "python -m benchmarks.refresh",
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
        "load_at_end": round(os.getloadavg()[0], 1),
        "limits_seconds": LIMITS,
        "limit_mb": LIMIT_MB,
        "runs": found,
    }
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
