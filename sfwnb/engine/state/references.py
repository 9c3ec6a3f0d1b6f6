"""Who refers to whom: the reverse of all relations, kept beside the tables of a store."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sfwnb.engine.state.kinds import Kind
from sfwnb.engine.state.plain import Record, State
from sfwnb.engine.state.relations import Cardinality, Relation

Referrer = tuple[str, str, str]
"""Kind, id and field of a reference."""


def targets(relation: Relation, record: Record | None) -> Mapping[str, Any]:
    """The ids in a relation field, each once, in their order."""
    value = None if record is None else record.get(relation.field)
    return {} if value is None else dict.fromkeys(_ids(relation, value))


def _ids(relation: Relation, value: Any) -> Iterable[str]:
    match relation.cardinality:
        case Cardinality.ONE:
            return (value,)
        case Cardinality.MANY:
            return value  # type: ignore[no-any-return]  # a list of ids
        case _:
            return value.values()  # type: ignore[no-any-return]  # ids by name


class References:
    """The reverse index; dicts stand for sets, because their order does not depend on hashes."""

    __slots__ = ("_kinds", "_referrers")

    def __init__(self, kinds: Mapping[str, Kind], state: State) -> None:
        self._kinds = kinds
        self._referrers: dict[str, dict[str, dict[Referrer, None]]] = {name: {} for name in kinds}
        for kind, table in state.items():
            relations = tuple(kinds[kind].relations.items())
            for id, record in table.items() if relations else ():
                for field, relation in relations:
                    value = record.get(field)
                    if value is not None:
                        self._add(relation, value, (kind, id, field))

    def _add(self, relation: Relation, value: Any, referrer: Referrer) -> None:
        index = self._referrers[relation.target]
        for target in _ids(relation, value):
            if target in index:
                index[target][referrer] = None
            else:
                index[target] = {referrer: None}

    def of(self, kind: str, id: str) -> list[Referrer]:
        """The references to an entity, in the order in which they came."""
        return list(self._referrers[kind].get(id, ()))

    def owners(self, kind: str, id: str) -> Iterator[Referrer]:
        """The references that own an entity."""
        for referrer in self._referrers[kind].get(id, ()):
            if self._kinds[referrer[0]].relations[referrer[2]].owns:
                yield referrer

    def replace(self, kind: Kind, id: str, before: Record | None, after: Record | None) -> None:
        """Follow one record from before to after; None stands for no record."""
        for field, relation in kind.relations.items():
            if before and after and before.get(field) is after.get(field):
                continue
            index, referrer = self._referrers[relation.target], (kind.name, id, field)
            here, there = targets(relation, before), targets(relation, after)
            for target in here:
                if target not in there:
                    index[target].pop(referrer)
                    if not index[target]:
                        del index[target]
            for target in there:
                if target not in here:
                    index.setdefault(target, {})[referrer] = None
