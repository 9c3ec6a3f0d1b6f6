"""Who refers to whom in a state: the one reading of relations, for frames and graphs."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sfwnb.engine.state import Cardinality, Relation, Schema, State


class Reference(NamedTuple):
    """One entity that refers to another, which may not be there."""

    source_kind: str
    source_id: str
    relation: str
    target_kind: str
    target_id: str


def references(schema: Schema, state: State) -> Iterator[Reference]:
    """Every reference of a state, in the order of kinds, entities, relations and lists."""
    for kind in kinds_of(schema, state):
        relations = relations_of(schema, kind).values()
        for id, record in state.get(kind, {}).items() if relations else ():
            for relation in relations:
                for target in targets(relation, record):
                    yield Reference(kind, id, relation.field, relation.target, target)


def targets(relation: Relation, record: Mapping[str, Any]) -> Iterator[str]:
    """The ids in a relation field; what cannot be an id is passed over."""
    value = record.get(relation.field)
    match relation.cardinality:
        case Cardinality.ONE:
            ids: Any = (value,)
        case Cardinality.MANY:
            ids = value if isinstance(value, list | tuple) else ()
        case Cardinality.MAP:
            ids = value.values() if isinstance(value, Mapping) else ()
    for id in ids:
        if isinstance(id, str | int) and not isinstance(id, bool):
            yield str(id)


def kinds_of(schema: Schema, state: State) -> tuple[str, ...]:
    """The kinds of the schema in its order, then those that only the state has."""
    return tuple(dict.fromkeys([*schema.kinds, *state]))


def relations_of(schema: Schema, kind: str) -> Mapping[str, Relation]:
    """The relation fields of a kind; none for a kind that only the state has."""
    return schema.relations(kind) if kind in schema.kinds else {}
