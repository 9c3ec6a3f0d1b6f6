"""Who refers to whom: the reverse of all relations, kept beside the tables of a store."""

from collections.abc import Iterator, Mapping
from typing import Any

from sfwnb.engine.state.kinds import Kind
from sfwnb.engine.state.plain import Record, State
from sfwnb.engine.state.relations import Cardinality, Relation

Referrer = tuple[str, str, str]
"""Kind, id and field of a reference."""


def targets(relation: Relation, record: Record | None) -> Mapping[str, Any]:
    """The ids in a relation field, each once, in their order."""
    value = None if record is None else record.get(relation.field)
    if value is None:
        return {}
    match relation.cardinality:
        case Cardinality.ONE:
            return {value: None}
        case Cardinality.MANY:
            return dict.fromkeys(value)
        case _:
            return dict.fromkeys(value.values())


class References:
    """The reverse index; dicts stand for sets, because their order does not depend on hashes."""

    __slots__ = ("_kinds", "_referrers")

    def __init__(self, kinds: Mapping[str, Kind], state: State) -> None:
        self._kinds = kinds
        self._referrers: dict[str, dict[str, dict[Referrer, None]]] = {name: {} for name in kinds}
        for kind, table in state.items():
            if kinds[kind].relations:
                for id, record in table.items():
                    self.replace(kinds[kind], id, None, record)

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
