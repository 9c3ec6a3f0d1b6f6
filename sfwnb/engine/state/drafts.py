"""Drafts: an entity as an object with its relations resolved, where writing makes edits.

``data.lines[0].quantity = 3``, ``data.lines.append({...})``, ``del data.note``: each write is
one edit, applied at once; one that fails changes nothing. A draft is a place in the state, not a
value: it always shows what stands there now, so keep it no longer than its list stays in order.

Fields are attributes or items: ``data.status`` and ``data["status"]``. There are no methods that
could stand in the way of a field's name; ``undraft`` gives the plain record.
"""

from collections.abc import Iterable, Iterator, Mapping, MutableSequence
from dataclasses import dataclass
from typing import Any, Protocol

from sfwnb.engine.state.change import Change
from sfwnb.engine.state.changes import Changes
from sfwnb.engine.state.edits import Edit, Push, Set, Splice, Unset
from sfwnb.engine.state.plain import ABSENT, Record, plain
from sfwnb.engine.state.relations import Cardinality, Relation
from sfwnb.engine.state.schema import Schema
from sfwnb.errors import StateError, did_you_mean


class DraftStore(Protocol):
    """What drafts need of a store; ``Store`` has it, and so may what records a cause."""

    @property
    def schema(self) -> Schema:
        """What the tables hold."""

    def read(self, kind: str, id: str) -> Record | None:
        """The record of an entity, or None."""

    def apply(self, edits: Iterable[Edit | Change | Mapping[str, Any]]) -> Changes:
        """Apply a batch of edits, whole or not at all."""


def draft(store: DraftStore, kind: str, id: str) -> "Draft":
    """An entity as an object whose writes become edits.

    Args:
        store: Where it stands, and where the edits go.
        kind: The entity's kind.
        id: Its id. It may be missing: the first write makes it.

    Raises:
        UnknownKind: When the schema does not have the kind.

    Example:
        >>> from sfwnb.engine.state import Schema, Store
        >>> store = Store(Schema({"User": {}}), {"User": {"u1": {"id": "u1", "name": "An"}}})
        >>> user = draft(store, "User", "u1")
        >>> user.name = "Ann"
        >>> store.state["User"]["u1"]["name"]
        'Ann'
    """
    return Draft(Place(store, store.schema.kind(kind).name, str(id), ()))


def undraft(value: Any) -> Any:
    """A draft as plain JSON of its own, with ids for relations; other values as they are."""
    if isinstance(value, Draft | DraftList):
        return plain(place_of(value).value(), "draft")
    return value


def place_of(value: "Draft | DraftList") -> "Place":
    """Where a draft stands."""
    place: Place = object.__getattribute__(value, "_place")
    return place


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a store a draft stands, and how it reads and writes there.

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
        """A member: a scalar, a draft, the draft of the entity that it refers to, or ABSENT."""
        inner, value = self.at(segment), _member(self.value(), segment)
        relation = inner.relation
        if relation is not None:
            return inner.referred(relation, value)
        if isinstance(value, dict):
            return Draft(inner)
        return DraftList(inner) if isinstance(value, list) else value

    def referred(self, relation: Relation, value: Any) -> Any:
        """What a relation field, or one id in it, stands for."""
        if len(self.path) == 1 and relation.cardinality is Cardinality.MANY:
            return DraftList(self)
        if len(self.path) == 1 and relation.cardinality is Cardinality.MAP:
            return Draft(self)
        if value is None or value is ABSENT:
            return None if len(self.path) == 1 else value
        if self.store.read(relation.target, value) is None:
            return value
        return Draft(Place(self.store, relation.target, value, ()))

    def write(self, segment: str | int, value: Any) -> None:
        """Set a member."""
        self.store.apply([Set(self.kind, self.id, (*self.path, segment), asked(value))])

    def remove(self, segment: str | int) -> None:
        """Take a member out."""
        self.store.apply([Unset(self.kind, self.id, (*self.path, segment))])

    def __str__(self) -> str:
        return ".".join((f"{self.kind} {self.id!r}", *map(str, self.path)))


def asked(value: Any) -> Any:
    """A value for an edit: drafts of entities become ids, other drafts copies."""
    if isinstance(value, Draft) and not place_of(value).path:
        return place_of(value).id
    if isinstance(value, Draft | DraftList):
        return undraft(value)
    if isinstance(value, Mapping):
        return {name: asked(item) for name, item in value.items()}
    return [asked(item) for item in value] if isinstance(value, list | tuple) else value


def _member(value: Any, segment: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(segment, ABSENT)
    if isinstance(value, list) and isinstance(segment, int) and segment < len(value):
        return value[segment]
    return ABSENT


class Draft:
    """An entity, a JSON object in one, or a map of entities. Equal to what it shows, or its id."""

    __slots__ = ("_place",)
    _place: Place

    def __init__(self, place: Place) -> None:
        object.__setattr__(self, "_place", place)

    def __getattr__(self, name: str) -> Any:
        value = ABSENT if name.startswith("__") else self._place.member(name)
        if value is ABSENT:
            near = did_you_mean(name, map(str, self)) if not name.startswith("_") else ""
            raise AttributeError(f"{self._place} has no field {name!r}.{near}")
        return value

    def __getitem__(self, name: str) -> Any:
        value = self._place.member(name)
        if value is ABSENT:
            raise KeyError(name)
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        self._place.write(name, value)

    def __setitem__(self, name: str, value: Any) -> None:
        self._place.write(name, value)

    def __delattr__(self, name: str) -> None:
        if name not in self:
            raise AttributeError(f"{self._place} has no field {name!r}.")
        self._place.remove(name)

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        self._place.remove(name)

    def __contains__(self, name: object) -> bool:
        return name in self._place.value()

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._place.value()))

    def __len__(self) -> int:
        return len(self._place.value())

    def __bool__(self) -> bool:
        return not self._place.path or bool(self._place.value())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return not self._place.path and self._place.id == other
        if isinstance(other, Draft) and not self._place.path and not other._place.path:
            return (self._place.kind, self._place.id) == (other._place.kind, other._place.id)
        if not isinstance(other, Draft | Mapping):
            return NotImplemented
        return len(self) == len(other) and all(
            name in other and self[name] == other[name] for name in self
        )

    def __hash__(self) -> int:
        return hash(self._place.id)

    def __dir__(self) -> list[str]:
        relations = [] if self._place.path else self._place.store.schema.relations(self._place.kind)
        return list(dict.fromkeys((*self, *relations)))

    def __repr__(self) -> str:
        return f"<{self._place}: {self._place.value()!r}>"


class DraftList(MutableSequence[Any]):
    """A list in an entity: of JSON values, or of the entities that a relation refers to."""

    __slots__ = ("_place",)

    def __init__(self, place: Place) -> None:
        self._place = place

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self._place.member(i) for i in range(*index.indices(len(self)))]
        return self._place.member(self._at(index))

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            items = list(self._place.value())
            items[index] = asked(list(value))
            self._whole(items)
        else:
            self._place.write(self._at(index), value)

    def __delitem__(self, index: Any) -> None:
        if isinstance(index, slice):
            items = list(self._place.value())
            del items[index]
            self._whole(items)
        else:
            self._splice(self._at(index), 1)

    def __len__(self) -> int:
        return len(self._place.value())

    def insert(self, index: int, value: Any) -> None:
        """Put a value before the index."""
        self._splice(index, 0, asked(value))

    def append(self, value: Any) -> None:
        """Put a value at the end."""
        self.extend([value])

    def extend(self, values: Iterable[Any]) -> None:
        """Put values at the end, with one edit."""
        place = self._place
        place.store.apply([Push(place.kind, place.id, place.path, *asked(list(values)))])

    def clear(self) -> None:
        """Take everything out, with one edit."""
        self._whole([])

    def reverse(self) -> None:
        """Turn the order around, with one edit."""
        self._whole(self._place.value()[::-1])

    def _at(self, index: int) -> int:
        return range(len(self))[index]

    def _splice(self, start: int, remove: int, *values: Any) -> None:
        place = self._place
        place.store.apply([Splice(place.kind, place.id, place.path, start, remove, *values)])

    def _whole(self, items: list[Any]) -> None:
        place = self._place
        place.store.apply([Set(place.kind, place.id, place.path, items)])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, list | tuple | DraftList):
            return NotImplemented
        return len(self) == len(other) and all(
            mine == theirs for mine, theirs in zip(self, other, strict=True)
        )

    __hash__ = None  # type: ignore[assignment]  # like a list

    def __repr__(self) -> str:
        return f"<{self._place}: {self._place.value()!r}>"
