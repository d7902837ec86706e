"""A run that crashed before it began says why."""

from __future__ import annotations

from typing import Any

import pytest
from scheduled_runs import message, state

from drmine.jobs import load_flow
from prefect_server import Api


def crashed_run(flow: Any, parameters: dict[str, Any]) -> str:
    """Make a run that crashed with Prefect's own words, and call the flow's hooks on it."""
    from prefect.client.orchestration import get_client
    from prefect.states import Crashed

    found = Crashed(message="Process exited with status code: 1.")
    with get_client(sync_client=True) as client:
        run = client.create_flow_run(flow, parameters=parameters, state=found)
    for hook in flow.on_crashed_hooks:
        hook(flow, run, found)
    return str(run.id)


@pytest.mark.parametrize("name", ["refresh", "bulk", "evaluate"])
def test_unknown_parameters_are_named_in_the_state(prefect_api: Api, name: str) -> None:
    flow = getattr(load_flow(name), name)
    run = crashed_run(flow, {"workspace": "work", "workspce": "work"})
    assert state(prefect_api, run) == "CRASHED"
    said = message(prefect_api, run)
    assert said.startswith(f"Nothing was done: the flow {name} has no parameter workspce; ")
    assert "(" in said and "workspace" in said.partition("(")[2]


def test_another_crash_keeps_what_prefect_says_of_it(prefect_api: Api) -> None:
    run = crashed_run(load_flow("refresh").refresh, {"workspace": "work"})
    assert message(prefect_api, run) == "Process exited with status code: 1."
