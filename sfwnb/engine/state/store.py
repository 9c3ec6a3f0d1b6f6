"""The store: the one holder of a workflow's state, written by ``apply`` and nothing else."""

from collections.abc import Iterable, Mapping
from typing import Any

from sfwnb.engine.state.batch import Batch
from sfwnb.engine.state.change import Change
from sfwnb.engine.state.changes import Changes
from sfwnb.engine.state.checking import Problem
from sfwnb.engine.state.edit import Edit
from sfwnb.engine.state.edits import CLASSES, from_json
from sfwnb.engine.state.overlay import Overlay
from sfwnb.engine.state.plain import Record, State, Table, is_json, is_mapping, plain_record, shown
from sfwnb.engine.state.schema import Schema
from sfwnb.engine.state.tables import Tables
from sfwnb.errors import StateError

_DIRECT = frozenset({Change, *CLASSES.values()})


class Store:
    """Normalized tables, and the only way to change them.

    Records are replaced, never changed: one that was handed out stays as it was. Do not write
    into what you read.

    Args:
        schema: What the tables hold.
        state: The tables to begin with; they are not changed, their records are shared.

    Raises:
        UnknownKind: When the state has a kind that the schema lacks.
        StateError: When the state is no ``{kind: {id: record}}`` of JSON.

    Example:
        >>> from sfwnb.engine.state import Schema, edits
        >>> store = Store(Schema({"User": {}}), {"User": {"u1": {"id": "u1", "name": "An"}}})
        >>> print(store.apply([edits.Merge("User", "u1", {"name": "Ann"})]))
        User u1 name: 'An' → 'Ann'
    """

    __slots__ = ("_schema", "_tables", "_version")

    def __init__(self, schema: Schema, state: State | None = None) -> None:
        state = {} if state is None else state
        if not isinstance(state, Mapping):
            raise StateError(f"The state is {shown(state)}: expected {{kind: {{id: record}}}}.")
        tables = {kind: _table(schema.kind(kind).name, table) for kind, table in state.items()}
        self._schema = schema
        self._tables = Tables(schema.by_name, tables)
        self._version = 0

    @property
    def schema(self) -> Schema:
        """What the tables hold."""
        return self._schema

    @property
    def state(self) -> State:
        """The live tables, ``{kind: {id: record}}``: for reading."""
        return self._tables.state

    @property
    def version(self) -> int:
        """How many batches have changed something."""
        return self._version

    def read(self, kind: str, id: str) -> Record | None:
        """The record of an entity, or None.

        Raises:
            UnknownKind: When the schema does not have the kind.
        """
        return self._tables.read(self._schema.kind(kind).name, str(id))

    def apply(self, edits: Iterable[Edit | Change | Mapping[str, Any]]) -> Changes:
        """Apply a batch of edits, whole or not at all.

        Args:
            edits: Edits, their dict forms, or changes (such as ``changes.inverse()``).

        Returns:
            What really differs, in order; empty if nothing does.

        Raises:
            UnknownKind: When an edit names a kind that the schema lacks.
            StateError: When an edit does not fit; the state is then as it was.
        """
        overlay = Overlay(self._schema, self._tables)
        batch = Batch(overlay)
        try:
            for edit in edits if edits.__class__ is list else _listed(edits):
                batch.run(edit if edit.__class__ in _DIRECT else from_json(edit))
            changes = overlay.commit()
        except BaseException:
            overlay.roll_back()
            raise
        if changes:
            self._version += 1
        return changes

    def check(self) -> list[Problem]:
        """What is wrong with the state: dangling references, wrong keys, types and shapes."""
        return self._schema.check(self.state)

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(table)} {kind}" for kind, table in self.state.items())
        return f"<Store of {self._schema.name!r}, version {self._version}: {counts or 'empty'}>"


def _table(kind: str, table: Any) -> Table:
    """A copy of a table that is sure to be JSON, with the same records where they are."""
    if not isinstance(table, Mapping) or not all(map(is_mapping, table.values())):
        raise StateError(f"The table of {kind} is {shown(table)}: expected {{id: record}}.")
    if is_json([table]):
        return dict(table)
    return {str(id): plain_record(record, f"{kind} {id!r}") for id, record in table.items()}


def _listed(edits: Any) -> Iterable[Any]:
    if isinstance(edits, Mapping | str) or not isinstance(edits, Iterable):
        raise StateError(f"Store.apply got {shown(edits)}: expected a list of edits.")
    return edits
