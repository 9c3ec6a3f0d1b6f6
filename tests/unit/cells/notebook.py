"""A notebook without a kernel: IPython runs the cells, so names and texts are as in a real one."""

import atexit
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from sfwnb.cells import CellClass, Cells


class Notebook:
    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.names: dict[str, Any] = shell.user_ns
        self.cells = Cells(self.names)

    def run(self, text: str) -> None:
        """Run a cell; what it raises is raised here."""
        self.shell.run_cell(dedent(text).strip("\n"), store_history=True).raise_error()

    def twin(self, name: str) -> CellClass:
        return self.cells.importable(self.names[name])


@contextmanager
def open_notebook(folder: Path) -> Iterator[Notebook]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(folder))
        patch.setitem(sys.modules, "__main__", sys.modules["__main__"])
        quiet = Config()
        quiet.HistoryManager.enabled = False
        quiet.InteractiveShell.colors = "nocolor"
        InteractiveShell.clear_instance()
        shell = InteractiveShell.instance(config=quiet)
        atexit.unregister(shell.atexit_operations)  # a collection of garbage for each of them
        shell.showtraceback = lambda *_, **__: None
        try:
            yield Notebook(shell)
        finally:
            shell.restore_sys_module_state()
            InteractiveShell.clear_instance()
