"""One edit: what somebody asks for, as a frozen value.

Every edit names an entity by kind and id (except ``Reset``) and works on one that does not exist
yet: it is made, or the docstring says what happens instead. Values are copied and checked to be
JSON when an edit is made. In relation fields they may be ids or nested records.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sfwnb.engine.state.paths import Path, Segments, split
from sfwnb.engine.state.plain import EXACT, Record, is_mapping, plain, plain_record, shown
from sfwnb.errors import StateError


@dataclass(frozen=True, slots=True)
class Merge:
    """Write these fields, leave the others; make the entity if it is missing.

    Attributes:
        kind: The entity's kind.
        id: Its id.
        data: Field → value.
        deep: Merge objects in objects too; lists and everything else are replaced.
    """

    kind: str
    id: str
    data: Mapping[str, Any]
    deep: bool = False

    def __post_init__(self) -> None:
        _identify(self)
        object.__setattr__(self, "data", _record(self, self.data))


@dataclass(frozen=True, slots=True)
class Set:
    """Write one value at a path, making the objects on the way.

    Attributes:
        kind: The entity's kind.
        id: Its id.
        path: Where in the record.
        value: What to write.
    """

    kind: str
    id: str
    path: Path
    value: Any
    segments: Segments = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.value.__class__ not in EXACT:
            object.__setattr__(self, "value", plain(self.value, _place(self)))
        _identify(self)
        _cut(self)


@dataclass(frozen=True, slots=True)
class Replace:
    """The whole record becomes this one, its id fields kept.

    Attributes:
        kind: The entity's kind.
        id: Its id.
        data: The new record.
    """

    kind: str
    id: str
    data: Mapping[str, Any]

    def __post_init__(self) -> None:
        _identify(self)
        object.__setattr__(self, "data", _record(self, self.data))


@dataclass(frozen=True, slots=True)
class Unset:
    """Take a field, or what stands at a path, out; nothing happens if it is not there.

    Attributes:
        kind: The entity's kind.
        id: Its id.
        path: Where in the record.
    """

    kind: str
    id: str
    path: Path
    segments: Segments = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _identify(self)
        _cut(self)


@dataclass(frozen=True, slots=True, init=False)
class _Listed:
    kind: str
    id: str
    path: Path
    values: tuple[Any, ...]
    segments: Segments = field(init=False, repr=False, compare=False)

    def __init__(self, kind: str, id: str, path: Path, *values: Any) -> None:
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "id", id)
        object.__setattr__(self, "path", path)
        object.__setattr__(self, "values", tuple(plain(list(values), _place(self))))
        _identify(self)
        _cut(self)


class Push(_Listed):
    """Put values at the end of a list, which is made if it is missing or null."""

    __slots__ = ()


class Unshift(_Listed):
    """Put values at the start of a list, which is made if it is missing or null."""

    __slots__ = ()


class Add(_Listed):
    """Put values at the end of a list unless it has them; it is made if missing or null."""

    __slots__ = ()


class Remove(_Listed):
    """Take every occurrence of these values out of a list; what is not there is ignored."""

    __slots__ = ()


class Toggle(_Listed):
    """Without values: turn a boolean over (missing or null counts as false).

    With values: take those that a list has out of it, and add the others at its end.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True, init=False)
class Splice:
    """Take ``remove`` members out of a list from ``start`` on, and put values in their place.

    A start beyond the list means its end, a negative one counts from there; a missing or null
    list is empty.

    Attributes:
        kind: The entity's kind.
        id: Its id.
        path: Where in the record the list stands.
        start: The index.
        remove: How many members go.
        values: What comes instead.
    """

    kind: str
    id: str
    path: Path
    start: int
    remove: int
    values: tuple[Any, ...]
    segments: Segments = field(init=False, repr=False, compare=False)

    def __init__(
        self, kind: str, id: str, path: Path, start: int, remove: int = 0, *values: Any
    ) -> None:
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "id", id)
        object.__setattr__(self, "path", path)
        object.__setattr__(self, "start", _integer("start", start))
        object.__setattr__(self, "remove", _integer("remove", remove))
        if remove < 0:
            raise StateError(f"A Splice removes {remove} members: expected 0 or more.")
        object.__setattr__(self, "values", tuple(plain(list(values), _place(self))))
        _identify(self)
        _cut(self)


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete an entity, under the policies of the relations that refer to it.

    Nothing happens if it does not exist.

    Attributes:
        kind: The entity's kind.
        id: Its id.
    """

    kind: str
    id: str

    def __post_init__(self) -> None:
        _identify(self)


@dataclass(frozen=True, slots=True)
class Reset:
    """The whole state becomes these entities; every other one goes, without further rules.

    Attributes:
        entities: ``{kind: {id: record}}``.
    """

    entities: Mapping[str, Mapping[str, Mapping[str, Any]]]

    def __post_init__(self) -> None:
        entities = plain(self.entities, "Reset")
        for kind, table in entities.items() if is_mapping(entities) else [("", None)]:
            if not is_mapping(table) or not all(map(is_mapping, table.values())):
                raise StateError(f"Reset {kind} to {shown(table)}: expected {{id: record}}.")
        object.__setattr__(self, "entities", entities)


Edit: TypeAlias = (
    Merge | Set | Replace | Unset | Push | Unshift | Splice | Add | Remove | Toggle | Delete | Reset
)
"""Any of the edits."""


def _identify(edit: Any) -> None:
    """Make the id of an edit text."""
    if edit.id.__class__ is not str:
        if not isinstance(edit.id, str | int) or isinstance(edit.id, bool):
            raise StateError(f"The id {shown(edit.id)} in an edit of {edit.kind}: expected text.")
        object.__setattr__(edit, "id", str(edit.id))


def _place(edit: Any) -> str:
    return f"{type(edit).__name__} {edit.kind} {edit.id!r}"


def _cut(edit: Any) -> None:
    segments = split(edit.path)
    object.__setattr__(edit, "segments", segments)
    if not isinstance(edit.path, str):
        object.__setattr__(edit, "path", segments)


def _record(edit: Any, data: Any) -> Record:
    if not is_mapping(data):
        raise StateError(f"{_place(edit)} with {shown(data)}: expected fields and values.")
    return plain_record(data, _place(edit))


def _integer(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise StateError(f"A Splice with {name}={shown(value)}: expected an integer.")
    return value
