"""Cells: a workflow class of a notebook or script in, its importable twin out."""

import traceback
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from temporalio import workflow

from sfwnb import errors
from sfwnb.cells.finder import FINDER, Program
from sfwnb.cells.fingerprint import Fingerprints
from sfwnb.cells.gathering import Gatherer, Gathering
from sfwnb.cells.imports import PASS_THROUGH
from sfwnb.cells.sources import Sources


@dataclass(frozen=True, slots=True)
class CellClass:
    """A class of a cell, made importable.

    Attributes:
        cls: The twin: the same code in a module that the sandbox can import.
        original: The class in the notebook.
        fingerprint: The same as before exactly if neither the code nor a value it uses changed.
        activities: The activities that its code names, as they are in the notebook.
        workflows: Twins of the other workflows that its code names; in the same module.
        place: Where the class stands: ``Cell In[4], line 12``.
    """

    cls: type
    original: type
    fingerprint: str
    activities: tuple[Callable[..., Any], ...]
    workflows: tuple[type, ...]
    place: str

    @property
    def module_name(self) -> str:
        """The twin's module."""
        return self.cls.__module__


class Cells:
    """The classes of one notebook or script.

    A module is named once per meaning: a class that was changed gets a twin in a fresh module, so
    that a worker that still runs the old one keeps the old code. A class whose fingerprint is the
    same as before keeps its module, which is run anew: its lines, and the dataclasses that it was
    handed, are then those of the cell as it was last run, so tracebacks point into the newest cell
    although no worker had to be swapped.

    Args:
        namespace: The names of ``__main__``: IPython's ``user_ns``, or ``__main__.__dict__``.

    Example:
        >>> cells = Cells(globals())
        >>> cells.lives_in_cell(int)
        False
    """

    def __init__(self, namespace: MutableMapping[str, Any]) -> None:
        self._namespace = namespace
        self._sources = Sources(namespace)
        self._fingerprints = Fingerprints(self._sources)
        self._modules: dict[tuple[str, str], str] = {}

    def lives_in_cell(self, obj: object) -> bool:
        """Whether a class or function was made in a cell or in the running script."""
        return getattr(obj, "__module__", None) == "__main__"

    def importable(self, obj: type) -> CellClass:
        """Make the twin of a class.

        Args:
            obj: A class of ``__main__``. (Temporal imports classes of modules by itself. A script
                it would import again too, and so start it again, for every workflow.)

        Raises:
            DefinitionError: It is defined inside a function, its text is not known, or it uses
                something that is missing or that workflows can't use.
        """
        if not isinstance(obj, type):
            raise errors.DefinitionError(
                f"{obj!r} is no class. Hand over the class itself, such as OrderWorkflow."
            )
        if not self.lives_in_cell(obj):
            raise errors.DefinitionError(
                f"{obj.__name__} lives in the module {obj.__module__!r}, not in a cell: Temporal "
                f"imports it from there. Hand it to the worker as it is."
            )
        self._sources.refresh()
        gathering = Gatherer(self._namespace, self._sources).gather(obj)
        fingerprint = self._fingerprints.of(gathering)
        key = gathering.root, fingerprint
        name = self._modules.get(key)
        if name is None or not FINDER.has(name):
            name = FINDER.fresh_name(obj.__name__)
        try:
            names = vars(FINDER.seat(name, _program(gathering)))
        except Exception as error:
            raise errors.DefinitionError(_failed(obj, gathering, error)) from error
        self._modules[key] = name
        twins = {each: names[each] for each in (gathering.root, *gathering.workflows())}
        cls = twins.pop(gathering.root)
        return CellClass(
            cls=cls,
            original=obj,
            fingerprint=fingerprint,
            activities=tuple(gathering.activities),
            workflows=tuple(dict.fromkeys(twin for twin in twins.values() if twin is not cls)),
            place=gathering.place,
        )


def _program(gathering: Gathering) -> Program:
    pieces = gathering.pieces.values()
    imports = [
        compile(each.node(), each.filename, "exec", dont_inherit=True)
        for each in gathering.imports.values()
    ]
    return Program(
        values={**gathering.values, PASS_THROUGH: workflow.unsafe.imports_passed_through},
        codes=[*imports, *(code for piece in pieces for code in piece.codes)],
        main=gathering.main,
        origin=gathering.pieces[gathering.root].statement.filename,
    )


def _failed(cls: type, gathering: Gathering, error: Exception) -> str:
    """What to say when the gathered code does not run again by itself."""
    files = {piece.statement.filename for piece in gathering.pieces.values()}
    files |= {each.filename for each in gathering.imports.values()}
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in files]
    at = f" at {errors.place(frames[-1].filename, frames[-1].lineno)}" if frames else ""
    text = f": `{frames[-1].line}`" if frames and frames[-1].line else ""
    return (
        f"{cls.__name__} ({gathering.place}) could not be run again as a module{at}{text}\n"
        f"  {type(error).__name__}: {error}\n"
        f"Temporal runs a workflow's code again for every workflow, so the class and its helpers "
        f"must not depend on things that the notebook did in between."
    )
