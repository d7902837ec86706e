"""A run that is not whole is tried again where Prefect was told to, and else ends as Incomplete."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bulk_of_flows import RECORD

from drmine.jobs import load_flow


def tried_twice(folder: Path) -> Any:
    """Run the bulk flow on a good and a missing file, as the deployments do; return its state."""
    (folder / "good.xml").write_text(RECORD)
    flow = load_flow("bulk").bulk.with_options(retries=1, retry_delay_seconds=0)
    return flow(
        files=[str(folder / "good.xml"), str(folder / "late.xml")],
        workspace=str(folder / "work"), runner="threads", return_state=True,
    )  # fmt: skip


def n_runs(folder: Path) -> int:
    return len(list((folder / "work" / "runs").iterdir()))


def test_what_is_there_at_the_second_try_completes_the_run(
    prefect_api: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bulk = load_flow("bulk")
    say = bulk.what_to_do

    def mended(manifest: dict[str, Any]) -> str:
        (tmp_path / "late.xml").write_text(RECORD.replace("99000001", "99000002"))
        return str(say(manifest))

    monkeypatch.setattr(bulk, "what_to_do", mended)
    state = tried_twice(tmp_path)
    assert state.is_completed(), state
    assert state.result()["counts"]["store_records"] == 2
    assert n_runs(tmp_path) == 2


def test_after_the_last_try_it_ends_as_incomplete_with_what_to_do(
    prefect_api: Any, tmp_path: Path
) -> None:
    state = tried_twice(tmp_path)
    assert (state.type.value, state.name) == ("FAILED", "Incomplete")
    assert state.message.startswith("Incomplete: ") and "late.xml" in state.message
    assert n_runs(tmp_path) == 2
