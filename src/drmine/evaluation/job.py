"""The steps of the evaluation flow: what to judge, judging it, and what it leaves behind."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from drmine.errors import ConfigurationError
from drmine.evaluation.current import UNTESTED, Outcome, outcome_of, report
from drmine.evaluation.shipped import judge
from drmine.evaluation.shipped_figures import ABOUT
from drmine.evaluation.truth import Truths, gather_truths
from drmine.plural import how_many
from drmine.pubmed.atomic import write_atomically
from drmine.settings import Settings, at_home, settings_of
from drmine.workspace import Workspace

BATCH = 500
FOLDER, LATEST_FILE = "evaluation", "latest.json"
NOTHING = (
    "Nothing to judge: no decision on a record that the model has not learned from has its text at "
    "hand; review records, or run `drmine annotations hydrate`."
)


@dataclass(frozen=True, slots=True)
class EvaluationJob:
    """What an evaluation is asked to do; plain values, so that they can pass between tasks."""

    workspace: str
    gold: str | None
    reviews: str | None
    drift_threshold: float
    latest: int

    @property
    def settings(self) -> Settings:
        """Settings of the environment, with this job's workspace."""
        return settings_of(self.workspace)


@lru_cache(maxsize=2)
def _truths(job: EvaluationJob) -> Truths:
    """Return what there is to judge; read once by each process."""
    gold, reviews = (at_home(p) if p else None for p in (job.gold, job.reviews))
    found = gather_truths(job.settings, gold, reviews)
    if reviews is not None and not reviews.is_dir():
        # it may come with the first decision; or its name is wrong, and none of them is seen
        found.problems.append(f"The folder of decisions {reviews} is not there; check its name.")
    return found


def batches(job: EvaluationJob) -> list[list[str]]:
    """Return the PMIDs to judge, some hundred at a time.

    Raises
    ------
    ConfigurationError
        The threshold or the number of latest decisions makes no sense.
    InputError
        The gold that was named is not there.
    """
    if not 0 < job.drift_threshold < 1:
        raise ConfigurationError(
            f"drift_threshold is {job.drift_threshold:g}; give a probability between 0 and 1."
        )
    if job.latest < 1:
        raise ConfigurationError(f"latest is {job.latest}; give a whole number from 1 up.")
    # a process that serves many runs must not judge by decisions of an earlier one
    _truths.cache_clear()
    pmids = [one.findings.pmid for one in _truths(job).truths]
    return [pmids[i : i + BATCH] for i in range(0, len(pmids), BATCH)]


def judge_batch(job: EvaluationJob, pmids: Sequence[str]) -> list[Outcome]:
    """Label records with the shipped model, and set the labels beside the decisions."""
    found = _truths(job)
    wanted = set(pmids)
    truths = [one for one in found.truths if one.findings.pmid in wanted]
    judged = judge([one.findings for one in truths], found.records)
    return [
        outcome_of(one, truth.sample, truth.decided)
        for one, truth in zip(judged, truths, strict=True)
    ]


def finish(job: EvaluationJob, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Compute the figures, write them under ``evaluation/`` of the workspace, and return them."""
    from drmine.classify.model import shipped_model
    from drmine.taxonomy import load_taxonomy
    from drmine.versions import versions

    found = _truths(job)
    taxonomy = load_taxonomy()
    result = {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "model": shipped_model().fingerprint,
        "taxonomy": f"{taxonomy.id}/{taxonomy.version}",
        "left_out": {
            "trained_on": found.trained_on,
            "without_text": len(found.without_text),
            "without_text_pmids": found.without_text,
        },
        "problems": found.problems,
        **report(
            outcomes, taxonomy.ids, threshold=job.drift_threshold, latest=job.latest
        ),
    }  # fmt: skip
    folder = Workspace(Path(job.workspace)).create().root / FOLDER
    content = (json.dumps(result, indent=1, ensure_ascii=False) + "\n").encode()
    name = result["made"].replace(":", "").replace("+0000", "Z")
    for path in (folder / f"{name}.json", folder / LATEST_FILE):
        write_atomically(path, content)
    return result


def headline(found: Mapping[str, Any]) -> str:
    """Say in a sentence or two how right the machine is."""
    every = found["all"]

    def told(row: Mapping[str, Any], key: str) -> str:
        return "–" if row.get(key) is None else f"{row[key]:.2f}"

    return (
        f"{how_many(every['n_records'], 'record')} with "
        f"{how_many(every['n_findings'], 'finding')}: about drug "
        f"response F1 {told(every[ABOUT], 'f1')}, hypotheses micro F1 "
        f"{told(every['hypotheses_micro'], 'f1')}, stance "
        f"{told(every['stance_accuracy'], 'value')}, study type "
        f"{told(every['study_type_accuracy'], 'value')}. "
        + ("No drift." if found["drift"]["tests"] else UNTESTED)
    )
