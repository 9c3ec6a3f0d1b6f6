"""From nested data to tables: in document order, without recursion, without touching the input.

The rules:

- Entities are placed in document order: an entity before what is nested in it, fields and list
  members in their order. The same entity met twice merges, and the later one wins.
- Records of kinds without relations (*leaves*) are placed at once, while nothing that stands
  before them in the document is waiting. Records of other kinds wait on a stack of iterators, so
  depth costs no Python frames.
- A record that was seen already, by identity, is not entered again: that is what ends cycles.
- Relation fields come to hold table keys; a null stays null; an id stays an id.

This is the exact way, for any payload; ``columns`` does the plain ones several times as fast.
Tried and dropped: all levels breadth first (the later of two meetings is then not the later one
in the document).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sfwnb.engine.state.kinds import Kind
from sfwnb.engine.state.plain import (
    EXACT,
    Record,
    State,
    is_mapping,
    plain,
    plain_record,
    shown,
)
from sfwnb.engine.state.relations import Cardinality, Relation
from sfwnb.errors import StateError

_Waiting = tuple[Kind, Iterator[tuple[str, Mapping[Any, Any]]]]
_TEXT = frozenset({str})
_DICT = frozenset({dict})


class Normalizer:
    """One run over one payload.

    Attributes:
        tables: What was found so far, with a table for every kind, possibly empty.
    """

    __slots__ = ("_kinds", "_seen", "_stack", "tables")

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self.tables: State = {name: {} for name in kinds}
        self._kinds = kinds
        self._seen: dict[str, set[int]] = {name: set() for name in kinds}
        self._stack: list[_Waiting] = []

    def found(self) -> State:
        """The tables that are not empty, in the order of the schema."""
        return {name: table for name, table in self.tables.items() if table}

    def records(self, kind: Kind, data: Any) -> None:
        """Take one record or a list of records of a kind, and all that is nested in them.

        Raises:
            StateError: When something cannot be an entity; the tables are worthless then.
        """
        members: Sequence[Any] = data if isinstance(data, list | tuple) else (data,)
        for member in members:
            if not is_mapping(member):
                raise StateError(f"{kind.name} is {shown(member)}: expected a record.")
        keys = [kind.key(member) for member in members]
        self._enter(kind, keys, members)
        self._run()

    def refer(self, relation: Relation, value: Any) -> Any:
        """What a relation field comes to hold; nested records are taken into the tables."""
        ids, keys, records = self._ids(relation, value, f"{relation.source}.{relation.field}")
        if keys:
            self._enter(self._kinds[relation.target], keys, records)
            self._run()
        return ids

    def _enter(self, kind: Kind, keys: Sequence[str], records: Sequence[Any]) -> None:
        if kind.relations:
            self._stack.append((kind, zip(keys, records, strict=True)))
        else:
            self._leaves(kind, keys, records)

    def _run(self) -> None:
        stack = self._stack
        while stack:
            kind, pairs = stack[-1]
            for key, record in pairs:
                if waiting := self._branch(kind, key, record):
                    waiting.reverse()
                    stack.extend(waiting)
                    break
            else:
                stack.pop()

    def _branch(self, kind: Kind, key: str, record: Mapping[Any, Any]) -> list[_Waiting]:
        """Place a record that may hold others; what is nested and has to wait is returned."""
        waiting: list[_Waiting] = []
        seen = self._seen[kind.name]
        if id(record) in seen:
            return waiting
        seen.add(id(record))
        relations = kind.relations
        mine: Record = dict(record)
        fields = relations if len(relations) == 1 else [name for name in mine if name in relations]
        for field in fields:
            value = mine.get(field)
            if value is None:
                continue
            relation = relations[field]
            mine[field], keys, records = self._ids(relation, value, key)
            if keys:
                target = self._kinds[relation.target]
                if waiting or target.relations:
                    waiting.append((target, zip(keys, records, strict=True)))
                else:
                    self._leaves(target, keys, records)
        _make_plain(kind, key, mine)
        self._place(kind, key, mine)
        return waiting

    def _leaves(self, kind: Kind, keys: Sequence[str], records: Sequence[Any]) -> None:
        """Place records that hold no others."""
        for key, record in zip(keys, records, strict=True):
            self._place(kind, key, plain_record(record, f"{kind.name} {key!r}"))

    def _place(self, kind: Kind, key: str, record: Record) -> None:
        if kind.checks:
            kind.validate(key, record, (None,))
        table = self.tables[kind.name]
        earlier = table.get(key)
        table[key] = record if earlier is None else {**earlier, **record}

    def _ids(
        self, relation: Relation, value: Any, key: str
    ) -> tuple[Any, Sequence[str], Sequence[Any]]:
        """What the field comes to hold, and the keys and records of what is nested in it."""
        match relation.cardinality:
            case Cardinality.MANY:
                if isinstance(value, list | tuple):
                    return self._many(relation, value)
                wanted = "a list"
            case Cardinality.ONE:
                ids, keys, records = self._many(relation, (value,))
                return ids[0], keys, records
            case _:
                if is_mapping(value):
                    names = [_name(relation, name) for name in value]
                    ids, keys, records = self._many(relation, list(value.values()))
                    return dict(zip(names, ids, strict=True)), keys, records
                wanted = "an object of names"
        raise StateError(
            f"{relation.source} {key!r} has {shown(value)} in its relation {relation.field!r}:"
            f" expected {wanted} with ids or records of {relation.target}."
        )

    def _many(
        self, relation: Relation, members: Sequence[Any]
    ) -> tuple[list[str], Sequence[str], Sequence[Any]]:
        types = set(map(type, members))
        if types == _TEXT:
            return list(members), (), ()
        target = self._kinds[relation.target]
        if types == _DICT and target.single is not None:
            ids = [member.get(target.single) for member in members]
            if _TEXT.issuperset(map(type, ids)):
                return ids, ids, members
        ids, keys, records = [], [], []
        for member in members:
            if is_mapping(member):
                ids.append(target.key(member))
                keys.append(ids[-1])
                records.append(member)
            else:
                ids.append(target.reference(member, f"{relation.source}.{relation.field}"))
        return ids, keys, records


def _make_plain(kind: Kind, key: str, record: Record) -> None:
    for field, value in record.items():
        if field.__class__ is not str or (
            value.__class__ not in EXACT and field not in kind.relations
        ):
            record.update(plain({field: value}, f"{kind.name} {key!r}"))


def _name(relation: Relation, name: Any) -> str:
    if isinstance(name, str):
        return str.__str__(name)
    raise StateError(
        f"{relation.source}.{relation.field} has the name {shown(name)}: expected text."
    )
