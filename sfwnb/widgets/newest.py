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
        self._lock = threading.Lock()
        self._is_idle = threading.Event()
        self._is_idle.set()
        self._is_closed = threading.Event()
        # A pool rather than a bare thread: the interpreter ends it in time when it leaves.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sfwnb-widgets")

    def offer(self, value: Value) -> None:
        """Hand a value over and return at once; one that still waits is dropped for it."""
        with self._lock:
            self._waiting = [value]
            if self._is_closed.is_set() or not self._is_idle.is_set():
                return
            self._is_idle.clear()
        try:
            self._thread.submit(self._run)
        except RuntimeError:  # the interpreter is leaving: nobody will look any more
            self._is_idle.set()

    def settle(self, timeout: float) -> bool:
        """Wait until the newest value has been worked on; whether that happened in time."""
        return self._is_idle.wait(timeout)

    def close(self) -> None:
        """Take no more; what is being worked on ends by itself."""
        self._is_closed.set()
        self._thread.shutdown(wait=False)

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._waiting or self._is_closed.is_set():
                    self._is_idle.set()
                    return
                value = self._waiting.pop()
            try:
                pause = self._work(value)
            except Exception as error:  # noqa: BLE001 # on a thread that nobody joins
                self._failed(error)
                pause = 1.0
            self._is_closed.wait(pause)
