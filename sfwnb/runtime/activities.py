"""What activities need of a worker: threads that do not hold the exit, an end when it closes."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

from sfwnb import __version__

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@activity.defn(name="sfwnb.version")
async def version() -> str:
    """The version of this library; gives a worker without any workflow something to offer."""
    return __version__


class DaemonThreads(ThreadPoolExecutor):
    """Runs each call in a daemon thread of its own.

    Python joins the threads of an ordinary pool when it exits, so an activity that sleeps for an
    hour would hold the exit for an hour. It is a ThreadPoolExecutor because Temporal's worker
    insists on one (any other kind must be able to pickle the activities).
    """

    def submit(
        self,
        function: Callable[Parameters, Result],
        /,
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Future[Result]:
        """Start the call at once; the worker limits how many there are."""
        future: Future[Result] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = function(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001  whatever it is belongs to the future
                future.set_exception(error)
            else:
                future.set_result(result)

        threading.Thread(target=run, name="sfwnb-activity", daemon=True).start()
        return future


class ActivitiesInFlight(Interceptor):
    """Knows the running activities, so that closing a worker does not wait for them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ended = False

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Called by the worker for each activity."""
        return _Watched(next, self)

    def end(self) -> None:
        """Fail every running activity; where the server lives on, it may retry them elsewhere."""
        self._ended = True
        for task in self._tasks:
            task.cancel()

    async def watch(self, next: ActivityInboundInterceptor, input: ExecuteActivityInput) -> Any:
        """Run one activity, known while it runs."""
        task = asyncio.current_task()
        if task is None or self._ended:
            raise _closed()
        self._tasks.add(task)
        try:
            return await next.execute_activity(input)
        except asyncio.CancelledError:
            if self._ended:
                raise _closed() from None
            raise
        finally:
            self._tasks.discard(task)


class _Watched(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, in_flight: ActivitiesInFlight) -> None:
        super().__init__(next)
        self._in_flight = in_flight

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        return await self._in_flight.watch(self.next, input)


def _closed() -> ApplicationError:
    return ApplicationError(
        "The lab was closed while this activity ran.",
        type="LabClosed",
        category=ApplicationErrorCategory.BENIGN,
    )
