"""One Temporal worker on a connection of its own, made, validated and started."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker, WorkflowRunner

from sfwnb.errors import DefinitionError, LabError
from sfwnb.runtime.activities import ActivitiesInFlight, DaemonThreads, version

_ACTIVITIES_AT_ONCE = 100
_CACHED_WORKFLOWS = 500
_ACTIVITY_GRACE = timedelta(minutes=1)
_STICKY = timedelta(seconds=1)
"""How long a task waits for the worker that has its workflow in memory before any other may take
it; with Temporal's default, what a killed kernel leaves behind would stand still for 10 s."""
_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Generation:
    """A worker that polls, with its connection and the task that runs it.

    Attributes:
        identity: The name under which the server lists it among a queue's pollers.
        polls_workflows: Whether it serves workflows, or activities only.
        in_flight: Its running activities.
        run: Ends when the worker has shut down; raises what ended it otherwise.
    """

    client: Client
    worker: Worker
    identity: str
    polls_workflows: bool
    in_flight: ActivitiesInFlight
    run: asyncio.Task[None]


async def start_generation(
    client: Client,
    task_queue: str,
    *,
    identity: str,
    workflows: Sequence[type],
    activities: Sequence[Callable[..., Any]],
    runner: WorkflowRunner,
) -> Generation:
    """Make a worker and wait until it runs.

    Raises:
        DefinitionError: Temporal refuses a workflow or an activity.
        LabError: The worker does not start: no server, no such namespace.
    """
    in_flight = ActivitiesInFlight()
    try:
        worker = Worker(
            client,
            task_queue=task_queue,
            identity=identity,
            workflows=list(workflows),
            activities=list(activities) or ([] if workflows else [version]),
            activity_executor=DaemonThreads(max_workers=_ACTIVITIES_AT_ONCE),
            max_concurrent_activities=_ACTIVITIES_AT_ONCE,
            workflow_runner=runner,
            max_cached_workflows=_CACHED_WORKFLOWS,
            sticky_queue_schedule_to_start_timeout=_STICKY,
            graceful_shutdown_timeout=_ACTIVITY_GRACE,
            interceptors=[in_flight],
            build_id=identity,  # the SDK would hash every loaded module: 50 ms
        )
    except (TypeError, ValueError, RuntimeError, AttributeError) as error:
        raise DefinitionError(in_words(error)) from error
    run = asyncio.create_task(worker.run(), name=identity)
    try:
        await _until_running(worker, run, task_queue)
    except BaseException:
        run.cancel()
        raise
    return Generation(client, worker, identity, bool(workflows), in_flight, run)


async def _until_running(worker: Worker, run: asyncio.Task[None], task_queue: str) -> None:
    end = time.monotonic() + _START_SECONDS
    while not worker.is_running:
        if run.done() or time.monotonic() > end:
            error = run.exception() if run.done() and not run.cancelled() else None
            reason = error or f"the server did not answer within {_START_SECONDS:g} s"
            raise LabError(
                f"The worker of task queue {task_queue!r} could not start: {reason}. "
                "Is the server running, and does the namespace exist?"
            )
        await asyncio.sleep(0.001)


def in_words(error: BaseException) -> str:
    """What Temporal says of a definition that it refuses, with every cause that says more.

    Example:
        >>> in_words(ValueError("More than one activity named charge"))
        'Temporal refuses this: More than one activity named charge.'
    """
    said: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        text = str(cause).strip().rstrip(".") or type(cause).__name__
        if not any(text in earlier for earlier in said):
            said.append(text)
        cause = cause.__cause__
    return f"Temporal refuses this: {': '.join(said)}."
