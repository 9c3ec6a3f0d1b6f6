"""One change: a field of an entity, or a whole entity, before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sfwnb.engine.state.plain import ABSENT, Record, same, shown
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
