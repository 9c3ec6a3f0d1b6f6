"""Merging changes that follow one another into their net difference."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sfwnb.engine.state.change import Change, differences
from sfwnb.engine.state.plain import ABSENT, Record, same


@dataclass(slots=True)
class _Entity:
    """What is known of one entity so far.

    Attributes:
        fields: Field → its first and its last change, while only fields have changed.
        whole: Whether it was created or deleted; ``before`` and ``after`` count then.
        before: The record before everything.
        after: The record after everything.
        position: Where it stood, if it was deleted.
    """

    fields: dict[str, tuple[Change, Change]] = field(default_factory=dict)
    whole: bool = False
    before: Record | None = None
    after: Record | None = None
    position: int | None = None

    def add(self, change: Change) -> None:
        """Take the next change of this entity in."""
        if change.field is None:
            if not self.whole:
                self.whole, self.before = True, self._as_it_was(change.before)
            self.after = change.after
            self.position = change.position if self.position is None else self.position
        elif self.whole:
            self.after = _with(self.after or {}, change.field, change.after)
        else:
            first, _ = self.fields.get(change.field, (change, change))
            self.fields[change.field] = (first, change)

    def _as_it_was(self, record: Record | None) -> Record | None:
        if record is None:
            return None
        for name, (first, _) in self.fields.items():
            record = _with(record, name, first.before)
        return record

    def net(self, kind: str, id: str) -> dict[str | None, Change]:
        """What is left of the changes, by field."""
        if not self.whole:
            return {
                name: Change(
                    kind, id, name, first.before, last.after, last.position or first.position
                )
                for name, (first, last) in self.fields.items()
                if not same(first.before, last.after)
            }
        if self.before is not None and self.after is not None:
            return {c.field: c for c in differences(kind, id, self.before, self.after)}
        if self.before is self.after:
            return {}
        return {None: Change(kind, id, None, self.before, self.after, self.position)}


def merged(changes: Iterable[Change]) -> list[Change]:
    """The net difference, in the order in which entities and fields first changed.

    Values are exact. Where a field or an entity went and came back, its place is not remembered.
    """
    order: dict[tuple[str, str, str | None], None] = {}
    entities: dict[tuple[str, str], _Entity] = {}
    for change in changes:
        order[(change.kind, change.id, change.field)] = None
        entities.setdefault((change.kind, change.id), _Entity()).add(change)
    nets = {entity: known.net(*entity) for entity, known in entities.items()}
    left: list[Change] = []
    for kind, id, name in order:
        net = nets[(kind, id)]
        if entities[(kind, id)].whole:
            left.extend(net.values())
            net.clear()
        elif name in net:
            left.append(net[name])
    return left


def _with(record: Record, name: str, value: Any) -> Record:
    if value is ABSENT:
        return {other: item for other, item in record.items() if other != name}
    return {**record, name: value}
