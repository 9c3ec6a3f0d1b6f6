"""Changes: what really differed, per entity and field, before and after, with an exact inverse."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from sfwnb.engine.state.plain import ABSENT, Record, State, same, shown
from sfwnb.errors import StateError


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differed, or an entity that came or went.

    Attributes:
        kind: The entity's kind.
        id: Its id.
        field: The field of the record; None when the entity was created or deleted.
        before: The value before; ABSENT if the field was not there, None for a created entity.
        after: The value after; ABSENT if the field is gone, None for a deleted entity.
        position: Where a field that went, or came elsewhere than at the end, stands in its
            record, and an entity in its table (in the counting of its store).
    """

    kind: str
    id: str
    field: str | None
    before: Any
    after: Any
    position: int | None = None

    @property
    def is_creation(self) -> bool:
        """Whether the entity came into being."""
        return self.field is None and self.before is None

    @property
    def is_deletion(self) -> bool:
        """Whether the entity went."""
        return self.field is None and self.after is None

    def inverse(self) -> "Change":
        """The change that takes this one back."""
        return Change(self.kind, self.id, self.field, self.after, self.before, self.position)

    def to_json(self) -> dict[str, Any]:
        """The change as JSON; an absent value has no key."""
        json: dict[str, Any] = {"kind": self.kind, "id": self.id, "field": self.field}
        if self.before is not ABSENT:
            json["before"] = self.before
        if self.after is not ABSENT:
            json["after"] = self.after
        if self.position is not None:
            json["position"] = self.position
        return json

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> "Change":
        """The change that ``to_json`` wrote.

        Raises:
            StateError: When it is no change.
        """
        try:
            kind, id, field = json["kind"], json["id"], json["field"]
            before, after = json.get("before", ABSENT), json.get("after", ABSENT)
        except (KeyError, TypeError, AttributeError):
            raise StateError(f"{shown(json)} is no change: it has kind, id and field.") from None
        if field is None and not (
            isinstance(before, dict | None) and isinstance(after, dict | None)
        ):
            raise StateError(f"{shown(json)} is no change: an entity is a record or null.")
        return cls(kind, id, field, before, after, json.get("position"))

    def __str__(self) -> str:
        name = f"{self.kind} {self.id}"
        if self.is_creation:
            return f"{name} created: {shown(self.after)}"
        if self.is_deletion:
            return f"{name} deleted: {shown(self.before)}"
        return f"{name} {self.field}: {shown(self.before)} → {shown(self.after)}"


class Changes(Sequence[Change]):
    """Changes in the order in which they happened; never changed itself.

    Example:
        >>> print(Changes([Change("User", "u1", "name", "An", "Ann")]))
        User u1 name: 'An' → 'Ann'
    """

    __slots__ = ("_items",)

    def __init__(self, items: Iterable[Change] = ()) -> None:
        self._items = tuple(items)

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> "Changes": ...
    def __getitem__(self, index: int | slice) -> "Change | Changes":
        found = self._items[index]
        return found if isinstance(found, Change) else Changes(found)

    def __iter__(self) -> Iterator[Change]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Changes) and self._items == other._items

    def __hash__(self) -> int:
        return hash(tuple((c.kind, c.id, c.field) for c in self._items))

    def __repr__(self) -> str:
        return f"Changes({list(self._items)!r})"

    def __str__(self) -> str:
        return "\n".join(map(str, self._items)) or "no changes"

    def inverse(self) -> "Changes":
        """The changes that, applied after these, restore what was, order included."""
        return Changes(change.inverse() for change in reversed(self._items))

    def summary(self) -> dict[str, dict[str, Any]]:
        """What happened to which entity, per kind.

        Returns:
            ``{kind: {"created": [id], "updated": {id: [field]}, "deleted": [id]}}``.
        """
        kinds: dict[str, dict[str, Any]] = {}
        for change in self._items:
            of_kind = kinds.setdefault(change.kind, {"created": [], "updated": {}, "deleted": []})
            if change.is_creation:
                of_kind["created"].append(change.id)
            elif change.is_deletion:
                of_kind["deleted"].append(change.id)
            else:
                of_kind["updated"].setdefault(change.id, []).append(change.field)
        return kinds

    def to_json(self) -> list[dict[str, Any]]:
        """The changes as JSON."""
        return [change.to_json() for change in self._items]

    @classmethod
    def from_json(cls, json: Iterable[Mapping[str, Any]]) -> "Changes":
        """The changes that ``to_json`` wrote.

        Raises:
            StateError: When something in it is no change.
        """
        return cls(map(Change.from_json, json))

    @classmethod
    def between(cls, before: State, after: State) -> "Changes":
        """What differs between two states: deletions, then the rest in the order of ``after``."""
        found: list[Change] = []
        for kind, table in before.items():
            kept, now = 0, after.get(kind, {})
            for id, record in table.items():
                if id in now:
                    kept += 1
                else:
                    found.append(Change(kind, id, None, record, None, kept))
        for kind, table in after.items():
            earlier = before.get(kind, {})
            for id, record in table.items():
                if id not in earlier:
                    found.append(Change(kind, id, None, None, record))
                elif earlier[id] is not record:
                    found.extend(differences(kind, id, earlier[id], record))
        return cls(found)


def differences(
    kind: str, id: str, before: Record, after: Record, touched: Iterable[str] | None = None
) -> list[Change]:
    """The fields in which two records of an entity differ.

    Args:
        kind: The entity's kind.
        id: Its id.
        before: The record before.
        after: The record after.
        touched: The only fields that can differ, in the order of the changes; by default those
            of ``before``, then the new ones.

    Returns:
        Changes whose positions let them be taken back one by one, in reverse.
    """
    if touched is None:
        touched = dict.fromkeys((*before, *after))
    found: list[Change] = []
    moved = False
    for field in touched:
        old, new = before.get(field, ABSENT), after.get(field, ABSENT)
        if not same(old, new):
            found.append(Change(kind, id, field, old, new))
            moved = moved or old is ABSENT or new is ABSENT
    return _placed(found, before, after) if moved else found


def _placed(found: list[Change], before: Record, after: Record) -> list[Change]:
    """Give each field that came or went its position at that step from before to after."""
    order = list(before)
    rank = {field: number for number, field in enumerate(after)}
    placed: list[Change] = []
    for change in found:
        field, position = str(change.field), None
        if change.after is ABSENT:
            position = order.index(field)
            order.remove(field)
        elif change.before is ABSENT:
            last = rank[field]
            ahead = (n for n, other in enumerate(order, 1) if rank.get(other, last) < last)
            position = max(ahead, default=0)
            order.insert(position, field)
            position = None if position == len(order) - 1 else position
        placed.append(Change(change.kind, change.id, field, change.before, change.after, position))
    return placed
