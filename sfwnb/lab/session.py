"""What a lab runs: server, client, worker and loop, opened, asked and closed together."""

import asyncio
from collections.abc import Coroutine
from inspect import CORO_CREATED, getcoroutinestate, iscoroutine
from typing import Any, TypeVar

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from sfwnb.errors import Interrupted, LabError
from sfwnb.lab.settings import Settings
from sfwnb.runtime.loop import BackgroundLoop
from sfwnb.runtime.quiet import quiet_runtime
from sfwnb.runtime.server import DevServer
from sfwnb.runtime.trouble import lost
from sfwnb.runtime.worker import SwappingWorker

Answer = TypeVar("Answer")

_WATCH = 0.2
"""Seconds between two looks at whether the own server still lives."""


class Session:
    """A connection with a worker that polls, on a background loop, and perhaps an own server.

    Args:
        settings: Where and how.

    Attributes:
        loop: The background loop that everything runs on.
        server: The own server, or None.
        client: A connected client.
        worker: The worker.

    Raises:
        LabError: Something could not be started; what was is stopped again.
    """

    client: Client
    worker: SwappingWorker

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._asked: set[asyncio.Task[Any] | None] = set()
        self.server: DevServer | None = None
        quiet_runtime()
        self.loop = BackgroundLoop()
        try:
            self.loop.call(self._start())
        except BaseException:
            self.close()
            raise

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self.loop.closed

    @property
    def is_open(self) -> bool:
        """Whether it can be asked: not closed, and its own server lives."""
        return not self.closed and not self._has_lost_its_server()

    def ask(self, question: Coroutine[Any, Any, Answer], timeout: float | None = None) -> Answer:
        """Run a coroutine on the loop and wait for it.

        Raises:
            LabError: The session is closed.
            ServerLost: The server ended, before or meanwhile.
            TimeoutError: The time ran out.
            Interrupted: Kernel > Interrupt.
        """
        try:
            if self.closed:
                raise LabError(f"This lab is closed. Start again: {self._settings.again()}")
            return self.loop.call(self._unless_lost(question), timeout)
        except LabError:
            if iscoroutine(question) and getcoroutinestate(question) == CORO_CREATED:
                question.close()  # nobody will run it
            raise
        except KeyboardInterrupt:
            raise Interrupted from None

    def close(self) -> None:
        """Stop the worker and the own server; closing twice is fine."""
        if self.closed:
            return
        try:
            self.loop.call(self._stop())
        finally:
            self.loop.close()

    async def _start(self) -> None:
        self.server = await self._settings.start_server()
        self.client = await self._connect()
        self.worker = SwappingWorker(self._connect, self._settings.task_queue)
        await self.worker.swap([], [])
        await self.worker.wait_polling()
        if self.server:
            self._watching = asyncio.create_task(self._watch(self.server))

    async def _stop(self) -> None:
        worker = getattr(self, "worker", None)
        if worker:
            await worker.close()
        if self.server:
            await self.server.stop()

    async def _connect(self) -> Client:
        return await self._settings.connect(self.server)

    async def _watch(self, server: DevServer) -> None:
        while server.is_running():  # noqa: ASYNC110  a process ends without an event
            await asyncio.sleep(_WATCH)
        for asked in filter(None, self._asked):
            asked.cancel()

    async def _unless_lost(self, question: Coroutine[Any, Any, Answer]) -> Answer:
        """Wait for the answer; ``_watch`` cancels what waits when the server ends."""
        if self._has_lost_its_server():
            raise self._lost()
        asked = asyncio.current_task()
        self._asked.add(asked)
        try:
            return await question
        except (Exception, asyncio.CancelledError) as error:
            unavailable = isinstance(error, RPCError) and (
                error.status is RPCStatusCode.UNAVAILABLE
            )
            if unavailable or self._has_lost_its_server():
                raise self._lost() from error
            raise
        finally:
            self._asked.discard(asked)

    def _has_lost_its_server(self) -> bool:
        return self.server is not None and not self.server.is_running()

    def _lost(self) -> LabError:
        return lost(self.client.service_client.config.target_host)
