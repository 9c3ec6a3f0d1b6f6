"""Schema, store, edits, changes and selectors: the normalized state, in pure Python."""

from sfwnb.engine.state import edits
from sfwnb.engine.state.changes import Change, Changes
from sfwnb.engine.state.edits import Edit
from sfwnb.engine.state.plain import ABSENT, Record, State, Table
from sfwnb.engine.state.relations import Cardinality, OnDelete, Orphans, Relation, relation
from sfwnb.engine.state.schema import Schema
from sfwnb.engine.state.store import Store

__all__ = [
    "ABSENT",
    "Cardinality",
    "Change",
    "Changes",
    "Edit",
    "OnDelete",
    "Orphans",
    "Record",
    "Relation",
    "Schema",
    "State",
    "Store",
    "Table",
    "edits",
    "relation",
]
