"""The steps of a refresh, each with plain values in and out; knows nothing of Prefect.

The flow in ``flows/refresh.py`` calls them in the order in which they stand here.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drmine import __version__
from drmine.errors import ConfigurationError
from drmine.settings import Settings
from drmine.workspace import Run, Workspace

if TYPE_CHECKING:
    from drmine.classify.classifier import Classifier
    from drmine.pubmed.harvest import Plan
    from drmine.pubmed.query import Query
    from drmine.store import Store

# Records that one labelling task takes: some seconds of work, so that a task's own
# cost (10-30 ms) does not count and a stop loses little.
LABEL_BATCH = 500
_LIBRARIES = ("biopython", "pandas", "prefect", "scispacy", "spacy", "sqlalchemy")
KIND = "refresh"


@dataclass(frozen=True, slots=True)
class Job:
    """What a refresh is asked to do; plain text, so that it can pass between tasks."""

    workspace: str
    run_id: str
    started: str
    query: str | None = None
    offline: bool = False
    full: bool = False

    @property
    def settings(self) -> Settings:
        """Settings of the environment, with this job's workspace."""
        return replace(Settings.from_environment(), workspace=Path(self.workspace))

    @property
    def folder(self) -> Path:
        """Folder of the run, with its plan, batches and manifest."""
        return Workspace(Path(self.workspace)).runs_dir / self.run_id


@dataclass(slots=True)
class Summary:
    """What a run did, step by step; becomes its manifest."""

    counts: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    searched_on: str | None = None
    query_fingerprint: str | None = None

    def add(self, counts: Mapping[str, int]) -> None:
        """Add the counts of one batch."""
        for name, n in counts.items():
            self.counts[name] = self.counts.get(name, 0) + n

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing and nothing went wrong."""
        return not (self.problems or self.missing)


def query_of(text: str | None, settings: Settings) -> Query:
    """Return the query of a run: given, from the settings' file, or the project's own."""
    from drmine.pubmed.query import default_query, load_query, query_from_text

    if text:
        return query_from_text(text)
    return load_query(settings.query_file) if settings.query_file else default_query()


def check_ready(settings: Settings, *, offline: bool, query: str | None) -> None:
    """Find wrong settings before anything heavy starts.

    Raises
    ------
    ConfigurationError
        With one sentence that says what to set.
    """
    Workspace(settings.workspace).create()
    if not offline:
        from drmine.pubmed.entrez import EntrezClient

        query_of(query, settings)
        EntrezClient.from_settings(settings)


@contextmanager
def begin(
    workspace: str, *, query: str | None, offline: bool, full: bool
) -> Iterator[tuple[Job, Summary]]:
    """Open a run: one at a time per workspace, going on where a stopped one was.

    Raises
    ------
    ConfigurationError
        When another refresh works in the same workspace.
    """
    space = Workspace(Path(workspace))
    space.create()
    with _only_one(space.root / ".refresh.lock"):
        unfinished = None if offline else _unfinished_run(space)
        run_id = unfinished or space.new_run(KIND).id
        started = datetime.now(UTC).isoformat(timespec="seconds")
        job = Job(workspace, run_id, started, query, offline, full)
        if unfinished is None:
            with open_store(job.settings) as store:
                text = None if offline else query_of(query, job.settings).text
                store.start_run(KIND, run_id=run_id, query=text, versions=versions())
        yield job, Summary()


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    import fcntl

    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConfigurationError(
                f"Another refresh is at work in {lock.parent}; wait for it, or give another "
                "--workspace."
            ) from error
        yield


def _unfinished_run(space: Workspace) -> str | None:
    """Return the last run that had a plan and was stopped before its manifest."""
    runs = sorted(space.runs_dir.glob("*/plan.json"), reverse=True)
    for plan in runs[:1]:
        if not (plan.parent / "manifest.json").exists():
            return plan.parent.name
    return None


def open_store(settings: Settings) -> Store:
    """Open the store of a workspace, creating both where they are new."""
    from drmine.store import Store

    Workspace(settings.workspace).create()
    return Store.open(settings)


@lru_cache(maxsize=2)
def classifier(spacy_model: str | None = None) -> Classifier:
    """Return the classifier of this process; it takes seconds to build."""
    from drmine.classify.classifier import Classifier
    from drmine.nlp.pipeline import Pipeline

    return Classifier(Pipeline(spacy_model=spacy_model))


def plan_fetch(job: Job) -> int:
    """Search PubMed, write the plan down, and return its number of batches."""
    from drmine.pubmed.entrez import EntrezClient
    from drmine.pubmed.harvest import make_plan, resume_plan, save_plan, since_last_run

    query = query_of(job.query, job.settings)
    last = None if job.full else _last_complete(job, query.fingerprint)
    since = since_last_run(last) if last else None
    plan = resume_plan(job.folder, query, since, job.full)
    if plan is None:
        with open_store(job.settings) as store:
            known = store.known_pmids() if job.full else ()
        client = EntrezClient.from_settings(job.settings)
        plan = make_plan(client, query, known=known, since=since, full=job.full)
        job.folder.mkdir(parents=True, exist_ok=True)
        save_plan(job.folder, plan)
    return len(plan.batches())


def _last_complete(job: Job, query_fingerprint: str) -> str | None:
    """Return the day of the last complete search with this query, or None."""
    for manifest in reversed(Workspace(Path(job.workspace)).manifests()):
        if (
            manifest.get("kind") == KIND
            and manifest.get("is_complete")
            and manifest.get("query_fingerprint") == query_fingerprint
            and manifest.get("searched_on")
        ):
            return str(manifest["searched_on"])
    return None


def read_plan(job: Job) -> Plan:
    """Return the plan that :func:`plan_fetch` wrote."""
    import json

    from drmine.pubmed.harvest import Plan

    row: dict[str, Any] = json.loads((job.folder / "plan.json").read_text(encoding="utf-8"))
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    return Plan(**values)


def fetch_planned(job: Job, number: int) -> Path:
    """Fetch one batch of the plan into a file; one that is there already is kept."""
    from drmine.pubmed.batches import fetch_batch
    from drmine.pubmed.entrez import EntrezClient

    pmids = read_plan(job).batches()[number]
    client = EntrezClient.from_settings(job.settings)
    return fetch_batch(client, pmids, job.folder / "batches", number).path


def store_records(job: Job, batch: Path) -> dict[str, int]:
    """Put the records of one fetched batch into the store and return the counts."""
    from drmine.pubmed.batches import read_batch

    with open_store(job.settings) as store:
        counts = store.upsert_records(read_batch(batch), job.run_id)
    return {f"records_{name}": n for name, n in asdict(counts).items()}


def note_fetch(job: Job, summary: Summary) -> None:
    """Compare what was planned with what came; delete what PubMed has deleted."""
    from drmine.pubmed.batches import batch_path, read_header
    from drmine.pubmed.harvest import summarize

    if not (job.folder / "plan.json").exists():
        return
    plan = read_plan(job)
    chunks = plan.batches()
    paths = [batch_path(job.folder / "batches", chunk, i) for i, chunk in enumerate(chunks)]
    done = [read_header(path) if path.exists() else None for path in paths]
    harvest = summarize(plan, chunks, done)
    summary.searched_on = plan.searched_on
    summary.query_fingerprint = plan.query_fingerprint
    summary.counts = {
        "asked": plan.count, "planned": len(plan.pmids), "fetched": harvest.received,
        **summary.counts,
    }  # fmt: skip
    # a PMID that the search found and EFetch omits is deleted or merged: said, not a fault
    if harvest.missing:
        summary.counts["not_served"] = len(harvest.missing)
        summary.notes.append(
            f"PubMed found but did not serve {len(harvest.missing)} PMIDs (deleted or merged): "
            + ", ".join(harvest.missing[:20])
        )
    if harvest.deleted:
        with open_store(job.settings) as store:
            summary.counts["deleted"] = store.delete_records(harvest.deleted, job.run_id)
    summary.missing.extend((*harvest.not_fetched, *harvest.set_aside))
    # what PubMed remarks on a search that was whole is said, but nothing is missing
    told = summary.notes if harvest.is_complete else summary.problems
    told.extend(text[:500] for text in harvest.problems if text not in summary.problems)


def pending_batches(job: Job) -> list[list[str]]:
    """Return the PMIDs that are new, changed, or were labelled by something older."""
    settings = job.settings
    with open_store(settings) as store:
        pmids = store.pending_pmids(classifier(settings.spacy_model).fingerprint)
    return [pmids[i : i + LABEL_BATCH] for i in range(0, len(pmids), LABEL_BATCH)]


def label_records(job: Job, pmids: Sequence[str]) -> dict[str, int]:
    """Tag and classify stored records; one that fails is set aside with its reason."""
    from drmine.classify.classifier import Failure

    settings = job.settings
    labeller = classifier(settings.spacy_model)
    with open_store(settings) as store:
        results = list(labeller.label(store.iter_records(pmids)))
        done = [r for r in results if not isinstance(r, Failure)]
        failed = [r for r in results if isinstance(r, Failure)]
        store.save_annotations(done, labeller.fingerprint, job.run_id)
        store.save_failures(
            [(f.pmid, f.stage, f.reason) for f in failed], labeller.fingerprint, job.run_id
        )
    return {"labelled": len(done), "failed": len(failed)}


def make_trends(job: Job, manifest: dict[str, Any]) -> dict[str, Any]:
    """Write the trend files of the workspace from the store."""
    from drmine.taxonomy import load_taxonomy
    from drmine.trends import Tables, write_trends
    from drmine.vocabulary import load_vocabulary

    with open_store(job.settings) as store:
        tables = Tables(
            articles=store.article_frame(),
            findings=store.finding_frame(),
            mentions=store.mention_frame(),
            rates=store.rate_frame(),
        )
    concepts = load_vocabulary().concepts
    result = write_trends(
        tables,
        load_taxonomy().hypotheses,
        Workspace(Path(job.workspace)).trends_dir,
        manifest=manifest,
        invented=bool(manifest["invented"]),
        complete_through=datetime.now(UTC).year - 1,
        concept_names={c.id: (c.name, c.class_) for c in concepts.values()},
    )
    return {"trend_files": len(result.files), "warnings": list(result.warnings)}


def make_report(job: Job, manifest: dict[str, Any]) -> Path:
    """Write the HTML report of the workspace from its trend files."""
    from drmine.report import write_report
    from drmine.taxonomy import load_taxonomy

    space = Workspace(Path(job.workspace))
    return write_report(
        space.trends_dir, space.report_dir, manifest=manifest, taxonomy=load_taxonomy()
    )


def versions() -> dict[str, str]:
    """Return the versions that a manifest names."""
    return {
        "drmine": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    }


def manifest_of(job: Job, summary: Summary) -> dict[str, Any]:
    """Return the manifest of a run: what was asked, done, with what, and what is missing."""
    settings = job.settings
    labeller = classifier(settings.spacy_model)
    with open_store(settings) as store:
        stored = store.counts()
    return {
        "run": job.run_id,
        "kind": KIND,
        "started": job.started,
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "query": None if job.offline else query_of(job.query, settings).text,
        "query_fingerprint": summary.query_fingerprint,
        "searched_on": summary.searched_on,
        "counts": {**summary.counts, **{f"store_{k}": n for k, n in stored.items()}},
        "versions": versions(),
        "fingerprints": {
            "pipeline": labeller.pipeline.fingerprint,
            "vocabulary": labeller.pipeline.vocabulary.fingerprint,
            "taxonomy": labeller.taxonomy.fingerprint,
            "model": labeller.model.fingerprint,
        },
        "is_complete": summary.is_complete,
        "missing": list(summary.missing),
        "problems": list(summary.problems),
        "notes": list(summary.notes),
        "invented": bool(stored.get("invented")),
    }


def finish(job: Job, summary: Summary) -> dict[str, Any]:
    """Write the manifest; the run is over with it, and its batch files are no longer needed."""
    import shutil

    manifest = manifest_of(job, summary)
    run = Run(job.run_id, KIND, job.started, job.folder)
    with open_store(job.settings) as store:
        store.finish_run(job.run_id, is_complete=summary.is_complete, counts=summary.counts)
    Workspace(Path(job.workspace)).write_manifest(run, manifest)
    if summary.is_complete:
        shutil.rmtree(job.folder / "batches", ignore_errors=True)
        (job.folder / "plan.json").unlink(missing_ok=True)
    return manifest


def headline(manifest: Mapping[str, Any]) -> str:
    """Say in a sentence or two what a run did."""
    counts = manifest["counts"]
    labelled = counts.get("labelled", 0)
    did = (
        f"{labelled:,} records tagged and classified"
        if labelled
        else "nothing to tag or classify, since no record is new or changed"
    )
    fetched = f"{counts['fetched']:,} records fetched, " if "fetched" in counts else ""
    stored = counts.get("store_records", 0)
    invented = " All of them are INVENTED." if manifest["invented"] else ""
    return f"Done: {fetched}{did}; the store holds {stored:,} records.{invented}"


def what_to_do(manifest: Mapping[str, Any]) -> str:
    """Say what is missing after an incomplete run, and what to do."""
    parts = list(manifest["problems"])
    if manifest["missing"]:
        parts.append(f"{len(manifest['missing']):,} records are missing")
    return (
        f"Incomplete: {'; '.join(parts)}. What came is kept and worked on; "
        f"run `drmine refresh` again to go on."
    )
