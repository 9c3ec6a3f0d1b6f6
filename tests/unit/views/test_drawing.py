import random
import sys
from itertools import combinations

import networkx as nx
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from sfwnb.engine.state import Schema
from sfwnb.errors import StateError
from sfwnb.views.drawing import draw
from sfwnb.views.graphs import entity_graph
from tests import bookshop

SCHEMA = Schema(bookshop.BOOKSHOP, name="bookshop")


def order_graph(**changes):
    order = {**bookshop.order(), **changes}
    return entity_graph(SCHEMA, SCHEMA.normalize(order, kind="Order"))


def large_graph(count):
    """Hubs with many leaves each, the hubs in a row."""
    graph = nx.MultiDiGraph(name="bookshop", kinds=("Order", "Line"))
    for number in range(count):
        hub = number - number % 50
        kind = "Order" if number == hub else "Line"
        graph.add_node(number, kind=kind, id=f"n{number}", record={})
        if number:
            source = hub if number != hub else hub - 50
            graph.add_edge(source, number, key="lines", relation="lines")
    return graph


def written(drawing):
    return [text.get_text() for text in drawing.figure.axes[0].texts if text.get_text()]


def boxes_of(drawing, words):
    """The bounding boxes of some texts in the picture, in pixels."""
    FigureCanvasAgg(drawing.figure).draw()
    texts = drawing.figure.axes[0].texts
    return [text.get_window_extent() for text in texts if text.get_text() in words]


def test_a_picture_names_kinds_ids_relations_and_counts():
    words = written(draw(order_graph()))

    assert {"bookshop", "10 entities", "Line 3", "Author 2"} <= set(words)
    assert {"o1", "o1-1", "b1", "The Dispossessed", "Ursula K. Le Guin"} <= set(words)
    assert {"customer", "lines", "book", "author"} <= set(words)


def test_what_refers_stands_left_of_what_it_refers_to():
    drawing = draw(order_graph())

    x = {text.get_text(): text.get_position()[0] for text in drawing.figure.axes[0].texts}
    assert x["o1"] < x["o1-1"] < x["b1"] < x["a1"]


def test_the_root_stands_on_the_left_of_a_circle():
    graph = nx.MultiDiGraph()
    for one, other in [("a", "b"), ("b", "c"), ("c", "a")]:
        graph.add_edge(one, other, relation="next")

    x = {t.get_text(): t.get_position()[0] for t in draw(graph, root="b").figure.axes[0].texts}

    assert x["b"] < x["c"] < x["a"]


def test_entities_that_refer_to_each_other_share_a_line_with_both_names():
    graph = order_graph()
    graph.add_edge(("Author", "a2"), ("Book", "b3"), key="books", relation="books")

    assert any(" ⇄ " in words and "books" in words for words in written(draw(graph)))


@pytest.mark.parametrize("count", [2, 12, 41, 60])
def test_no_label_of_up_to_60_covers_another(count):
    rng = random.Random(count)
    graph = nx.MultiDiGraph(name="random")
    for number in range(count):
        graph.add_node(number, kind="Line", id=f"line-with-a-long-id-{number:05}")
        if number:
            graph.add_edge(rng.randrange(number), number, key="lines", relation="lines")
    ids = {f"line-with-a-long-id-{n:05}" for n in range(count)}

    boxes = boxes_of(draw(graph), ids)

    assert len(boxes) == count
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]


def test_a_star_of_forty_is_drawn_as_dots_with_every_label_clear():
    graph = nx.MultiDiGraph()
    graph.add_edges_from(("hub", f"leaf{n}") for n in range(40))

    drawing = draw(graph)

    boxes = boxes_of(drawing, {"hub", *(f"leaf{n}" for n in range(40))})
    assert len(boxes) == 41
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]


def test_of_200_nodes_all_are_drawn_and_at_most_60_labelled():
    drawing = draw(large_graph(200))

    markers = drawing.figure.axes[0].collections
    drawn = sum(len(m.get_offsets()) for m in markers if isinstance(m, PathCollection))
    labels = [words for words in written(drawing) if words.startswith("n")]
    assert "200 entities" in written(drawing)
    assert drawn >= 200
    assert 4 <= len(labels) <= 60


def test_long_labels_of_a_large_graph_stay_within_the_picture():
    graph = nx.relabel_nodes(large_graph(150), lambda number: f"337100890:33908621{number:04}")
    for node, data in graph.nodes.items():
        data["id"] = node
    drawing = draw(graph)
    words = [text for text in written(drawing) if ":" in text or "…" in text]
    assert len(words) > 10
    width, height = FigureCanvasAgg(drawing.figure).get_width_height()
    for box in boxes_of(drawing, words):
        assert 0 < box.x0 < box.x1 < width
        assert 0 < box.y0 < box.y1 < height


def test_of_5000_entities_200_are_drawn_and_the_picture_says_so():
    drawing = draw(large_graph(5_000))

    words = written(drawing)
    assert "200 of 5,000 entities" in words
    assert any(each.startswith("Line ") and each.endswith(" of 4,900") for each in words)
    assert repr(drawing).startswith("<Drawing: bookshop, 200 of 5,000 entities:")
    width, height = drawing.figure.get_size_inches()
    assert max(width, height) < 18


def test_a_part_of_a_large_graph_hangs_together_and_holds_the_root():
    from sfwnb.views.drawing.content import best_connected

    graph = large_graph(5_000)

    chosen = best_connected(graph, 200, root=4_321)

    assert len(chosen) == 200
    assert 4_321 in chosen
    assert nx.is_weakly_connected(graph.subgraph(chosen))


def test_what_is_missing_is_marked_as_such():
    graph = order_graph(shipments=["s9"])

    words = written(draw(graph))

    assert {"s9", "missing", "missing 1"} <= set(words)
    styles = {p.get_linestyle() for p in draw(graph).figure.axes[0].patches}
    assert len(styles) == 2


def test_kinds_keep_their_look_while_others_come_and_go():
    whole, part = order_graph(), entity_graph(SCHEMA, {"Line": {"l1": {"id": "l1"}}})

    assert legend_look(draw(whole), "Line 3") == legend_look(draw(part), "Line 1")


def legend_look(drawing, words):
    axes = drawing.figure.axes[0]
    x, y = next(t.get_position() for t in axes.texts if t.get_text() == words)
    marker = min(
        (c for c in axes.collections if isinstance(c, PathCollection) and len(c.get_offsets())),
        key=lambda c: abs(c.get_offsets()[0][0] - x) + abs(c.get_offsets()[0][1] - y),
    )
    return marker.get_facecolor().tolist(), marker.get_paths()[0].vertices.tolist()


def test_an_empty_graph_gives_a_small_picture_that_says_so():
    drawing = draw(nx.MultiDiGraph(name="bookshop"))

    assert written(drawing) == ["bookshop: no entities yet"]
    assert repr(drawing) == "<Drawing: bookshop, no entities>"
    assert drawing.figure.get_size_inches()[1] < 1.5


def test_one_node_and_a_graph_without_any_attributes_can_be_drawn():
    graph = nx.MultiDiGraph()
    graph.add_edge(1, 1)

    lone = draw(graph)

    assert {"1", "1 entity", "nodes 1"} <= set(written(lone))


def test_text_is_never_read_as_a_formula_and_unknown_letters_raise_no_warning():
    graph = nx.MultiDiGraph()
    graph.add_node("n", kind="Kunde", id="顧客-$x^2$_{", record={"name": "a\nb\x00c 🙂"})

    drawing = draw(graph)

    assert "顧客-$x^2$_{" in written(drawing)
    assert "a b c 🙂" in written(drawing)
    assert drawing._repr_png_()[0].startswith(b"\x89PNG")
    assert "顧客-$x^2$_{" in drawing._repr_svg_()


def test_long_ids_are_cut_in_the_middle_where_they_differ_least():
    graph = nx.MultiDiGraph()
    graph.add_node("n", kind="Order", id="order-" + "0" * 80 + "17")

    label = next(words for words in written(draw(graph)) if words.startswith("order-"))

    assert len(label) == 26
    assert label.endswith("017")
    assert "…" in label


def test_the_same_graph_gives_the_same_bytes():
    one, other = draw(order_graph()), draw(order_graph())

    assert one._repr_svg_() == other._repr_svg_()
    assert one._repr_png_() == other._repr_png_()


def test_the_picture_stands_on_white_of_its_own_with_nothing_around_it():
    drawing = draw(order_graph())

    card = drawing.figure.axes[0].patches[0]
    assert isinstance(card, FancyBboxPatch)
    assert card.get_facecolor() == (1.0, 1.0, 1.0, 1.0)
    assert drawing.figure.get_facecolor()[3] == 0.0


def test_a_picture_is_shown_at_half_of_its_pixels():
    png, size = draw(order_graph())._repr_png_()

    pixels = int.from_bytes(png[16:20], "big")
    assert pixels == pytest.approx(2 * size["width"], abs=2)


@pytest.mark.parametrize(
    ("name", "start"), [("o.png", b"\x89PNG"), ("o.SVG", b"<?xml"), ("o.pdf", b"%PDF")]
)
def test_a_picture_is_saved_in_the_format_of_the_suffix(tmp_path, name, start):
    path = draw(order_graph()).save(tmp_path / name)

    assert path == tmp_path / name
    assert path.read_bytes().startswith(start)


@pytest.mark.parametrize("name", ["order.pgn", "order"])
def test_an_unknown_suffix_is_refused_with_the_known_ones(tmp_path, name):
    with pytest.raises(StateError, match=rf"Cannot save a drawing as '{name}'.*\.png, \.svg"):
        draw(order_graph()).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_drawing_leaves_pyplot_alone():
    before = "matplotlib.pyplot" in sys.modules

    drawing = draw(order_graph())
    drawing._repr_png_()

    assert isinstance(drawing.figure, Figure)
    assert ("matplotlib.pyplot" in sys.modules) == before
