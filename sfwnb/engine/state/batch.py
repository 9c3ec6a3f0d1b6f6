"""What edits, and changes that are applied again, make of the state.

Rules:

- Nested records in the relation fields of an edit are merged in before the edit itself.
- An entity that does not exist is made by every edit that has something to put into it.
- An entity keeps its id; declared types are checked in the fields that an edit writes.
- An entity that lost its last owner goes at the end of the edit that cut the last reference, so a
  batch equals its edits one by one: to hand an entity over, add it there before removing it here.
- Changes are facts: applied again, they follow no policies and no types.
"""

from typing import Any

from sfwnb.engine.state import strategies
from sfwnb.engine.state.change import Change
from sfwnb.engine.state.deleting import collect, delete
from sfwnb.engine.state.edit import Delete, Edit, Merge, Replace, Reset, Unset
from sfwnb.engine.state.kinds import Kind
from sfwnb.engine.state.normalizing import Normalizer
from sfwnb.engine.state.overlay import WHOLE, Fields, Overlay
from sfwnb.engine.state.plain import ABSENT, Record, State, plain, plain_record
from sfwnb.engine.state.relations import Cardinality, Relation
from sfwnb.engine.state.schema import Schema
from sfwnb.engine.state.tables import Entity
from sfwnb.errors import StateError


class Batch:
    """Runs edits one by one on an overlay."""

    __slots__ = ("_nested", "_overlay", "_schema")

    def __init__(self, overlay: Overlay) -> None:
        self._schema: Schema = overlay.schema
        self._overlay = overlay
        self._nested: Normalizer | None = None

    def run(self, item: Edit | Change) -> None:
        """Carry out one edit, or follow one change.

        Raises:
            UnknownKind: When the schema does not have the kind.
            StateError: When the edit does not fit the state.
        """
        kind = item.__class__
        if kind is Change:
            self._follow(item)  # type: ignore[arg-type]  # mypy does not narrow by class
        elif kind is Reset:
            self._reset(item)  # type: ignore[arg-type]  # as above
        else:
            if kind is Delete:
                delete(self._overlay, self._schema.kind(item.kind).name, item.id)  # type: ignore[union-attr]  # as above
            else:
                self._edit(item)
            if self._overlay.lost:
                collect(self._overlay)

    def _edit(self, edit: Any) -> None:
        kind = self._schema.kind(edit.kind)
        before = self._overlay.read(kind.name, edit.id)
        after = self._changed(kind, edit, before)
        if self._nested is not None and edit.id in self._take_in().get(kind.name, ()):
            before = self._overlay.read(kind.name, edit.id)
            after = self._changed(kind, edit, before)
            self._nested = None
        if after is None or after is before:
            return
        fields = WHOLE if before is None else _fields(edit, before, after)
        if kind.checks:
            kind.validate(edit.id, after, fields)
        self._write(kind, edit.id, before, after, fields)

    def _changed(self, kind: Kind, edit: Any, before: Record | None) -> Record | None:
        """What the edit makes of a record; None when it makes nothing where nothing was."""
        record = kind.identity(edit.id) if before is None else before
        name = edit.__class__
        if name is Merge:
            return strategies.merged(kind, edit, record, self._refer)
        if name is Replace:
            self._overlay.reordered = True
            return strategies.replaced(kind, edit, record, self._refer)
        if name is Unset:
            self._overlay.reordered = True
        after = strategies.at_path(kind, edit, record, self._refer)
        return None if before is None and after is record else after

    def _refer(self, relation: Relation, value: Any) -> Any:
        if value is None or _is_ids(relation, value):
            return value
        if self._nested is None:
            self._nested = Normalizer(self._schema.by_name)
        return self._nested.refer(relation, value)

    def _take_in(self) -> State:
        """Merge in what was nested in relation fields."""
        nested, self._nested = self._nested, None
        found = {} if nested is None else nested.found()
        for name, table in found.items():
            kind = self._schema.by_name[name]
            for id, record in table.items():
                before = self._overlay.read(name, id)
                after = record if before is None else {**before, **record}
                fields: Fields = WHOLE if before is None else record
                self._write(kind, id, before, after, fields)
        return found

    def _write(
        self, kind: Kind, id: str, before: Record | None, after: Record, fields: Fields
    ) -> None:
        """Write a record, if it still is the same entity."""
        if fields is WHOLE or not kind.identifying.isdisjoint(fields):
            key = kind.key(after)
            if key != id:
                raise StateError(
                    f"{kind.name} {id!r} cannot become {key!r}: an entity keeps its id."
                )
        self._overlay.write(kind, id, before, after, fields)

    def _reset(self, edit: Reset) -> None:
        wanted: dict[Entity, Record] = {}
        for name, table in edit.entities.items():
            kind = self._schema.kind(name)
            for id, record in table.items():
                given = strategies.referred(kind, record, self._refer)
                wanted[(name, id)] = {**kind.identity(id), **given}
        nested, self._nested = self._nested, None
        for name, found in nested.found().items() if nested else ():
            for id, record in found.items():
                wanted.setdefault((name, id), record)
        self._overlay.reordered = True
        for name, id in self._overlay.entities():
            if (name, id) not in wanted:
                kind, before = self._schema.by_name[name], self._overlay.read(name, id)
                self._overlay.write(kind, id, before, None, WHOLE)
        for (name, id), record in wanted.items():
            kind, before = self._schema.by_name[name], self._overlay.read(name, id)
            kind.validate(id, record, WHOLE)
            self._write(kind, id, before, record, WHOLE)
        self._overlay.lost.clear()

    def _follow(self, change: Change) -> None:
        """Make a change happen as it says."""
        kind = self._schema.kind(change.kind)
        before = self._overlay.read(kind.name, change.id)
        self._overlay.reordered = True
        if change.is_deletion:
            if before is not None:
                self._overlay.write(kind, change.id, before, None, WHOLE)
        elif change.field is None:
            record = plain_record(change.after, f"{kind.name} {change.id!r}")
            after = strategies.referred(kind, record, self._refer)
            if change.position is not None:
                self._overlay.places[(kind.name, change.id)] = change.position
            self._take_in()
            self._write(kind, change.id, before, after, WHOLE)
        else:
            after = self._followed(kind, change, change.field, before)
            self._take_in()
            self._write(kind, change.id, before, after, (change.field,))
        self._overlay.lost.clear()

    def _followed(self, kind: Kind, change: Change, field: str, before: Record | None) -> Record:
        place = f"{kind.name} {change.id!r}"
        if before is None:
            raise StateError(f"{place} does not exist: its field {field!r} cannot change.")
        if change.after is ABSENT:
            return {name: value for name, value in before.items() if name != field}
        value = plain(change.after, f"{place}.{field}")
        if field in kind.relations:
            value = self._refer(kind.relations[field], value)
        if field in before or change.position is None:
            return {**before, field: value}
        items = list(before.items())
        items.insert(change.position, (field, value))
        return dict(items)


def _is_ids(relation: Relation, value: Any) -> bool:
    """Whether a value is what its relation field may hold, as most are."""
    if relation.cardinality is Cardinality.ONE:
        return value.__class__ is str
    is_list = relation.cardinality is Cardinality.MANY and value.__class__ is list
    return is_list and set(map(type, value)) <= {str}


def _fields(edit: Any, before: Record, after: Record) -> Fields:
    """The fields that an edit may have changed."""
    if edit.__class__ is Merge:
        return edit.data
    if edit.__class__ is Replace:
        return dict.fromkeys((*before, *after))
    return edit.segments[:1]  # type: ignore[no-any-return]  # an edit at a path
