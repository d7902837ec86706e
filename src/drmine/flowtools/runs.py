"""Which tasks are tried again, and how errors reach the log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from drmine.errors import DrmineError

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
