"""Schema, store, edits, changes and selectors: the normalized state, in pure Python."""

from sfwnb.engine.state import edits
from sfwnb.engine.state.change import Change
from sfwnb.engine.state.changes import Changes
from sfwnb.engine.state.checking import Problem
from sfwnb.engine.state.drafts import Draft, DraftList, draft, undraft
from sfwnb.engine.state.edit import Edit
from sfwnb.engine.state.places import DraftStore
from sfwnb.engine.state.plain import ABSENT, Record, State, Table
from sfwnb.engine.state.relations import Cardinality, OnDelete, Orphans, Relation, relation
from sfwnb.engine.state.schema import Schema
from sfwnb.engine.state.selectors import Selector, SelectorIndex
from sfwnb.engine.state.store import Store

__all__ = [
    "ABSENT",
    "Cardinality",
    "Change",
    "Changes",
    "Draft",
    "DraftList",
    "DraftStore",
    "Edit",
    "OnDelete",
    "Orphans",
    "Problem",
    "Record",
    "Relation",
    "Schema",
    "Selector",
    "SelectorIndex",
    "State",
    "Store",
    "Table",
    "draft",
    "edits",
    "relation",
    "undraft",
]
