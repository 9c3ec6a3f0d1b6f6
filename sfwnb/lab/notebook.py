"""Where this code runs: a notebook, a script or a shell; its namespace, and its task queue."""

import hashlib
import os
import sys
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any
from uuid import uuid4

_THIS_PROCESS = uuid4().hex[:8]
_FOLDER = Path.cwd()
"""Where this process began: a later ``%cd`` must not change who it is."""


def shell() -> Any | None:
    """The running IPython shell, or None; IPython is not imported for it."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def namespace() -> MutableMapping[str, Any]:
    """The names that cells define; in a script, those of the script."""
    running = shell()
    return running.user_ns if running else vars(sys.modules["__main__"])


def show(thing: Any) -> None:
    """Show a thing beneath the running cell; a script stays quiet."""
    if shell() is not None:
        from IPython.display import display  # only a notebook has it

        display(thing)  # type: ignore[no-untyped-call]  # IPython has no types for it


def after_each_cell(function: Callable[[Any], None]) -> Callable[[], None]:
    """Have a function called with the result of every cell; returns what stops it."""
    running = shell()
    if running is None:
        return lambda: None
    running.events.register("post_run_cell", function)

    def stop() -> None:
        if function in running.events.callbacks["post_run_cell"]:
            running.events.unregister("post_run_cell", function)

    return stop


def task_queue(*, shared_server: bool) -> str:
    """A task queue that stays over kernel restarts and differs between notebooks.

    The notebook's path tells (JupyterLab and VS Code give it to the kernel), or the script's. Where
    nobody tells, the folder does on a server of one's own, which no other notebook uses; on a
    shared server the name is this process's own, since two notebooks on one task queue would run
    each other's workflows.

    Args:
        shared_server: Whether other notebooks may use the same server.
    """
    path = _own_path()
    if path is None:
        if shared_server:
            return f"sfwnb-{_THIS_PROCESS}"
        path = _FOLDER
    digest = hashlib.sha256(str(path).encode()).hexdigest()[:8]
    return f"sfwnb-{path.stem or 'notebook'}-{digest}"


def _own_path() -> Path | None:
    told = os.environ.get("JPY_SESSION_NAME") or namespace().get("__vsc_ipynb_file__")
    if told:
        return _FOLDER / str(told)
    script = getattr(sys.modules["__main__"], "__file__", None)
    if script and shell() is None:
        return _FOLDER / str(script)
    return None
