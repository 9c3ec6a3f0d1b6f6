"""Normalizing by columns: the quick way, for payloads in which each kind is met in one place.

All records of a kind are taken at once, relation by relation, with loops that run in C. Since the
kind is met in one place only (one relation of one kind, or the root), its records are in document
order, and duplicates merge in that order; so the result is that of ``normalizing``, entity by
entity. Payloads where a kind is met in two places (trees, chains, cycles), and whatever else
is unusual, are declined, and the exact way takes them from the start.

A dict that CPython's garbage collector does not track holds no list or object, so a shallow copy
of it is a deep one: that question costs a tenth of looking at its values. Where dicts are always
tracked, every record is looked at, and the result is the same.
"""

from collections.abc import Mapping, Sequence
from gc import is_tracked
from itertools import accumulate, chain, pairwise, repeat
from typing import Any

from sfwnb.engine.state.kinds import Kind
from sfwnb.engine.state.plain import SCALARS, Record, State, plain
from sfwnb.engine.state.relations import Cardinality, Relation

_TEXT = frozenset({str})
_DICT = frozenset({dict})
_NULL = type(None)
_KEYS = frozenset({str, int})
_ONE = frozenset({str, int, dict, _NULL})
_IDS = frozenset({str, _NULL})
_MANY = frozenset({list, _NULL})
_MAP = frozenset({dict, _NULL})


class Declined(Exception):  # no error: the exact way goes on
    """The payload is not of the plain kind that columns can take."""


class Columns:
    """One run over one payload.

    Attributes:
        tables: What was found so far, in the order in which kinds were met.
    """

    __slots__ = ("_adopt", "_kinds", "_todo", "tables")

    def __init__(self, kinds: Mapping[str, Kind], *, adopt: bool) -> None:
        self.tables: State = {}
        self._kinds = kinds
        self._adopt = adopt
        self._todo: list[tuple[Kind, list[str], Sequence[Any]]] = []

    def take(self, kind: Kind, records: Sequence[Any]) -> None:
        """Take records of a kind and all that is nested in them.

        Raises:
            Declined: When the exact way has to do it.
            StateError: When a record has no id, or a value that is not JSON.
        """
        if not set(map(type, records)) <= _DICT:
            raise Declined
        self._enter(kind, _keys(kind, records), records)
        for name, keys, members in self._todo:
            self._place(name, keys, members)

    def _enter(self, kind: Kind, keys: list[str], records: Sequence[Any]) -> None:
        if kind.name in self.tables:
            raise Declined
        self.tables[kind.name] = {}
        self._todo.append((kind, keys, records))

    def _place(self, kind: Kind, keys: list[str], records: Sequence[Any]) -> None:
        written = {}
        for relation in kind.relations.values():
            column = list(map(dict.get, records, repeat(relation.field)))
            ids = self._ids(relation, column)
            if ids is not None:
                written[relation.field] = ids
        if not written and (self._adopt or not any(map(is_tracked, records))):
            self._fill(kind, keys, records, copied=not self._adopt)
            return
        copies = [record.copy() for record in records]
        for field, ids in written.items():
            for copied, value in zip(copies, ids):  # noqa: B905  # as many, and strict costs
                if value is not None:
                    copied[field] = value
        if not self._adopt:
            _own(kind, keys, copies)
        self._fill(kind, keys, copies, copied=False)

    def _ids(self, relation: Relation, column: list[Any]) -> list[Any] | None:
        """What the field comes to hold in each record; None when it holds that already."""
        types = set(map(type, column))
        if relation.cardinality is Cardinality.ONE:
            if types <= _IDS:
                return None
            if types <= _ONE:
                return self._single(relation, column)
        elif relation.cardinality is Cardinality.MANY:
            if types == {_NULL}:
                return None
            if types <= _MANY:
                return self._listed(relation, column)
        elif types <= _MAP:
            return self._mapped(relation, column)
        raise Declined

    def _single(self, relation: Relation, column: list[Any]) -> list[Any]:
        target = self._kinds[relation.target]
        nested = [value for value in column if value.__class__ is dict]
        keys = _keys(target, nested)
        if keys:
            self._enter(target, keys, nested)
        following = iter(keys)
        return [
            next(following) if value.__class__ is dict else None if value is None else str(value)
            for value in column
        ]

    def _listed(self, relation: Relation, column: list[Any]) -> list[Any]:
        members = list(chain.from_iterable(filter(None, column)))
        inner = set(map(type, members))
        if inner <= _TEXT:
            return [None if value is None else value.copy() for value in column]
        if inner <= _KEYS:
            return [None if value is None else list(map(str, value)) for value in column]
        if inner != _DICT:
            raise Declined
        target = self._kinds[relation.target]
        keys = _keys(target, members)
        self._enter(target, keys, members)
        lengths = [len(value) if value else 0 for value in column]
        cuts = list(accumulate(lengths, initial=0))
        parts = [keys[start:end] for start, end in pairwise(cuts)]
        if None in column:
            return [None if value is None else part for part, value in zip(parts, column)]  # noqa: B905  # as many
        return parts

    def _mapped(self, relation: Relation, column: list[Any]) -> list[Any]:
        if not set(map(type, chain.from_iterable(filter(None, column)))) <= _TEXT:
            raise Declined
        members = [None if value is None else list(value.values()) for value in column]
        return [
            None if value is None else dict(zip(value, ids, strict=True))
            for value, ids in zip(column, self._listed(relation, members), strict=True)
        ]

    def _fill(
        self, kind: Kind, keys: list[str], records: Sequence[Record], *, copied: bool
    ) -> None:
        table = dict(zip(keys, map(dict.copy, records) if copied else records))  # noqa: B905  # as many, and strict costs a fifth
        if len(table) < len(keys):
            table.clear()
            for key, record in zip(keys, records, strict=True):
                table[key] = {**table.get(key, {}), **record}
        for key, record in table.items() if kind.checks else ():
            kind.validate(key, record, (None,))
        self.tables[kind.name] = table


def _keys(kind: Kind, records: Sequence[Any]) -> list[str]:
    if kind.single is not None:
        keys: list[Any] = list(map(dict.get, records, repeat(kind.single)))
        types = set(map(type, keys))
        if types <= _TEXT:
            return keys
        if types <= _KEYS:
            return list(map(str, keys))
    return list(map(kind.key, records))


def _own(kind: Kind, keys: Sequence[str], copies: Sequence[Record]) -> None:
    """Copy the lists and objects in records, relations aside, which are new already."""
    relations = kind.relations
    for key, record in zip(keys, copies, strict=True):
        for field, value in record.items():
            if value.__class__ not in SCALARS and field not in relations:
                record[field] = plain(value, f"{kind.name} {key!r}.{field}")
