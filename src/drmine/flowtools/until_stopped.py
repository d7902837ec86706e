"""One ``drmine schedule`` at a time, stopped alike by Ctrl-C, SIGTERM or a closed terminal."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drmine.locks import only_one

if TYPE_CHECKING:
    from prefect.runner import Runner


@contextmanager
def only_schedule(home: Path, api: str | None) -> Iterator[None]:
    """Hold the place of the one ``drmine schedule`` of a Prefect server.

    A second one would take over the deployments of the first, with its own workspace, and either
    pauses those of both as it stops.

    Parameters
    ----------
    home
        Prefect's folder: its database serves each server that is started on this machine.
    api
        The server that is set, if one is.

    Raises
    ------
    ConfigurationError
        Another one is at work.
    """
    name = hashlib.sha256((api or "").encode()).hexdigest()[:12]
    with suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)
    if not os.access(home, os.W_OK):
        yield  # whether Prefect can do with such a folder is told by its server
        return
    with only_one(
        home / f"drmine-schedule-{name}.lock",
        "`drmine schedule`",
        instead="two would take each other's deployments: stop it, or give this one a PREFECT_HOME "
        "and a --port of its own",
    ):
        yield


@contextmanager
def ended_in_order() -> Iterator[None]:
    """End this process by an exception where it is told to end, so that its server is stopped too.

    While Prefect serves, the signal goes to it (see :func:`serve_until_stopped`).
    """
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # of a terminal that is closed; under nohup it stays ignored
    is_ours = signal.getsignal(signal.SIGHUP) is signal.SIG_DFL
    if is_ours:
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        if is_ours:
            signal.signal(signal.SIGHUP, signal.SIG_DFL)


def serve_until_stopped(runner: Runner) -> None:
    """Run a runner of Prefect's until Ctrl-C or SIGTERM; either way it pauses its schedules.

    On SIGTERM Prefect raises ``SystemExit`` in the midst of its event loop, which leaves
    tracebacks, and schedules that go on without anybody to run them.
    """

    async def serve() -> None:
        here, loop = asyncio.current_task(), asyncio.get_running_loop()

        def stop(*_: Any) -> None:
            if here is not None:
                loop.call_soon_threadsafe(here.cancel)

        runner.handle_sigterm = stop  # type: ignore[method-assign]
        await runner.start()

    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(serve())
