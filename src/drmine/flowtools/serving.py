"""``drmine schedule``: a Prefect server if none is set, and all deployments in one process."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from drmine.errors import ConfigurationError, DrmineError
from drmine.flowtools.deployments import Planned, read_deployments
from drmine.flowtools.life import note_killed
from drmine.flowtools.server import answering, api_of, is_healthy, server_kept_up
from drmine.flowtools.until_stopped import ended_in_order, only_schedule, serve_until_stopped
from drmine.settings import settings_of
from drmine.terminal import Say

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
    from prefect.context import refresh_global_settings_context
    from prefect.settings import PREFECT_HOME

    from drmine.jobs import flows_folder
    from drmine.refresh.job import check_ready, has_store, open_store

    planned = read_deployments(flows_folder(), workspace)
    ready = [one for one in planned if one.is_there]
    for one in planned:
        missing = "" if one.is_there else " Not installed here: left out."
        say(f"{one.name}: {one.when}. {one.description}{missing}")
    say(f"Workspace: {workspace.resolve()}")
    if only_list:
        return 0
    check_schedules(ready)
    try:
        settings = settings_of(workspace)
        check_ready(settings, offline=False, query=None)
        if has_store(settings):
            # one that a newer drmine has migrated, or whose server does not answer
            open_store(settings).close()
    except DrmineError as error:
        # said now, not by the night's run; bulk runs and evaluations may do all the same
        say(f"Refreshes will fail as things are: {error}")
    with (
        ended_in_order(),
        only_schedule(PREFECT_HOME.value(), _set_api()),
        _server(port, say) as api,
    ):
        os.environ["PREFECT_API_URL"] = api
        for name, value in RETRIES.items():
            os.environ.setdefault(name, value)
        # Prefect has read its settings already, to say whether a server is set
        refresh_global_settings_context()
        for name in note_killed(workspace):
            say(f"{name} had been killed: it is marked as crashed, and goes on at its next turn.")
        say(f"Prefect's pages: {_pages(api)}/deployments. Stop with Ctrl-C; runs go on later.")
        with answering(api):
            serve_planned(ready)
    return 0


def check_schedules(ready: Sequence[Planned]) -> None:
    """Refuse a schedule that is none before a server is started for it.

    Raises
    ------
    ConfigurationError
        With the deployment, and what is wrong with its cron line or time zone.
    """
    from prefect.client.schemas.schedules import CronSchedule

    for one in ready:
        for cron, zone in one.crons:
            try:
                CronSchedule(cron=cron, timezone=zone)
            except ValueError:
                raise ConfigurationError(
                    f"The schedule of {one.name} in prefect.yaml, {cron!r} in {zone}, is no cron "
                    "schedule in a time zone such as Europe/Berlin; mend it."
                ) from None


def serve_planned(ready: Sequence[Planned]) -> None:
    """Serve deployments until this process is stopped; the address of the API is set."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.deployments.runner import RunnerDeployment
    from prefect.runner import Runner
    from prefect.schedules import Cron

    runner = Runner(pause_on_shutdown=True)
    for one in ready:
        runner.add_deployment(
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
        )
    serve_until_stopped(runner)


@contextlib.contextmanager
def _server(port: int, say: Say) -> Iterator[str]:
    """Give the address of a server's API: the one that is set, one that runs, or one of our own."""
    is_set = api = _set_api()
    if api and api.rstrip("/").replace("localhost", "127.0.0.1") != api_of(port):
        yield api
        return
    api = api_of(port)
    if is_healthy(api):
        if not is_set:
            # those of earlier versions hold no lock by which they could be refused
            say(
                f"Prefect's server that runs on port {port} is used. If a `drmine schedule` of an "
                "earlier version started it, stop both and start this one again: as the other "
                "stops, it takes the server away."
            )
        yield api
        return
    say("Starting Prefect's server; the first time takes half a minute.")
    with server_kept_up(port, say):
        yield api


def _set_api() -> str | None:
    """Return the server that is set, by the environment or, as Prefect Cloud's, by a profile."""
    from prefect.settings import PREFECT_API_URL

    return PREFECT_API_URL.value()


def _pages(api: str) -> str:
    from prefect.settings import PREFECT_API_URL, PREFECT_UI_URL

    set_here = PREFECT_UI_URL.value() if PREFECT_API_URL.value() == api else None
    return set_here or api.removesuffix("/").removesuffix("/api")
