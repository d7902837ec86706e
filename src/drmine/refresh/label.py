"""Tags and classifies what is new, changed, or was labelled by something older."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from drmine.refresh.job import Job, open_store

if TYPE_CHECKING:
    from drmine.classify.classifier import Classifier

# Records that one labelling task takes: some seconds of work, so that a task's own
# cost (10-30 ms) does not count and a stop loses little.
LABEL_BATCH = 500
# A process more costs its start and the building of a classifier, some seconds.
_BATCHES_PER_WORKER = 4
_MOST_WORKERS = 4


@lru_cache(maxsize=2)
def classifier(spacy_model: str | None = None) -> Classifier:
    """Return the classifier of this process; it takes seconds to build."""
    from drmine.classify.classifier import Classifier
    from drmine.nlp.pipeline import Pipeline

    return Classifier(Pipeline(spacy_model=spacy_model))


def pending_batches(job: Job) -> list[list[str]]:
    """Return the PMIDs that are new, changed, or were labelled by something older."""
    settings = job.settings
    with open_store(settings) as store:
        pmids = store.pending_pmids(classifier(settings.spacy_model).fingerprint)
    return [pmids[i : i + LABEL_BATCH] for i in range(0, len(pmids), LABEL_BATCH)]


def workers_for(n_batches: int) -> int:
    """Return how many processes to label on: one more for each few batches, if there are cores."""
    return max(1, min(os.cpu_count() or 1, _MOST_WORKERS, n_batches // _BATCHES_PER_WORKER))


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


def label_batch(job: Job, number: int, pmids: Sequence[str]) -> dict[str, int]:
    """Do :func:`label_records` as a task of a flow, whose run is named by ``number``."""
    return label_records(job, pmids)
