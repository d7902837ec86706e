"""The steps of a refresh, each with plain values in and out; knows nothing of Prefect.

The flow in ``flows/refresh.py`` calls them in the order in which they stand here.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drmine import __version__
from drmine.settings import Settings
from drmine.workspace import Run, Workspace

if TYPE_CHECKING:
    from drmine.classify.classifier import Classifier
    from drmine.store import Store

# Records that one labelling task takes: some seconds of work, so that a task's own
# cost (10-30 ms) does not count and a stop loses little.
LABEL_BATCH = 500
_LIBRARIES = ("biopython", "pandas", "prefect", "scispacy", "spacy", "sqlalchemy")


@dataclass(slots=True)
class Summary:
    """What a run did, step by step; becomes its manifest."""

    counts: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing and nothing went wrong."""
        return not (self.problems or self.missing)


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


def store_records(settings: Settings, batch: Path, run_id: str) -> dict[str, int]:
    """Put the records of one fetched batch into the store and return the counts."""
    from drmine.pubmed.harvest import read_batch

    with open_store(settings) as store:
        counts = store.upsert_records(read_batch(batch), run_id)
    return asdict(counts)


def pending_batches(settings: Settings) -> list[list[str]]:
    """Return the PMIDs that are new, changed, or were labelled by something older."""
    with open_store(settings) as store:
        pmids = store.pending_pmids(classifier(settings.spacy_model).fingerprint)
    return [pmids[i : i + LABEL_BATCH] for i in range(0, len(pmids), LABEL_BATCH)]


def label_records(settings: Settings, pmids: Sequence[str], run_id: str) -> dict[str, int]:
    """Tag and classify stored records; one that fails is set aside with its reason."""
    from drmine.classify.classifier import Failure

    labeller = classifier(settings.spacy_model)
    with open_store(settings) as store:
        results = list(labeller.label(store.iter_records(pmids)))
        done = [r for r in results if not isinstance(r, Failure)]
        failed = [r for r in results if isinstance(r, Failure)]
        store.save_annotations(done, labeller.fingerprint, run_id)
        store.save_failures(
            [(f.pmid, f.stage, f.reason) for f in failed], labeller.fingerprint, run_id
        )
    return {"labelled": len(done), "failed": len(failed)}


def make_trends(settings: Settings, manifest: dict[str, Any]) -> dict[str, Any]:
    """Write the trend files of the workspace from the store."""
    from drmine.taxonomy import load_taxonomy
    from drmine.trends import Tables, write_trends
    from drmine.vocabulary import load_vocabulary

    with open_store(settings) as store:
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
        Workspace(settings.workspace).trends_dir,
        manifest=manifest,
        invented=bool(manifest.get("invented")),
        complete_through=datetime.now(UTC).year - 1,
        concept_names={c.id: (c.name, c.class_) for c in concepts.values()},
    )
    return {"files": len(result.files), "warnings": list(result.warnings)}


def make_report(settings: Settings, manifest: dict[str, Any]) -> Path:
    """Write the HTML report of the workspace from its trend files."""
    from drmine.report import write_report
    from drmine.taxonomy import load_taxonomy

    workspace = Workspace(settings.workspace)
    return write_report(
        workspace.trends_dir, workspace.report_dir, manifest=manifest, taxonomy=load_taxonomy()
    )


def versions() -> dict[str, str]:
    """Return the versions that a manifest names."""
    return {
        "drmine": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    }


def manifest_of(
    settings: Settings, run: Run, summary: Summary, query: str | None, invented: bool
) -> dict[str, Any]:
    """Return the manifest of a run: what was asked, done, with what, and what is missing."""
    labeller = classifier(settings.spacy_model)
    return {
        "run": run.id,
        "kind": run.kind,
        "started": run.started,
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "query": query,
        "counts": dict(summary.counts),
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
        "invented": invented,
    }
