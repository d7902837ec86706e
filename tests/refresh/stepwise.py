"""A refresh as the flow does it, without Prefect, trends and report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drmine.errors import DrmineError
from drmine.records import Record
from drmine.refresh import fetch, label, outputs
from drmine.refresh.history import keep_left_over
from drmine.refresh.job import begin

QUERY = "epilep*[tiab]"


def invented(number: int, **changes: Any) -> Record:
    """Return an invented record that the query finds; numbers count from 1."""
    values: dict[str, Any] = {
        "pmid": str(99_000_000 + number),
        "title": f"Invented record {number} on epilepsy",
        "abstract": "Nothing in this text has happened.",
        "year": 2001,
        "date": "2001-02-03",
        "entered": "2001-02-03",
        "revised": "2001-02-03",
        "invented": True,
    }
    return Record(**(values | changes))


def refresh(workspace: Path, *, full: bool = False, offline: bool = False) -> dict[str, Any]:
    """Fetch, store and label; return the manifest."""
    run = begin(str(workspace), query=QUERY, offline=offline, full=full)
    with run as (job, summary):
        if not offline:
            try:
                for number in range(fetch.plan_fetch(job)):
                    summary.add(fetch.store_records(job, fetch.fetch_planned(job, number)))
            except DrmineError as error:
                summary.problems.append(str(error))
            fetch.note_fetch(job, summary)
        else:
            keep_left_over(job, summary)
        for pmids in label.pending_batches(job):
            summary.add(label.label_records(job, pmids))
        return outputs.finish(job, summary)
