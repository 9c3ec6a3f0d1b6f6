import pytest

from sfwnb.engine.state import Schema, Store, edits
from sfwnb.engine.state.fieldtypes import read_type
from sfwnb.errors import StateError


@pytest.mark.parametrize(
    ("text", "fits", "misfits"),
    [
        ("str", ["", "a"], [None, 1]),
        ("int", [0, -1], [True, 1.0, "1"]),
        ("float", [1, 1.5], [True, "1"]),
        ("bool", [True, False], [0, None]),
        ("None", [None], [0, False]),
        ("any", [None, 1, [1], {"a": 1}], []),
        ("list", [[], [1]], [{}, None]),
        ("dict", [{}, {"a": 1}], [[], None]),
        ("list[int]", [[], [1, 2]], [["a"], 1]),
        ("dict[str, int]", [{}, {"a": 1}], [{"a": "b"}, []]),
        ("'a' | 1 | -1 | None", ["a", 1, -1, None], ["b", 2, True]),
        ("list[int | None] | str", [[1, None], "x"], [["x"], 3]),
    ],
)
def test_a_type_allows_what_it_says(text, fits, misfits):
    declared = read_type(text)
    assert all(declared.allows(value) for value in fits)
    assert not any(declared.allows(value) for value in misfits)


@pytest.mark.parametrize(
    "text",
    ["", "strr", "list[", "list[x]", "dict[int, str]", "set[int]", "str & int", "1.5", "f()"],
)
def test_what_is_no_type_is_none(text):
    assert read_type(text) is None


def test_types_are_equal_when_they_say_the_same():
    assert read_type("list[ int ]|None") == read_type("list[int] | None")


TYPED = Schema(
    {
        "Order": {"total": "float", "tags": "list[str] | None", "lines": ["Line"]},
        "Line": {"id": {"order": "str", "no": "int"}, "size": "dict[str, int]"},
        "Note": {"open": True, "text": "str"},
    },
    name="typed",
)


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ({"total": "9"}, "Order 'o1'.total is '9': expected float."),
        ({"tags": ["a", 4]}, "Order 'o1'.tags.1 is 4: expected str."),
        ({"tags": 4}, "Order 'o1'.tags is 4: expected list[str] | None."),
        (
            {"lines": [{"order": "o1", "no": 1, "size": {"x": "l"}}]},
            "Line 'o1:1'.size.x is 'l': expected int.",
        ),
        ({"lines": [{"order": "o1", "no": "1"}]}, "Line 'o1:1'.no is '1': expected int."),
    ],
)
def test_a_wrong_type_is_refused_with_the_path_to_it(order, message):
    with pytest.raises(StateError) as caught:
        TYPED.normalize({"id": "o1", **order}, kind="Order")
    assert str(caught.value) == message


def test_an_open_kind_takes_every_type():
    assert TYPED.normalize({"id": "n", "text": 5}, kind="Note") == {
        "Note": {"n": {"id": "n", "text": 5}}
    }


def test_undeclared_fields_are_free():
    assert TYPED.normalize({"id": "o1", "extra": {}}, kind="Order")["Order"]["o1"]["extra"] == {}


def test_an_edit_with_a_wrong_type_is_refused_and_changes_nothing():
    store = Store(TYPED, {"Order": {"o1": {"id": "o1", "total": 1.5}}})
    for edit in (
        edits.Set("Order", "o1", "total", "x"),
        edits.Merge("Order", "o1", {"total": None}),
        edits.Replace("Order", "o1", {"total": "x"}),
        edits.Push("Order", "o1", "tags", 5),
        edits.Merge("Order", "o2", {"total": "x"}),
        edits.Push("Order", "o1", "lines", {"order": "o1", "no": "x"}),
        edits.Reset({"Order": {"o1": {"total": "x"}}}),
    ):
        with pytest.raises(StateError, match="expected"):
            store.apply([edit])
    assert store.state == {"Order": {"o1": {"id": "o1", "total": 1.5}}}
    assert store.version == 0


def test_a_new_entity_gets_an_id_of_the_declared_type():
    store = Store(TYPED)
    store.apply([edits.Set("Line", "a%3Ab:-7", "size", {})])
    assert store.state["Line"] == {"a%3Ab:-7": {"order": "a:b", "no": -7, "size": {}}}


def test_an_id_that_only_looks_like_an_integer_is_refused_by_its_type():
    store = Store(TYPED)
    for id in ("a:007", "a:x"):
        with pytest.raises(StateError, match="expected int"):
            store.apply([edits.Set("Line", id, "size", {})])
