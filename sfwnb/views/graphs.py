"""A state as a networkx graph: entities are nodes, references are edges."""

from datetime import datetime
from typing import Any

import networkx as nx

from sfwnb.engine.state import Schema, State
from sfwnb.views.references import kinds_of, references


def entity_graph(
    schema: Schema, state: State, as_of: datetime | None = None
) -> "nx.MultiDiGraph[Any]":
    """The entities of a state and how they refer to each other.

    Nodes are ``(kind, id)`` with the attributes ``kind``, ``id``, ``record`` (the state's own, not
    to be changed) and ``missing``: True, with the record None, for what is only referred to. Edges
    have the relation's name as key and as the attribute ``relation``. The graph's attributes:
    ``name`` (of the schema), ``kinds`` (in order) and ``as_of``.

    Example:
        >>> from sfwnb.engine.state import Schema
        >>> shop = Schema({"Order": {"lines": ["Line"]}, "Line": {}}, name="shop")
        >>> state = shop.normalize({"id": "o1", "lines": [{"id": "l1"}]}, kind="Order")
        >>> list(entity_graph(shop, state).edges(data="relation"))
        [(('Order', 'o1'), ('Line', 'l1'), 'lines')]
    """
    kinds = kinds_of(schema, state)
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph(name=schema.name, kinds=kinds, as_of=as_of)
    for kind in kinds:
        for id, record in state.get(kind, {}).items():
            graph.add_node((kind, id), kind=kind, id=id, record=record, missing=False)
    for each in references(schema, state):
        target = (each.target_kind, each.target_id)
        if target not in graph:
            graph.add_node(
                target, kind=each.target_kind, id=each.target_id, record=None, missing=True
            )
        graph.add_edge(
            (each.source_kind, each.source_id), target, key=each.relation, relation=each.relation
        )
    return graph
