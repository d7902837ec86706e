"""Spread tasks over threads, processes or Dask; what a killed worker had is done again."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any

from drmine.errors import ConfigurationError, DrmineError, IncompleteError
from drmine.flowtools.light_context import settings_as_they_are

if TYPE_CHECKING:
    from prefect import Task

log = logging.getLogger("prefect.drmine")

RUNNERS = ("threads", "processes", "dask")
LOST_TRIES = 4
"""How often a task is handed out whose worker was killed; then it is likely what kills them."""

_CONNECT_SECONDS = 30


class Pool:
    """Workers for tasks that are independent of each other.

    Parameters
    ----------
    runner
        One of :data:`RUNNERS`.
    workers
        How many; all cores unless given. Not for a Dask cluster of your own, which has its own.
    dask_address
        Address of a Dask scheduler (``tcp://host:8786``); without it Dask gets a cluster on
        this machine, for as long as the pool is open.

    Raises
    ------
    ConfigurationError
        The runner is unknown, not installed, or the scheduler does not answer.
    """

    def __init__(self, runner: str, workers: int | None, dask_address: str | None) -> None:
        if runner not in RUNNERS:
            raise ConfigurationError(
                f"The runner {runner!r} is not known; choose one of {', '.join(RUNNERS)}."
            )
        if dask_address and runner != "dask":
            raise ConfigurationError("A Dask address needs the runner dask; add --runner dask.")
        if workers is not None and workers < 1:
            raise ConfigurationError("The number of workers must be 1 or more.")
        self._kind = runner
        self._workers = workers or os.cpu_count() or 1
        self._address = dask_address
        self._runner: Any = None

    def __enter__(self) -> Pool:
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        runner, self._runner = self._runner, None
        runner.__exit__(kind, error, trace)

    def submit(self, task: Task[Any, Any], /, **parameters: Any) -> _Submitted:
        """Hand a task out; ask :meth:`result` for what came of it."""
        return _Submitted(task, parameters, self._hand_out(task, parameters))

    def result(self, submitted: _Submitted, others: Iterable[_Submitted] = ()) -> Any:
        """Wait for a task and return its result; hand it out again if its worker was killed.

        Parameters
        ----------
        submitted
            What :meth:`submit` returned.
        others
            Tasks that are still wanted: where one killed process takes the pool with it, they
            are handed out again too.

        Raises
        ------
        DrmineError
            That which the task raised; IncompleteError if it fails or is lost too often.
        """
        for _ in range(LOST_TRIES):
            runner = self._runner
            try:
                submitted.future.wait()
                outcome = submitted.future.result(raise_on_failure=False)
            except BrokenProcessPool:
                log.warning("A worker process was killed; its work is done again.")
                if runner is self._runner:
                    self._restart([submitted, *others])
                continue
            except DrmineError:
                raise
            except Exception as error:
                # Dask has given up on a task whose worker died several times, or went away
                log.warning("A worker was lost (%s); its work is done again.", _reason(error))
                submitted.future = self._hand_out(submitted.task, submitted.parameters)
                continue
            if isinstance(outcome, DrmineError):
                raise outcome
            if isinstance(outcome, BaseException):
                raise IncompleteError(
                    f"{submitted.what} failed ({_reason(outcome)}); see the log of its task run."
                )
            return outcome
        raise IncompleteError(
            f"{submitted.what} was given up: its worker was killed {LOST_TRIES} times, perhaps for "
            "want of memory; give fewer workers."
        )

    def _hand_out(self, task: Task[Any, Any], parameters: dict[str, Any]) -> Any:
        with settings_as_they_are():
            return self._runner.submit(task, parameters)

    def _restart(self, wanted: Iterable[_Submitted]) -> None:
        self._runner.__exit__(None, None, None)
        self._start()
        for submitted in wanted:
            if not submitted.is_done:
                submitted.future = self._hand_out(submitted.task, submitted.parameters)

    def _start(self) -> None:
        runner = self._make()
        runner.__enter__()
        if self._kind == "dask":
            # Dask names a task by the digest of all that it is given, a third of the cost of
            # handing it out; no two of these tasks are the same
            runner.client.submit = partial(runner.client.submit, pure=False)
        self._runner = runner

    def _make(self) -> Any:
        if self._kind == "threads":
            from prefect.task_runners import ThreadPoolTaskRunner

            return ThreadPoolTaskRunner(max_workers=self._workers)
        if self._kind == "processes":
            from prefect.task_runners import ProcessPoolTaskRunner

            return ProcessPoolTaskRunner(max_workers=self._workers)
        try:
            from prefect_dask import DaskTaskRunner
        except ImportError:
            raise ConfigurationError(
                "The runner dask needs prefect-dask; install it with: pip install 'drmine[dask]'"
            ) from None
        # it tells of every connection; what goes wrong is a warning
        logging.getLogger("distributed").setLevel(logging.WARNING)
        if self._address:
            _check_scheduler(self._address)
            return DaskTaskRunner(address=self._address)
        # one thread a worker: reading is work for the processor, and Python has one lock
        local = {"n_workers": self._workers, "threads_per_worker": 1, "dashboard_address": ":0"}
        return DaskTaskRunner(cluster_kwargs=local)


class _Submitted:
    """A task that was handed out."""

    def __init__(self, task: Any, parameters: dict[str, Any], future: Any) -> None:
        self.task = task
        self.parameters = parameters
        self.future = future

    @property
    def is_done(self) -> bool:
        """Whether it ended, with whatever result, and not by the death of its worker."""
        wrapped = self.future.wrapped_future
        return bool(wrapped.done()) and wrapped.exception() is None

    @property
    def what(self) -> str:
        """The task as it is called in a sentence."""
        source = self.parameters.get("source")
        return str(getattr(source, "name", self.task.name))


def _check_scheduler(address: str) -> None:
    from distributed import Client

    try:
        Client(address, timeout=_CONNECT_SECONDS, set_as_default=False).close()
    except (OSError, ValueError, TimeoutError) as error:
        raise ConfigurationError(
            f"No Dask scheduler answers at {address} ({type(error).__name__}); start one with "
            "`dask scheduler` and `dask worker`, or leave --dask-address out."
        ) from error


def _reason(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
