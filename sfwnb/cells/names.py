"""Which names of the notebook a statement uses: asked of its bytecode, where locals are settled.

Python's compiler knows what is local: whatever it loads as global is. What the syntax tree adds:
annotations written as text, and chains of attributes such as ``xml.etree.ElementTree``.
"""

import ast
import dis
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType

from sfwnb.cells.sources import POSTPONED, Statement

_LOADS = {"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"}
_AT_ONCE = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>", "<generic parameters")
_IS_FUNCTION = 0x1  # CO_OPTIMIZED: the body of a function; the body of a class lacks it
_OWN = {
    "__name__", "__doc__", "__spec__", "__loader__", "__package__", "__builtins__",
    "__annotations__",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Uses:
    """The names that a statement takes from around it, each with the line of its first use.

    Attributes:
        at_once: Needed when the statement runs: decorators, bases, defaults, class bodies.
        later: Needed when what it defines is called.
        as_text: Seen in annotations that are not evaluated; they may be missing.
        chains: Names with the attributes read from them, such as ``("os", "path", "join")``.
    """

    at_once: dict[str, int] = field(default_factory=dict)
    later: dict[str, int] = field(default_factory=dict)
    as_text: dict[str, int] = field(default_factory=dict)
    chains: frozenset[tuple[str, ...]] = frozenset()

    def __iter__(self) -> Iterator[str]:
        return iter({**self.at_once, **self.later, **self.as_text})


@lru_cache(maxsize=1_000)
def compiled(statement: Statement, postponed: bool) -> CodeType:
    """A statement alone as code, with its own file name and line numbers."""
    module = ast.Module(body=[statement.node], type_ignores=[])
    flags = POSTPONED if postponed else 0
    code: CodeType = compile(module, statement.filename, "exec", flags, dont_inherit=True)
    return code


@lru_cache(maxsize=1_000)
def uses(statement: Statement, postponed: bool) -> Uses:
    """Find the names that a statement uses.

    Args:
        statement: It.
        postponed: Whether its annotations are not evaluated.
    """
    code = compiled(statement, postponed)
    at_once: dict[str, int] = {}
    later: dict[str, int] = {}
    _load(code, at_once, later, called=True)
    later = {name: line for name, line in later.items() if name not in at_once}
    text = {
        name: line
        for name, line in _annotated(statement.node)
        if name not in at_once and name not in later
    }
    return Uses(at_once, later, text, frozenset(_chains(statement.node)))


def _load(code: CodeType, at_once: dict[str, int], later: dict[str, int], called: bool) -> None:
    stored: set[str] = set()
    for step in dis.get_instructions(code):
        if step.opname == "STORE_NAME":
            stored.add(step.argval)
        elif step.opname in _LOADS and step.argval not in stored | _OWN:
            line = step.positions.lineno if step.positions else None
            (at_once if called else later).setdefault(step.argval, line or code.co_firstlineno)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            runs = not inner.co_flags & _IS_FUNCTION or inner.co_name.startswith(_AT_ONCE)
            _load(inner, at_once, later, called and runs)


def _annotated(node: ast.stmt) -> Iterator[tuple[str, int]]:
    for inner in ast.walk(node):
        match inner:
            case ast.arg(annotation=ast.expr() as note) | ast.AnnAssign(annotation=note):
                yield from _in_annotation(note)
            case ast.FunctionDef(returns=ast.expr() as note):
                yield from _in_annotation(note)
            case ast.AsyncFunctionDef(returns=ast.expr() as note):
                yield from _in_annotation(note)


def _in_annotation(annotation: ast.expr) -> Iterator[tuple[str, int]]:
    for node in ast.walk(annotation):
        if isinstance(node, ast.Name):
            yield node.id, node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for name in names_in(node.value):
                yield name, node.lineno


def names_in(text: str) -> list[str]:
    """The names in an annotation written as text; none if it is no Python (as in a Literal)."""
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return []
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]


def _chains(node: ast.stmt) -> Iterator[tuple[str, ...]]:
    for inner in ast.walk(node):
        attributes: list[str] = []
        while isinstance(inner, ast.Attribute):
            attributes.insert(0, inner.attr)
            inner = inner.value
        if attributes and isinstance(inner, ast.Name):
            yield (inner.id, *attributes)
