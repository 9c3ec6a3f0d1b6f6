import json

import pytest

from sfwnb.engine.state import ABSENT, Schema, Store, edits
from sfwnb.errors import StateError

ALL = [
    edits.Merge("User", "u1", {"a": 1}),
    edits.Merge("User", "u1", {"a": {"b": 1}}, deep=True),
    edits.Set("User", "u1", "a.b", [1]),
    edits.Set("User", "u1", ["a.b", 0], None),
    edits.Replace("User", "u1", {"a": 1}),
    edits.Unset("User", "u1", "a"),
    edits.Push("User", "u1", "tags", 1, [2], {"c": 3}),
    edits.Unshift("User", "u1", "tags", 1),
    edits.Splice("User", "u1", "tags", 0, 1, "x"),
    edits.Splice("User", "u1", "tags", -1),
    edits.Add("User", "u1", "tags", 1),
    edits.Remove("User", "u1", "tags", 1),
    edits.Toggle("User", "u1", "flag"),
    edits.Toggle("User", "u1", "tags", "x"),
    edits.Delete("User", "u1"),
    edits.Reset({"User": {"u1": {"id": "u1"}}}),
]


@pytest.mark.parametrize("edit", ALL, ids=lambda edit: type(edit).__name__)
def test_every_edit_survives_its_dict_form_and_json(edit):
    form = json.loads(json.dumps(edits.to_json(edit)))
    assert form["edit"] == type(edit).__name__.lower()
    assert edits.from_json(form) == edit
    assert edits.to_json(edits.from_json(form)) == form


def test_the_dict_form_is_short_where_nothing_is_unusual():
    assert edits.to_json(edits.Merge("User", "u1", {"a": 1})) == {
        "edit": "merge",
        "kind": "User",
        "id": "u1",
        "data": {"a": 1},
    }
    assert edits.from_json({"edit": "push", "kind": "U", "id": 1, "path": "t"}) == edits.Push(
        "U", "1", "t"
    )
    form = {"edit": "splice", "kind": "U", "id": "1", "path": "t", "start": 2}
    assert edits.from_json(form) == edits.Splice("U", "1", "t", 2)


def test_an_edit_does_not_change_with_what_it_was_made_of():
    value = {"b": [1]}
    made = [edits.Set("U", "1", "a", value), edits.Push("U", "1", "a", value)]
    value["b"].append(2)
    assert made[0].value == {"b": [1]}
    assert made[1].values == ({"b": [1]},)


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ("merge", "is no edit: expected a mapping"),
        ({"kind": "U"}, "is no edit: expected a mapping"),
        ({"edit": "merg"}, "No edit 'merg'. Known: merge, set,.*Did you mean 'merge'"),
        ({"edit": "set", "kind": "U", "id": "1"}, "A set without path, value: it has kind, id,"),
        ({"edit": "delete", "kind": "U", "id": "1", "x": 1}, "A delete with unknown x"),
        ({"edit": "delete", "id": "1", "x": 1}, "A delete without kind and with unknown x"),
        ({"edit": "push", "kind": "U", "id": "1", "path": "a", "values": 5}, "the values 5"),
    ],
)
def test_a_wrong_dict_form_is_refused_in_words(form, message):
    with pytest.raises(StateError, match=message):
        edits.from_json(form)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: edits.Set("U", None, "a", 1), "The id None in an edit of U: expected text"),
        (lambda: edits.Set("U", True, "a", 1), "The id True"),
        (lambda: edits.Set("U", "1", "", {1}), "Set U '1' is .1., a set"),
        (lambda: edits.Set("U", "1", [], 1), "is no field path"),
        (lambda: edits.Set("U", "1", [0], 1), "is no field path"),
        (lambda: edits.Set("U", "1", ["a", 1.5], 1), "is no field path"),
        (lambda: edits.Set("U", "1", ["a", True], 1), "is no field path"),
        (lambda: edits.Set("U", "1", 5, 1), "5 is no field path"),
        (lambda: edits.Set("U", "1", "a\\", 1), "ends in a backslash"),
        (lambda: edits.Merge("U", "1", "a"), "Merge U '1' with 'a': expected fields"),
        (lambda: edits.Merge("U", "1", {"a": b""}), "Merge U '1'.a is b'', a bytes"),
        (lambda: edits.Merge("U", "1", {1: "a"}), "has the key 1"),
        (lambda: edits.Replace("U", "1", None), "Replace U '1' with None"),
        (lambda: edits.Push("U", "1", "a", float("nan")), "is nan, a float"),
        (lambda: edits.Splice("U", "1", "a", "x"), "A Splice with start='x'"),
        (lambda: edits.Splice("U", "1", "a", 0, True), "A Splice with remove=True"),
        (lambda: edits.Splice("U", "1", "a", 0, -1), "removes -1 members"),
        (lambda: edits.Reset({"U": []}), r"Reset U to \[\]: expected"),
        (lambda: edits.Reset({"U": {"a": 1}}), "Reset U to"),
        (lambda: edits.Reset([]), "Reset  to"),
        (lambda: edits.from_entities({}, "merg"), "No strategy 'merg'.*Did you mean 'merge'"),
    ],
)
def test_a_wrong_edit_is_refused_where_it_is_made(make, message):
    with pytest.raises(StateError, match=message):
        make()


def test_entities_become_edits_by_strategy():
    state = {"U": {"1": {"id": "1", "a": 1}}, "V": {"2": {"id": "2"}}}
    one, two = state["U"]["1"], state["V"]["2"]
    assert edits.from_entities(state) == [edits.Merge("U", "1", one), edits.Merge("V", "2", two)]
    assert edits.from_entities(state, "deep")[0] == edits.Merge("U", "1", one, deep=True)
    assert edits.from_entities(state, "replace")[1] == edits.Replace("V", "2", two)
    assert edits.from_entities(state, "reset") == [edits.Reset(state)]


SCHEMA = Schema(
    {
        "User": {"friends": ["User"], "best": "User", "by": {"*": "User"}},
        "Line": {"id": ["order", "no"]},
    },
    name="people",
)
USER = {
    "id": "u",
    "n": 1,
    "tags": ["a", "b", "a"],
    "deep": {"x": {"y": 1}, "list": [1]},
    "on": True,
}


def changed(edit, record=USER):
    """The record of u after one edit."""
    store = Store(SCHEMA, {} if record is None else {"User": {"u": record}})
    store.apply([edit])
    return store.state.get("User", {}).get("u")


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (edits.Merge("User", "u", {"n": 2, "new": 3}), {"n": 2, "new": 3}),
        (edits.Merge("User", "u", {"deep": {"z": 1}}), {"deep": {"z": 1}}),
        (
            edits.Merge("User", "u", {"deep": {"x": {"z": 2}, "list": [2]}, "tags": [3]}, True),
            {"deep": {"x": {"y": 1, "z": 2}, "list": [2]}, "tags": [3]},
        ),
        (edits.Merge("User", "u", {"tags": {"a": 1}, "n": {"b": 2}}, deep=True),
         {"tags": {"a": 1}, "n": {"b": 2}}),
        (edits.Set("User", "u", "n", None), {"n": None}),
        (edits.Set("User", "u", "deep.x.y", 2), {"deep": {"x": {"y": 2}, "list": [1]}}),
        (edits.Set("User", "u", "deep.q.r", 2),
         {"deep": {"x": {"y": 1}, "list": [1], "q": {"r": 2}}}),
        (edits.Set("User", "u", "tags.1", "z"), {"tags": ["a", "z", "a"]}),
        (edits.Set("User", "u", ("tags", -1), "z"), {"tags": ["a", "b", "z"]}),
        (edits.Set("User", "u", r"a\.b", 1), {"a.b": 1}),
        (edits.Set("User", "u", ["a.b", "c"], 1), {"a.b": {"c": 1}}),
        (edits.Unset("User", "u", "tags.0"), {"tags": ["b", "a"]}),
        (edits.Unset("User", "u", "deep.x.y"), {"deep": {"x": {}, "list": [1]}}),
        (edits.Unset("User", "u", "deep.q.r"), {}),
        (edits.Unset("User", "u", "nothing"), {}),
        (edits.Unset("User", "u", "tags.9"), {}),
        (edits.Unset("User", "u", "friends.0"), {}),
        (edits.Push("User", "u", "tags", "c", "d"), {"tags": ["a", "b", "a", "c", "d"]}),
        (edits.Push("User", "u", "tags"), {}),
        (edits.Push("User", "u", "deep.list", 2), {"deep": {"x": {"y": 1}, "list": [1, 2]}}),
        (edits.Unshift("User", "u", "tags", "c", "d"), {"tags": ["c", "d", "a", "b", "a"]}),
        (edits.Splice("User", "u", "tags", 1, 1, "x", "y"), {"tags": ["a", "x", "y", "a"]}),
        (edits.Splice("User", "u", "tags", -1, 1), {"tags": ["a", "b"]}),
        (edits.Splice("User", "u", "tags", -9, 1), {"tags": ["b", "a"]}),
        (edits.Splice("User", "u", "tags", 9, 5, "x"), {"tags": ["a", "b", "a", "x"]}),
        (edits.Add("User", "u", "tags", "a", "c", "c"), {"tags": ["a", "b", "a", "c"]}),
        (edits.Remove("User", "u", "tags", "a", "z"), {"tags": ["b"]}),
        (edits.Toggle("User", "u", "on"), {"on": False}),
        (edits.Toggle("User", "u", "tags", "b", "c"), {"tags": ["a", "a", "c"]}),
    ],
)  # fmt: skip
def test_each_edit_writes_what_it_says(edit, expected):
    assert changed(edit) == {**USER, **expected}


def test_true_is_not_one_in_a_list():
    assert changed(edits.Add("User", "u", "n", True), {"id": "u", "n": [1]})["n"] == [1, True]
    assert changed(edits.Remove("User", "u", "n", 1.0), {"id": "u", "n": [1]})["n"] == [1]


def test_unset_takes_a_field_out():
    assert changed(edits.Unset("User", "u", "on")) == {k: v for k, v in USER.items() if k != "on"}


def test_replace_keeps_the_id_and_the_order_of_what_stays():
    replaced = changed(edits.Replace("User", "u", {"new": 1, "on": False, "n": 1}))
    assert json.dumps(replaced) == '{"id": "u", "n": 1, "on": false, "new": 1}'


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (edits.Merge("User", "u", {"n": 2}), {"n": 2}),
        (edits.Merge("User", "u", {}), {}),
        (edits.Merge("User", "u", {"a": {"b": 1}}, deep=True), {"a": {"b": 1}}),
        (edits.Set("User", "u", "a.b", 1), {"a": {"b": 1}}),
        (edits.Replace("User", "u", {"n": 2}), {"n": 2}),
        (edits.Push("User", "u", "tags", 1), {"tags": [1]}),
        (edits.Unshift("User", "u", "deep.tags", 1), {"deep": {"tags": [1]}}),
        (edits.Splice("User", "u", "tags", 3, 1, 1), {"tags": [1]}),
        (edits.Add("User", "u", "tags", 1, 1), {"tags": [1]}),
        (edits.Toggle("User", "u", "on"), {"on": True}),
        (edits.Toggle("User", "u", "tags", 1), {"tags": [1]}),
        (edits.Unset("User", "u", "n"), None),
        (edits.Unset("User", "u", "n.m"), None),
        (edits.Remove("User", "u", "tags", 1), None),
        (edits.Push("User", "u", "tags"), None),
        (edits.Delete("User", "u"), None),
    ],
)
def test_each_edit_on_a_missing_entity_makes_it_or_does_nothing(edit, expected):
    assert changed(edit, None) == (None if expected is None else {"id": "u", **expected})
    assert changed(edit, {"id": "u"}) == (
        None if isinstance(edit, edits.Delete) else {"id": "u", **(expected or {})}
    )


@pytest.mark.parametrize("edit", [edits.Push, edits.Unshift, edits.Add, edits.Toggle])
def test_a_null_field_counts_as_a_missing_one(edit):
    assert changed(edit("User", "u", "tags", 1), {"id": "u", "tags": None})["tags"] == [1]
    assert changed(edits.Toggle("User", "u", "on"), {"id": "u", "on": None})["on"] is True
    assert changed(edits.Remove("User", "u", "on", 1), {"id": "u", "on": None})["on"] is None
    assert changed(edits.Set("User", "u", "on.x", 1), {"id": "u", "on": None})["on"] == {"x": 1}
    assert changed(edits.Unset("User", "u", "on.x"), {"id": "u", "on": None})["on"] is None


def test_the_record_of_a_new_composite_entity_has_its_parts():
    store = Store(SCHEMA)
    store.apply([edits.Merge("Line", "a%3Ab:2", {"n": 1})])
    assert store.state == {"Line": {"a%3Ab:2": {"order": "a:b", "no": "2", "n": 1}}}


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (edits.Set("User", "u", "n.x", 1), "User 'u'.n is 1: there is no 'x' in it"),
        (edits.Set("User", "u", "tags.7", 1), "User 'u'.tags is a list of 3: there is no '7'"),
        (edits.Set("User", "u", "tags.x", 1), "User 'u'.tags is a list of 3: there is no 'x'"),
        (edits.Set("User", "u", ("deep", 0), 1), "User 'u'.deep is .*: there is no 0 in it"),
        (edits.Push("User", "u", "n", 1), "User 'u'.n is 1: Push wants a list"),
        (edits.Splice("User", "u", "deep", 0), "User 'u'.deep is .*: Splice wants a list"),
        (edits.Remove("User", "u", "n", 1), "Remove wants a list"),
        (edits.Toggle("User", "u", "n"), "User 'u'.n is 1: only true and false toggle"),
        (edits.Set("User", "u", "id", "v"), "User 'u' cannot become 'v': an entity keeps its id"),
        (edits.Unset("User", "u", "id"), "User without its id field 'id'"),
        (edits.Merge("User", "u", {"id": "v"}), "User 'u' cannot become 'v'"),
        (edits.Replace("User", "u", {"id": "v"}), "User 'u' cannot become 'v'"),
        (edits.Merge("User", "new", {"id": "v"}), "User 'new' cannot become 'v'"),
        (edits.Reset({"User": {"x": {"id": "y"}}}), "User 'x' cannot become 'y'"),
        (edits.Merge("Line", "x", {}), "Line has no entity 'x', and none can be made: its id has"),
        (edits.Set("User", "u", "friends.0.n", 1), "holds ids of User: to change one of those"),
        (edits.Set("User", "u", "best.n", 1), "through 'best.n'"),
        (
            edits.Push("User", "u", "best", "v"),
            "User 'u'.best is a relation to one: it has no Push",
        ),
        (edits.Add("User", "u", "by.x", "v"), "is a relation to map: it has no Add"),
        (edits.Toggle("User", "u", "friends"), "is a relation to many: it has no Toggle"),
        (edits.Push("User", "u", "friends.0", "v"), "User 'u'.friends.0 is a relation to many"),
        (edits.Set("User", "u", "friends", "v"), "expected a list with ids or records of User"),
        (edits.Set("User", "u", "friends", [None]), "refers to User with None"),
        (edits.Set("User", "u", "best", 1.5), "refers to User with 1.5"),
        (
            edits.Set("User", "u", "friends.0", "v"),
            "User 'u'.friends is a list of 0: there is no '0'",
        ),
    ],
)
def test_an_edit_that_does_not_fit_is_refused_and_changes_nothing(edit, message):
    store = Store(SCHEMA, {"User": {"u": USER}})
    with pytest.raises(StateError, match=message):
        store.apply([edits.Set("User", "u", "name", "x"), edit])
    assert store.state == {"User": {"u": USER}}
    assert store.state["User"]["u"] is USER


@pytest.mark.parametrize(
    ("edit", "field", "expected"),
    [
        (edits.Set("User", "u", "best", {"id": 5, "n": 1}), "best", "5"),
        (edits.Set("User", "u", "best", 5), "best", "5"),
        (edits.Set("User", "u", "best", None), "best", None),
        (edits.Merge("User", "u", {"best": None}), "best", None),
        (edits.Set("User", "u", "friends.0", {"id": "z"}), "friends", ["z", "b"]),
        (edits.Set("User", "u", "by.x", {"id": "z"}), "by", {"x": "z"}),
        (edits.Unset("User", "u", "friends.0"), "friends", ["b"]),
        (edits.Unset("User", "u", "friends"), "friends", ABSENT),
        (edits.Push("User", "u", "friends", {"id": "c"}, "d"), "friends", ["a", "b", "c", "d"]),
        (edits.Remove("User", "u", "friends", {"id": "a"}), "friends", ["b"]),
        (edits.Toggle("User", "u", "friends", {"id": "a"}, 7), "friends", ["b", "7"]),
        (edits.Replace("User", "u", {"friends": [{"id": "c"}]}), "friends", ["c"]),
    ],
)
def test_relation_fields_hold_ids_whatever_an_edit_brings(edit, field, expected):
    store = Store(SCHEMA, {"User": {"u": {"id": "u", "friends": ["a", "b"]}}})
    store.apply([edit])
    assert store.state["User"]["u"].get(field, ABSENT) == expected


def test_what_is_nested_in_an_edit_is_merged_in_before_it():
    store = Store(SCHEMA, {"User": {"u": {"id": "u"}, "v": {"id": "v", "n": 1}}})
    friends = {"id": "v", "m": 2}, {"id": "w", "best": {"id": "u", "k": 3}}
    changes = store.apply([edits.Push("User", "u", "friends", *friends)])
    assert store.state["User"] == {
        "u": {"id": "u", "k": 3, "friends": ["v", "w"]},
        "v": {"id": "v", "n": 1, "m": 2},
        "w": {"id": "w", "best": "u"},
    }
    assert [(c.id, c.field) for c in changes] == [
        ("v", "m"),
        ("w", None),
        ("u", "k"),
        ("u", "friends"),
    ]


def test_several_relations_of_one_edit_may_bring_records():
    store = Store(SCHEMA)
    data = {"best": {"id": "a", "n": 1}, "friends": [{"id": "b"}, {"id": "a", "n": 2}]}
    store.apply([edits.Merge("User", "u", data)])
    assert store.state["User"] == {
        "a": {"id": "a", "n": 2},
        "b": {"id": "b"},
        "u": {"id": "u", "best": "a", "friends": ["b", "a"]},
    }
