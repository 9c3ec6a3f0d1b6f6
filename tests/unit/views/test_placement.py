from itertools import pairwise

import numpy as np
import pytest

from sfwnb.views.drawing.layered import layers, place_layered
from sfwnb.views.drawing.palette import styles
from sfwnb.views.drawing.placement import Placement, pack
from sfwnb.views.drawing.stress import place_by_stress


def test_a_node_stands_after_everything_that_refers_to_it():
    found = layers("abcd", [("a", "b"), ("b", "c"), ("a", "c"), ("d", "c")])

    assert found == {"a": 0, "b": 1, "c": 2, "d": 1}


def test_an_edge_over_a_layer_keeps_clear_of_the_nodes_in_it():
    nodes, pairs = "abc", [("a", "b"), ("b", "c"), ("a", "c")]
    sizes = dict.fromkeys(nodes, (1.0, 0.5))

    placed = place_layered(nodes, pairs, layers(nodes, pairs), sizes, gap=(1.0, 0.2))

    middle = placed.routes["a", "c"][1:3]
    x, y = placed.centres["b"]
    assert all(abs(py - y) > 0.25 for px, py in middle)
    assert [px for px, _ in middle] == [x - 0.5, x + 0.5]


def test_nodes_of_a_layer_keep_their_distance_and_stay_on_the_page():
    nodes = range(12)
    pairs = [(0, number) for number in range(1, 12)]
    sizes = {number: (1.0, 0.3 + number / 20) for number in nodes}

    placed = place_layered(nodes, pairs, layers(nodes, pairs), sizes, gap=(1.0, 0.2))

    column = sorted((placed.centres[n][1], sizes[n][1]) for n in range(1, 12))
    for (low, lower), (high, higher) in pairwise(column):
        assert high - low >= (lower + higher) / 2 + 0.2 - 1e-9
    assert column[0][0] - column[0][1] / 2 == pytest.approx(0)
    assert column[-1][0] + column[-1][1] / 2 == pytest.approx(placed.height)


def test_a_tangle_that_can_be_untied_is_drawn_without_crossings():
    pairs = [("a", "z"), ("b", "y"), ("c", "x"), ("r", "a"), ("r", "b"), ("r", "c")]
    nodes = "rabcxyz"

    placed = place_layered(
        nodes, pairs, layers(nodes, pairs), dict.fromkeys(nodes, (1, 1)), gap=(1, 1)
    )

    up = [placed.centres[node][1] for node in "abc"]
    up_next = [placed.centres[node][1] for node in "zyx"]
    assert np.argsort(up).tolist() == np.argsort(up_next).tolist()


def test_stress_puts_the_ends_of_a_path_farthest_apart():
    nodes = range(8)
    placed = place_by_stress(
        nodes, [(n, n + 1) for n in range(7)], dict.fromkeys(nodes, (0.1, 0.1)), edge=1.0
    )

    points = np.array([placed.centres[n] for n in nodes])
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    assert distances[0, 7] == distances.max()
    assert distances[0, 7] == pytest.approx(7, rel=0.02)
    assert placed.width > placed.height


def test_stress_keeps_every_node_off_the_others():
    nodes = range(41)
    room = dict.fromkeys(nodes, (0.9, 0.5))

    placed = place_by_stress(nodes, [(0, n) for n in range(1, 41)], room, edge=0.5)

    points = np.array([placed.centres[n] for n in nodes])
    apart = np.abs(points[:, None] - points[None])
    touching = (apart[..., 0] < 0.899) & (apart[..., 1] < 0.499)
    assert touching.sum() == 41  # each with itself


def test_pieces_are_packed_without_touching():
    pieces = [Placement({n: (1.0, 0.5)}, {}, 2.0, 1.0) for n in range(7)]

    page = pack(pieces, gap=0.5)

    points = np.array([page.centres[n] for n in range(7)])
    apart = np.abs(points[:, None] - points[None])
    assert ((apart[..., 0] < 2.5) & (apart[..., 1] < 1.5)).sum() == 7
    assert (points[:, 0] + 1 <= page.width).all()
    assert (points[:, 1] + 0.5 <= page.height).all()


def test_88_kinds_look_different():
    assert len(set(styles([str(n) for n in range(88)]).values())) == 88
