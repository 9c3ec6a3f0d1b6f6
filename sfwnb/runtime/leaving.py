"""What runs when the interpreter leaves, before the thread pools that a worker needs are gone.

At exit Python first calls the hooks of ``threading`` (last registered first), among them the one
of ``concurrent.futures`` that ends every thread pool, then joins the threads, then calls
``atexit``. A worker that is still alive in ``atexit`` finds its thread pool gone, and a native
thread that calls into a finalized interpreter ends the process with a fatal error. So these
hooks are registered with ``threading``, after ``concurrent.futures``; its function is private,
and where it is missing ``atexit`` has to do.
"""

import atexit
import concurrent.futures.thread  # noqa: F401  its exit hook must be registered before ours
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Leaving:
    """The functions to call, in the process that asked for them."""

    functions: list[Callable[[], None]] = field(default_factory=list)
    process: int = 0

    def run(self) -> None:
        """Call what is registered, last first; a forked child inherits nothing to do."""
        while self.functions and self.process == os.getpid():
            self.functions.pop()()


_leaving = _Leaving()


def before_exit(function: Callable[[], None]) -> Callable[[], None]:
    """Have ``function`` called when the interpreter leaves, last registered first.

    Returns:
        A function that takes it back; calling that twice is fine.
    """
    if _leaving.process != os.getpid():
        _register()
    _leaving.functions.append(function)

    def take_back() -> None:
        if function in _leaving.functions:
            _leaving.functions.remove(function)

    return take_back


def _register() -> None:
    inherited = _leaving.process != 0
    _leaving.process = os.getpid()
    _leaving.functions.clear()
    if inherited:
        return
    register = getattr(threading, "_register_atexit", atexit.register)
    try:
        register(_leaving.run)
    except RuntimeError:  # the threads have been shut down already: only atexit is left
        atexit.register(_leaving.run)
