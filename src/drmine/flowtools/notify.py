"""Tell people of failed and incomplete runs, and of drift, by their Prefect notification block."""

from __future__ import annotations

import inspect
import logging
from typing import TYPE_CHECKING, Any

from drmine.settings import Settings

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun, State

log = logging.getLogger("prefect.drmine")

_LONGEST = 2000


def tell_failure(flow: Any, flow_run: FlowRun, state: State[Any]) -> None:
    """State hook: send what happened, and what to do, through ``DRMINE_NOTIFY_BLOCK``.

    A block that is missing or does not get through is a warning in the log: the run
    itself has ended already.
    """
    slug = Settings.from_environment().notify_block
    if not slug:
        return
    try:
        from prefect.blocks.abstract import NotificationBlock
        from prefect.blocks.core import Block
        from prefect.utilities.asyncutils import run_coro_as_sync

        try:
            block = Block.load(slug)
        except ValueError:
            log.warning(
                "DRMINE_NOTIFY_BLOCK is %s, but there is no such block: make it in Prefect's UI "
                "under Blocks, or unset it.",
                slug,
            )
            return
        if not isinstance(block, NotificationBlock):
            log.warning("DRMINE_NOTIFY_BLOCK is %s, which is no notification block.", slug)
            return
        # left to themselves, those of Slack, Teams and e-mail pass over what is refused
        with block.raise_on_failure():
            # declared as a coroutine, but called from here most blocks are done when they return
            sent: Any = block.notify(_text(flow_run, state), subject=_subject(flow_run, state))
            if inspect.iscoroutine(sent):
                run_coro_as_sync(sent)
    except Exception as error:
        # an address with a token may stand in the text of the error: its kind must do
        log.warning("The notification through %s failed (%s).", slug, type(error).__name__)


def tell_named(flow: Any, flow_run: FlowRun, state: State[Any]) -> None:
    """State hook: tell of a run that completed under a name of its own, such as ``Drift``."""
    if state.name != "Completed":
        tell_failure(flow, flow_run, state)


def _subject(flow_run: FlowRun, state: State[Any]) -> str:
    return f"drmine: {flow_run.name} is {(state.name or state.type.value).lower()}"


def _text(flow_run: FlowRun, state: State[Any]) -> str:
    from prefect.utilities.urls import url_for

    lines = [(state.message or "No reason is known; see the run's log.")[:_LONGEST]]
    if address := url_for(flow_run):
        lines.append(address)
    return "\n".join(lines)
