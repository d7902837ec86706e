"""``drmine schedule``: a Prefect server if none is set, and all deployments in one process."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from drmine.flowtools.deployments import Planned, read_deployments
from drmine.flowtools.life import note_killed
from drmine.flowtools.server import api_of, is_healthy, no_answer, start_server, stop_server

Say = Callable[[str], Any]

RETRIES = {
    "PREFECT_FLOWS_DEFAULT_RETRIES": "2",
    "PREFECT_FLOWS_DEFAULT_RETRY_DELAY_SECONDS": "600",
}
"""As in ``prefect.yaml``: a run that failed or is incomplete is tried again, and goes on."""


def schedule(workspace: Path, *, only_list: bool, port: int, say: Say) -> int:
    """Say what runs when, and run it until stopped; returns the exit code.

    Parameters
    ----------
    workspace
        The workspace of all runs.
    only_list
        Say it, and no more.
    port
        Where Prefect's server listens on this machine, if none is set by ``PREFECT_API_URL``.
    """
    from httpx import TransportError

    from drmine.jobs import flows_folder

    planned = read_deployments(flows_folder(), workspace)
    ready = [one for one in planned if one.is_there]
    for one in planned:
        missing = "" if one.is_there else " Not installed here: left out."
        say(f"{one.name}: {one.when}. {one.description}{missing}")
    say(f"Workspace: {workspace.resolve()}")
    if only_list:
        return 0
    with _server(port, say) as api:
        os.environ["PREFECT_API_URL"] = api
        for name, value in RETRIES.items():
            os.environ.setdefault(name, value)
        for name in note_killed(workspace):
            say(f"{name} had been killed: it is marked as crashed, and goes on at its next turn.")
        say(f"Prefect's pages: {_pages(api)}/deployments. Stop with Ctrl-C; runs go on later.")
        try:
            serve_planned(ready)
        except (TransportError, RuntimeError) as error:
            # RuntimeError is what Prefect makes of it in places, and of other things
            if isinstance(error, TransportError) or "Failed to reach API" in str(error):
                raise no_answer(api) from error
            raise
    return 0


def serve_planned(ready: Sequence[Planned]) -> None:
    """Serve deployments until this process is stopped; the address of the API is set."""
    from prefect import serve
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron

    serve(
        *(
            RunnerDeployment.from_entrypoint(
                f"{one.file}:{one.function}",
                name=one.name,
                description=one.description,
                parameters=dict(one.parameters),
                tags=list(one.tags),
                schedules=[Cron(cron, timezone=zone) for cron, zone in one.crons] or None,
                concurrency_limit=None
                if one.limit is None
                else ConcurrencyLimitConfig(
                    limit=one.limit, collision_strategy=ConcurrencyLimitStrategy(one.strategy)
                ),
            )
            for one in ready
        ),
        print_starting_message=False,
    )


@contextlib.contextmanager
def _server(port: int, say: Say) -> Iterator[str]:
    """Give the address of a server's API: the one that is set, one that runs, or one of our own."""
    if api := os.environ.get("PREFECT_API_URL"):
        yield api
        return
    api = api_of(port)
    if is_healthy(api):
        yield api
        return
    say("Starting Prefect's server; the first time takes half a minute.")
    process = start_server(port)
    try:
        yield api
    finally:
        stop_server(process)


def _pages(api: str) -> str:
    return os.environ.get("PREFECT_UI_URL") or api.removesuffix("/").removesuffix("/api")
