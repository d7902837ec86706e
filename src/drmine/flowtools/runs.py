"""What is tried again, how a run ends that is not whole, and how errors reach the log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from uuid import UUID

from drmine.errors import DrmineError, IncompleteError

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State


def may_pass(task: Any, run: Any, state: State[Any]) -> bool:
    """Whether another try may help: not for what drmine itself has given up on.

    The client tries each request for some minutes; a wrong setting stays wrong.
    """
    return not isinstance(state.result(raise_on_failure=False), DrmineError)


RETRIES: dict[str, Any] = {
    "retries": 2,
    "retry_delay_seconds": [2, 20],
    "retry_condition_fn": may_pass,
}
"""For every task: a stumble of the machine or the network does not end a run."""


def incomplete(message: str, manifest: dict[str, Any]) -> State[dict[str, Any]]:
    """Return the state of a run that is not whole, or raise where the run is tried again.

    Prefect tries a run again after an exception. Where one returns a failed state and has a try
    left, Prefect 3.8 ends its process by an error of its own, and the run as crashed.

    Raises
    ------
    IncompleteError
        The run has a try left: Prefect waits, and tries it again.
    """
    from prefect.states import Failed

    if _has_a_try_left():
        raise IncompleteError(message)
    return Failed(name="Incomplete", message=message, data=manifest)


def _has_a_try_left() -> bool:
    """Whether Prefect's server tries the run that calls again if it fails, by the server's rule."""
    from prefect.client.orchestration import get_client
    from prefect.runtime import flow_run

    if flow_run.id is None:
        return False
    # the run as this process knows it is that of its start
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(UUID(str(flow_run.id)))
    return run.run_count <= (run.empirical_policy.retries or 0)


class _OneSentence(logging.Filter):
    """Takes the traceback off errors that users can mend: their sentence says it all."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        if kind is not None and issubclass(kind, DrmineError):
            record.exc_info = record.exc_text = None
        return True


def log_sentences() -> None:
    """Log errors that users can mend without a traceback."""
    for name in ("prefect.task_runs", "prefect.flow_runs"):
        logger = logging.getLogger(name)
        if not any(isinstance(known, _OneSentence) for known in logger.filters):
            logger.addFilter(_OneSentence())
