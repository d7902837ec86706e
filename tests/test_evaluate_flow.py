"""The evaluation flow on a real Prefect server: figures, an artifact, and drift by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from drmine.annotations import text_digest
from drmine.demo.corpus import load_corpus
from drmine.jobs import load_flow
from drmine.review.decisions.decision import DecidedFinding, Decision
from drmine.review.decisions.files import append_decisions
from drmine.store import Store

N_BEFORE, N_LATE = 40, 20
FLOW = Path(__file__).resolve().parents[1] / "flows" / "evaluate.py"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Path:
    """Return a workspace with records of the demonstration."""
    folder = tmp_path_factory.mktemp("evaluate")
    with Store.open(folder / "drmine.sqlite") as store:
        store.upsert_records(load_corpus()[: N_BEFORE + N_LATE], "run")
    return folder


def decide(workspace: Path, name: str, *, wrong_of_late: bool) -> str:
    """Write decisions that say what the machine says; of late, if wanted, the opposite."""
    from drmine.classify.classifier import Classifier

    folder = workspace / name
    with Store.open(workspace / "drmine.sqlite") as store:
        records = list(store.iter_records())
    made = []
    for n, (record, said) in enumerate(
        zip(records, Classifier().label(records), strict=True)
    ):  # fmt: skip
        is_wrong = wrong_of_late and n >= N_BEFORE
        about = said.about_drug_response != is_wrong
        made.append(
            Decision(
                record.pmid, "anna", "change", about, said.study_type,
                tuple(DecidedFinding(f.id, f.stance) for f in said.hypotheses) if about else (),
                text_sha256=text_digest(record.text), sample="random",
                time=f"2026-01-01T00:00:{n:02}+00:00",
            )
        )  # fmt: skip
    append_decisions(folder, made)
    return str(folder)


def artifacts() -> list[str]:
    """Return the pages that the server keeps under the flow's key."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

    with get_client(sync_client=True) as client:
        found = client.read_artifacts(
            artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=["drmine-evaluation"]))
        )
    return [str(one.data) for one in found]


def test_figures_artifact_and_json_of_a_steady_machine(prefect_api, workspace) -> None:
    state = load_flow("evaluate").evaluate(
        str(workspace), reviews=decide(workspace, "steady", wrong_of_late=False), latest=N_LATE,
        return_state=True,
    )  # fmt: skip
    assert (state.type.value, state.name) == ("COMPLETED", "Completed"), state.message
    assert state.message.startswith("60 records with ") and state.message.endswith("No drift.")
    written = json.loads((workspace / "evaluation" / "latest.json").read_text(encoding="utf-8"))
    assert written["all"]["about_drug_response"]["f1"] == 1.0
    assert written["all"]["stance_accuracy"]["value"] == 1.0
    assert set(written["by_period"]) <= {"before 2000", "2000-2010", "after 2010"}
    assert {"hypotheses_micro", "hypotheses_macro_f1", "study_type_accuracy"} <= set(written["all"])
    assert any("| all | 60 |" in page for page in artifacts())


def test_a_machine_that_errs_of_late_ends_as_drift(prefect_api, workspace, monkeypatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(
        "drmine.flowtools.notify.tell_failure", lambda flow, run, state: told.append(state.name)
    )
    reviews = decide(workspace, "drifting", wrong_of_late=True)
    flow = load_flow("evaluate").evaluate
    state = flow(str(workspace), reviews=reviews, latest=N_LATE, return_state=True)
    assert (state.type.value, state.name) == ("COMPLETED", "Drift")
    assert (
        f"about_drug_response: {N_LATE} of {N_LATE} wrong, before 0 of {N_BEFORE}" in state.message
    )
    assert any("**Drift.**" in page for page in artifacts())
    found = json.loads((workspace / "evaluation" / "latest.json").read_text(encoding="utf-8"))
    assert any(test["is_drift"] for test in found["drift"]["tests"])
    # a stricter threshold than any p lets it pass
    calm = flow(str(workspace), reviews=reviews, latest=N_LATE, drift_threshold=1e-60,
                return_state=True)  # fmt: skip
    assert calm.name == "Completed"
    assert told == ["Drift"]


def test_without_decisions_it_says_what_to_do(prefect_api, workspace) -> None:
    state = load_flow("evaluate").evaluate(
        str(workspace), reviews=str(workspace / "nobody"), return_state=True
    )
    assert (state.type.value, state.name) == ("COMPLETED", "NothingToJudge")
    assert "drmine annotations hydrate" in state.message
    (problem,) = state.result()["problems"]
    assert "nobody is not there; check its name" in problem


def test_a_threshold_that_makes_no_sense_fails_in_one_sentence(prefect_api, workspace) -> None:
    state = load_flow("evaluate").evaluate(str(workspace), drift_threshold=2, return_state=True)
    assert state.is_failed()
    assert "ConfigurationError: drift_threshold is 2; give a probability" in state.message


def test_by_hand_it_waits_for_a_slow_start_of_the_server() -> None:
    # Prefect's own 20 seconds are too few where other work takes the cores
    code = f"""
import runpy
runpy.run_path({str(FLOW)!r})
from prefect.settings import get_current_settings
print(get_current_settings().server.ephemeral.startup_timeout_seconds)
"""
    name = "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"
    bare = {key: value for key, value in os.environ.items() if key != name}
    done = subprocess.run(
        [sys.executable, "-c", code], env=bare, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "90"
