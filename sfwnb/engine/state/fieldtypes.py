"""Declared types of fields, as text like ``"list[int] | None"``, and what does not fit them.

The language is what JSON can hold: ``str int float bool None any list dict list[T] dict[str, T]``,
literals such as ``'open' | 'paid'`` or ``1 | 2``, joined by ``|``. An int fits a float, a bool
fits neither.
"""

import ast
from dataclasses import dataclass, field
from typing import Any

from sfwnb.engine.state.plain import same, shown

_SCALARS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "None": (type(None),),
}
NAMES = (*_SCALARS, "any", "list", "dict")
"""The words of the language: no kind can be called so."""


@dataclass(frozen=True, slots=True)
class FieldType:
    """One alternative of a type, or several.

    Attributes:
        text: The type as it is written; two types are equal if their texts are.
    """

    text: str
    _node: ast.expr = field(compare=False, repr=False)

    def allows(self, value: Any) -> bool:
        """Whether a JSON value is of this type."""
        return _misfit(self._node, value, "") is None

    def misfit(self, value: Any, place: str) -> str | None:
        """What does not fit, with the path to it; None when all does."""
        return _misfit(self._node, value, place)


def read_type(text: str) -> FieldType | None:
    """The type that a text stands for, or None when it is no type.

    Example:
        >>> read_type("list[ int ]|None").text
        'list[int] | None'
    """
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None
    return FieldType(ast.unparse(node), node) if _is_type(node) else None


def _is_type(node: ast.expr) -> bool:
    match node:
        case ast.Name(id=name):
            return name in NAMES
        case ast.Constant(value=value):
            return value is None or isinstance(value, str | int)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int())):
            return True
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _is_type(left) and _is_type(right)
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return _is_type(item)
        case ast.Subscript(
            value=ast.Name(id="dict"), slice=ast.Tuple(elts=[ast.Name(id="str"), item])
        ):
            return _is_type(item)
        case _:
            return False


def _misfit(node: ast.expr, value: Any, place: str) -> str | None:
    match node:
        case ast.BinOp(left=left, right=right):
            return _misfit_either(node, left, right, value, place)
        case ast.Subscript(value=ast.Name(id="list"), slice=item) if isinstance(value, list):
            return _first(item, enumerate(value), place)
        case ast.Subscript(slice=ast.Tuple(elts=[_, item])) if isinstance(value, dict):
            return _first(item, value.items(), place)
        case ast.Name(id="any"):
            return None
        case ast.Name(id="list" | "dict" as name) if type(value).__name__ == name:
            return None
        case ast.Name(id=name) if name in _SCALARS and type(value) in _SCALARS[name]:
            return None
        case ast.Constant(value=literal) if same(literal, value):
            return None
        case ast.UnaryOp() if same(ast.literal_eval(node), value):
            return None
    return f"{place} is {shown(value)}: expected {ast.unparse(node)}."


def _misfit_either(
    node: ast.expr, left: ast.expr, right: ast.expr, value: Any, place: str
) -> str | None:
    misfits = (_misfit(left, value, place), _misfit(right, value, place))
    if None in misfits:
        return None
    deeper = [text for text in misfits if text and not text.startswith(f"{place} is ")]
    return deeper[0] if deeper else f"{place} is {shown(value)}: expected {ast.unparse(node)}."


def _first(item: ast.expr, pairs: Any, place: str) -> str | None:
    for key, value in pairs:
        if text := _misfit(item, value, f"{place}.{key}"):
            return text
    return None
