"""Gives a run that crashed before it began the reason that Prefect knows, but does not say."""

from __future__ import annotations

import inspect
import logging
from typing import TYPE_CHECKING, Any

from drmine.flowtools.notify import tell_failure

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun, State

log = logging.getLogger("prefect.drmine")


def tell_crash(flow: Any, flow_run: FlowRun, state: State[Any]) -> None:
    """State hook: put the reason of a crash into its state, where it is known, and tell of it.

    Prefect's server takes parameters that a flow does not have; the process then ends before
    the flow is called, and the state says no more than "exited with status code: 1".
    """
    known = list(inspect.signature(flow.fn).parameters)
    if unknown := [name for name in flow_run.parameters if name not in known]:
        state = _with_message(
            flow_run,
            state,
            f"Nothing was done: the flow {flow.name} has no parameter {', '.join(unknown)}; start "
            f"it again with what it has ({', '.join(known)}).",
        )
    tell_failure(flow, flow_run, state)


def _with_message(flow_run: FlowRun, state: State[Any], message: str) -> State[Any]:
    from prefect.client.orchestration import get_client
    from prefect.states import Crashed

    crashed: State[Any] = Crashed(message=message)
    try:
        with get_client(sync_client=True) as client:
            client.set_flow_run_state(flow_run.id, crashed, force=True)
    except Exception as error:
        log.warning("%s (The state does not say so: %s.)", message, type(error).__name__)
    return crashed
