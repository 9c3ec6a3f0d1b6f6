"""Asking a workflow: start, signal, query, update and result, with Temporal's errors put in words.

Every function awaits on the background loop and raises errors of this library's tree. A call that
gets no answer is looked into before it is reported: does any worker poll the task queue, does the
workflow's code raise, has the workflow ended?
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import TemporalError
from temporalio.service import RPCError, RPCStatusCode

from sfwnb.errors import LabError, ServerLost, SfwnbError, WaitTimeout, WrongArguments
from sfwnb.replay.failures import TaskFailure, open_task_failure
from sfwnb.replay.history import Event, decode_events
from sfwnb.runtime.pollers import pollers
from sfwnb.runtime.trouble import ended, lost, replaced, task_failed, update_failed
from sfwnb.runtime.worker import SwappingWorker

PATIENCE = timedelta(seconds=10)
"""How long a query or a signal may take."""

_LOOK_AFTER = 1.0
"""Seconds without an answer after which the kit looks for the reason, again and again."""


@dataclass(frozen=True, slots=True)
class Caller:
    """One workflow, and the client that reaches it.

    Attributes:
        client: A connected client.
        handle: The client's handle of the workflow.
        worker: The worker of this process; it knows best why a task of its workflows fails.
    """

    client: Client
    handle: WorkflowHandle[Any, Any]
    worker: SwappingWorker

    async def query(self, name: str, arguments: Sequence[Any]) -> Any:
        """Ask a query and return its decoded answer.

        Raises:
            SfwnbError: The workflow refused it, no worker can answer, or the server is gone.
        """
        what = f"The query {name!r}"
        async with self._in_words(what):
            asked = self.handle.query(name, args=arguments, rpc_timeout=PATIENCE)
            return await self._unless_hopeless(what, asked)

    async def signal(self, name: str, arguments: Sequence[Any]) -> None:
        """Send a signal; it is in the history when this returns.

        Raises:
            SfwnbError: The workflow is unknown or has ended, or the server is gone.
        """
        async with self._in_words(f"The signal {name!r}"):
            await self.handle.signal(name, args=arguments, rpc_timeout=PATIENCE)

    async def update(self, name: str, arguments: Sequence[Any]) -> Any:
        """Execute an update and return its decoded result.

        Raises:
            Refused: The workflow said no.
            SfwnbError: It failed otherwise, no worker can answer, or the server is gone.
        """
        what = f"The action {name!r}"
        async with self._in_words(what):
            asked = self.handle.execute_update(name, args=arguments)
            return await self._unless_hopeless(what, asked)

    async def describe(self) -> WorkflowExecutionDescription:
        """What the server says of the workflow.

        Raises:
            LabError: There is no such workflow, or the server is gone.
        """
        async with self._in_words("The description"):
            return await self.handle.describe(rpc_timeout=PATIENCE)

    async def result(self) -> Any:
        """Wait for the workflow's result, over all its runs.

        Raises:
            WorkflowTaskFailed: Its code raises, so that it cannot end.
            WorkflowFailed: It ended otherwise than by returning.
        """
        async with self._in_words("The result"):
            return await self._unless_hopeless(None, self.handle.result())

    async def history(self) -> list[Event]:
        """The events of the run so far, decoded.

        Raises:
            SfwnbError: There is no such workflow, or the server is gone.
        """
        async with self._in_words("The history"):
            history = await self.handle.fetch_history()
            return await decode_events(history.events, self.client.data_converter)

    async def news(self) -> AsyncGenerator[Sequence[HistoryEvent], None]:
        """The workflow's history as it grows: pages of new events, over its runs, to its end."""
        handle: WorkflowHandle[Any, Any] | None = self.handle
        while handle:
            events = handle.fetch_history_events(wait_new_event=True)
            more, next_run = True, ""
            while more:
                async with self._in_words("The history"):
                    await events.fetch_next_page()
                more = bool(events.next_page_token)
                if events.current_page:
                    next_run = _next_run(events.current_page[-1])
                    yield events.current_page
            handle = (
                self.client.get_workflow_handle(self.handle.id, run_id=next_run)
                if next_run
                else None
            )

    async def standing_failure(
        self, description: WorkflowExecutionDescription | None = None
    ) -> TaskFailure | None:
        """The failure of the workflow task that Temporal is retrying, if there is one."""
        description = description or await self.handle.describe(rpc_timeout=PATIENCE)
        if description.status is not WorkflowExecutionStatus.RUNNING:
            return None
        events = await self._failing_events(description)
        return open_task_failure(await decode_events(events, self.client.data_converter))

    async def _failing_events(
        self, description: WorkflowExecutionDescription
    ) -> Sequence[HistoryEvent]:
        """The events that may tell of a failing task: this worker's newest, or the history's."""
        worker = self.worker
        ours = description.task_queue == worker.task_queue
        if ours and description.workflow_type in worker.workflow_types:
            found = worker.failing.find(description.run_id)
            return [found.event] if found else []
        if description.raw_description.pending_workflow_task.attempt < 2:
            return []
        return (await self.handle.fetch_history(rpc_timeout=PATIENCE)).events

    async def _unless_hopeless(self, what: str | None, asked: Coroutine[Any, Any, Any]) -> Any:
        """Wait for an answer; look every second whether the workflow is able to give one."""
        task = asyncio.ensure_future(asked)
        task.add_done_callback(looked_at)
        try:
            while not (await asyncio.wait({task}, timeout=_LOOK_AFTER))[0]:
                reason = await self._why_silent(what)
                if reason:
                    raise reason
        finally:
            task.cancel()
        return task.result()

    def _lost(self) -> ServerLost:
        return lost(self.client.service_client.config.target_host)

    async def _why_silent(self, what: str | None) -> SfwnbError | None:
        try:
            return await self._diagnosis(what)
        except RPCError:
            return self._lost()

    async def _diagnosis(self, what: str | None) -> SfwnbError | None:
        described = await self.handle.describe(rpc_timeout=PATIENCE)
        failure = await self.standing_failure(described)
        if failure:
            return task_failed(f"{described.workflow_type} {self.handle.id!r}", failure)
        queue = described.task_queue
        if what is None or await pollers(self.client, queue):
            return None
        return WaitTimeout(
            f"{what} of {self.handle.id!r} had no answer: no worker polls its task queue "
            f"{queue!r}. Start one there, or register the class here: "
            f"lab.register({described.workflow_type})."
        )

    @asynccontextmanager
    async def _in_words(self, what: str) -> AsyncIterator[None]:
        """Turn what Temporal raises inside into an error that says what happened and what to do."""
        try:
            yield
        except (TemporalError, RPCError, TypeError) as error:
            raise await self._explain(what, error) from error

    async def _explain(self, what: str, error: Exception) -> SfwnbError:
        match error:
            case WorkflowUpdateFailedError():
                return update_failed(what, error.cause)
            case WorkflowFailureError():
                return ended(self.handle.id, error)
            case WorkflowQueryFailedError() | WorkflowQueryRejectedError():
                return await self._why_silent(None) or LabError(
                    f"{what} of {self.handle.id!r} was not answered: {error}"
                )
            case WorkflowUpdateRPCTimeoutOrCancelledError():
                return await self._no_answer(what)
            case RPCError(status=RPCStatusCode.DEADLINE_EXCEEDED | RPCStatusCode.CANCELLED):
                return await self._no_answer(what)
            case RPCError(status=RPCStatusCode.FAILED_PRECONDITION):
                return await self._why_silent(what) or LabError(
                    f"{what} of {self.handle.id!r} cannot be answered now: {error}"
                )
            case RPCError(status=RPCStatusCode.NOT_FOUND):
                return await self._not_found(what)
            case RPCError(status=RPCStatusCode.UNAVAILABLE):
                return self._lost()
            case TypeError():
                return WrongArguments(
                    f"{what} cannot carry its arguments: {error}. Give values that JSON knows, "
                    "dataclasses or pydantic models."
                )
            case _:
                return LabError(f"{what} of {self.handle.id!r} failed: {error}")

    async def _no_answer(self, what: str) -> SfwnbError:
        return await self._why_silent(what) or WaitTimeout(
            f"{what} of {self.handle.id!r} had no answer in {PATIENCE.total_seconds():g} s, though "
            "a worker polls its task queue. Does that worker know the workflow's class, and is it "
            "busy? lab.log() may say."
        )

    async def _not_found(self, what: str) -> SfwnbError:
        try:
            described = await self.handle.describe(rpc_timeout=PATIENCE)
        except RPCError:
            return LabError(
                f"There is no workflow {self.handle.id!r} in the namespace "
                f"{self.client.namespace!r}. The Web UI lists those there are."
            )
        status = described.status.name if described.status else "UNKNOWN"
        if described.status is WorkflowExecutionStatus.RUNNING:
            return replaced(self.handle.id)
        return LabError(
            f"{what} came too late: {self.handle.id!r} has ended ({status}). Its state can still "
            "be read; lab.start(…) starts it anew."
        )


def _next_run(last: HistoryEvent) -> str:
    """The run that goes on after this closing event: continued as new, retried, or by a cron."""
    attributes = getattr(last, last.WhichOneof("attributes") or "", None)
    return str(getattr(attributes, "new_execution_run_id", ""))


def looked_at(task: asyncio.Future[Any]) -> None:
    """Look at a task's error, for asyncio prints those of tasks that nobody waits for any more."""
    if not task.cancelled():
        task.exception()
