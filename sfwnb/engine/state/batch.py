"""The writes of one apply: an overlay over the tables that becomes real all at once, or not at all.

Rules:

- Records are replaced, never changed. Until the commit the tables are not touched, so a failing
  edit leaves nothing behind but entries of the reverse index, which are taken back.
- What is reported is the net difference: a field that came back to its value is no change, and
  an entity without changes keeps its very record. Changes stand in the order in which entities
  and fields were first written.
- Nested records in relation fields are merged in before the edit that carries them.
- A kind's table exists while it has entities, or when it was there from the start; tables stand in
  the order in which they were given, those that came later in the order of the schema.
- Deleting takes constant time: who refers to an entity is looked up in the reverse index, and its
  place in the table is a number that it was given when it came. Index and numbers are made when
  the first deletion (or loss of an owner) asks for them, in one walk over the state.
- Putting deleted entities back into their places walks the table from its end to the place: the
  one thing whose cost depends on the state.
- Changes, unlike edits, are facts: applied again, they follow no rules on deletion and no types.

Tried and dropped: changing the tables at once with a journal to roll back (a batch then leaves
entities in another order than it found them); a change per edit (then the same field is reported
twice, and a batch that comes to nothing reports much).
"""

from collections.abc import Iterable
from typing import Any

from sfwnb.engine.state import strategies
from sfwnb.engine.state.changes import Change, Changes, differences
from sfwnb.engine.state.edits import Delete, Edit, Merge, Replace, Reset, Set, Unset
from sfwnb.engine.state.kinds import Kind
from sfwnb.engine.state.normalizing import Normalizer
from sfwnb.engine.state.paths import split
from sfwnb.engine.state.plain import ABSENT, EXACT, Record, State, plain, plain_record, same
from sfwnb.engine.state.references import References, targets
from sfwnb.engine.state.relations import Cardinality, OnDelete, Relation
from sfwnb.engine.state.schema import Schema
from sfwnb.engine.state.tables import Entity, Tables
from sfwnb.errors import StateError


class Batch:
    """One apply: ``run`` the edits, then ``commit`` or ``roll_back``."""

    __slots__ = (
        "_count",
        "_lost",
        "_nested",
        "_places",
        "_removed",
        "_schema",
        "_tables",
        "_touched",
        "_written",
    )

    def __init__(self, schema: Schema, tables: Tables) -> None:
        self._schema = schema
        self._tables = tables
        self._written: dict[Entity, Record | None] = {}
        self._touched: dict[Entity, dict[str | None, int]] = {}
        self._places: dict[Entity, int] = {}
        self._lost: list[Entity] = []
        self._nested: Normalizer | None = None
        self._removed = False
        self._count = 0

    def read(self, kind: str, id: str) -> Record | None:
        """An entity as the batch has left it so far."""
        try:
            return self._written[(kind, id)]
        except KeyError:
            return self._tables.read(kind, id)

    def run(self, item: Edit | Change) -> None:
        """Carry out one edit, or follow one change.

        Raises:
            UnknownKind: When the schema does not have the kind.
            StateError: When the edit does not fit the state.
        """
        match item:
            case Change():
                self._follow(item)
            case Reset():
                self._reset(item)
            case Delete():
                self._delete(self._schema.kind(item.kind).name, item.id)
                self._collect()
            case _:
                self._edit(item)
                if self._lost:
                    self._collect()

    def commit(self) -> Changes:
        """Make the writes real; what really differs is returned."""
        real: dict[Entity, Record | None] = {}
        found: list[tuple[int, Change]] = []
        for entity, after in self._written.items():
            before = self._tables.read(*entity)
            touched = self._touched[entity]
            if before is not None and after is not None:
                after, changes = self._compared(entity, before, after)
                found.extend((touched.get(c.field, touched.get(None, 0)), c) for c in changes)
                if changes:
                    real[entity] = after
            elif before is not after:
                number = None if before is None else self._tables.number(*entity)
                number = self._places.get(entity) if number is None else number
                change = Change(*entity, None, before, after, number)
                found.append((min(touched.values()), change))
                real[entity] = after
        if len(self._written) > 1:
            found.sort(key=_first)
        self._tables.commit(real, self._places)
        return Changes(change for _, change in found)

    def roll_back(self) -> None:
        """Take back what the batch has written into the reverse index."""
        references = self._tables.references
        if references is not None:
            for entity, record in self._written.items():
                references.replace(*entity, record, self._tables.read(*entity))

    def _compared(
        self, entity: Entity, before: Record, after: Record
    ) -> tuple[Record, list[Change]]:
        """The record to keep, with fields that came back equal as they were, and the changes."""
        touched = self._touched[entity]
        fields = None if None in touched else [field for field in touched if field is not None]
        if self._removed:
            after = _settled(before, after)
        changes = differences(*entity, before, after, fields)
        if changes and len(changes) != len(touched):
            changed = {change.field for change in changes}
            for field in before.keys() & after.keys() if fields is None else fields:
                if field in before and field not in changed:
                    after[field] = before[field]
        return after, changes

    def _edit(self, edit: Any) -> None:
        kind = self._schema.kind(edit.kind)
        before = self.read(kind.name, edit.id)
        if edit.__class__ is Set and before is not None:
            if same(before.get(edit.path, ABSENT), edit.value):
                return
        self._nested = None
        after = self._changed(kind, edit, before)
        if self._nested is not None:
            found = self._take_in()
            if edit.id in found.get(kind.name, ()):
                before = self.read(kind.name, edit.id)
                after = self._changed(kind, edit, before)
        if before is None:
            if after is not None:
                self._put(kind, edit.id, None, after, (None,))
        elif after is not before and after is not None:
            self._put(kind, edit.id, before, after, _fields(edit, before, after))

    def _changed(self, kind: Kind, edit: Any, before: Record | None) -> Record | None:
        """What the edit makes of a record; None when it makes nothing where nothing was."""
        record = kind.identity(edit.id) if before is None else before
        match edit:
            case Merge():
                return strategies.merged(kind, edit, record, self._refer)
            case Replace():
                self._removed = True
                return strategies.replaced(kind, edit, record, self._refer)
        if edit.__class__ is Unset:
            self._removed = True
        after = strategies.at_path(kind, edit, record, self._refer)
        return None if before is None and after is record else after

    def _refer(self, relation: Relation, value: Any) -> Any:
        if value is None:
            return None
        if self._nested is None:
            self._nested = Normalizer(self._schema.by_name)
        return self._nested.refer(relation, value)

    def _take_in(self) -> State:
        """Merge in what was nested in the relation fields of an edit."""
        nested, self._nested = self._nested, None
        found = nested.found() if nested is not None else {}
        for name, table in found.items():
            kind = self._schema.kind(name)
            for id, record in table.items():
                before = self.read(name, id)
                if before is None:
                    self._put(kind, id, None, record, (None,))
                else:
                    self._put(kind, id, before, {**before, **record}, record)
        return found

    def _put(
        self,
        kind: Kind,
        id: str,
        before: Record | None,
        after: Record,
        fields: Iterable[str | None],
    ) -> None:
        """Write a record after a look at its identity and its types."""
        fields = tuple(fields)
        new = before is None
        if new or None in fields or not set(kind.id_fields).isdisjoint(fields):
            _same_id(kind, id, after)
        if kind.checks:
            whole = new or None in fields
            kind.validate(id, after if whole else {f: after[f] for f in fields if f in after})  # type: ignore[misc,index]  # None only when whole
        self._write(kind, id, before, after, fields)

    def _write(
        self,
        kind: Kind,
        id: str,
        before: Record | None,
        after: Record | None,
        fields: Iterable[str | None],
    ) -> None:
        entity = (kind.name, id)
        if kind.relations:
            if self._tables.references is not None:
                self._tables.references.replace(kind.name, id, before, after)
            for relation in kind.owning:
                kept = targets(relation, after.get(relation.field) if after else None)
                held = targets(relation, before.get(relation.field) if before else None)
                self._lost.extend((relation.target, key) for key in held if key not in kept)
        self._written[entity] = after
        touched = self._touched.setdefault(entity, {})
        for field in fields:
            if field not in touched:
                self._count += 1
                touched[field] = self._count

    def _delete(self, kind: str, id: str) -> None:
        """Delete an entity and follow the policies of the relations that refer to it."""
        doomed = [(kind, id)]
        for name, key in doomed:
            record = self.read(name, key)
            if record is None:
                continue
            if not self._schema.referrers(name):
                self._write(self._schema.kind(name), key, record, None, (None,))
                continue
            references = self._references()
            self._write(self._schema.kind(name), key, record, None, (None,))
            for source, holder, field in references.of(name, key):
                relation = self._schema.kind(source).relations[field]
                if relation.on_delete is OnDelete.CASCADE:
                    doomed.append((source, holder))
                elif relation.on_delete is OnDelete.UNLINK:
                    self._unlink(relation, holder, key)

    def _unlink(self, relation: Relation, holder: str, key: str) -> None:
        before = self.read(relation.source, holder)
        if before is None:
            return
        value: Any = before[relation.field]
        match relation.cardinality:
            case Cardinality.ONE:
                left: Any = None
            case Cardinality.MANY:
                left = [id for id in value if id != key]
            case Cardinality.MAP:
                left = {name: id for name, id in value.items() if id != key}
        after = {**before, relation.field: left}
        self._write(self._schema.kind(relation.source), holder, before, after, (relation.field,))

    def _collect(self) -> None:
        """Delete what has lost its last owner; that can cost others theirs."""
        while self._lost:
            kind, id = self._lost.pop(0)
            if self.read(kind, id) is not None:
                if next(self._references().owners(kind, id), None) is None:
                    self._delete(kind, id)

    def _references(self) -> References:
        """The reverse index, made when it is first asked for."""
        references = self._tables.references
        if references is None:
            references = References(self._schema.by_name, self._tables.state)
            for entity, record in self._written.items():
                references.replace(*entity, self._tables.read(*entity), record)
            self._tables.references = references
        return references

    def _reset(self, edit: Reset) -> None:
        wanted: dict[Entity, Record] = {}
        for name, table in edit.entities.items():
            kind = self._schema.kind(name)
            for id, record in table.items():
                wanted[(name, id)] = strategies.referred(kind, record, self._refer)
        if self._nested is not None:
            nested, self._nested = self._nested.found(), None
            for name, found in nested.items():
                for id, record in found.items():
                    wanted.setdefault((name, id), record)
        for name, id in self._entities():
            if (name, id) not in wanted:
                self._write(self._schema.kind(name), id, self.read(name, id), None, (None,))
        for (name, id), record in wanted.items():
            kind, before = self._schema.kind(name), self.read(name, id)
            if not record.keys() >= set(kind.id_fields):
                record = {**kind.identity(id), **record}
            self._put(kind, id, before, record, (None,))
        self._removed = True
        self._lost.clear()

    def _entities(self) -> list[Entity]:
        """Every entity that the batch has not deleted."""
        known = {(kind, id): None for kind, t in self._tables.state.items() for id in t}
        return [entity for entity in known | self._written if self.read(*entity) is not None]

    def _follow(self, change: Change) -> None:
        """Make a change happen as it says."""
        kind = self._schema.kind(change.kind)
        before = self.read(kind.name, change.id)
        place = f"{kind.name} {change.id!r}"
        if change.field is None:
            self._follow_entity(kind, change, before, place)
            return
        if before is None:
            raise StateError(f"{place} does not exist: its field {change.field!r} cannot change.")
        value = change.after
        if value is ABSENT:
            self._removed = True
            after = {name: item for name, item in before.items() if name != change.field}
        else:
            value = value if value.__class__ in EXACT else plain(value, place)
            if change.field in kind.relations:
                value = self._refer(kind.relations[change.field], value)
            after = {**before, change.field: value}
            if change.position is not None and change.field not in before:
                after = _inserted(before, change.field, value, change.position)
        self._keep(kind, change.id, before, after, (change.field,))

    def _follow_entity(self, kind: Kind, change: Change, before: Record | None, place: str) -> None:
        if change.after is None:
            if before is not None:
                self._write(kind, change.id, before, None, (None,))
        else:
            record = strategies.referred(kind, plain_record(change.after, place), self._refer)
            if change.position is not None:
                self._places[(kind.name, change.id)] = change.position
            self._removed = True
            self._keep(kind, change.id, before, record, (None,))

    def _keep(
        self, kind: Kind, id: str, before: Record | None, after: Record, fields: tuple[str | None]
    ) -> None:
        """Write what a change says: no rules follow from it, but an entity keeps its id."""
        self._take_in()
        _same_id(kind, id, after)
        self._write(kind, id, before, after, fields)
        self._lost.clear()


def _same_id(kind: Kind, id: str, record: Record) -> None:
    key = kind.key(record)
    if key != id:
        raise StateError(f"{kind.name} {id!r} cannot become {key!r}: an entity keeps its id.")


def _fields(edit: Any, before: Record, after: Record) -> Iterable[str | None]:
    """The fields that an edit may have changed."""
    match edit:
        case Merge():
            return edit.data
        case Replace():
            return dict.fromkeys((*before, *after))
    return (split(edit.path)[0],)  # type: ignore[return-value]  # a path begins with a name


def _inserted(record: Record, field: str, value: Any, position: int) -> Record:
    items = list(record.items())
    items.insert(position, (field, value))
    return dict(items)


def _settled(before: Record, after: Record) -> Record:
    """The record with the fields that it had before in the order that they had."""
    kept = [field for field in before if field in after]
    if kept == [field for field in after if field in before]:
        return after
    return {field: after[field] for field in dict.fromkeys((*kept, *after))}


def _first(numbered: tuple[int, Change]) -> int:
    return numbered[0]
