import json
from itertools import permutations

import pytest

from sfwnb.engine.state import Changes, Schema, Store, edits


def family(**policies) -> Schema:
    return Schema(
        {
            "Shop": {
                "owner": {"to": "User", **policies},
                "staff": {"to": ["User"], **policies},
                "desks": {"to": {"*": "User"}, **policies},
            },
            "User": {"boss": "User"},
        }
    )


def shop() -> dict:
    return {
        "Shop": {
            "s": {
                "id": "s",
                "owner": "u",
                "staff": ["u", "v", "u"],
                "desks": {"a": "u", "b": "v"},
            }
        },
        "User": {"u": {"id": "u", "boss": "u"}, "v": {"id": "v", "boss": "u"}},
    }


def test_references_to_a_deleted_entity_are_unlinked():
    store = Store(family(), shop())
    changes = store.apply([edits.Delete("User", "u")])
    assert store.state == {
        "Shop": {"s": {"id": "s", "owner": None, "staff": ["v"], "desks": {"b": "v"}}},
        "User": {"v": {"id": "v", "boss": None}},
    }
    assert [(c.kind, c.id, c.field) for c in changes] == [
        ("User", "u", None),
        ("Shop", "s", "owner"),
        ("Shop", "s", "staff"),
        ("Shop", "s", "desks"),
        ("User", "v", "boss"),
    ]
    assert store.check() == []


def test_references_can_be_kept_and_check_finds_them():
    store = Store(family(on_delete="keep"), shop())
    store.apply([edits.Delete("User", "v")])
    assert store.state["Shop"]["s"]["staff"] == ["u", "v", "u"]
    assert [str(problem) for problem in store.check()] == [
        "Shop s staff: refers to User 'v', which does not exist",
        "Shop s desks: refers to User 'v', which does not exist",
    ]


def test_a_deletion_can_cascade_to_who_refers():
    schema = Schema(
        {"Post": {}, "Comment": {"post": {"to": "Post", "on_delete": "cascade"}, "of": "Comment"}}
    )
    state = {
        "Post": {"p": {"id": "p"}, "q": {"id": "q"}},
        "Comment": {
            "1": {"id": "1", "post": "p"},
            "2": {"id": "2", "post": "q", "of": "1"},
            "3": {"id": "3", "post": "p", "of": "1"},
        },
    }
    store = Store(schema, state)
    changes = store.apply([edits.Delete("Post", "p")])
    assert store.state == {
        "Post": {"q": {"id": "q"}},
        "Comment": {"2": {"id": "2", "post": "q", "of": None}},
    }
    assert [(c.kind, c.id, c.field) for c in changes] == [
        ("Post", "p", None),
        ("Comment", "1", None),
        ("Comment", "2", "of"),
        ("Comment", "3", None),
    ]
    store.apply(changes.inverse())
    assert json.dumps(store.state) == json.dumps(state)


def test_cascades_in_a_circle_end():
    schema = Schema({"Node": {"next": {"to": "Node", "on_delete": "cascade"}}})
    store = Store(schema, {"Node": {n: {"id": n, "next": m} for n, m in ("ab", "bc", "ca", "dd")}})
    store.apply([edits.Delete("Node", "b")])
    assert store.state == {"Node": {"d": {"id": "d", "next": "d"}}}


def test_deleting_what_does_not_exist_changes_nothing():
    store = Store(family(), shop())
    assert len(store.apply([edits.Delete("User", "x"), edits.Delete("Shop", "x")])) == 0


def test_references_that_came_later_are_unlinked_too():
    store = Store(family(), shop())
    store.apply([edits.Delete("User", "x"), edits.Delete("User", "v")])
    store.apply([edits.Merge("Shop", "t", {"owner": "u", "staff": [{"id": "w", "boss": "u"}]})])
    store.apply([edits.Set("Shop", "s", "owner", "w"), edits.Remove("Shop", "s", "staff", "u")])
    store.apply([edits.Delete("User", "u"), edits.Delete("Shop", "t")])
    assert store.state == {
        "Shop": {"s": {"id": "s", "owner": "w", "staff": [], "desks": {}}},
        "User": {"w": {"id": "w", "boss": None}},
    }


OWNING = Schema(
    {
        "Order": {"lines": {"to": ["Line"], "orphans": "delete"}, "gift": "Line"},
        "Box": {"line": {"to": "Line", "orphans": "delete"}},
        "Line": {"notes": {"to": {"*": "Note"}, "orphans": "delete"}},
        "Note": {},
    }
)


def orders() -> dict:
    return {
        "Order": {
            "1": {"id": "1", "lines": ["a", "b"], "gift": "a"},
            "2": {"id": "2", "lines": ["b"], "gift": "a"},
        },
        "Line": {"a": {"id": "a", "notes": {"x": "n"}}, "b": {"id": "b"}},
        "Note": {"n": {"id": "n"}},
    }


@pytest.mark.parametrize(
    "edit",
    [
        edits.Set("Order", "1", "lines", ["b"]),
        edits.Set("Order", "1", "lines", None),
        edits.Remove("Order", "1", "lines", "a"),
        edits.Splice("Order", "1", "lines", 0, 1),
        edits.Unset("Order", "1", "lines"),
        edits.Replace("Order", "1", {"gift": "a"}),
        edits.Merge("Order", "1", {"lines": []}),
        edits.Toggle("Order", "1", "lines", "a"),
    ],
    ids=lambda edit: type(edit).__name__,
)
def test_an_entity_that_lost_its_last_owner_goes_with_what_it_owned(edit):
    store = Store(OWNING, orders())
    changes = store.apply([edit])
    assert store.state["Line"] == {"b": {"id": "b"}}
    assert store.state["Note"] == {}
    assert store.state["Order"]["1"]["gift"] is None
    assert store.state["Order"]["2"] == {"id": "2", "lines": ["b"], "gift": None}
    store.apply(changes.inverse())
    assert json.dumps(store.state) == json.dumps(orders())


def test_an_entity_that_two_own_stays_when_one_drops_it():
    store = Store(OWNING, orders())
    store.apply([edits.Remove("Order", "1", "lines", "b")])
    assert "b" in store.state["Line"]
    store.apply([edits.Delete("Order", "2")])
    assert "b" not in store.state["Line"]


def test_deleting_an_owner_deletes_what_it_alone_owned():
    store = Store(OWNING, orders())
    store.apply([edits.Delete("Order", "1")])
    assert store.state["Line"] == {"b": {"id": "b"}}
    assert store.state["Note"] == {}


def test_an_entity_can_be_handed_over_by_adding_before_removing():
    store = Store(OWNING, orders())
    store.apply([edits.Push("Order", "2", "lines", "a"), edits.Remove("Order", "1", "lines", "a")])
    assert store.state["Order"]["2"]["lines"] == ["b", "a"]
    assert list(store.state["Line"]) == ["a", "b"]


def test_an_owner_of_another_kind_and_cardinality_counts():
    store = Store(OWNING, orders())
    store.apply([edits.Merge("Box", "x", {"line": "a"}), edits.Delete("Order", "1")])
    assert "a" in store.state["Line"]
    store.apply([edits.Set("Box", "x", "line", None)])
    assert "a" not in store.state["Line"]
    assert "n" not in store.state["Note"]


def test_an_entity_that_nobody_owned_is_kept():
    store = Store(OWNING, orders())
    store.apply([edits.Merge("Line", "free", {}), edits.Delete("Order", "1")])
    assert "free" in store.state["Line"]


def test_a_lost_entity_that_is_gone_already_is_no_matter():
    store = Store(OWNING, orders())
    store.apply([edits.Set("Order", "1", "lines", ["b", "ghost"])])
    store.apply([edits.Set("Order", "1", "lines", ["b"])])
    assert list(store.state["Line"]) == ["b"]


def test_a_failing_batch_takes_the_index_back_too():
    store = Store(OWNING, orders())
    store.apply([edits.Delete("Note", "none"), edits.Remove("Order", "2", "lines", "zzz")])
    with pytest.raises(Exception, match="keeps its id"):
        store.apply(
            [
                edits.Push("Order", "2", "lines", "a"),
                edits.Delete("Order", "1"),
                edits.Set("Order", "2", "id", "x"),
            ]
        )
    assert store.state == orders()
    store.apply([edits.Delete("Order", "1")])
    assert list(store.state["Line"]) == ["b"]


def test_the_index_of_a_first_failing_batch_is_right():
    store = Store(OWNING, orders())
    with pytest.raises(Exception, match="keeps its id"):
        store.apply(
            [
                edits.Merge("Order", "3", {"lines": ["a"]}),
                edits.Delete("Order", "1"),
                edits.Set("Order", "2", "id", "x"),
            ]
        )
    store.apply([edits.Remove("Order", "1", "lines", "a")])
    assert list(store.state["Line"]) == ["b"]


@pytest.mark.parametrize("order", list(permutations("abcd", 2)))
def test_deleted_entities_come_back_to_their_places(order):
    schema = Schema({"Node": {}})
    state = {"Node": {name: {"id": name} for name in "abcd"}}
    store = Store(schema, state)
    done = [store.apply([edits.Delete("Node", name)]) for name in order]
    store.apply([edits.Merge("Node", "e", {})])
    store.apply(done[0].inverse())
    store.apply(done[1].inverse())
    assert list(store.state["Node"]) == ["a", "b", "c", "d", "e"]


def test_a_batch_of_deletions_comes_back_in_its_order():
    schema = Schema({"Node": {}})
    state = {"Node": {str(n): {"id": str(n)} for n in range(20)}}
    store = Store(schema, state)
    changes = store.apply([edits.Delete("Node", str(n)) for n in (7, 3, 19, 0, 4)])
    fresh = Store(schema, store.state)
    store.apply(changes.inverse())
    assert list(store.state["Node"]) == list(state["Node"])
    back = Changes.between(fresh.state, state)
    fresh.apply(back)
    assert fresh.state == state


def test_a_table_that_went_empty_comes_back_in_its_place():
    schema = Schema({"A": {}, "B": {}, "C": {}})
    store = Store(schema)
    store.apply([edits.Merge("C", "1", {}), edits.Merge("A", "1", {}), edits.Merge("B", "1", {})])
    changes = store.apply([edits.Delete("B", "1")])
    assert list(store.state) == ["A", "C"]
    store.apply(changes.inverse())
    assert list(store.state) == ["A", "B", "C"]
