"""A worker whose workflows and activities can be replaced while workflows run.

A Temporal worker's code is fixed when it is made, and one connection carries one worker. So each
set of code gets a worker on a connection of its own: it is made and validated first, and only
when it polls does the old one stop. Running workflows move over by replay at their next task;
activities in flight finish in the old worker, which lingers for them without blocking the swap.
"""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from itertools import count
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError

from sfwnb.engine.workflow import type_name
from sfwnb.errors import LabError
from sfwnb.runtime.failing import FailingRuns, NotingRunner
from sfwnb.runtime.generation import Generation, start_generation
from sfwnb.runtime.pollers import pollers
from sfwnb.runtime.sandbox import sandboxed_runner

_SETTLE_SECONDS = 0.05
"""Before a worker stops, what the server has sent it gets this long to arrive: a workflow task that
is on its way to a worker that stops is lost for 10 s (without this in 7 of 120 swaps right after a
signal, with it in 1 of 240)."""
_HANDOVER_SECONDS = 0.02
_CLOSE_SECONDS = 2.0
_POLLING_SECONDS = 30.0
_numbers = count(1)
"""Two labs of one process must not be taken for each other, also when one after the other."""


class SwappingWorker:
    """Polls one task queue with the newest code that it was given.

    Args:
        connect: Makes a connection; called once for each swap.
        task_queue: The task queue to poll.

    Attributes:
        failing: The runs whose workflow tasks fail here.
    """

    def __init__(self, connect: Callable[[], Awaitable[Client]], task_queue: str) -> None:
        self.task_queue = task_queue
        self.failing = FailingRuns()
        self._classes: dict[str, type] = {}
        self._connect = connect
        self._current: Generation | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._retired: set[Generation] = set()
        self._failure: BaseException | None = None
        self._swapping = asyncio.Lock()
        self._closed = False

    @property
    def workflow_types(self) -> Collection[str]:
        """The workflow types that are served."""
        return self._classes.keys()

    @property
    def failure(self) -> BaseException | None:
        """What ended the current worker, or None while it lives."""
        return self._failure

    @property
    def identity(self) -> str | None:
        """The name under which the server lists the current worker among its pollers."""
        return self._current.identity if self._current else None

    async def swap(
        self, workflows: Sequence[type], activities: Sequence[Callable[..., Any]]
    ) -> None:
        """Serve these from now on, instead of what was served before.

        With nothing to serve the worker still polls, with one activity, ``sfwnb.version``.

        Raises:
            DefinitionError: Temporal refuses a class or function; the old worker goes on.
            LabError: The worker could not start, or it is closed; the old worker goes on.
        """
        async with self._swapping:
            if self._closed:
                raise LabError("This lab is closed. Start again with lab = sfwnb.Lab().")
            new = await self._start(workflows, activities)
            old, self._current, self._failure = self._current, new, None
            new.run.add_done_callback(self._ended)
            self._take_over(workflows)
            if old:
                await asyncio.sleep(_SETTLE_SECONDS if old.polls_workflows else 0)
                await self._retire(old)

    async def wait_polling(self, timeout: float = _POLLING_SECONDS) -> None:
        """Wait until the server lists the current worker among the pollers of its queue.

        Args:
            timeout: Seconds to wait.

        Raises:
            LabError: The worker ended, or does not appear in time.
        """
        end = time.monotonic() + timeout
        while not await self._is_listed():
            if self._failure:
                raise LabError(
                    f"The worker of task queue {self.task_queue!r} ended: {self._failure}"
                ) from self._failure
            if time.monotonic() > end:
                raise LabError(
                    f"The worker of task queue {self.task_queue!r} did not reach the server within "
                    f"{timeout:g} s. Is the server still running? lab shows it."
                )
            await asyncio.sleep(0.005)

    async def close(self) -> None:
        """Stop polling and end activities in flight; closing twice is fine."""
        self._closed = True
        async with self._swapping:
            if self._current:
                self._shut_down(self._current)
                self._current = None
            for generation in self._retired:
                generation.in_flight.end()
            if self._leaving:
                await asyncio.wait(self._leaving, timeout=_CLOSE_SECONDS)
            for generation in list(self._retired):  # such as one whose server is gone
                generation.run.cancel()

    def _take_over(self, workflows: Sequence[type]) -> None:
        classes = {type_name(cls): cls for cls in workflows}
        changed = [name for name, cls in classes.items() if self._classes.get(name) is not cls]
        self._classes = classes
        self.failing.forget_types(changed)

    async def _start(
        self, workflows: Sequence[type], activities: Sequence[Callable[..., Any]]
    ) -> Generation:
        return await start_generation(
            await self._connect(),
            self.task_queue,
            identity=f"sfwnb-{os.getpid()}-{next(_numbers)}@{socket.gethostname()}",
            workflows=workflows,
            activities=activities,
            runner=NotingRunner(sandboxed_runner(), self.failing),
        )

    async def _retire(self, old: Generation) -> None:
        """Stop the old worker's polling; wait a moment only, since its activities may take long."""
        leaving = self._shut_down(old)
        await asyncio.wait([leaving], timeout=_HANDOVER_SECONDS)

    def _shut_down(self, generation: Generation) -> asyncio.Task[None]:
        leaving = asyncio.create_task(self._shutdown(generation))
        self._leaving.add(leaving)
        self._retired.add(generation)
        leaving.add_done_callback(self._leaving.discard)
        return leaving

    async def _shutdown(self, generation: Generation) -> None:
        try:
            await generation.worker.shutdown()
            await asyncio.wait([generation.run])
        finally:
            self._retired.discard(generation)

    def _ended(self, run: asyncio.Task[None]) -> None:
        if run.cancelled():
            return
        error = run.exception()
        if self._current and self._current.run is run:
            self._failure = error

    async def _is_listed(self) -> bool:
        current = self._current
        if current is None:
            raise LabError("The worker has been given nothing to serve yet: swap first.")
        try:
            listed = await pollers(
                current.client, self.task_queue, for_workflows=current.polls_workflows
            )
        except RPCError:  # such as a server that is busy starting: ask again
            return False
        return current.identity in listed
