"""From content to a page: boxes in layers while they fit, otherwise dots placed by stress."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx

from sfwnb.views.drawing.content import Content, Join, Mark
from sfwnb.views.drawing.layered import layers, place_layered
from sfwnb.views.drawing.lettering import text_width
from sfwnb.views.drawing.placement import Node, Pair, Placement, Size, pack
from sfwnb.views.drawing.stress import place_by_stress

TITLE, SUBTITLE, EDGE = 9.0, 7.5, 7.0
"""Sizes of letters, in points."""
LABELS = 60
"""At most so many nodes get a label."""
_HIGHEST = 20
_DOT = 0.17
_LINE = 0.16


@dataclass(frozen=True, slots=True)
class Page:
    """Content with its place.

    Attributes:
        content: What is drawn.
        placement: Where; inches.
        boxes: Whether a node is a box with its label inside, else a dot with a label below.
        sizes: Width and height of the boxes.
    """

    content: Content
    placement: Placement
    boxes: bool
    sizes: dict[Node, Size]


@dataclass(frozen=True, slots=True)
class Piece:
    """Nodes that hang together, and what joins them."""

    nodes: list[Node]
    joins: list[Join]

    @property
    def pairs(self) -> list[Pair]:
        """Each joined pair once."""
        return [join.pair for join in self.joins]


def arranged(content: Content) -> Page:
    """Choose the way to place, and place."""
    pieces = _pieces(content)
    if len(content.marks) <= LABELS:
        layered = [_layers(piece, content.root) for piece in pieces]
        if all(_fits(layer) for layer in layered):
            return _boxes(content, pieces, layered)
    return _dots(content, pieces)


def _boxes(content: Content, pieces: Sequence[Piece], layered: Sequence[dict[Node, int]]) -> Page:
    sizes = {node: box_size(mark) for node, mark in content.marks.items()}
    widest = max((text_width(join.label, EDGE) for join in content.joins), default=0.0)
    gap = (max(0.75, widest + 0.5), 0.16)
    placed = [
        place_layered(piece.nodes, piece.pairs, layer, sizes, gap=gap)
        for piece, layer in zip(pieces, layered, strict=True)
    ]
    return Page(content, pack(placed, 0.28), True, sizes)


def _dots(content: Content, pieces: Sequence[Piece]) -> Page:
    labelled = len(content.marks) <= LABELS
    sizes = {
        node: dot_size(mark) if labelled else (0.24, 0.24) for node, mark in content.marks.items()
    }
    edge = 0.95 if labelled else 0.62
    placed = [place_by_stress(piece.nodes, piece.pairs, sizes, edge=edge) for piece in pieces]
    return Page(content, pack(placed, 0.3), False, sizes)


def box_size(mark: Mark) -> Size:
    """Width and height of a node with its label inside."""
    text = max(text_width(mark.title, TITLE, "bold"), text_width(second_line(mark), SUBTITLE))
    return 0.42 + text, 0.44 if second_line(mark) else 0.3


def dot_size(mark: Mark) -> Size:
    """The room of a dot with its label below, in the middle of which the dot stands."""
    return max(_DOT, text_width(mark.title, SUBTITLE)) + 0.08, _DOT + 2 * _LINE


def second_line(mark: Mark) -> str:
    """What stands below the id."""
    return "missing" if mark.missing else mark.subtitle


def _pieces(content: Content) -> list[Piece]:
    graph: nx.Graph[Any] = nx.Graph()
    graph.add_nodes_from(content.marks)
    graph.add_edges_from(join.pair for join in content.joins)
    piece_of: dict[Node, Piece] = {}
    for members in nx.connected_components(graph):
        piece = Piece([], [])
        piece_of |= dict.fromkeys(members, piece)
    for node in content.marks:
        piece_of[node].nodes.append(node)
    for join in content.joins:
        if join.pair[0] != join.pair[1]:
            piece_of[join.pair[0]].joins.append(join)
    pieces = {id(piece): piece for piece in piece_of.values()}
    first = {id(piece_of[node]): place for place, node in reversed([*enumerate(content.marks)])}
    return sorted(pieces.values(), key=lambda piece: (-len(piece.nodes), first[id(piece)]))


def _layers(piece: Piece, root: Node | None) -> dict[Node, int]:
    directions = [direction for join in piece.joins for direction in join.directions]
    return layers(piece.nodes, directions, root)


def _fits(layer: dict[Node, int]) -> bool:
    return max(Counter(layer.values()).values()) <= _HIGHEST
