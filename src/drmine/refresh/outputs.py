"""What a refresh leaves behind: trend files, report, manifest, and a sentence on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drmine.errors import DrmineError
from drmine.plural import how_many
from drmine.refresh.history import (
    STORE_MARK,
    complete_through,
    lacking_files,
    last_search,
)
from drmine.refresh.job import KIND, Job, Summary, open_store, query_of
from drmine.refresh.label import classifier
from drmine.refresh.reviews import Reviews, apply_reviews, read_reviews
from drmine.refresh.taking_over import drop_outdated
from drmine.versions import versions
from drmine.workspace import MANIFEST, Run, Workspace

if TYPE_CHECKING:
    from drmine.nlp.pipeline import Pipeline
    from drmine.trends import Tables

_CHANGES_SHOWN = 10
_FAILURES_SHOWN = 5


def make_trends(job: Job, manifest: dict[str, Any], *, parquet: bool = False) -> dict[str, Any]:
    """Write the trend files of the workspace from the store, and keep them with the run.

    Reviewers' decisions take the machine's place in the store first.
    Parquet files are written too if asked for, or if the files that they replace
    have them.
    """
    from drmine.taxonomy import load_taxonomy
    from drmine.trends import Tables, write_trends
    from drmine.trends.compare import keep_run
    from drmine.trends.totals import whole_totals
    from drmine.vocabulary import load_vocabulary

    reviews = apply_reviews(job)
    space = Workspace(Path(job.workspace))
    with open_store(job.settings) as store:
        # before they are read: what an import stores meanwhile may not be in them
        mark = store.mark()
        tables = Tables(**store.frames())
        searched, newest = store.last_complete_search(KIND), store.newest_date()
        lacks_files = lacking_files(store) is not None
    # an import since the last refresh may have brought the first invented record, or taken the last
    invented = bool(tables.articles["invented"].any())
    concepts = load_vocabulary().concepts
    taxonomy = load_taxonomy()
    labels, notes = _labels(tables, taxonomy.ids, reviews)
    result = write_trends(
        tables,
        taxonomy.hypotheses,
        space.trends_dir,
        manifest={**manifest, "invented": invented, STORE_MARK: mark},
        invented=invented,
        complete_through=complete_through(
            [*space.manifests(), manifest],
            searched,
            newest,
            datetime.now(UTC).date(),
            lacks_files=lacks_files,
        ),
        concept_names={c.id: (c.name, c.class_) for c in concepts.values()},
        parquet=parquet or (space.trends_dir / "years.parquet").exists(),
        labels=labels,
        machine=reviews.applied.machine,
        pubmed_totals=whole_totals(space.root, datetime.now(UTC).date()),
        notes=[*notes, *reviews.notes],
    )
    keep_run(space.trends_dir, job.folder)
    return {
        "trend_files": len(result.files),
        "warnings": [*result.warnings, *notes, *reviews.notes],
    }


def _labels(
    tables: Tables, hypotheses: Collection[str], reviews: Reviews
) -> tuple[Any, tuple[str, ...]]:
    """Return the labels that correct the shares of these records, if any: gold and reviews."""
    from drmine.annotations import annotation_file
    from drmine.classify.model import shipped_card
    from drmine.finding_gold import GOLD, read_gold_findings
    from drmine.review.decisions.labels import random_labels, weighted
    from drmine.trends.labels import gold_labels, label_frame
    from drmine.trends.machine import as_the_machine_counts, counted_articles

    gold = annotation_file(GOLD)
    labels = gold_labels(read_gold_findings(gold)) if gold else []
    machine = reviews.applied.machine
    articles = as_the_machine_counts(tables.articles, machine)
    drawn = random_labels(reviews.decisions, machine, reviews.applied.decided)
    labels += weighted(drawn, counted_articles(articles))
    known = set(articles["pmid"])
    labels = [label for label in labels if label.pmid in known]
    learned = shipped_card().get("trained_on", {}).get("pmids")
    return label_frame(labels, articles, tables.findings, hypotheses, trained_on=learned)


def make_report(job: Job, manifest: dict[str, Any]) -> Path:
    """Write the HTML report of the workspace from its trend files."""
    from drmine.report import write_report
    from drmine.review.agreement.compare import agreement
    from drmine.taxonomy import load_taxonomy

    space = Workspace(Path(job.workspace))
    taxonomy = load_taxonomy()
    return write_report(
        space.trends_dir,
        space.report_dir,
        manifest={**manifest, "last_search": last_search([*space.manifests(), manifest])},
        taxonomy=taxonomy,
        agreement=agreement(read_reviews(job)[0], taxonomy.ids),
    )


def manifest_of(job: Job, summary: Summary) -> dict[str, Any]:
    """Return the manifest of a run: what was asked, done, with what, and what is missing."""
    settings = job.settings
    labeller = classifier(settings.spacy_model)
    with open_store(settings) as store:
        stored = store.counts()
        failed = store.standing_failures(labeller.fingerprint)
    return {
        "run": job.run_id,
        "kind": KIND,
        "started": job.started,
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "query": None if job.offline else query_of(job.query, settings).text,
        "query_fingerprint": summary.query_fingerprint,
        "searched_on": summary.searched_on,
        "counts": {**summary.counts, **{f"store_{k}": n for k, n in stored.items()}},
        "versions": {**versions(), **_statistical_model(labeller.pipeline)},
        "fingerprints": {
            "code": labeller.code_fingerprint,
            "pipeline": labeller.pipeline.fingerprint,
            "vocabulary": labeller.pipeline.vocabulary.fingerprint,
            "taxonomy": labeller.taxonomy.fingerprint,
            "model": labeller.model.fingerprint,
        },
        "is_complete": summary.is_complete and not failed,
        # apart: the next search counts back from this one also where a label is missing
        "is_fetched": summary.is_complete,
        "missing": list(dict.fromkeys((*summary.missing, *failed))),
        "not_labelled": list(failed),
        "problems": [*summary.problems, *_told(failed)],
        "notes": [*summary.notes, *summary.trend_notes],
        "trend_notes": list(summary.trend_notes),
        "invented": bool(stored.get("invented")),
    }


def _statistical_model(pipeline: Pipeline) -> dict[str, str]:
    """Return the version of the model of ``DRMINE_SPACY_MODEL`` by its name, where one is set."""
    name = pipeline.spacy_model
    return {name: str(pipeline.nlp.meta.get("version"))} if name else {}


def _told(failed: Mapping[str, str]) -> list[str]:
    """Say which records could not be labelled and why, in one sentence if there are any."""
    if not failed:
        return []
    # the manifest lists all of them
    shown = [f"{pmid} ({reason[:100]})" for pmid, reason in list(failed.items())[:_FAILURES_SHOWN]]
    return [
        f"{how_many(len(failed), 'record')} could not be labelled: {', '.join(shown)}"
        + (", ..." if len(failed) > len(shown) else "")
    ]


def finish(job: Job, summary: Summary) -> dict[str, Any]:
    """Write the manifest; the run is over with it, and what is whole needs no batch files."""
    import shutil

    manifest = manifest_of(job, summary)
    run = Run(job.run_id, KIND, job.started, job.folder)
    with open_store(job.settings) as store:
        is_complete = bool(manifest["is_complete"])
        store.finish_run(job.run_id, is_complete=is_complete, counts=summary.counts)
    Workspace(Path(job.workspace)).write_manifest(run, manifest)
    if summary.is_complete:
        shutil.rmtree(job.folder / "batches", ignore_errors=True)
        (job.folder / "plan.json").unlink(missing_ok=True)
        # one that was stopped, and has no manifest yet, goes on however old it is
        ended = Workspace(Path(job.workspace)).runs_dir.glob(f"*/{MANIFEST}")
        drop_outdated(path.parent for path in ended)
    return manifest


def changes_since_last(job: Job) -> list[str]:
    """Say in a line each how many labels and records moved since the run before, and why."""
    from drmine.trends.compare import compare_runs, kept_runs

    space = Workspace(Path(job.workspace))
    before = [folder for folder in kept_runs(space.runs_dir) if folder.name < job.run_id]
    if not before:
        return ["This is the first run: there is nothing to compare it with."]
    try:
        found = compare_runs(before[-1], job.folder)
    except (DrmineError, OSError, ValueError) as error:
        return [f"It could not be compared with run {before[-1].name}: {error}"]
    lines = [f"{len(found.changes):,} changes since run {before[-1].name}."]
    if found.renewed:
        lines.append(f"Made anew since then: {', '.join(found.renewed)}.")
    lines.extend(found.on_years())
    rows = found.summary().sort_values("n", ascending=False).head(_CHANGES_SHOWN)
    for change, label, cause, n in rows[["change", "label", "cause", "n"]].itertuples(index=False):
        lines.append(f"{n:,} {change}{f' ({label})' if label else ''}: {cause}.")
    return lines


def headline(manifest: Mapping[str, Any]) -> str:
    """Say in a sentence or two what a run did."""
    counts = manifest["counts"]
    labelled = counts.get("labelled", 0)
    did = (
        f"{how_many(labelled, 'record')} tagged and classified"
        if labelled
        else "nothing to tag or classify, since no record is new or changed"
    )
    fetched = f"{how_many(counts['fetched'], 'record')} fetched, " if "fetched" in counts else ""
    gone = counts.get("deleted", 0)
    deleted = f"{gone:,} deleted that PubMed no longer has, " if gone else ""
    stored = counts.get("store_records", 0)
    n_invented = counts.get("store_invented", 0)
    which = "All" if n_invented == stored else f"{n_invented:,}"
    invented = f" {which} of them are INVENTED." if n_invented else ""
    return f"Done: {fetched}{deleted}{did}; the store holds {how_many(stored, 'record')}.{invented}"


def missing_records(count: int) -> str:
    """Say how many records PubMed was asked for and did not give."""
    return f"{how_many(count, 'record')} {'is' if count == 1 else 'are'} missing"


def what_to_do(manifest: Mapping[str, Any]) -> str:
    """Say what is missing after an incomplete run, and what to do."""
    parts = [problem.rstrip(".") for problem in manifest["problems"]]
    if n_missing := n_not_fetched(manifest):
        parts.append(missing_records(n_missing))
    then = (
        "those that could not be labelled are tried again once their text or drmine changes."
        if manifest.get("is_fetched")
        else "run `drmine refresh` again to go on."
    )
    return f"Incomplete: {'; '.join(parts)}. What came is kept and worked on; {then}"


def n_not_fetched(manifest: Mapping[str, Any]) -> int:
    """Return how many records are missing because they did not come."""
    return len(set(manifest["missing"]) - set(manifest.get("not_labelled", ())))
