"""What each edit makes of a record: pure functions of the record that was there, or of none."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from sfwnb.engine.state.edit import (
    Add,
    Merge,
    Push,
    Remove,
    Replace,
    Set,
    Splice,
    Toggle,
    Unset,
    Unshift,
)
from sfwnb.engine.state.kinds import Kind
from sfwnb.engine.state.paths import write
from sfwnb.engine.state.plain import ABSENT, Record, same, shown
from sfwnb.engine.state.relations import Cardinality, Relation
from sfwnb.errors import StateError

Refer: TypeAlias = Callable[[Relation, Any], Any]
"""Turns the value of a relation field, nested records and all, into ids."""
AtPath: TypeAlias = Set | Unset | Push | Unshift | Splice | Add | Remove | Toggle
_Listing: TypeAlias = Push | Unshift | Splice | Add | Remove | Toggle


def merged(kind: Kind, edit: Merge, record: Record, refer: Refer) -> Record:
    """The record with the fields of the edit written over it, deeply if it says so."""
    data = referred(kind, edit.data, refer)
    if edit.deep:
        data = {name: _deep(record.get(name), value) for name, value in data.items()}
    return {**record, **data}


def replaced(kind: Kind, edit: Replace, record: Record, refer: Refer) -> Record:
    """The record of the edit; fields that stay keep their order, so that nothing moves."""
    data = referred(kind, edit.data, refer)
    data = {**{name: record[name] for name in kind.id_fields if name in record}, **data}
    kept = {name: data[name] for name in record if name in data}
    return {**kept, **data}


def at_path(kind: Kind, edit: AtPath, record: Record, refer: Refer) -> Record:
    """The record with what stands at the edit's path changed.

    Raises:
        StateError: When the path leads nowhere, or the edit does not fit what stands there.
    """
    path = edit.segments
    if path[0] in kind.relations:
        return _at_relation(kind.relations[path[0]], edit, record, refer)
    if edit.__class__ is Set:
        value = edit.value
        if len(path) == 1:
            return {**record, path[0]: value}
        return write(record, path, lambda _: value, _place(edit))
    values = list(getattr(edit, "values", ()))
    return write(record, path, lambda old: _changed(edit, old, values), _place(edit))


def _at_relation(relation: Relation, edit: AtPath, record: Record, refer: Refer) -> Record:
    path, place = edit.segments, _place(edit)
    cardinality, deep = relation.cardinality, len(path)
    within = 1 if cardinality is Cardinality.ONE else 2
    if deep > within:
        raise StateError(
            f"{place}.{path[0]} holds ids of {relation.target}: to change one of those, edit it"
            f" by its own kind and id, not through {_text(edit)!r}."
        )
    if isinstance(edit, Unset):
        return write(record, path, lambda _: ABSENT, place)
    if deep == 2 and cardinality is Cardinality.MANY and record.get(path[0]) is None:
        record = {**record, path[0]: []}
    if isinstance(edit, Set):
        value = refer(relation, edit.value) if deep == 1 else _single(relation, edit.value, refer)
        return write(record, path, lambda _: value, place)
    if (
        cardinality is not Cardinality.MANY
        or deep > 1
        or (isinstance(edit, Toggle) and not edit.values)
    ):
        raise StateError(
            f"{place}.{_text(edit)} is a relation to {cardinality}: it has no"
            f" {type(edit).__name__}."
        )
    values = refer(relation, list(edit.values))
    return write(record, path, lambda old: _changed(edit, old, values), place)


def _single(relation: Relation, value: Any, refer: Refer) -> Any:
    if relation.cardinality is Cardinality.MAP:
        return refer(relation, {"": value})[""]
    return refer(relation, [value])[0]


def _changed(edit: AtPath, old: Any, values: list[Any]) -> Any:
    """What an edit other than Set makes of one value."""
    if isinstance(edit, Unset):
        return ABSENT
    if isinstance(edit, Toggle) and not values:
        if old is ABSENT or old is None or isinstance(old, bool):
            return not old
        raise StateError(
            f"{_place(edit)}.{_text(edit)} is {shown(old)}: only true and false toggle."
        )
    if old is ABSENT or old is None:
        items: list[Any] = []
    elif isinstance(old, list):
        items = old
    else:
        raise StateError(
            f"{_place(edit)}.{_text(edit)} is {shown(old)}: {type(edit).__name__} wants a list."
        )
    if not values and not isinstance(edit, Splice):
        return old
    if isinstance(edit, Remove) and not items:
        return old
    return _RULES[type(edit)](items, values, edit)


def _spliced(items: list[Any], values: list[Any], edit: Any) -> list[Any]:
    copied = items.copy()
    start = slice(edit.start, None).indices(len(items))[0]
    copied[start : start + edit.remove] = values
    return copied


def _added(items: list[Any], values: list[Any], _: Any) -> list[Any]:
    grown = items.copy()
    for value in values:
        if not _has(grown, value):
            grown.append(value)
    return grown


def _toggled(items: list[Any], values: list[Any], _: Any) -> list[Any]:
    for value in values:
        items = _without(items, [value]) if _has(items, value) else [*items, value]
    return items


def _without(items: list[Any], values: list[Any], _: Any = None) -> list[Any]:
    return [item for item in items if not _has(values, item)]


def _has(items: list[Any], value: Any) -> bool:
    return any(same(item, value) for item in items)


_RULES: Mapping[type, Callable[[list[Any], list[Any], Any], list[Any]]] = {
    Push: lambda items, values, _: items + values,
    Unshift: lambda items, values, _: values + items,
    Splice: _spliced,
    Add: _added,
    Remove: _without,
    Toggle: _toggled,
}


def _place(edit: AtPath) -> str:
    return f"{edit.kind} {edit.id!r}"


def _text(edit: AtPath) -> str:
    return ".".join(map(str, edit.segments))


def referred(kind: Kind, data: Mapping[str, Any], refer: Refer) -> Record:
    """Fields and values with ids in the relation fields."""
    if kind.relations.keys().isdisjoint(data):
        return data if isinstance(data, dict) else dict(data)
    return {
        name: refer(kind.relations[name], value)
        if name in kind.relations and value is not None
        else value
        for name, value in data.items()
    }


def _deep(old: Any, new: Any) -> Any:
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return new
    return {**old, **{name: _deep(old.get(name), value) for name, value in new.items()}}
