"""The background loop: one daemon thread that owns one event loop, and sync calls into it.

A worker on the notebook kernel's own loop makes no progress while a cell computes or sleeps, so
everything that awaits lives on a loop in a thread of its own. Cells, widget callbacks and other
threads (JupyterLab may run callbacks in a "subshell" thread) reach it through ``call``.

The rules:

1. Only this thread runs the loop, and nobody else touches it except through the two thread-safe
   doors ``call`` (waits) and ``submit`` (does not wait).
2. A call from the loop's own thread would wait for itself for ever. Setting a widget's value from
   a coroutine runs its observers right there, so this happens: it is refused in words.
3. Kernel > Interrupt while a call waits cancels the coroutine; the loop lives on.
4. ``close`` cancels what is left, gives it a moment to clean up and joins the thread. It also runs
   when the interpreter leaves, and does nothing in a forked child, which has no such thread.
5. A refused coroutine is closed, so that Python does not warn that it was never awaited.
"""

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from sfwnb.errors import LabError
from sfwnb.runtime.leaving import before_exit

Result = TypeVar("Result")

_CLEANING_UP = 1.0
"""Seconds that cancelled coroutines get to end when the loop closes."""


class BackgroundLoop:
    """A thread with its own event loop.

    Args:
        name: The thread's name.

    Example:
        >>> import asyncio
        >>> loop = BackgroundLoop()
        >>> loop.call(asyncio.sleep(0, result="done"))
        'done'
        >>> loop.close()
    """

    def __init__(self, name: str = "sfwnb-loop") -> None:
        self._loop = asyncio.new_event_loop()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()
        self._stay = before_exit(self.close)

    def __repr__(self) -> str:
        return f"<BackgroundLoop {self._thread.name!r} {'closed' if self.closed else 'running'}>"

    @property
    def closed(self) -> bool:
        """Whether calls are refused: after ``close``, and in a forked child."""
        return self._closed or not self._thread.is_alive()

    def submit(self, coro: Coroutine[Any, Any, Result]) -> concurrent.futures.Future[Result]:
        """Start a coroutine on the loop and do not wait for it.

        Raises:
            LabError: The loop is closed.
        """
        if self.closed:
            coro.close()
            raise LabError(
                "The background loop is closed, so nothing can be asked of the server. "
                "Start again with lab = sfwnb.Lab()."
            )
        return asyncio.run_coroutine_threadsafe(coro, self._loop)

    def call(self, coro: Coroutine[Any, Any, Result], timeout: float | None = None) -> Result:
        """Run a coroutine on the loop and wait for what it returns or raises.

        Args:
            coro: What to run.
            timeout: Seconds to wait; then the coroutine is cancelled.

        Raises:
            LabError: Called on the loop's own thread, or the loop is closed or closes meanwhile.
            TimeoutError: The time ran out.
        """
        if threading.current_thread() is self._thread:
            coro.close()
            raise LabError(
                "A call that waits was made on the background loop's own thread, where it would "
                "wait for itself for ever. This happens in observers that run while a coroutine "
                "sets a widget's value. Make the call from a cell, or use `await` with lab.client."
            )
        future = self.submit(coro)
        try:
            return future.result(timeout)
        except concurrent.futures.CancelledError:
            if self._closed:
                raise LabError("The lab was closed while this call waited.") from None
            raise
        except TimeoutError:
            if future.done():  # the coroutine raised it
                raise
            future.cancel()
            raise TimeoutError(f"No answer within {timeout:g} s.") from None
        except BaseException:  # KeyboardInterrupt: nobody waits for the coroutine any more
            future.cancel()
            raise

    def close(self) -> None:
        """Cancel what is left and end the thread; closing twice is fine."""
        self._stay()
        with self._closing:
            if self.closed:
                return
            self._closed = True
        cleaning = asyncio.run_coroutine_threadsafe(_cancel_all(), self._loop)
        if threading.current_thread() is self._thread:
            cleaning.add_done_callback(lambda _: self._loop.stop())
            return
        try:
            cleaning.result(2 * _CLEANING_UP)
        except TimeoutError:
            pass  # something blocks the loop itself: the thread is a daemon and will not hold us
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_CLEANING_UP)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()


async def _cancel_all() -> None:
    """Cancel every other task of this loop and wait until they have ended."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        ended, _ = await asyncio.wait(others, timeout=_CLEANING_UP)
        for task in ended:
            if not task.cancelled():
                task.exception()  # looked at, so that asyncio does not print it
    loop = asyncio.get_running_loop()
    await loop.shutdown_asyncgens()
