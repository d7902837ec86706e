"""From the query to records in the store: plan, fetch, store, say what is missing."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from drmine.plural import how_many
from drmine.refresh.history import last_whole_search
from drmine.refresh.job import Job, Summary, at_its_server, open_store, query_of
from drmine.refresh.taking_over import take_over
from drmine.workspace import Workspace

if TYPE_CHECKING:
    from drmine.pubmed.batches import Batch
    from drmine.pubmed.entrez import EntrezClient
    from drmine.pubmed.harvest import Plan

_TOO_MANY = 20
"""Records of one batch: more than are deleted between a search and its fetch."""

_TOO_MANY_OF_ALL = 5
"""As many, where none of a batch comes: so short is what a nightly run fetches."""

_WITNESSES = 3
"""Records that are asked for to see whether any is served."""


def plan_fetch(job: Job) -> int:
    """Search PubMed, write the plan down, and return its number of batches.

    A run that was stopped goes on with its own plan, one after an incomplete run with that one's.
    """
    from drmine.pubmed.entrez import EntrezClient
    from drmine.pubmed.harvest import make_plan, resume_plan, save_plan, since_last_run

    # the demonstration asks the same query as PubMed is asked, of another server
    query = at_its_server(query_of(job.query, job.settings), job.settings)
    space = Workspace(Path(job.workspace))
    # a full run too asks for what changed since then: it is from this one that the next counts
    with open_store(job.settings) as store:
        last = last_whole_search(space.manifests(), store, query.fingerprint)
    since = since_last_run(str(last["searched_on"])) if last else None
    plan = resume_plan(job.folder, query, since, job.full) or take_over(job, query, since)
    if plan is None:
        with open_store(job.settings) as store:
            known = store.known_pmids() if job.full else ()
        client = EntrezClient.from_settings(job.settings)
        plan = make_plan(client, query, known=known, since=since, full=job.full)
        job.folder.mkdir(parents=True, exist_ok=True)
        save_plan(job.folder, plan)
    return len(plan.batches())


def read_plan(job: Job) -> Plan:
    """Return the plan that :func:`plan_fetch` wrote."""
    from drmine.pubmed.harvest import Plan

    row: dict[str, Any] = json.loads((job.folder / "plan.json").read_text(encoding="utf-8"))
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    return Plan(**values)


def fetch_planned(job: Job, number: int) -> Path:
    """Fetch one batch of the plan into a file; one that is there already is kept."""
    from drmine.pubmed.batches import fetch_batch
    from drmine.pubmed.entrez import EntrezClient

    plan = read_plan(job)
    client = EntrezClient.from_settings(job.settings)
    batch = fetch_batch(client, plan.batches()[number], job.folder / "batches", number)
    _refuse_what_lacks_most(batch, plan, client.base_url)
    if batch.missing and not batch.received and plan.vanished:
        _refuse_without_witness(job, batch, plan, client)
    return batch.path


def _refuse_what_lacks_most(batch: Batch, plan: Plan, server: str) -> None:
    """Do not take it for deletions where most of what the search found does not come.

    Raises
    ------
    UnavailableError
        The batch is taken away, such that the run ends incomplete and the next asks again.
    """
    from drmine.pubmed.entrez import UnavailableError

    vanished = set(plan.vanished)
    n_found = sum(pmid not in vanished for pmid in batch.asked)
    n_missing = sum(pmid not in vanished for pmid in batch.missing)
    lacks_most = n_missing >= _TOO_MANY and 2 * n_missing > n_found
    if lacks_most or n_missing == n_found >= _TOO_MANY_OF_ALL:
        batch.path.unlink()
        raise UnavailableError(
            f"{server} serves only {n_found - n_missing} of {n_found} records that its search has "
            "found; run the same command again later."
        )


def _refuse_without_witness(job: Job, batch: Batch, plan: Plan, client: EntrezClient) -> None:
    """Do not take it for deletions where the server serves no record at all.

    A batch can be of records alone that the search no longer finds, and all be deleted. Then
    others are asked for that it does find.

    Raises
    ------
    UnavailableError
        None of them comes either. The batch is taken away, as where most of one is lacking.
    """
    from drmine.pubmed.batches import fetch_batch
    from drmine.pubmed.entrez import UnavailableError

    with open_store(job.settings) as store:
        witnesses = sorted(store.known_pmids() - set(plan.vanished))[-_WITNESSES:]
    with TemporaryDirectory() as folder:
        if witnesses and fetch_batch(client, witnesses, Path(folder)).received:
            return
    batch.path.unlink()
    raise UnavailableError(
        f"{client.base_url} serves none of {len(batch.asked)} records, nor others that the store "
        "holds; none is taken for deleted. Run the same command again later."
    )


def store_records(job: Job, batch: Path) -> dict[str, int]:
    """Put the records of one fetched batch into the store and return the counts."""
    from drmine.pubmed.batches import read_batch

    with open_store(job.settings) as store:
        counts = store.upsert_records(read_batch(batch), job.run_id)
    return {f"records_{name}": n for name, n in asdict(counts).items()}


def note_fetch(job: Job, summary: Summary) -> None:
    """Compare what was planned with what came; delete what PubMed has deleted."""
    from drmine.pubmed.batches import batch_path, header_of_whole
    from drmine.pubmed.harvest import summarize

    if not (job.folder / "plan.json").exists():
        return
    plan = read_plan(job)
    chunks = plan.batches()
    paths = [batch_path(job.folder / "batches", chunk, i) for i, chunk in enumerate(chunks)]
    # a fetch that broke off has not come to every file that it would have replaced
    done = [header_of_whole(path) for path in paths]
    harvest = summarize(plan, chunks, done)
    summary.searched_on = plan.searched_on
    summary.query_fingerprint = plan.query_fingerprint
    summary.counts = {
        "asked": plan.count, "planned": len(plan.pmids), "fetched": harvest.received,
        **summary.counts,
    }  # fmt: skip
    if vanished := set(plan.vanished):
        lacking = {*harvest.deleted, *harvest.not_fetched, *harvest.set_aside}
        summary.counts["not_found"] = len(vanished)
        summary.counts["not_found_fetched"] = len(vanished - lacking)
    if plan.searched_on < job.started[:10]:
        summary.notes.append(
            # one that the run went on with, or of the day that the server has
            f"The search is as of {plan.searched_on}; the next run fetches what has come since."
        )
    # a PMID that the search found and EFetch omits is deleted or merged: said, not a fault
    if harvest.missing:
        summary.counts["not_served"] = len(harvest.missing)
        summary.notes.append(
            f"PubMed found but did not serve {how_many(len(harvest.missing), 'PMID')} (deleted "
            "or merged): " + ", ".join(harvest.missing[:20])
        )
    if harvest.deleted:
        with open_store(job.settings) as store:
            summary.counts["deleted"] = store.delete_records(harvest.deleted, job.run_id)
    summary.missing.extend((*harvest.not_fetched, *harvest.set_aside))
    # what PubMed remarks on a search that was whole is said, but nothing is missing
    told = summary.notes if harvest.is_complete else summary.problems
    told.extend(text[:500] for text in harvest.problems if text not in summary.problems)
