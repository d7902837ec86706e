"""Harvest through every fault and through kills, and count what arrives.

    python -m benchmarks.faults [--json FILE] [--records N] [--kills K] [--silence SECONDS]

Three trials against the local E-utilities server, each with real processes and real pacing:

1. one answer in ten is faulty: does every record arrive once?
2. the same, and the process is killed (SIGKILL) at random moments and started again: is the
   store the same in content, byte for byte, as that of an undisturbed run?
3. four processes at once: does the server ever see more requests in a second than allowed?

All records are invented.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from drmine.demo.faults import Faults
from drmine.demo.server import EutilsServer
from drmine.pubmed.batches import read_batch
from drmine.pubmed.entrez import EntrezClient
from drmine.pubmed.harvest import harvest
from drmine.pubmed.pacing import RATE_WITH_KEY, RATE_WITHOUT_KEY
from drmine.pubmed.query import default_query
from drmine.records import Record
from drmine.store import Store

EMAIL = "fault.run@example.org"
FAULTY_ONE_IN = 10
STORE = "store.sqlite"
API_KEY = "faultrun0faultrun0faultrun0faultrun0"
WORDS = (
    "seizure drug patient response channel transporter hippocampus cortex dose level group "
    "control week mean effect expression tissue mutation carrier trial cohort onset network "
    "slice neuron astrocyte barrier β-unit ≥50% Müller"
)


def invented_records(count: int, seed: int = 1) -> list[Record]:
    """Return word salad on refractory epilepsy, about as long as real records are."""
    rng = random.Random(seed)
    words = WORDS.split()
    records = []
    for number in range(1, count + 1):
        year = rng.randint(1990, 2024)
        date = f"{year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        records.append(
            Record(
                pmid=str(99_000_000 + number * 7),
                title=f"Invented record {number} on refractory epilepsy",
                abstract=" ".join(rng.choices(words, k=rng.randint(60, 200))) + ".",
                year=year,
                date=date,
                entered=date,
                revised=date,
                journal="Annals of Invented Epileptology",
                publication_types=("Journal Article",),
                mesh=("Epilepsy", "Humans"),
                languages=("eng",),
                invented=True,
            )
        )
    return records


def digest(folder: Path) -> tuple[str, int, int]:
    """Return a digest of all records in the store, how many were harvested, how many are stored.

    The digest is over the whole content of every record and the counts of the store.
    """
    arrived = Counter[str]()
    for path in sorted((folder / "batches").glob("batch-*.jsonl.gz")):
        arrived.update(record.pmid for record in read_batch(path))
    sha = hashlib.sha256()
    with Store.open(folder / STORE) as store:
        counts = store.counts()
        for record in store.iter_records():
            sha.update(json.dumps(record.to_json(), sort_keys=True).encode())
        sha.update(str(sorted((k, n) for k, n in counts.items() if k != "runs")).encode())
    return sha.hexdigest(), sum(arrived.values()), counts["records"]


def start(url: str, folder: Path, *arguments: str, key: bool = True) -> subprocess.Popen[bytes]:
    """Start a harvesting process of its own (this file again)."""
    environment = os.environ | {"XDG_CACHE_HOME": str(folder.parent / "cache")}
    command = [sys.executable, "-m", "benchmarks.faults", "--worker", url, str(folder), *arguments]
    if key:
        environment["DRMINE_NCBI_API_KEY"] = API_KEY
    with (folder.parent / f"{folder.name}.log").open("ab") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log)


def worker(url: str, folder: Path, searches: int) -> int:
    """Harvest and store in a folder, or search so many times; exit code 0 if complete."""
    client = EntrezClient(EMAIL, os.environ.get("DRMINE_NCBI_API_KEY"), base_url=url)
    if searches:
        for _ in range(searches):
            client.search("epilepsy", retmax=0)
        return 0
    done = harvest(default_query(), client, folder, workers=2)
    with Store.open(folder / STORE) as store:
        run = store.start_run("refresh")
        for batch in done.batches:
            store.upsert_records(read_batch(batch.path), run)
        store.finish_run(run, is_complete=done.is_complete, counts={})
    return 0 if done.is_complete else 1


def undisturbed(records: list[Record], folder: Path) -> dict[str, Any]:
    """Harvest from a server without faults: what the others are compared with."""
    with EutilsServer(records) as server:
        began = time.monotonic()
        code = start(server.url, folder).wait()
        seconds = time.monotonic() - began
        sha, total, distinct = digest(folder)
        return {
            "exit_code": code,
            "seconds": round(seconds, 1),
            "requests": len(server.requests),
            "records": total,
            "distinct": distinct,
            "sha256": sha,
        }


def faulty(records: list[Record], folder: Path, silence: float) -> dict[str, Any]:
    """Harvest while one answer in ten is faulty; a run that gives up is started again."""
    with EutilsServer(records, faults=Faults(FAULTY_ONE_IN, silence=silence)) as server:
        began = time.monotonic()
        runs, code = 0, 1
        while code != 0 and runs < 5:
            code = start(server.url, folder).wait()
            runs += 1
        seconds = time.monotonic() - began
        sha, total, distinct = digest(folder)
        assert server.faults is not None
        return {
            "exit_code": code,
            "runs": runs,
            "seconds": round(seconds, 1),
            "requests": len(server.requests),
            "faults": dict(server.faults.counts),
            "records": total,
            "distinct": distinct,
            "sha256": sha,
        }


def killed(
    records: list[Record], folder: Path, silence: float, kills: int, duration: float, seed: int
) -> dict[str, Any]:
    """Harvest as above, killed at random moments; as many whole harvests as the kills need.

    A fresh process takes some time until its first request: a life lasts that long and a
    random time more, such that all kills together spread over one harvest.
    """
    rng = random.Random(seed)
    done, harvests, shas, totals = 0, 0, set[str](), set[tuple[int, int]]()
    faults = Faults(FAULTY_ONE_IN, silence=silence)
    with EutilsServer(records, faults=faults) as server:
        while True:
            target = folder / f"harvest-{harvests}"
            target.mkdir(parents=True)
            while True:
                process = start(server.url, target)
                life = 1.0 + rng.uniform(0, 2 * duration / (kills + 1))
                try:
                    code = process.wait(timeout=life if done < kills else None)
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                    done += 1
                    continue
                if code == 0:
                    break
            harvests += 1
            sha, total, distinct = digest(target)
            shas.add(sha)
            totals.add((total, distinct))
            if done >= kills:
                break
        return {
            "kills": done,
            "harvests": harvests,
            "requests": len(server.requests),
            "faults": dict(faults.counts),
            "records": sorted(totals),
            "sha256": sorted(shas),
        }


def rates(folder: Path, processes: int = 4) -> dict[str, Any]:
    """Count the requests of several processes within any one second."""
    result = {}
    for key, allowed in ((False, RATE_WITHOUT_KEY), (True, RATE_WITH_KEY)):
        searches = str(int(allowed * 2.5))
        with EutilsServer(invented_records(3)) as server:
            jobs = []
            for number in range(processes):
                target = folder / f"rate-{int(key)}" / str(number)
                target.mkdir(parents=True)
                jobs.append(start(server.url, target, "--searches", searches, key=key))
            codes = [job.wait() for job in jobs]
            result["with_key" if key else "without_key"] = {
                "exit_codes": codes,
                "processes": processes,
                "requests": len(server.requests),
                "allowed": allowed,
                "most_in_a_second": server.most_in_a_second(),
            }
    return result


def files_with_secrets(base: Path) -> list[str]:
    """Return the files of all trials, logs included, that hold the e-mail address or the key."""
    found = []
    for path in base.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            if EMAIL.encode() in content or API_KEY.encode() in content:
                found.append(str(path))
    return found


def run(options: argparse.Namespace) -> tuple[dict[str, Any], bool]:
    """Do the three trials and say whether all that was asked of them holds."""
    records = invented_records(options.records)
    with tempfile.TemporaryDirectory(prefix="drmine-faults-") as name:
        base = Path(name)
        calm_folder, faulty_folder = base / "calm", base / "faulty"
        calm_folder.mkdir()
        faulty_folder.mkdir()
        calm = undisturbed(records, calm_folder)
        say(f"undisturbed: {calm['records']:,} records in {calm['seconds']} s")
        rough = faulty(records, faulty_folder, options.silence)
        say(
            f"one answer in {FAULTY_ONE_IN} faulty: {rough['records']:,} records, "
            f"{rough['distinct']:,} different, {sum(rough['faults'].values())} faults in "
            f"{rough['requests']} requests, {rough['seconds']} s"
        )
        torn = killed(
            records,
            base / "killed",
            min(options.silence, 2.0),
            options.kills,
            calm["seconds"],
            options.seed,
        )
        say(
            f"killed {torn['kills']} times in {torn['harvests']} harvest(s): "
            f"{torn['records']} records (all, different)"
        )
        pace = rates(base / "rates")
        for name_, row in pace.items():
            say(
                f"{row['processes']} processes {name_.replace('_', ' ')}: at most "
                f"{row['most_in_a_second']} requests in a second, {row['allowed']:.0f} allowed"
            )
        leaks = files_with_secrets(base)
    wanted = (len(records), len(records))
    checks = {
        "every record arrives once": (rough["records"], rough["distinct"]) == wanted
        and torn["records"] == [wanted]
        and rough["exit_code"] == 0,
        "faults and kills leave no trace": calm["sha256"] == rough["sha256"]
        and torn["sha256"] == [calm["sha256"]],
        "the rate is kept": all(row["most_in_a_second"] <= row["allowed"] for row in pace.values()),
        "no file holds the address or the key": not leaks,
    }
    summary = {
        "records": len(records),
        "undisturbed": calm,
        "faulty": rough,
        "killed": torn,
        "rate": pace,
        "checks": checks,
    }
    return summary, all(checks.values())


def say(text: str) -> None:
    """Print a line at once: the trials take minutes."""
    print(text, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the trials, print them, and return 0 if everything holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the summary to this file")
    parser.add_argument("--records", type=int, default=25_000)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--silence", type=float, default=30.0, help="seconds (default 30)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worker", nargs=2, metavar=("URL", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument("--searches", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.worker:
        return worker(options.worker[0], Path(options.worker[1]), options.searches)
    summary, good = run(options)
    for text, holds in summary["checks"].items():
        say(f"{'yes' if holds else 'NO '} {text}")
    if options.json:
        options.json.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
