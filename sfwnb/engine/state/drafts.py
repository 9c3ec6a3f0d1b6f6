"""Drafts: an entity as an object with its relations resolved, where writing makes edits.

``data.lines[0].quantity = 3``, ``data.lines.append({...})``, ``del data.note``: each write is
one edit, applied at once; one that fails changes nothing. A draft is a place in the state, not a
value: it always shows what stands there now, so keep it no longer than its list stays in order.

Fields are attributes or items: ``data.status`` and ``data["status"]``. There are no methods that
could stand in the way of a field's name; ``undraft`` gives the plain record.
"""

from collections.abc import Iterable, Iterator, Mapping, MutableSequence
from typing import Any

from sfwnb.engine.state.edit import Push, Set, Splice
from sfwnb.engine.state.places import DraftStore, Place
from sfwnb.engine.state.plain import ABSENT, plain
from sfwnb.errors import did_you_mean


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


def shown(found: Any) -> Any:
    """What a place shows: a draft if it has members, else the value."""
    if not isinstance(found, Place):
        return found
    return DraftList(found) if isinstance(found.value(), list) else Draft(found)


def asked(value: Any) -> Any:
    """A value for an edit: drafts of entities become ids, other drafts copies."""
    if isinstance(value, Draft) and not place_of(value).path:
        return place_of(value).id
    if isinstance(value, Draft | DraftList):
        return undraft(value)
    if isinstance(value, Mapping):
        return {name: asked(item) for name, item in value.items()}
    return [asked(item) for item in value] if isinstance(value, list | tuple) else value


class Draft:
    """An entity, a JSON object in one, or a map of entities. Equal to what it shows, or its id."""

    __slots__ = ("_place",)
    _place: Place

    def __init__(self, place: Place) -> None:
        object.__setattr__(self, "_place", place)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "_place":  # copy and pickle ask for these
            raise AttributeError(name)
        value = shown(self._place.member(name))
        if value is ABSENT:
            near = did_you_mean(name, map(str, self)) if not name.startswith("_") else ""
            raise AttributeError(f"{self._place} has no field {name!r}.{near}")
        return value

    def __getitem__(self, name: str) -> Any:
        value = shown(self._place.member(name))
        if value is ABSENT:
            raise KeyError(name)
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        self._place.write(name, asked(value))

    def __setitem__(self, name: str, value: Any) -> None:
        self._place.write(name, asked(value))

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

    def __reduce__(self) -> str:
        raise TypeError(f"{self._place} is a place in a store: copy undraft(...) of it instead.")

    def __repr__(self) -> str:
        return f"<{self._place}: {self._place.value()!r}>"


class DraftList(MutableSequence[Any]):
    """A list in an entity: of JSON values, or of the entities that a relation refers to."""

    __slots__ = ("_place",)

    def __init__(self, place: Place) -> None:
        self._place = place

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [shown(self._place.member(i)) for i in range(*index.indices(len(self)))]
        return shown(self._place.member(self._at(index)))

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            items = list(self._place.value())
            items[index] = asked(list(value))
            self._whole(items)
        else:
            self._place.write(self._at(index), asked(value))

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

    def __reduce__(self) -> str:
        raise TypeError(f"{self._place} is a place in a store: copy undraft(...) of it instead.")

    def __repr__(self) -> str:
        return f"<{self._place}: {self._place.value()!r}>"
