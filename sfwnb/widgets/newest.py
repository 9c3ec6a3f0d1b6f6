"""Slow work on the newest value only, on a thread of its own: what a busy workflow must not do.

A refresher may report fifty changes a second while a picture takes 0.3 s. Whoever reports hands
the value over and goes on; values that came in between are skipped, and the last one is always
worked on.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Value = TypeVar("Value")

_REST_AFTER_ERROR = 1.0  # seconds


class Newest(Generic[Value]):
    """Work on the newest value offered, one at a time.

    Args:
        work: Called with a value on a thread of ours; returns how many seconds to rest, so that
            what it sends does not flood the page.
        failed: Called on that thread with the error of ``work``.
    """

    def __init__(self, work: Callable[[Value], float], failed: Callable[[Exception], None]) -> None:
        self._work, self._failed = work, failed
        self._waiting: list[Value] = []
        self._is_busy = False  # working, or resting after it
        self._is_closed = False
        self._lock = threading.Lock()
        self._is_settled = threading.Event()
        self._is_settled.set()
        # A pool rather than a bare thread: the interpreter waits for its work when it leaves.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sfwnb-widgets")

    def offer(self, value: Value) -> None:
        """Hand a value over and return at once; one that still waits is dropped for it."""
        with self._lock:
            if self._is_closed:
                return
            self._waiting = [value]
            self._is_settled.clear()
            if self._is_busy:
                return
            self._is_busy = True
        self._go_on()

    def settle(self, timeout: float) -> bool:
        """Wait until the newest value has been worked on; whether that happened in time."""
        return self._is_settled.wait(timeout)

    def close(self) -> None:
        """Take no more; what is being worked on ends by itself."""
        with self._lock:
            self._is_closed = True
            self._waiting.clear()
            self._is_settled.set()
        self._thread.shutdown(wait=False)

    def _go_on(self) -> None:
        with self._lock:
            if not self._waiting:
                self._is_busy = False
                return
            try:
                self._thread.submit(self._run)
            except RuntimeError:  # closed, or the interpreter is leaving: nobody will look any more
                self._is_settled.set()

    def _run(self) -> None:
        with self._lock:
            if not self._waiting:
                return
            value = self._waiting.pop()
        try:
            pause = self._work(value)
        except Exception as error:  # noqa: BLE001 # on a thread that nobody joins
            self._failed(error)
            pause = _REST_AFTER_ERROR
        with self._lock:
            if not self._waiting:
                self._is_settled.set()
        # Not a sleep on the pool's thread, for which the interpreter would wait when it leaves.
        timer = threading.Timer(pause, self._go_on)
        timer.daemon = True
        timer.start()
