"""Where in a store a draft stands, and how it reads and writes there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sfwnb.engine.state.change import Change
from sfwnb.engine.state.changes import Changes
from sfwnb.engine.state.edit import Edit, Set, Unset
from sfwnb.engine.state.plain import ABSENT, Record
from sfwnb.engine.state.relations import Cardinality, Relation
from sfwnb.engine.state.schema import Schema
from sfwnb.errors import StateError


class DraftStore(Protocol):
    """What drafts need of a store; ``Store`` has it, and so may what records a cause."""

    @property
    def schema(self) -> Schema:
        """What the tables hold."""

    def read(self, kind: str, id: str) -> Record | None:
        """The record of an entity, or None."""

    def apply(self, edits: Iterable[Edit | Change | Mapping[str, Any]]) -> Changes:
        """Apply a batch of edits, whole or not at all."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a store.

    Attributes:
        store: The store.
        kind: The entity's kind.
        id: The entity's id.
        path: Where in the record; empty for the entity itself.
    """

    store: DraftStore
    kind: str
    id: str
    path: tuple[str | int, ...]

    def value(self) -> Any:
        """What stands here: plain JSON that belongs to the state.

        Raises:
            StateError: When it is gone.
        """
        value: Any = self.store.read(self.kind, self.id)
        if value is None:
            raise StateError(f"There is no {self}.")
        for depth, segment in enumerate(self.path):
            value = _member(value, segment)
            if value is ABSENT or value is None:
                if depth == 0 and self.relation is not None:
                    return {} if self.relation.cardinality is Cardinality.MAP else []
                raise StateError(f"There is no {self} any more.")
        return value

    @property
    def relation(self) -> Relation | None:
        """The relation in whose field this place is."""
        relations = self.store.schema.kind(self.kind).relations
        return relations.get(str(self.path[0])) if self.path else None

    def at(self, segment: str | int) -> "Place":
        """The place of a member."""
        return Place(self.store, self.kind, self.id, (*self.path, segment))

    def member(self, segment: str | int) -> Any:
        """A member: its value, its place if that has members of its own, or ABSENT."""
        inner, value = self.at(segment), _member(self.value(), segment)
        relation = inner.relation
        if relation is not None:
            return inner._referred(relation, value)
        return inner if isinstance(value, dict | list) else value

    def _referred(self, relation: Relation, value: Any) -> Any:
        """What a relation field, or one id in it, stands for; the place of an entity for its id."""
        if len(self.path) == 1 and relation.cardinality is not Cardinality.ONE:
            return self
        if value is None or value is ABSENT:
            return None if len(self.path) == 1 else value
        if self.store.read(relation.target, value) is None:
            return value
        return Place(self.store, relation.target, value, ())

    def write(self, segment: str | int, value: Any) -> None:
        """Set a member."""
        self.store.apply([Set(self.kind, self.id, (*self.path, segment), value)])

    def remove(self, segment: str | int) -> None:
        """Take a member out."""
        self.store.apply([Unset(self.kind, self.id, (*self.path, segment))])

    def __str__(self) -> str:
        return ".".join((f"{self.kind} {self.id!r}", *map(str, self.path)))


def _member(value: Any, segment: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(segment, ABSENT)
    if isinstance(value, list) and isinstance(segment, int) and segment < len(value):
        return value[segment]
    return ABSENT
