"""Where things stand in a picture, and packing of pieces that no edge joins."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

Node = Hashable
Point = tuple[float, float]
Size = tuple[float, float]
Pair = tuple[Node, Node]


@dataclass(frozen=True, slots=True)
class Placement:
    """Positions of nodes on a page; all lengths are inches, y grows upwards.

    Attributes:
        centres: The middle of each node.
        routes: The way of an edge that is not a straight line, from side to side: points, to be
            joined by curves that leave and arrive horizontally.
        width: Of the page that holds all of it.
        height: As ``width``.
    """

    centres: Mapping[Node, Point]
    routes: Mapping[Pair, Sequence[Point]]
    width: float
    height: float


def pack(pieces: Sequence[Placement], gap: float, aspect: float = 1.6) -> Placement:
    """Put pieces on shelves, in their order, on a page about ``aspect`` times as wide as high."""
    if not pieces:
        return Placement({}, {}, 0.0, 0.0)
    area = sum((piece.width + gap) * (piece.height + gap) for piece in pieces)
    page = max([piece.width for piece in pieces] + [(area * aspect) ** 0.5])
    left = top = shelf = width = 0.0
    corners: list[Point] = []
    for piece in pieces:
        if left and left + piece.width > page:
            left, top, shelf = 0.0, top + shelf + gap, 0.0
        corners.append((left, top))
        width = max(width, left + piece.width)
        left += piece.width + gap
        shelf = max(shelf, piece.height)
    height = top + shelf
    centres: dict[Node, Point] = {}
    routes: dict[Pair, Sequence[Point]] = {}
    for piece, (x, y) in zip(pieces, corners, strict=True):
        rise = height - y - piece.height
        centres |= {node: (px + x, py + rise) for node, (px, py) in piece.centres.items()}
        routes |= {
            pair: [(px + x, py + rise) for px, py in points]
            for pair, points in piece.routes.items()
        }
    return Placement(centres, routes, width, height)
