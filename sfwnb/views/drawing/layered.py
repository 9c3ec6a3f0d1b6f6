"""Layered placement for small graphs: what refers stands left of what it refers to.

Sugiyama's method in five steps, each plain because a page holds at most some sixty nodes:

1. Circles are cut by turning round, inside each, the edges that lead back towards the root.
2. A node's layer is the longest way to it, and what has no way to it moves up to what it refers to.
3. An edge over several layers gets a stand-in in each layer between, so that it has room.
4. Layers are sorted by the mean place of their neighbours, back and forth; the order with the
   fewest crossings is kept.
5. Heights are the least squares of the wish "as high as my neighbours" under "in this order, with
   this distance": isotonic regression, by pooling adjacent violators.

Dropped: networkx's multipartite_layout (no ordering within layers, no room for edges), grandalf
(GPL), graphviz (a program that most machines lack).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx

from sfwnb.views.drawing.placement import Node, Pair, Placement, Point, Size

_SWEEPS = 8
_STAND_IN_HEIGHT = 0.16


@dataclass(frozen=True, slots=True)
class _StandIn:
    """What keeps room for an edge in a layer that it only crosses."""

    pair: Pair
    layer: int


def layers(
    nodes: Sequence[Node], pairs: Iterable[Pair], root: Node | None = None
) -> dict[Node, int]:
    """The layer of each node, 0 on the left.

    Args:
        nodes: In the order in which ties are broken.
        pairs: Edges between different nodes, in every direction that occurs.
        root: What stands on the left of a circle that it is in.
    """
    after = _acyclic(nodes, pairs, root)
    before: dict[Node, list[Node]] = {node: [] for node in nodes}
    for node, others in after.items():
        for other in others:
            before[other].append(node)
    layer: dict[Node, int] = {}
    waiting = {node: len(before[node]) for node in nodes}
    ready = [node for node in nodes if not waiting[node]]
    for node in ready:  # grows while it is walked
        layer[node] = max((layer[other] + 1 for other in before[node]), default=0)
        for other in after[node]:
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    for node in nodes:
        if not before[node] and after[node]:
            layer[node] = min(layer[other] for other in after[node]) - 1
    return layer


def place_layered(
    nodes: Sequence[Node],
    pairs: Sequence[Pair],
    layer: Mapping[Node, int],
    sizes: Mapping[Node, Size],
    *,
    gap: Size,
) -> Placement:
    """Place a connected graph in layers from left to right.

    Args:
        nodes: In the order in which ties are broken.
        pairs: Each joined pair once, between different nodes.
        layer: As ``layers`` gives it.
        sizes: Width and height of each node.
        gap: The room between layers, and between nodes of a layer.
    """
    columns: list[list[Node]] = [[] for _ in range(max(layer.values()) + 1)]
    for node in nodes:
        columns[layer[node]].append(node)
    chains = {pair: _chain(pair, layer) for pair in pairs}
    for chain in chains.values():
        for stand_in in chain[1:-1]:
            columns[layer[chain[0]] + 1 + chain[1:-1].index(stand_in)].append(stand_in)
    links = [link for chain in chains.values() for link in pairwise(chain)]
    near: dict[Node, list[Node]] = {item: [] for column in columns for item in column}
    for one, other in links:
        near[one].append(other)
        near[other].append(one)
    columns = _fewest_crossings(columns, near)
    heights = {item: sizes[item][1] if item in sizes else _STAND_IN_HEIGHT for item in near}
    ys = _ys(columns, near, heights, gap[1])
    return _page(columns, ys, sizes, heights, gap, chains)


def _acyclic(
    nodes: Sequence[Node], pairs: Iterable[Pair], root: Node | None
) -> dict[Node, list[Node]]:
    graph: nx.DiGraph[Node] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(pairs)
    circle = {
        node: number
        for number, members in enumerate(nx.strongly_connected_components(graph))
        for node in members
    }
    rank = _ranks(graph, root)
    kept: dict[Node, dict[Node, None]] = {node: {} for node in nodes}
    for source, target in graph.edges:
        turned = circle[source] == circle[target] and rank[source] > rank[target]
        one, other = (target, source) if turned else (source, target)
        kept[one][other] = None
    return {node: list(others) for node, others in kept.items()}


def _ranks(graph: "nx.DiGraph[Node]", root: Node | None) -> dict[Node, tuple[int, int]]:
    """Steps from the root or from what nobody refers to, then the order of the nodes."""
    sources = [node for node in graph if not graph.in_degree(node)]
    depth: dict[Node, int] = {}
    for start in [*([root] if root in graph else []), *sources, *graph]:
        if start not in depth:
            reached = nx.single_source_shortest_path_length(graph, start)
            depth |= {node: steps for node, steps in reached.items() if node not in depth}
    return {node: (depth[node], place) for place, node in enumerate(graph)}


def _chain(pair: Pair, layer: Mapping[Node, int]) -> list[Node]:
    left, right = sorted(pair, key=layer.__getitem__)
    between = range(layer[left] + 1, layer[right])
    return [left, *(_StandIn(pair, number) for number in between), right]


def _fewest_crossings(
    columns: list[list[Node]], near: Mapping[Node, Sequence[Node]]
) -> list[list[Node]]:
    columns = [list(column) for column in columns]
    best, fewest = columns, _crossings(columns, near)
    for sweep in range(_SWEEPS):
        forth = sweep % 2 == 0
        order = range(1, len(columns)) if forth else range(len(columns) - 2, -1, -1)
        columns = [list(column) for column in columns]
        for number in order:
            fixed = {node: y for y, node in enumerate(columns[number - 1 if forth else number + 1])}
            own = {node: y for y, node in enumerate(columns[number])}

            def wish(
                node: Node, fixed: Mapping[Node, int] = fixed, own: Mapping[Node, int] = own
            ) -> float:
                places = [fixed[other] for other in near[node] if other in fixed]
                return sum(places) / len(places) if places else float(own[node])

            columns[number].sort(key=wish)
        crossings = _crossings(columns, near)
        if crossings < fewest:
            best, fewest = columns, crossings
    return best


def _crossings(columns: Sequence[Sequence[Node]], near: Mapping[Node, Sequence[Node]]) -> int:
    total = 0
    for left, right in pairwise(columns):
        places = {node: y for y, node in enumerate(right)}
        ends = [sorted(places[n] for n in near[node] if n in places) for node in left]
        seen: list[int] = []
        for targets in ends:
            total += sum(earlier > target for target in targets for earlier in seen)
            seen += targets
    return total


def _ys(
    columns: Sequence[Sequence[Node]],
    near: Mapping[Node, Sequence[Node]],
    heights: Mapping[Node, float],
    gap: float,
) -> dict[Node, float]:
    """How far down each item stands."""
    offsets: dict[Node, float] = {}
    for column in columns:
        at = 0.0
        for above, item in zip([None, *column], column, strict=False):
            if above is not None:
                at += (heights[above] + heights[item]) / 2 + gap
            offsets[item] = at
    ys = {item: offsets[item] - offsets[column[-1]] / 2 for column in columns for item in column}
    for _ in range(_SWEEPS):
        for column in [*columns, *reversed(columns)]:
            wishes, weights = [], []
            for item in column:
                others = near[item]
                wish = sum(ys[other] for other in others) / len(others) if others else ys[item]
                wishes.append(wish - offsets[item])
                weights.append(4.0 if isinstance(item, _StandIn) else 1.0)
            for item, y in zip(column, _rising(wishes, weights), strict=True):
                ys[item] = y + offsets[item]
    return ys


def _rising(wishes: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The sequence that never falls and is nearest to the wishes by least squares."""
    pools: list[tuple[float, float, int]] = []  # mean, weight, count
    for wish, weight in zip(wishes, weights, strict=True):
        pool = (wish, weight, 1)
        while pools and pools[-1][0] > pool[0]:
            mean, heavy, count = pools.pop()
            total = heavy + pool[1]
            pool = ((mean * heavy + pool[0] * pool[1]) / total, total, count + pool[2])
        pools.append(pool)
    return [mean for mean, _, count in pools for _ in range(count)]


def _page(
    columns: Sequence[Sequence[Node]],
    ys: Mapping[Node, float],
    sizes: Mapping[Node, Size],
    heights: Mapping[Node, float],
    gap: Size,
    chains: Mapping[Pair, Sequence[Node]],
) -> Placement:
    bottom = max(y + heights[item] / 2 for item, y in ys.items())
    top = min(y - heights[item] / 2 for item, y in ys.items())
    spans: dict[Node, tuple[float, float]] = {}
    left = 0.0
    for column in columns:
        width = max(sizes[item][0] if item in sizes else 0.0 for item in column)
        for item in column:
            own = sizes[item][0] if item in sizes else width
            spans[item] = (left + (width - own) / 2, left + (width + own) / 2)
        left += width + gap[0]
    centres = {
        item: ((start + end) / 2, bottom - ys[item])
        for item, (start, end) in spans.items()
        if item in sizes
    }
    routes: dict[Pair, Sequence[Point]] = {}
    for pair, chain in chains.items():
        points = [(spans[chain[0]][1], bottom - ys[chain[0]])]
        for stand_in in chain[1:-1]:
            points += [(x, bottom - ys[stand_in]) for x in spans[stand_in]]
        points.append((spans[chain[-1]][0], bottom - ys[chain[-1]]))
        routes[pair] = points if chain[0] == pair[0] else points[::-1]
    return Placement(centres, routes, left - gap[0], bottom - top)
