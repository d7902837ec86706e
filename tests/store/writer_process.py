"""A process of its own that writes into a store: for tests that start or kill it."""

from __future__ import annotations

import sys

from store_samples import annotation, record

from drmine.pubmed.entries import Deletion
from drmine.store import Store


def write(address: str, first: int, last: int) -> None:
    """Do a whole run on records ``first`` to ``last`` and tell of each step."""
    with Store.open(address) as store:
        run = store.start_run("test", run_id=f"run-{first}")
        print("open", flush=True)
        numbers = list(range(first, last))
        for begin in range(0, len(numbers), 100):
            some = numbers[begin : begin + 100]
            store.upsert_records([record(n) for n in some], run)
            store.apply([record(n, title="Newer.", version=2) for n in some[:40]], run)
            store.apply([Deletion(record(n).pmid) for n in some[:3]], run)
            print("stored", flush=True)
            pending = store.pending_pmids("f")
            mine = [n for n in some if record(n).pmid in set(pending)]
            store.save_annotations((annotation(n, 15) for n in mine), "f", run)
            print("labelled", flush=True)
        store.finish_run(run, is_complete=True)
    print("done", flush=True)


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
