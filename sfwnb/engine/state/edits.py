"""The edits by name, and the dict form in which a signal carries them.

Example:
    >>> from sfwnb.engine.state import edits
    >>> edits.Merge("User", "u1", {"name": "Ann"})
    Merge(kind='User', id='u1', data={'name': 'Ann'}, deep=False)
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Literal, TypeAlias

from sfwnb.engine.state.edit import (
    Add,
    Delete,
    Edit,
    Merge,
    Push,
    Remove,
    Replace,
    Reset,
    Set,
    Splice,
    Toggle,
    Unset,
    Unshift,
)
from sfwnb.engine.state.plain import State, is_mapping, shown
from sfwnb.errors import StateError, did_you_mean

__all__ = [
    "CLASSES",
    "Add",
    "Delete",
    "Edit",
    "Merge",
    "Push",
    "Remove",
    "Replace",
    "Reset",
    "Set",
    "Splice",
    "Strategy",
    "Toggle",
    "Unset",
    "Unshift",
    "from_entities",
    "from_json",
    "to_json",
]

Strategy: TypeAlias = Literal["merge", "deep", "replace", "reset"]
"""How entities that come from elsewhere meet those that are here."""

CLASSES: dict[str, type[Edit]] = {
    edit.__name__.lower(): edit
    for edit in (
        Merge, Set, Replace, Unset, Push, Unshift, Splice, Add, Remove, Toggle, Delete, Reset,
    )
}  # fmt: skip
"""The edits by their names in the dict form."""


def to_json(edit: Edit) -> dict[str, Any]:
    """The dict form of an edit.

    Example:
        >>> to_json(Push("Order", "o1", "lines", "l4"))
        {'edit': 'push', 'kind': 'Order', 'id': 'o1', 'path': 'lines', 'values': ['l4']}
    """
    json: dict[str, Any] = {"edit": type(edit).__name__.lower()}
    for name in _arguments(type(edit)):
        value = getattr(edit, name)
        json[name] = list(value) if isinstance(value, tuple) else value
    if json.get("deep") is False:
        del json["deep"]
    return json


def from_json(json: Mapping[str, Any]) -> Edit:
    """The edit that a dict form stands for.

    Raises:
        StateError: When the name is unknown, a key is missing or too much, or a value does not
            fit.

    Example:
        >>> from_json({"edit": "delete", "kind": "Listing", "id": "l3"})
        Delete(kind='Listing', id='l3')
    """
    if not is_mapping(json) or not isinstance(json.get("edit"), str):
        raise StateError(f"{shown(json)} is no edit: expected a mapping with 'edit', 'kind', 'id'.")
    arguments = dict(json)
    name = arguments.pop("edit")
    edit = CLASSES.get(name)
    if edit is None:
        raise StateError(
            f"No edit {name!r}. Known: {', '.join(CLASSES)}.{did_you_mean(name, CLASSES)}"
        )
    wanted = _arguments(edit)
    optional = {"deep", "remove", "values"}
    missing = [key for key in wanted if key not in arguments and key not in optional]
    unknown = [key for key in arguments if key not in wanted]
    if missing or unknown:
        wrong = [f"without {', '.join(missing)}"] if missing else []
        wrong += [f"with unknown {', '.join(map(str, unknown))}"] if unknown else []
        raise StateError(f"A {name} {' and '.join(wrong)}: it has {', '.join(wanted)}.")
    values = arguments.pop("values", ())
    if not isinstance(values, list | tuple):
        raise StateError(f"A {name} with the values {shown(values)}: expected a list.")
    arguments.setdefault("remove", 0) if edit is Splice else None
    ordered = [arguments[key] for key in wanted if key in arguments]
    return edit(*ordered, *values)


def from_entities(state: State, strategy: Strategy = "merge") -> list[Edit]:
    """The edits that bring entities in.

    Args:
        state: ``{kind: {id: record}}``, such as ``Schema.normalize`` gives.
        strategy: ``merge``, ``deep`` (a deep merge), ``replace`` (each record), or ``reset`` (the
            whole state).

    Raises:
        StateError: When the strategy is unknown.
    """
    match strategy:
        case "merge" | "deep":
            deep = strategy == "deep"
            return [Merge(k, id, r, deep) for k, table in state.items() for id, r in table.items()]
        case "replace":
            return [Replace(k, id, r) for k, table in state.items() for id, r in table.items()]
        case "reset":
            return [Reset(state)]
    known = ("merge", "deep", "replace", "reset")  # type: ignore[unreachable]  # strategies come by signal
    raise StateError(
        f"No strategy {strategy!r}. Known: {', '.join(known)}.{did_you_mean(str(strategy), known)}"
    )


def _arguments(edit: type[Edit]) -> list[str]:
    return [argument.name for argument in fields(edit) if argument.init]
