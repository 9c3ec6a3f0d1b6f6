from datetime import UTC, datetime

from sfwnb.engine.state import Schema
from sfwnb.views.graphs import entity_graph
from tests import bookshop

SCHEMA = Schema(bookshop.BOOKSHOP, name="bookshop")
STATE = SCHEMA.normalize(bookshop.order(), kind="Order")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_entities_are_nodes_and_relations_are_edges():
    graph = entity_graph(SCHEMA, STATE, NOON)

    assert len(graph) == 10
    assert graph.nodes["Customer", "c1"] == {
        "kind": "Customer",
        "id": "c1",
        "record": {"id": "c1", "name": "Ann", "city": "Lisbon"},
        "missing": False,
    }
    assert list(graph.out_edges(("Line", "o1-1"), keys=True, data="relation")) == [
        (("Line", "o1-1"), ("Book", "b1"), "book", "book")
    ]
    assert graph.graph == {"name": "bookshop", "kinds": SCHEMA.kinds, "as_of": NOON}


def test_what_is_only_referred_to_is_a_node_marked_missing():
    graph = entity_graph(SCHEMA, {"Line": {"l1": {"id": "l1", "book": "b9"}}})

    assert graph.nodes["Book", "b9"]["missing"] is True
    assert graph.nodes["Book", "b9"]["record"] is None
    assert graph.has_edge(("Line", "l1"), ("Book", "b9"), key="book")


def test_two_relations_between_the_same_entities_are_two_edges():
    schema = Schema({"Book": {"author": "Person", "editor": "Person"}, "Person": {}})
    state = {"Book": {"b1": {"id": "b1", "author": "p1", "editor": "p1"}}}

    graph = entity_graph(schema, state)

    assert set(graph["Book", "b1"]["Person", "p1"]) == {"author", "editor"}


def test_an_entity_that_refers_to_itself_has_a_loop():
    graph = entity_graph(Schema({"Node": {"next": "Node"}}), {"Node": {"n": {"next": "n"}}})

    assert graph.has_edge(("Node", "n"), ("Node", "n"), key="next")


def test_a_kind_that_the_schema_lacks_has_nodes_and_no_edges():
    graph = entity_graph(SCHEMA, {"Ghost": {"g": {"id": "g", "lines": ["x"]}}})

    assert list(graph) == [("Ghost", "g")]
