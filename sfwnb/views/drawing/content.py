"""What of a graph goes into a picture: which nodes, what is written on them, which pairs join."""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx

from sfwnb.views.drawing.lettering import shortened, shortened_id
from sfwnb.views.drawing.palette import Style, styles
from sfwnb.views.drawing.placement import Node, Pair

_NAMES = ("name", "title", "label")


@dataclass(frozen=True, slots=True)
class Mark:
    """A node, as it is drawn.

    Attributes:
        node: Networkx's node.
        kind: Its kind; empty for a graph that has none.
        title: Its id, cut to a length.
        subtitle: Its name, if its record has one.
        style: Of its kind.
        missing: Whether it is only referred to.
        degree: How many relations begin or end here, in the whole graph.
    """

    node: Node
    kind: str
    title: str
    subtitle: str
    style: Style
    missing: bool
    degree: int


@dataclass(frozen=True, slots=True)
class Join:
    """All relations between two nodes, drawn as one line.

    Attributes:
        pair: The two nodes; the same twice for a relation to oneself.
        forth: Names of the relations from the first to the second.
        back: Names of those from the second to the first.
    """

    pair: Pair
    forth: tuple[str, ...]
    back: tuple[str, ...]

    @property
    def directions(self) -> list[Pair]:
        """The pair, its reverse, or both."""
        forth, back = self.pair, self.pair[::-1]
        return [forth] * bool(self.forth) + [back] * bool(self.back)

    @property
    def label(self) -> str:
        """The names, with an arrow sign where two nodes refer to each other."""
        names = [", ".join(self.forth), ", ".join(self.back)]
        return shortened(" ⇄ ".join(filter(None, names)), 28)


@dataclass(frozen=True, slots=True)
class Content:
    """What a picture shows.

    Attributes:
        name: Of the schema; may be empty.
        root: The node to start from, if there is one.
        marks: By node, the best connected kept.
        joins: Between the marks.
        shown: Number of marks of each kind that occurs, in the order of the schema.
        total: As ``shown``, in the whole graph.
        styles: By kind.
    """

    name: str
    root: Node | None
    marks: Mapping[Node, Mark]
    joins: Sequence[Join]
    shown: Mapping[str, int]
    total: Mapping[str, int]
    styles: Mapping[str, Style]


def content(graph: "nx.MultiDiGraph[Any]", *, limit: int, root: Node | None) -> Content:
    """Choose what to draw; see ``draw``."""
    kinds = {node: str(data.get("kind", "")) for node, data in graph.nodes(data=True)}
    order = list(dict.fromkeys([*graph.graph.get("kinds", ()), *kinds.values()]))
    style = styles(order)
    chosen = list(graph) if len(graph) <= limit else best_connected(graph, limit, root)
    marks = {node: _mark(graph, node, kinds[node], style) for node in chosen}
    total, shown = Counter(kinds.values()), Counter(kinds[node] for node in chosen)
    return Content(
        name=str(graph.graph.get("name", "")),
        root=root if root in marks else None,
        marks=marks,
        joins=_joins(graph, marks),
        shown={kind: shown[kind] for kind in order if shown[kind]},
        total={kind: total[kind] for kind in order if total[kind]},
        styles=style,
    )


def best_connected(graph: "nx.MultiDiGraph[Any]", limit: int, root: Node | None) -> list[Node]:
    """A connected part of ``limit`` nodes: from the root or the hub on, the best connected next.

    Only where a part of the graph is exhausted, the best connected node elsewhere follows.
    """
    degree = dict(graph.degree())
    place = {node: number for number, node in enumerate(graph)}
    seeds = sorted(graph, key=lambda node: (node != root, -degree[node], place[node]))
    chosen: dict[Node, None] = {}
    for seed in seeds:
        edge = [(-degree[seed], place[seed], seed)] if seed not in chosen else []
        seen = {seed}
        while edge and len(chosen) < limit:
            _, _, node = heapq.heappop(edge)
            chosen[node] = None
            for other in nx.all_neighbors(graph, node):
                if other not in seen and other not in chosen:
                    seen.add(other)
                    heapq.heappush(edge, (-degree[other], place[other], other))
        if len(chosen) >= limit:
            break
    return sorted(chosen, key=place.__getitem__)


def _mark(graph: "nx.MultiDiGraph[Any]", node: Node, kind: str, style: Mapping[str, Style]) -> Mark:
    data = graph.nodes[node]
    record = data.get("record")
    fields: Mapping[str, Any] = record if isinstance(record, Mapping) else {}
    names = [fields[field] for field in _NAMES if isinstance(fields.get(field), str)]
    return Mark(
        node=node,
        kind=kind,
        title=shortened_id(str(data.get("id", node))),
        subtitle=shortened(names[0]) if names else "",
        style=style[kind],
        missing=bool(data.get("missing", False)),
        degree=graph.degree(node),
    )


def _joins(graph: "nx.MultiDiGraph[Any]", marks: Mapping[Node, Mark]) -> list[Join]:
    names: dict[Pair, dict[str, None]] = {}
    for source, target, data in _edges(graph, marks):
        names.setdefault((source, target), {})[str(data.get("relation", ""))] = None
    joins: dict[Pair, Join] = {}
    for source, target in names:
        if (target, source) not in joins:
            loop = source == target
            back = () if loop else tuple(names.get((target, source), ()))
            joins[source, target] = Join((source, target), tuple(names[source, target]), back)
    return list(joins.values())


def _edges(
    graph: "nx.MultiDiGraph[Any]", marks: Mapping[Node, Mark]
) -> Iterable[tuple[Node, Node, Mapping[str, Any]]]:
    for source in marks:
        for _, target, data in graph.out_edges(source, data=True):
            if target in marks:
                yield source, target, data
