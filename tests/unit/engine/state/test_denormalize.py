import pytest

from sfwnb.engine.state import Schema
from sfwnb.errors import StateError, UnknownKind
from tests.bookshop import BOOKSHOP, order

SHOP = Schema(BOOKSHOP, name="bookshop")
STATE = SHOP.normalize(order(), kind="Order")


def test_a_tree_comes_back_as_it_was():
    assert SHOP.denormalize(STATE, "Order", "o1") == order()


def test_depth_counts_relations():
    assert SHOP.denormalize(STATE, "Order", "o1", depth=0) == STATE["Order"]["o1"]
    one = SHOP.denormalize(STATE, "Order", "o1", depth=1)
    assert one["lines"][0] == {"id": "o1-1", "quantity": 2, "book": "b1"}
    two = SHOP.denormalize(STATE, "Order", "o1", depth=2)
    assert two["lines"][0]["book"]["author"] == "a1"


def test_fields_can_be_chosen_per_kind():
    fields = {"Order": ["id", "lines"], "Line": {"book"}, "Book": ("title",)}
    assert SHOP.denormalize(STATE, "Order", "o1", fields=fields) == {
        "id": "o1",
        "lines": [
            {"book": {"title": "The Dispossessed"}},
            {"book": {"title": "The Lathe of Heaven"}},
            {"book": {"title": "Invisible Cities"}},
        ],
    }


def test_a_repeat_on_the_path_is_an_id_but_not_beside_it():
    schema = Schema({"Node": {"next": "Node", "nodes": ["Node"]}})
    state = {
        "Node": {
            "a": {"id": "a", "next": "b", "nodes": ["b", "a"]},
            "b": {"id": "b", "next": "a"},
        }
    }
    b = {"id": "b", "next": "a"}
    assert schema.denormalize(state, "Node", "a") == {"id": "a", "next": b, "nodes": [b, "a"]}


def test_a_dangling_reference_stays_an_id():
    schema = Schema({"Shop": {"owner": "User", "staff": ["User"], "by": {"*": "User"}}, "User": {}})
    shop = {"id": "s", "owner": "u", "staff": ["v", "w"], "by": {"x": "w", "y": "z"}}
    state = {"Shop": {"s": shop}, "User": {"w": {"id": "w"}}}
    assert schema.denormalize(state, "Shop", "s") == {
        "id": "s",
        "owner": "u",
        "staff": ["v", {"id": "w"}],
        "by": {"x": {"id": "w"}, "y": "z"},
    }


def test_null_relations_stay_null():
    state = {"Order": {"o": {"id": "o", "customer": None, "lines": None}}}
    assert SHOP.denormalize(state, "Order", "o") == state["Order"]["o"]


def test_nothing_of_the_state_can_be_changed_through_it():
    schema = Schema({"Node": {"nodes": ["Node"]}})
    state = {
        "Node": {"a": {"id": "a", "nodes": ["b"], "x": {"y": [1]}}, "b": {"id": "b", "z": [1]}}
    }
    nested = schema.denormalize(state, "Node", "a")
    nested["x"]["y"].append(2)
    nested["nodes"][0]["z"].append(2)
    nested["nodes"].clear()
    assert state == {
        "Node": {"a": {"id": "a", "nodes": ["b"], "x": {"y": [1]}}, "b": {"id": "b", "z": [1]}}
    }


def test_a_missing_entity_is_refused_with_the_nearest_one():
    with pytest.raises(StateError, match=r"No Order 'o11' in the state\. Did you mean 'o1'\?"):
        SHOP.denormalize(STATE, "Order", "o11")
    with pytest.raises(StateError, match="No Shipment 's' in the state"):
        SHOP.denormalize(STATE, "Shipment", "s")
    with pytest.raises(UnknownKind):
        SHOP.denormalize(STATE, "Ordr", "o1")


def test_a_numeric_id_finds_its_entity():
    assert SHOP.denormalize({"Author": {"0": {"id": 0}}}, "Author", 0) == {"id": 0}
