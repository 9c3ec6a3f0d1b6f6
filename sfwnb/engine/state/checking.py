"""Finding what is wrong with a state: dangling references and broken invariants."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sfwnb.engine.state.kinds import Kind
from sfwnb.engine.state.plain import is_mapping, plain, shown
from sfwnb.engine.state.relations import Cardinality, Relation
from sfwnb.errors import StateError


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a state that should not be.

    Attributes:
        kind: The kind of the entity.
        id: Its id; None when it is about the whole table.
        field: The field; None when it is about the whole record.
        text: What is wrong.
    """

    kind: str
    id: str | None
    field: str | None
    text: str

    def __str__(self) -> str:
        place = " ".join(part for part in (self.kind, self.id, self.field) if part is not None)
        return f"{place}: {self.text}"


def problems(kinds: Mapping[str, Kind], state: Any) -> Iterator[Problem]:
    """Everything that is wrong with a state, in its order."""
    for name, table in state.items():
        if name not in kinds:
            yield Problem(str(name), None, None, "the schema does not have this kind")
        elif not is_mapping(table):
            yield Problem(name, None, None, f"the table is {shown(table)}, not {{id: record}}")
        else:
            for id, record in table.items():
                yield from _of_record(kinds[name], id, record, state)


def _of_record(kind: Kind, id: str, record: Any, state: Any) -> Iterator[Problem]:
    if not is_mapping(record):
        yield Problem(kind.name, id, None, f"the record is {shown(record)}")
        return
    try:
        key = kind.key(record)
        plain(record, f"{kind.name} {id!r}")
        kind.validate(id, dict(record), (None,))
    except StateError as error:
        yield Problem(kind.name, id, None, str(error))
    else:
        if key != id:
            yield Problem(kind.name, id, None, f"its id fields say {key!r}")
    for field, relation in kind.relations.items():
        if record.get(field) is not None:
            for text in _of_relation(relation, record[field], state):
                yield Problem(kind.name, id, field, text)


def _of_relation(relation: Relation, value: Any, state: Any) -> Iterator[str]:
    ids: list[Any]
    match relation.cardinality, value:
        case Cardinality.ONE, str():
            ids = [value]
        case Cardinality.MANY, list():
            ids = value
        case Cardinality.MAP, dict():
            ids = list(value.values())
        case _:
            ids = [None]
    if not all(isinstance(id, str) for id in ids):
        yield f"{shown(value)} is no relation to {relation.cardinality}: it holds ids as text"
        return
    table = state.get(relation.target, {})
    for id in ids:
        if id not in table:
            yield f"refers to {relation.target} {id!r}, which does not exist"
