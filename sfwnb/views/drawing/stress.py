"""Placement by stress for larger graphs: distances on the page follow distances in the graph.

Stress majorization (Gansner, Koren, North 2004) from classical scaling: no randomness, no scipy,
0.2 s for 200 nodes. It gives what networkx's kamada_kawai gives, which needs scipy.
"""

from collections.abc import Mapping, Sequence

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from sfwnb.views.drawing.placement import Node, Pair, Placement, Size

_LARGEST = (10.5, 8.5)
_STEPS = 80
_PUSHES, _PATIENCE = 300, 25

Matrix = NDArray[np.float64]


def place_by_stress(
    nodes: Sequence[Node], pairs: Sequence[Pair], sizes: Mapping[Node, Size], *, edge: float
) -> Placement:
    """Place a connected graph, its longer side across the page.

    Args:
        nodes: In a fixed order, which makes the picture the same each time.
        pairs: Each joined pair once.
        sizes: The room that each node needs.
        edge: How long an edge would like to be.
    """
    room = np.array([sizes[node] for node in nodes])
    points = _laid_across(_majorized(_distances(nodes, pairs))) * edge
    points = points * min(1.0, *(np.array(_LARGEST) / np.maximum(np.ptp(points, axis=0), 1e-9)))
    if _overlaps(points, room).any():
        points = _apart(_stretched(points, room), room)
    low = (points - room / 2).min(axis=0)
    high = (points + room / 2).max(axis=0)
    points -= low
    width, height = high - low
    centres = {node: (float(x), float(y)) for node, (x, y) in zip(nodes, points, strict=True)}
    return Placement(centres, {}, float(width), float(height))


def _distances(nodes: Sequence[Node], pairs: Sequence[Pair]) -> Matrix:
    graph: nx.Graph[Node] = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(pairs)
    place = {node: number for number, node in enumerate(nodes)}
    distances = np.zeros((len(nodes), len(nodes)))
    for node, reached in nx.all_pairs_shortest_path_length(graph):
        for other, length in reached.items():
            distances[place[node], place[other]] = length
    return distances


def _majorized(distances: Matrix) -> Matrix:
    count = len(distances)
    points = _scaled(distances)
    if count < 3:
        return points
    with np.errstate(divide="ignore"):
        weights = np.where(distances > 0, 1 / distances**2, 0)
    laplacian = np.diag(weights.sum(axis=1)) - weights
    inverse = np.linalg.inv(laplacian + 1 / count) - 1 / count
    pull = weights * distances
    for _ in range(_STEPS):
        between = np.linalg.norm(points[:, None] - points[None], axis=2)
        ratio = np.divide(pull, between, out=np.zeros_like(pull), where=between > 1e-9)
        points = inverse @ ((np.diag(ratio.sum(axis=1)) - ratio) @ points)
    return points


def _scaled(distances: Matrix) -> Matrix:
    """Classical scaling: the two directions that explain the most of the distances."""
    count = len(distances)
    centring = np.eye(count) - 1 / count
    values, vectors = np.linalg.eigh(-0.5 * centring @ distances**2 @ centring)
    points = vectors[:, -2:][:, ::-1] * np.sqrt(np.maximum(values[-2:][::-1], 0))
    points = points if count > 1 else np.zeros((1, 2))
    turn = np.arange(count) * np.pi * (3 - np.sqrt(5))  # a sunflower: nobody stands on anybody
    spread = np.sqrt(np.arange(count) / count) * 0.1
    jitter = np.column_stack([np.cos(turn), np.sin(turn)]) * spread[:, None]
    return np.asarray(points + jitter)


def _laid_across(points: Matrix) -> Matrix:
    points = points - points.mean(axis=0)
    if len(points) < 2:
        return points
    _, axes = np.linalg.eigh(points.T @ points)
    return np.asarray(points @ axes[:, ::-1])


def _stretched(points: Matrix, room: Matrix) -> Matrix:
    """Each side of the page long enough for four times the room that all nodes need."""
    wanted = np.sqrt(len(points) * room.prod(axis=1).mean() * 4)
    return np.asarray(points * np.clip(wanted / np.maximum(np.ptp(points, axis=0), 1e-9), 1, 12))


def _apart(points: Matrix, room: Matrix) -> Matrix:
    """Push nodes off each other along the shorter way; where that is too slow, widen all of it."""
    for push in range(1, _PUSHES):
        overlaps = _overlaps(points, room)
        if not overlaps.any():
            break
        shorter = overlaps[..., 0] <= overlaps[..., 1]
        along = np.stack([shorter, ~shorter], axis=2) & (overlaps > 0)
        away = np.sign(points[:, None] - points[None])
        points = points + (away * (overlaps + 0.005) * along).sum(axis=1) * 0.4
        if push % _PATIENCE == 0:
            points = points * 1.1
    return points


def _overlaps(points: Matrix, room: Matrix) -> Matrix:
    """How far any two nodes reach into each other across and up; 0 where they do not touch."""
    overlaps = (room[:, None] + room[None]) / 2 - np.abs(points[:, None] - points[None])
    np.einsum("iij->ij", overlaps)[:] = 0
    return np.where(overlaps.min(axis=2, keepdims=True) > 1e-6, overlaps, 0)
