"""The statements that make a name of the notebook anew, and the order in which they can run."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import CodeType, FunctionType

from sfwnb.cells.marks import own_functions
from sfwnb.cells.names import Uses, compiled, uses
from sfwnb.cells.sources import POSTPONED, Sources, Statement


@dataclass(frozen=True, slots=True)
class Piece:
    """A name with the statements that make it anew.

    Attributes:
        name: The name in the notebook.
        value: What it holds there.
        statement: The one that its place is told by.
        statements: What to run, in order.
        codes: The same, compiled.
        uses: What each statement takes from around it.
    """

    name: str
    value: object
    statement: Statement
    statements: tuple[Statement, ...]
    codes: tuple[CodeType, ...]
    uses: tuple[Uses, ...]


class Pieces:
    """Finds the statements that made a value.

    Args:
        sources: The texts of the cells.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def find(self, name: str, value: object) -> Piece | None:
        """The statements that made a value, if they are known and fit to be run again."""
        found, postponed = self._written(name, value)
        if found is None:
            return None
        statements = self._with_older_selves(name, found)
        statements += self._registered(value, statements)
        modes = [(each, postponed or each.postponed) for each in statements]
        codes = tuple(compiled(*mode) for mode in modes)
        return Piece(name, value, found, statements, codes, tuple(uses(*mode) for mode in modes))

    def _written(self, name: str, value: object) -> tuple[Statement | None, bool]:
        """The statement, by the place of the value's own code or as the newest of its name.

        IPython keeps a ``from __future__ import annotations`` on for all later cells, so the
        second value comes from the code object where there is one.
        """
        codes = [function.__code__ for function in own_functions(value)]
        for code in codes:
            for statement in reversed(self._sources.of(code.co_filename).binding(name)):
                if statement.spans(code.co_firstlineno) and _makes(statement, value, code):
                    return statement, bool(code.co_flags & POSTPONED)
        made = [s for s in self._sources.binding(name) if not _is_import(s)]
        if not made or not self._could_make(made[-1], value, codes):
            return None, False
        return made[-1], any(code.co_flags & POSTPONED for code in codes)

    def _could_make(self, statement: Statement, value: object, codes: list[CodeType]) -> bool:
        """Whether the newest statement of a name made a value whose code is not found in it."""
        if isinstance(statement.node, ast.Assign | ast.AnnAssign):
            return any(codes) or (callable(value) and _is_chain(statement.node.value))
        unknown = [code for code in codes if not self._sources.of(code.co_filename).statements]
        if unknown:  # %%time runs a cell under another name; exec() is no cell at all
            return any(_holds(compiled(statement, False), code) for code in unknown)
        match statement.node:
            case ast.ClassDef(decorator_list=decorators):
                return isinstance(value, type) or bool(decorators)
            case ast.FunctionDef(decorator_list=decorators):
                return bool(decorators)  # they can give anything
            case ast.AsyncFunctionDef(decorator_list=decorators):
                return bool(decorators)
        return False

    def _with_older_selves(self, name: str, newest: Statement) -> tuple[Statement, ...]:
        """A statement, after the older ones of its name that it needs: ``f = cache(f)``."""
        chain = [newest]
        older = self._sources.binding(name)
        while chain[0] in older and name in uses(chain[0], False).at_once:
            older = older[: older.index(chain[0])]
            if not older:
                break
            chain.insert(0, older[-1])
        return tuple(chain)

    def _registered(self, value: object, known: tuple[Statement, ...]) -> tuple[Statement, ...]:
        """The implementations that a ``functools.singledispatch`` function was given."""
        registry = getattr(value, "registry", None) if isinstance(value, FunctionType) else None
        found: list[Statement] = []
        for each in registry.values() if isinstance(registry, Mapping) else ():
            for code in (function.__code__ for function in own_functions(each)):
                statement = self._sources.of(code.co_filename).at(code.co_firstlineno)
                if statement is not None and statement not in known:
                    found.append(statement)
        return tuple(found)


def ordered(pieces: Mapping[str, Piece]) -> list[Piece]:
    """Pieces in an order in which they can be run (see the theory in ``gathering``)."""
    done: list[Piece] = []
    begun: set[str] = set()

    def put(piece: Piece) -> None:
        if piece.name in begun:
            return
        begun.add(piece.name)
        for needed in _named(pieces, (used.at_once for used in piece.uses)):
            put(needed)
        done.append(piece)
        for needed in _named(pieces, (used.later for used in piece.uses)):
            put(needed)

    for piece in pieces.values():
        put(piece)
    return done


def _named(pieces: Mapping[str, Piece], names: Iterable[dict[str, int]]) -> Iterator[Piece]:
    for each in names:
        yield from (pieces[name] for name in each if name in pieces)


def _makes(statement: Statement, value: object, code: CodeType) -> bool:
    """Whether a statement, run again, would give all of a value, not only its innermost part."""
    match statement.node:
        case ast.FunctionDef(decorator_list=decorators):
            bare = isinstance(value, FunctionType) and value.__code__ is code
            return bare or bool(decorators)
        case ast.AsyncFunctionDef(decorator_list=decorators):
            bare = isinstance(value, FunctionType) and value.__code__ is code
            return bare or bool(decorators)
        case ast.ClassDef():
            return isinstance(value, type)
    return not isinstance(value, type)


def _holds(outer: CodeType, code: CodeType) -> bool:
    """Whether a function's code is found in the code of a statement."""
    inner_codes = (each for each in outer.co_consts if isinstance(each, CodeType))
    return any(_says(inner) == _says(code) or _holds(inner, code) for inner in inner_codes)


def _says(code: CodeType) -> tuple[object, ...]:
    constants = [repr(each) for each in code.co_consts if not isinstance(each, CodeType)]
    return code.co_name, code.co_code, code.co_names, constants


def _is_import(statement: Statement) -> bool:
    return isinstance(statement.node, ast.Import | ast.ImportFrom)


def _is_chain(node: ast.expr | None) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
