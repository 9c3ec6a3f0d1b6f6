"""Gathers a class with everything that its code names, sorted into what to do with each.

The sandbox imports a workflow's module anew for every workflow, so that module's code runs under
its restrictions and shares no state. A class in a cell has no module: one is put together here.
For each name that the code uses, one of three things:

1. **Import it again** what an import statement of some cell gave, so that the sandbox can hand out
   its restricted ``datetime`` and ``random``.
2. **Run its statement again** what a ``def`` or ``class`` of some cell made: workflows, helper
   functions, base classes, mixins; also an assigned lambda, partial or wrapper of a function.
   Their own names are followed in turn. A name whose statement needs its own older self
   (``f = cache(f)``) gets both statements, ``singledispatch`` the ones that it registered.
3. **Hand over the very object** for the rest: activities (they run outside), classes of data
   (payloads must become the notebook's own dataclass), schemas, constants. Their code runs with
   the notebook's globals, where no sandbox sees it.

A helper class must not exist twice where somebody could tell: one that a handed-over object is an
instance of, or a handed-over class inherits from or annotates its fields with, is handed over too.

The order of the statements is worked out once. A statement goes after all that it needs at once
(decorators, bases, defaults) *and all that those use later*, since they may be called at once;
what it merely uses later goes after it. Cycles of functions that call each other so end anywhere,
rightly. (Retrying on NameError, as tried first, cost each workflow instance the failed attempts
and took a helper's own NameError for a matter of order.)
"""

import builtins
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

from sfwnb import errors
from sfwnb.cells import complaints
from sfwnb.cells.identity import needed_in_main, shared_classes
from sfwnb.cells.imports import Import, find_import, submodules
from sfwnb.cells.marks import (
    holds_activities,
    is_activity,
    is_data,
    is_workflow,
    own_functions,
    works_outside,
)
from sfwnb.cells.names import Uses
from sfwnb.cells.pieces import Piece, Pieces, ordered
from sfwnb.cells.sources import Sources, Statement


@dataclass(slots=True)
class Gathering:
    """A class and what it needs, ready to be run as a module.

    Attributes:
        root: The name of the class.
        pieces: What is run again, by name, in a working order.
        imports: What is imported again, by name.
        values: What is handed over, by name.
        main: What the sandbox's empty ``__main__`` must have, for annotations of handed-over
            classes that are text.
        activities: The activities that the code names.
    """

    root: str
    pieces: dict[str, Piece] = field(default_factory=dict)
    imports: dict[str, Import] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)
    main: dict[str, object] = field(default_factory=dict)
    activities: list[Callable[..., Any]] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Where the class stands, in words."""
        return self.pieces[self.root].statement.place

    def workflows(self) -> list[str]:
        """The names of the workflows among the pieces, the root left out."""
        return [n for n, p in self.pieces.items() if is_workflow(p.value) and n != self.root]


class Gatherer:
    """Gathers one class; made for one use.

    Args:
        namespace: The notebook's names.
        sources: The texts of its cells.
    """

    def __init__(self, namespace: Mapping[str, Any], sources: Sources) -> None:
        self._namespace = namespace
        self._sources = sources
        self._pieces = Pieces(sources)
        self._mistakes: list[str] = []

    def gather(self, cls: type) -> Gathering:
        """Follow all names from a class.

        Raises:
            DefinitionError: The class cannot be made importable; all reasons are listed.
        """
        found = (self._pieces.find(name, cls) for name in self._names(cls))
        root = next((piece for piece in found if piece is not None), None)
        if root is None:
            raise errors.DefinitionError(complaints.no_source(cls))
        gathering = Gathering(root.name, {root.name: root})
        todo = [root]
        while todo:
            piece = todo.pop(0)
            for statement, used in zip(piece.statements, piece.uses, strict=True):
                taken = (self._take(name, statement, used, gathering) for name in used)
                todo.extend(new for new in taken if new is not None)
        if self._mistakes:
            told = errors.listed(list(dict.fromkeys(self._mistakes)))
            raise errors.DefinitionError(
                f"{cls.__name__} ({gathering.place}) can't run as a workflow:\n{told}"
            )
        self._settle(gathering)
        return gathering

    def _names(self, cls: type) -> list[str]:
        """What a class may be called: by itself, by the notebook (``_7`` is only its history)."""
        names = [name for name, value in list(self._namespace.items()) if value is cls]
        return [cls.__name__, *(name for name in names if not name.startswith("_"))]

    def _take(self, name: str, by: Statement, used: Uses, into: Gathering) -> Piece | None:
        """Sort one name; the piece, if it is a new one to follow."""
        if name not in self._namespace or _stands_in(name, self._namespace[name]):
            if not hasattr(builtins, name) and name not in used.as_text:
                self._mistakes.append(complaints.missing(name, by, used, self._namespace))
            return None
        value = self._namespace[name]
        _note_activities(name, value, used, into)
        if not (name in into.pieces or name in into.values or name in into.imports):
            if (written := find_import(name, value, self._sources, by)) is not None:
                into.imports[name] = written
            elif not _stays(value) and (piece := self._pieces.find(name, value)) is not None:
                into.pieces[name] = piece
                return piece
            else:
                self._hand_over(name, value, by, used, into)
        if name in into.imports and isinstance(value, ModuleType):
            before = into.imports[name]
            below = [*before.submodules, *submodules(value, used.chains, name)]
            into.imports[name] = replace(before, submodules=tuple(dict.fromkeys(below)))
        return None

    def _hand_over(
        self, name: str, value: object, by: Statement, used: Uses, into: Gathering
    ) -> None:
        into.values[name] = value
        if works_outside(value) or isinstance(value, ModuleType):
            self._mistakes.append(complaints.unusable(name, value, by, used))
        elif not _stays(value) and any(own_functions(value)):
            self._mistakes.append(complaints.helper_without_source(name, value, by, used))

    def _settle(self, gathering: Gathering) -> None:
        """Decide what only the whole can tell: classes that must not exist twice, the order."""
        pieces, values = gathering.pieces, gathering.values
        candidates = {
            name: piece.value
            for name, piece in pieces.items()
            if name != gathering.root
            and isinstance(piece.value, type)
            and not is_workflow(piece.value)
        }
        for name in shared_classes(candidates, values):
            values[name] = pieces.pop(name).value
        gathering.main = needed_in_main(values, self._namespace)
        gathering.pieces = {piece.name: piece for piece in ordered(pieces)}


def _stands_in(name: str, value: object) -> bool:
    """Whether IPython put a value of its own in place of a builtin that the sandbox restricts."""
    made_in = getattr(value, "__globals__", {}).get("__name__", type(value).__module__)
    return name in ("open", "exit", "quit") and str(made_in).startswith("IPython.")


def _stays(value: object) -> bool:
    """Whether an object is handed over whatever its statement says."""
    if is_activity(value) or works_outside(value):
        return True
    if not isinstance(value, type) or is_workflow(value):
        return False
    return is_data(value) or holds_activities(value)


def _note_activities(name: str, value: object, used: Uses, into: Gathering) -> None:
    named = [value]
    named += [_attribute(value, rest) for first, *rest in used.chains if first == name]
    for each in named:
        if is_activity(each) and each not in into.activities:
            into.activities.append(typing.cast(Callable[..., Any], each))


def _attribute(value: object, attributes: list[str]) -> object:
    """What a chain of attributes leads to: only of modules, and activities that are methods."""
    for attribute in attributes:
        if isinstance(value, ModuleType):
            value = getattr(value, attribute, None)
        elif not isinstance(value, type) and is_activity(getattr(type(value), attribute, None)):
            return getattr(value, attribute)
        else:
            return None
    return value
