"""The writes of one batch, over the tables until they become real all at once, or never.

Rules:

- Records are replaced, never changed. Until the commit the tables are not touched, so a failing
  edit leaves nothing behind but entries of the reverse index, which are taken back.
- What is reported is the net difference: a field that came back to its value is no change, and
  an entity without changes keeps its very record. Changes stand in the order in which entities
  and fields were first written.
- A field or an entity that went and came back within a batch keeps its place.

Tried and dropped: changing the tables at once with a journal to roll back (a failing batch then
leaves entities in another order than it found them); a change per edit (the same field is then
reported twice, and a batch that comes to nothing reports much).
"""

from collections.abc import Collection
from typing import TypeAlias

from sfwnb.engine.state.changes import Change, Changes, differences
from sfwnb.engine.state.kinds import Kind
from sfwnb.engine.state.plain import Record
from sfwnb.engine.state.references import References, targets
from sfwnb.engine.state.schema import Schema
from sfwnb.engine.state.tables import Entity, Tables

Fields: TypeAlias = Collection[str | None]
"""Fields that may differ; None when the whole record may."""
WHOLE: Fields = (None,)


class Overlay:
    """What a batch has written so far.

    Attributes:
        schema: What the tables hold.
        lost: Entities that an owner has let go since somebody looked.
        places: The numbers of entities that come back to their places.
        reordered: Whether fields or entities may have gone and come back.
    """

    __slots__ = (
        "_count", "_tables", "_touched", "_written", "lost", "places", "reordered", "schema",
    )  # fmt: skip

    def __init__(self, schema: Schema, tables: Tables) -> None:
        self.schema = schema
        self.lost: list[Entity] = []
        self.places: dict[Entity, int] = {}
        self.reordered = False
        self._tables = tables
        self._written: dict[Entity, Record | None] = {}
        self._touched: dict[Entity, dict[str | None, int]] = {}
        self._count = 0

    def read(self, kind: str, id: str) -> Record | None:
        """An entity as the batch has left it so far."""
        entity = (kind, id)
        if entity in self._written:
            return self._written[entity]
        return self._tables.read(kind, id)

    def write(
        self, kind: Kind, id: str, before: Record | None, after: Record | None, fields: Fields
    ) -> None:
        """Put a record, which becomes the overlay's own, in the place of what ``read`` gave."""
        entity = (kind.name, id)
        if self._tables.references is not None:
            self._tables.references.replace(kind, id, before, after)
        for relation in kind.owning:
            kept = targets(relation, after)
            gone = (key for key in targets(relation, before) if key not in kept)
            self.lost.extend((relation.target, key) for key in gone)
        self._written[entity] = after
        touched = self._touched.get(entity)
        if touched is None:
            touched = self._touched[entity] = {}
        for field in fields:
            self._count += 1
            touched.setdefault(field, self._count)

    def references(self) -> References:
        """The reverse index, made when it is first asked for."""
        references = self._tables.references
        if references is None:
            references = References(self.schema.by_name, self._tables.state)
            for entity, record in self._written.items():
                kind = self.schema.by_name[entity[0]]
                references.replace(kind, entity[1], self._tables.read(*entity), record)
            self._tables.references = references
        return references

    def entities(self) -> list[Entity]:
        """Every entity that there is, as the batch has left it."""
        tables = self._tables.state.items()
        known = dict.fromkeys((kind, id) for kind, table in tables for id in table)
        return [entity for entity in known | self._written if self.read(*entity) is not None]

    def roll_back(self) -> None:
        """Take back what was written into the reverse index."""
        references = self._tables.references
        if references is not None:
            for entity, record in self._written.items():
                kind = self.schema.by_name[entity[0]]
                references.replace(kind, entity[1], record, self._tables.read(*entity))

    def commit(self) -> Changes:
        """Make the writes real; what really differs is returned."""
        real: dict[Entity, Record | None] = {}
        found: list[tuple[int, Change]] = []
        for entity, after in self._written.items():
            before = self._tables.read(*entity)
            touched = self._touched[entity]
            if before is None or after is None:
                if before is after:
                    continue
                change = Change(*entity, None, before, after, self._place(entity, before))
                found.append((min(touched.values()), change))
                real[entity] = after
            elif changes := self._compared(entity, before, after):
                found.extend((touched.get(c.field) or touched[None], c) for c in changes)
                real[entity] = _settled(before, after) if self.reordered else after
        if len(real) > 1:
            found.sort(key=_number)
        if real:
            self._tables.commit(real, self.places)
        return Changes([change for _, change in found])

    def _place(self, entity: Entity, before: Record | None) -> int | None:
        return self.places.get(entity) if before is None else self._tables.number(*entity)

    def _compared(self, entity: Entity, before: Record, after: Record) -> list[Change]:
        """The differences of a record; values that are equal become those that were there."""
        touched = self._touched[entity]
        fields = [*before, *after] if None in touched else [f for f in touched if f is not None]
        if self.reordered:
            after = _settled(before, after)
        changes = differences(*entity, before, after, dict.fromkeys(fields))
        if changes and len(changes) < len(fields):
            changed = {change.field for change in changes}
            for field in fields:
                if field in before and field not in changed:
                    after[field] = before[field]
        return changes


def _settled(before: Record, after: Record) -> Record:
    """The record with the fields that were there before in their order."""
    kept = [field for field in before if field in after]
    if kept == [field for field in after if field in before]:
        return after
    return {field: after[field] for field in dict.fromkeys((*kept, *after))}


def _number(numbered: tuple[int, Change]) -> int:
    return numbered[0]
