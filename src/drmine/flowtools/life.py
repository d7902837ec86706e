"""Signs of life: which runs that Prefect shows as running have lost their process.

A process that is killed cannot report it, so its flow run stays ``Running`` in Prefect. Each run
holds a lock on a file of its own in the workspace; the system lets go of it when the process dies,
however it dies. The next run, and ``drmine schedule``, look for files that nobody holds.
"""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from drmine.errors import InputError
from drmine.workspace import Workspace

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import State

log = logging.getLogger("prefect.drmine")

FOLDER = ".alive"
KILLED = (
    "The process of this run was killed (kill -9, want of memory, or a machine that went down). "
    "What it did is kept; the next run goes on from there."
)


@contextmanager
def sign_of_life(workspace: str | Path) -> Iterator[None]:
    """Hold the sign of life of the flow run that calls, and note the runs that have lost theirs.

    Outside of a flow run it does nothing.

    Raises
    ------
    InputError
        The workspace has no name: the folder in which a worker stands is not meant.
    """
    from prefect.runtime import flow_run

    if flow_run.id is None:
        yield
        return
    if not str(workspace).strip():
        raise InputError("The parameter workspace is empty; name the folder of the workspace.")
    run_id = UUID(str(flow_run.id))
    folder = Workspace(Path(workspace)).create().root / FOLDER
    folder.mkdir(exist_ok=True)
    path = folder / str(run_id)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        # what a killed try of the same run left behind; and until the state stands here, the
        # file is no sign of anything
        handle.truncate(0)
        handle.write(_state_id(run_id))
        handle.flush()
        try:
            note_killed(workspace)
            yield
        finally:
            path.unlink(missing_ok=True)


def note_killed(workspace: str | Path) -> list[str]:
    """Mark the runs of a workspace whose process was killed as crashed; return their names.

    A server that does not answer is a warning in the log, and the next run tries again.
    """
    left = [
        (path, state)
        for path in _signs(Workspace(Path(workspace)).root)
        if (state := _left_behind(path))
    ]
    if not left:
        return []
    from prefect.client.orchestration import get_client

    named: list[str] = []
    try:
        with get_client(sync_client=True) as client:
            for path, state in left:
                if name := _note(client, UUID(path.name), state):
                    named.append(name)
                path.unlink(missing_ok=True)
    except Exception as error:
        log.warning(
            "Runs whose process was killed stay as they are in Prefect for now (%s).",
            type(error).__name__,
        )
    return named


def _signs(workspace: Path) -> list[Path]:
    found = []
    for path in (workspace / FOLDER).glob("*"):
        with suppress(ValueError):
            UUID(path.name)
            found.append(path)
    return sorted(found)


def _left_behind(path: Path) -> str | None:
    """Return the state in which a run was that holds its sign of life no more."""
    with suppress(OSError), path.open("r") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return handle.read() or None
    return None


def _state_id(run_id: UUID) -> str:
    """Return the id of the state that a run is in now: each try of a run has one of its own."""
    from prefect.client.orchestration import get_client

    try:
        with get_client(sync_client=True) as client:
            state = client.read_flow_run(run_id).state
    except Exception as error:
        log.warning("This run leaves no sign of life (%s).", type(error).__name__)
        return ""
    return str(state.id) if state else ""


def _note(client: SyncPrefectClient, run_id: UUID, state_id: str) -> str | None:
    """Mark one run as crashed, or as cancelled where that was asked for; return its name."""
    from prefect.client.schemas.objects import StateType
    from prefect.exceptions import ObjectNotFound
    from prefect.states import Cancelled, Crashed

    from drmine.flowtools.notify import tell_failure

    try:
        run = client.read_flow_run(run_id)
    except ObjectNotFound:
        return None  # it was deleted, or its server is another one
    if run.state is None:
        return None
    if run.state.type is StateType.CANCELLING:
        client.set_flow_run_state(run_id, Cancelled(message=KILLED))
        return None
    # another state: it ended, or is tried again by a process that lives
    if run.state.type is not StateType.RUNNING or str(run.state.id) != state_id:
        return None
    crashed: State[Any] = Crashed(message=KILLED)
    client.set_flow_run_state(run_id, crashed)
    log.warning("%s: its process was killed; it is marked as crashed.", run.name)
    tell_failure(None, run, crashed)
    return run.name
