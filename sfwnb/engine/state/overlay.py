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
from typing import Any, TypeAlias

from sfwnb.engine.state.change import Change, differences
from sfwnb.engine.state.changes import Changes
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
        reports: list[tuple[dict[Any, int], list[Change]]] = []
        for entity, after in self._written.items():
            before = self._tables.read(*entity)
            if before is None or after is None:
                if before is after:
                    continue
                changes = [Change(*entity, None, before, after, self._place(entity, before))]
            else:
                after, changes = self._compared(entity, before, after)
            if changes:
                real[entity] = after
                reports.append((self._touched[entity], changes))
        if real:
            self._tables.commit(real, self.places)
        return Changes(reports[0][1] if len(reports) == 1 else _in_order(reports))

    def _place(self, entity: Entity, before: Record | None) -> int | None:
        return self.places.get(entity) if before is None else self._tables.number(*entity)

    def _compared(
        self, entity: Entity, before: Record, after: Record
    ) -> tuple[Record, list[Change]]:
        """The record to keep, with what is equal as it was, and its differences."""
        touched: dict[Any, int] = self._touched[entity]
        fields = dict.fromkeys((*before, *after)) if None in touched else touched
        if self.reordered:
            after = _settled(before, after)
        changes = differences(*entity, before, after, fields)
        if changes and len(changes) < len(fields):
            changed = {change.field for change in changes}
            for field in fields:
                if field in before and field not in changed:
                    after[field] = before[field]
        return after, changes


def _in_order(reports: list[tuple[dict[Any, int], list[Change]]]) -> list[Change]:
    """Changes in the order in which their fields, or else their entities, were first written.

    Those of one entity stay in the order in which they were found: their places depend on it.
    """
    numbered = [
        (min(touched.values()) if None in touched else touched[change.field], change)
        for touched, changes in reports
        for change in changes
    ]
    numbered.sort(key=lambda pair: pair[0])
    return [change for _, change in numbered]


def _settled(before: Record, after: Record) -> Record:
    """The record with the fields that were there before in their order."""
    kept = [field for field in before if field in after]
    if kept == [field for field in after if field in before]:
        return after
    return {field: after[field] for field in dict.fromkeys((*kept, *after))}
