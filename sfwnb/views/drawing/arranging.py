"""From content to a page: boxes in layers while they fit, otherwise dots placed by stress."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx

from sfwnb.views.drawing.content import Content, Mark
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


def arranged(content: Content) -> Page:
    """Choose the way to place, and place."""
    root = content.root
    nodes = list(content.marks)
    pairs = [join.pair for join in content.joins if join.pair[0] != join.pair[1]]
    pieces = _pieces(nodes, pairs)
    boxes = len(nodes) <= LABELS and all(_fits(*piece, root) for piece in pieces)
    if boxes:
        sizes = {node: box_size(mark) for node, mark in content.marks.items()}
        widest = max((text_width(join.label, EDGE) for join in content.joins), default=0.0)
        between = (max(0.75, widest + 0.5), 0.16)
        placed = [place_layered(*piece, sizes, gap=between, root=root) for piece in pieces]
        return Page(content, _packed(placed, 0.28), boxes, sizes)
    labelled = len(nodes) <= LABELS
    sizes = {
        node: dot_size(mark) if labelled else (0.24, 0.24) for node, mark in content.marks.items()
    }
    edge = 0.95 if labelled else 0.62
    placed = [place_by_stress(*piece, sizes, edge=edge) for piece in pieces]
    return Page(content, _packed(placed, 0.3), boxes, sizes)


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


def _pieces(nodes: Sequence[Node], pairs: Sequence[Pair]) -> list[tuple[list[Node], list[Pair]]]:
    graph: "nx.Graph[Any]" = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(pairs)
    piece_of = {
        node: number
        for number, members in enumerate(nx.connected_components(graph))
        for node in members
    }
    pieces: dict[int, tuple[list[Node], list[Pair]]] = {}
    for node in nodes:
        pieces.setdefault(piece_of[node], ([], []))[0].append(node)
    for pair in pairs:
        pieces[piece_of[pair[0]]][1].append(pair)
    return sorted(pieces.values(), key=lambda piece: -len(piece[0]))


def _fits(nodes: Sequence[Node], pairs: Sequence[Pair], root: Node | None) -> bool:
    layer = list(layers(nodes, pairs, root).values())
    return len(nodes) <= 2 or max(map(layer.count, set(layer))) <= _HIGHEST


def _packed(pieces: Sequence[Placement], gap: float) -> Placement:
    return pack(pieces, gap) if pieces else Placement({}, {}, 0.0, 0.0)
