"""From tables back to nested data, to a depth, without recursion and without sharing anything."""

from collections.abc import Collection, Iterator, Mapping
from gc import is_tracked
from typing import Any

from sfwnb.engine.state.kinds import Kind
from sfwnb.engine.state.plain import SCALARS, Record, State, plain
from sfwnb.engine.state.relations import Cardinality

_Slot = tuple[Any, Any, str, str]
"""Container, place in it, kind, id: where a record belongs and which."""


def nest(
    kinds: Mapping[str, Kind],
    state: State,
    kind: str,
    id: str,
    depth: int | None,
    fields: Mapping[str, Collection[str]],
) -> Record:
    """The record with its relations resolved; what the state does not have stays an id."""
    root = _copied(state[kind][id], kind, fields)
    path = {(kind, id)}
    stack = [(_slots(kinds[kind], root), (kind, id))] if depth != 0 else []
    while stack:
        slots, entity = stack[-1]
        for container, place, target, key in slots:
            record = state.get(target, {}).get(key)
            if record is None or (target, key) in path:
                continue
            container[place] = copied = _copied(record, target, fields)
            if kinds[target].relations and len(stack) != depth:
                path.add((target, key))
                stack.append((_slots(kinds[target], copied), (target, key)))
                break
        else:
            stack.pop()
            path.discard(entity)
    return root


def _copied(record: Record, kind: str, fields: Mapping[str, Collection[str]]) -> Record:
    """A copy that shares no list or object with the state."""
    wanted = fields.get(kind)
    copied = (
        record.copy()
        if wanted is None
        else {name: value for name, value in record.items() if name in wanted}
    )
    if is_tracked(copied):  # else it holds no list or object: see columns
        for name, value in copied.items():
            if value.__class__ not in SCALARS:
                copied[name] = plain(value, name)
    return copied


def _slots(kind: Kind, record: Record) -> Iterator[_Slot]:
    for field, relation in kind.relations.items():
        value = record.get(field)
        if value is None:
            continue
        match relation.cardinality:
            case Cardinality.ONE:
                yield record, field, relation.target, value
            case Cardinality.MANY:
                for index, key in enumerate(value):
                    yield value, index, relation.target, key
            case _:
                for name, key in value.items():
                    yield value, name, relation.target, key
