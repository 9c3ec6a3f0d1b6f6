"""Modules without files: one finder on ``sys.meta_path`` that runs gathered code under a name.

Being in ``sys.modules`` is not enough: for every workflow the sandbox imports the workflow's module
again by name, with modules of its own. So running a module is kept cheap: its code is compiled
once, its names are copied, nothing is looked up.
"""

import importlib
import itertools
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType

from temporalio import workflow


@dataclass(frozen=True, slots=True)
class Program:
    """What a cell module runs when it is imported.

    Attributes:
        values: Names that it begins with.
        codes: Imports and definitions, in order.
        main: Names for the sandbox's ``__main__``, which is empty: the notebook's own classes
            look there for annotations that are text.
        origin: The cell of its class.
    """

    values: Mapping[str, object]
    codes: Sequence[CodeType]
    main: Mapping[str, object]
    origin: str


class CellFinder(MetaPathFinder, Loader):
    """Finds and runs cell modules, by name."""

    def __init__(self) -> None:
        self._programs: dict[str, Program] = {}
        self._numbers = itertools.count(1)

    def fresh_name(self, class_name: str) -> str:
        """A module name that no worker has ever seen."""
        return f"sfwnb_cell_{class_name}_{next(self._numbers)}"

    def seat(self, name: str, program: Program) -> ModuleType:
        """Put a program under a name, run it once outside of the sandbox, and keep it if it ran."""
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)
        before, module_before = self._programs.get(name), sys.modules.pop(name, None)
        self._programs[name] = program
        try:
            return importlib.import_module(name)
        except BaseException:
            self.forget(name)
            if before is not None:
                self._programs[name] = before
            if module_before is not None:
                sys.modules[name] = module_before
            raise

    def has(self, name: str) -> bool:
        """Whether a module can be imported by this name."""
        return name in self._programs

    def forget(self, name: str) -> None:
        """Let go of a module; a name that is not known is no mistake."""
        self._programs.pop(name, None)
        sys.modules.pop(name, None)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Import's question for a module (``importlib.abc.MetaPathFinder``)."""
        del path, target
        program = self._programs.get(fullname)
        return ModuleSpec(fullname, self, origin=program.origin) if program else None

    def create_module(self, spec: ModuleSpec) -> None:
        """Import's offer to make the module object; the usual one will do."""
        del spec

    def exec_module(self, module: ModuleType) -> None:
        """Run a module's program (``importlib.abc.Loader``)."""
        program = self._programs[module.__name__]
        if program.main and workflow.unsafe.in_sandbox():
            sys.modules["__main__"].__dict__.update(program.main)
        names = module.__dict__
        names.update(program.values)
        for code in program.codes:
            exec(code, names)


FINDER = CellFinder()
"""The process's one finder: module names are a matter of the whole process."""
