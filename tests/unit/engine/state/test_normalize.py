import copy
import datetime as dt
import json
from collections import OrderedDict, UserDict
from enum import StrEnum

import pytest

from sfwnb.engine.state import Schema, Store
from sfwnb.errors import StateError, UnknownKind
from tests.bookshop import BOOKSHOP, order

SHOP = Schema(BOOKSHOP, name="bookshop")
MARKET = Schema({"User": {"listings": ["Listing"]}, "Listing": {"user": "User"}}, name="market")
TREE = Schema({"Node": {"next": "Node", "nodes": ["Node"], "named": {"*": "Node"}, "leaf": "Leaf"},
               "Leaf": {}})  # fmt: skip


def test_nested_records_become_tables_that_refer_by_id():
    state = SHOP.normalize(order(), kind="Order")
    assert list(state) == ["Author", "Book", "Customer", "Order", "Line"]
    assert state["Order"]["o1"] == {
        "id": "o1",
        "status": "open",
        "customer": "c1",
        "lines": ["o1-1", "o1-2", "o1-3"],
        "shipments": [],
    }
    assert state["Book"]["b2"] == {
        "id": "b2",
        "title": "The Lathe of Heaven",
        "price": 9.0,
        "author": "a1",
    }
    assert list(state["Author"]) == ["a1", "a2"]


@pytest.mark.parametrize("adopt", [False, True])
def test_the_input_is_never_changed(adopt):
    for schema, kind, data in (
        (SHOP, "Order", [order(), order("o2")]),
        (TREE, "Node", {"id": 1, "next": {"id": 2, "named": {"a": {"id": 1}}}, "tags": (1, [2])}),
    ):
        before = copy.deepcopy(data)
        schema.normalize(data, kind=kind, adopt=adopt)
        assert data == before


def test_the_state_shares_nothing_with_the_input_that_could_change():
    user = {"id": "u1", "tags": ["a"], "listings": [{"id": "l1", "places": {"a": [1]}}]}
    state = MARKET.normalize(user, kind="User")
    user["tags"].append("b")
    user["listings"][0]["places"]["a"].append(2)
    user["listings"].clear()
    assert state == {
        "User": {"u1": {"id": "u1", "tags": ["a"], "listings": ["l1"]}},
        "Listing": {"l1": {"id": "l1", "places": {"a": [1]}}},
    }


def test_ids_in_a_relation_are_not_shared_with_the_input():
    user = {"id": "u1", "listings": ["l1"]}
    state = MARKET.normalize([user, {"id": "u2"}, {"id": "u3", "listings": None}], kind="User")
    user["listings"].append("l2")
    assert state["User"]["u1"]["listings"] == ["l1"]
    assert state["User"]["u3"] == {"id": "u3", "listings": None}


def test_adopting_uses_the_very_leaf_records():
    listing = {"id": "l1", "title": "x"}
    state = MARKET.normalize({"id": "u1", "listings": [listing]}, kind="User", adopt=True)
    assert state["Listing"]["l1"] is listing


def test_null_relations_stay_null():
    state = SHOP.normalize({"id": "o", "customer": None, "lines": None}, kind="Order")
    assert state == {"Order": {"o": {"id": "o", "customer": None, "lines": None}}}


def test_null_and_nested_relations_stand_side_by_side():
    data = [{"id": 1, "listings": [{"id": 2}, {"id": 3}]}, {"id": 4, "listings": None},
            {"id": 5, "listings": []}, {"id": 6}, {"id": 7, "listings": [{"id": 8}]}]  # fmt: skip
    users = MARKET.normalize(data, kind="User")["User"]
    assert [user.get("listings", "absent") for user in users.values()] == [
        ["2", "3"], None, [], "absent", ["8"],
    ]  # fmt: skip


def test_ids_and_records_mix_in_a_relation():
    data = [{"id": "u", "listings": ["l1", {"id": "l2"}, 3]}, {"id": "v", "listings": [{"id": 0}]}]
    state = MARKET.normalize(data, kind="User")
    assert state["User"]["u"]["listings"] == ["l1", "l2", "3"]
    assert state["User"]["v"]["listings"] == ["0"]
    assert state["Listing"] == {"l2": {"id": "l2"}, "0": {"id": 0}}
    listings = [{"id": "l", "user": "u"}, {"id": "m", "user": {"id": "u"}}, {"id": "n"}]
    one = MARKET.normalize(listings, kind="Listing")
    assert one["Listing"] == {
        "l": {"id": "l", "user": "u"},
        "m": {"id": "m", "user": "u"},
        "n": {"id": "n"},
    }


def test_numeric_ids_and_the_id_zero_are_ids():
    state = MARKET.normalize({"id": 0, "listings": [{"id": 0, "user": 0}]}, kind="User")
    assert state == {
        "User": {"0": {"id": 0, "listings": ["0"]}},
        "Listing": {"0": {"id": 0, "user": "0"}},
    }


@pytest.mark.parametrize("id", ["", "_", ".", ":", "/", "*", "-", "a_b.c:d/e*f-g", "é漢😀", " "])
def test_ids_may_hold_any_character(id):
    state = MARKET.normalize({"id": id, "listings": [{"id": id, "user": id}]}, kind="User")
    assert state["Listing"][id]["user"] == id
    assert MARKET.denormalize(state, "User", id, depth=1)["listings"] == [{"id": id, "user": id}]


def test_a_composite_id_is_joined_in_its_table_and_in_references():
    schema = Schema({"Order": {"lines": ["Line"]}, "Line": {"id": ["order", "no"]}})
    data = {"id": "o:1", "lines": [{"order": "o:1", "no": 1}, {"order": "o:1", "no": 2}, "o%3A1:1"]}
    state = schema.normalize(data, kind="Order")
    assert state["Order"]["o:1"]["lines"] == ["o%3A1:1", "o%3A1:2", "o%3A1:1"]
    assert state["Line"]["o%3A1:1"] == {"order": "o:1", "no": 1}


def test_two_relations_between_the_same_kinds_stay_apart():
    schema = Schema({"Message": {"sender": "User", "receivers": ["User"]}, "User": {}})
    message = {
        "id": "m",
        "sender": {"id": "a", "n": 1},
        "receivers": [{"id": "b"}, {"id": "a", "n": 2}],
    }
    state = schema.normalize(message, kind="Message")
    assert state["Message"]["m"] == {"id": "m", "sender": "a", "receivers": ["b", "a"]}
    assert state["User"] == {"a": {"id": "a", "n": 2}, "b": {"id": "b"}}


def test_the_same_entity_met_twice_merges_and_the_later_in_the_document_wins():
    data = [
        {"id": 1, "x": "outer", "nodes": [{"id": 2, "x": "nested", "y": 1}]},
        {"id": 2, "x": "last"},
    ]
    state = TREE.normalize(data, kind="Node")
    assert state["Node"]["2"] == {"id": 2, "x": "last", "y": 1}
    assert list(state["Node"]) == ["1", "2"]
    twice = MARKET.normalize([{"id": 1, "x": 1, "y": 1}, {"id": 1, "x": 2}], kind="User")
    assert twice == {"User": {"1": {"id": 1, "x": 2, "y": 1}}}


def test_a_leaf_behind_a_deeper_record_is_still_later():
    data = {
        "id": 1,
        "next": {"id": 2, "leaf": {"id": "f", "x": "first"}},
        "leaf": {"id": "f", "x": "second"},
    }
    assert TREE.normalize(data, kind="Node")["Leaf"] == {"f": {"id": "f", "x": "second"}}


def test_cycles_of_python_objects_end():
    one, two = {"id": "1"}, {"id": "2"}
    one["next"], two["next"] = two, one
    state = TREE.normalize(one, kind="Node")
    assert state == {"Node": {"1": {"id": "1", "next": "2"}, "2": {"id": "2", "next": "1"}}}


def test_a_shared_object_becomes_one_entity():
    author = {"id": "a", "name": "Ann"}
    state = SHOP.normalize(
        [{"id": "1", "author": author}, {"id": "2", "author": author}], kind="Book"
    )
    assert state["Author"] == {"a": {"id": "a", "name": "Ann"}}


def test_a_chain_of_a_hundred_thousand_entities_comes_and_goes():
    data: dict = {"id": 0}
    for number in range(1, 100_000):
        data = {"id": number, "next": data}
    state = TREE.normalize(data, kind="Node")
    assert len(state["Node"]) == 100_000
    assert state["Node"]["99999"] == {"id": 99_999, "next": "99998"}
    nested = TREE.denormalize(state, "Node", "99999")
    depth = 0
    while "next" in nested:
        nested, depth = nested["next"], depth + 1
    assert depth == 99_999


def test_maps_of_null_names_and_numbers_are_read():
    schema = Schema({"Shop": {"desks": {"*": "User"}, "best": "User"}, "User": {}})
    data = [{"id": 1, "desks": None, "best": 7}, {"id": 2, "desks": {"a": {"id": 3}}, "best": None},
            {"id": 4, "desks": {}}, {"id": 5}]  # fmt: skip
    assert schema.normalize(data, kind="Shop") == {
        "Shop": {
            "1": {"id": 1, "desks": None, "best": "7"},
            "2": {"id": 2, "desks": {"a": "3"}, "best": None},
            "4": {"id": 4, "desks": {}},
            "5": {"id": 5},
        },
        "User": {"3": {"id": 3}},
    }
    with pytest.raises(StateError, match="has the name 1"):
        schema.normalize({"id": 1, "desks": {1: "x"}}, kind="Shop")
    with pytest.raises(StateError, match="expected an object of names"):
        schema.normalize({"id": 1, "desks": ["x"]}, kind="Shop")


def test_numeric_ids_in_lists_are_ids():
    state = MARKET.normalize([{"id": 1, "listings": [5, 6]}, {"id": 2}], kind="User")
    assert state["User"]["1"]["listings"] == ["5", "6"]


def test_a_map_keeps_its_names():
    data = {"id": "s", "named": {"x": {"id": "a"}, "y": "b", "z": {"id": "a", "n": 1}}}
    state = TREE.normalize(data, kind="Node")
    assert state["Node"]["s"]["named"] == {"x": "a", "y": "b", "z": "a"}
    assert state["Node"]["a"] == {"id": "a", "n": 1}


class Color(StrEnum):
    RED = "red"


class Name(str):
    __slots__ = ()


class Count(int):
    pass


class Ratio(float):
    pass


def test_relatives_of_json_become_plain_json():
    record = UserDict(
        id=Name("x"),
        color=Color.RED,
        pair=(1, Count(2)),
        ratio=Ratio(0.5),
        inner=OrderedDict({Name("a"): [True]}),
    )
    state = TREE.normalize([record], kind="Leaf")
    assert json.dumps(state["Leaf"]) == (
        '{"x": {"id": "x", "color": "red", "pair": [1, 2], "ratio": 0.5, "inner": {"a": [true]}}}'
    )
    values = state["Leaf"]["x"]
    assert [type(values[name]) for name in ("id", "color", "pair", "ratio", "inner")] == [
        str, str, list, float, dict,
    ]  # fmt: skip
    assert type(values["pair"][1]) is int


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("u1", "User is 'u1': expected a record."),
        ([{"id": "u"}, None], "User is None: expected a record."),
        ({"name": "Ann"}, "User without its id field 'id': {'name': 'Ann'}"),
        ({"id": None}, "User.id is None in {'id': None}: an id is text or an integer."),
        (
            {"id": "u", "listings": {"id": "l"}},
            "User 'u' has {'id': 'l'} in its relation 'listings':"
            " expected a list with ids or records of Listing.",
        ),
        (
            {"id": "u", "listings": [None]},
            "User.listings refers to Listing with None:"
            " expected an id (text or an integer) or a record of Listing.",
        ),
        (
            {"id": "u", "listings": [{"id": "l", "user": True}]},
            "Listing.user refers to User with True:"
            " expected an id (text or an integer) or a record of User.",
        ),
        (
            {"id": "u", "x": [{1}]},
            "User 'u'.x.0 is {1}, a set: state holds JSON only"
            " (text, finite numbers, true and false, null, lists, objects).",
        ),
    ],
)
def test_what_is_no_entity_is_refused_in_words(data, message):
    with pytest.raises(StateError) as caught:
        MARKET.normalize(data, kind="User")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"id": "u", "named": []}, "expected an object of names"),
        ({"id": "u", "named": {1: {"id": "x"}}}, r"Node\.named has the name 1: expected text"),
        ({"id": "u", "named": {"x": {"id": "u", 5: "x"}}}, "has the key 5: keys of JSON objects"),
    ],
)
def test_maps_and_names_are_looked_at(data, message):
    with pytest.raises(StateError, match=message):
        TREE.normalize(data, kind="Node")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("inf"), "is inf, a float"),
        (b"x", "is b'x', a bytes"),
        ({5: "x"}, "has the key 5"),
        (dt.date(2026, 1, 1), "a date"),
    ],
)
def test_nothing_but_json_gets_into_a_store(value, message):
    for data in ({"id": "u", "x": value}, {"id": "u", "next": {"id": "v", "x": value}}):
        with pytest.raises(StateError, match=message):
            Store(TREE, TREE.normalize(data, kind="Node"))


def test_a_value_that_contains_itself_is_refused():
    loop: list = []
    loop.append(loop)
    with pytest.raises(StateError, match="is nested too deep, or contains itself"):
        MARKET.normalize({"id": "u", "x": loop}, kind="User")


def test_the_kind_has_to_be_known():
    with pytest.raises(UnknownKind, match="Did you mean 'User'"):
        MARKET.normalize({}, kind="Usr")


def test_nothing_normalizes_to_nothing():
    assert MARKET.normalize([], kind="User") == {}
