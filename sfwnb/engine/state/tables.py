"""The tables of a store, and what finds references and places in them in constant time."""

from collections.abc import Mapping
from typing import TypeAlias

from sfwnb.engine.state.kinds import Kind
from sfwnb.engine.state.plain import Record, State, Table
from sfwnb.engine.state.references import References

Entity: TypeAlias = tuple[str, str]
"""Kind and id."""


class Tables:
    """Tables that only a commit writes; they belong to it.

    Attributes:
        state: The live tables.
        references: The reverse index; None until something asks for it.
    """

    __slots__ = ("_given", "_kinds", "_next", "_numbers", "references", "state")

    def __init__(self, kinds: Mapping[str, Kind], state: State) -> None:
        self.state = state
        self.references: References | None = None
        self._kinds = kinds
        self._given = tuple(state)
        self._numbers: dict[str, dict[str, int]] = {}
        self._next: dict[str, int] = {}

    def read(self, kind: str, id: str) -> Record | None:
        """The record of an entity, or None."""
        table = self.state.get(kind)
        return None if table is None else table.get(id)

    def number(self, kind: str, id: str) -> int:
        """The number that an entity was given when it came; higher ones stand behind it."""
        return self._numbered(kind)[id]

    def _numbered(self, kind: str) -> dict[str, int]:
        numbers = self._numbers.get(kind)
        if numbers is None:
            table = self.state.get(kind, {})
            numbers = self._numbers[kind] = {id: number for number, id in enumerate(table)}
            self._next[kind] = len(numbers)
        return numbers

    def commit(self, written: Mapping[Entity, Record | None], places: Mapping[Entity, int]) -> None:
        """Make writes real; new entities stand at the end, or where their place says."""
        returning: dict[str, list[tuple[int, str, Record]]] = {}
        for (kind, id), record in written.items():
            table = self.state.get(kind)
            if record is None:
                self._delete(kind, id)
            elif table is not None and id in table:
                table[id] = record
            elif (kind, id) in places:
                returning.setdefault(kind, []).append((places[(kind, id)], id, record))
            else:
                self._append(kind, id, record)
        for kind, entities in returning.items():
            self._put_back(kind, entities)

    def _delete(self, kind: str, id: str) -> None:
        table = self.state[kind]
        del table[id]
        self._numbers.get(kind, {}).pop(id, None)
        if not table and kind not in self._given:
            del self.state[kind]

    def _append(self, kind: str, id: str, record: Record) -> None:
        table = self.state.get(kind)
        if table is None:
            table = self._open(kind)
        table[id] = record
        if kind in self._numbers:
            self._numbers[kind][id] = self._next[kind]
            self._next[kind] += 1

    def _open(self, kind: str) -> Table:
        """A new table, in its place among the others."""
        tables = {**self.state, kind: {}}
        order = (*self._given, *(name for name in self._kinds if name not in self._given))
        self.state.clear()
        self.state.update((name, tables[name]) for name in order if name in tables)
        return self.state[kind]

    def _put_back(self, kind: str, entities: list[tuple[int, str, Record]]) -> None:
        table = self.state.get(kind)
        if table is None:
            table = self._open(kind)
        numbers = self._numbered(kind)
        first = min(number for number, _, _ in entities)
        behind = []
        for id in reversed(table):
            if numbers[id] < first:
                break
            behind.append(id)
        # Latest first, so that of two with one number (a store that counts anew) it goes ahead.
        line = [*reversed(entities), *((numbers[id], id, table.pop(id)) for id in reversed(behind))]
        line.sort(key=lambda member: member[0])
        for number, id, record in line:
            table[id] = record
            numbers[id] = number
        self._next[kind] = max(self._next[kind], line[-1][0] + 1)
