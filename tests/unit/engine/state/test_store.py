import json
from enum import StrEnum

import pytest

from sfwnb.engine.state import ABSENT, Change, Changes, Schema, Store, edits
from sfwnb.errors import StateError, UnknownKind
from tests.bookshop import BOOKSHOP, order

SHOP = Schema(BOOKSHOP, name="bookshop")


@pytest.fixture
def store() -> Store:
    return Store(SHOP, SHOP.normalize(order(), kind="Order"))


def test_a_store_begins_empty_or_with_a_state(store):
    assert Store(SHOP).state == {}
    assert store.state["Customer"] == {"c1": {"id": "c1", "name": "Ann", "city": "Lisbon"}}
    assert store.schema is SHOP
    assert store.version == 0
    assert repr(store) == (
        "<Store of 'bookshop', version 0: 2 Author, 3 Book, 1 Customer, 1 Order, 3 Line>"
    )
    assert repr(Store(SHOP)) == "<Store of 'bookshop', version 0: empty>"


def test_the_state_that_was_given_is_never_changed():
    given = SHOP.normalize(order(), kind="Order")
    before = json.dumps(given)
    store = Store(SHOP, given)
    store.apply([edits.Set("Order", "o1", "status", "paid"), edits.Delete("Line", "o1-1")])
    store.apply([edits.Merge("Shipment", "s", {})])
    assert json.dumps(given) == before
    assert store.state["Author"]["a1"] is given["Author"]["a1"]


class Status(StrEnum):
    OPEN = "open"


def test_a_state_that_is_not_quite_json_is_made_so():
    store = Store(SHOP, {"Order": {1: {"id": 1, "status": Status.OPEN, "tags": ("a",)}}})
    assert store.state == {"Order": {"1": {"id": 1, "status": "open", "tags": ["a"]}}}
    assert type(store.state["Order"]["1"]["status"]) is str


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ([], r"The state is \[\]: expected {kind: {id: record}}"),
        ({"Order": []}, r"The table of Order is \[\]: expected {id: record}"),
        ({"Order": {"o": 5}}, "The table of Order is"),
        ({"Order": {"o": {"id": "o", "at": {1, 2}}}}, "state holds JSON only"),
        ({"Order": {"o": {"id": "o", "at": float("nan")}}}, "state holds JSON only"),
        ({"Order": {"o": {"id": "o", "at": {"x": {5: 1}}}}}, "keys of JSON objects are text"),
    ],
)
def test_what_is_no_state_is_refused(state, message):
    with pytest.raises(StateError, match=message):
        Store(SHOP, state)


def test_deep_json_in_a_state_is_fine():
    deep: list = []
    for _ in range(250):
        deep = [deep]
    state = {"Order": {"o": {"id": "o", "deep": deep}}}
    assert Store(SHOP, state).state == state


def test_a_state_with_an_unknown_kind_is_refused():
    with pytest.raises(UnknownKind, match="Did you mean 'Order'"):
        Store(SHOP, {"Ordr": {}})


def test_read_gives_a_record_or_none(store):
    assert store.read("Customer", "c1")["name"] == "Ann"
    assert store.read("Customer", "c2") is None
    assert store.read("Shipment", "s") is None
    with pytest.raises(UnknownKind):
        store.read("Custmer", "c1")


def test_apply_says_exactly_what_changed(store):
    changes = store.apply(
        [
            edits.Merge("Order", "o1", {"status": "paid", "paid_at": 3}),
            edits.Merge("Customer", "c1", {"name": "Ann"}),
            {"edit": "set", "kind": "Book", "id": "b1", "path": "price", "value": 12},
        ]
    )
    assert list(changes) == [
        Change("Order", "o1", "status", "open", "paid"),
        Change("Order", "o1", "paid_at", ABSENT, 3),
        Change("Book", "b1", "price", 11.5, 12),
    ]
    assert store.version == 1


def test_putting_the_same_entity_twice_changes_nothing(store):
    state = SHOP.normalize(order(), kind="Order")
    records = {kind: dict(table) for kind, table in store.state.items()}
    for strategy in ("merge", "deep", "replace", "reset"):
        assert len(store.apply(edits.from_entities(state, strategy))) == 0
    assert store.version == 0
    for kind, table in records.items():
        for id, record in table.items():
            assert store.state[kind][id] is record


def test_a_value_of_another_type_is_a_change(store):
    assert [c.after for c in store.apply([edits.Set("Line", "o1-2", "quantity", True)])] == [True]
    assert [c.after for c in store.apply([edits.Set("Line", "o1-2", "quantity", 1.0)])] == [1.0]


def test_a_field_that_has_the_value_of_the_id_is_a_field_like_others(store):
    changes = store.apply([edits.Set("Order", "o1", "status", "o1")])
    assert [(c.field, c.after) for c in changes] == [("status", "o1")]
    changes = store.apply([edits.Set("Order", "o1", "customer", "o1")])
    assert [(c.field, c.after) for c in changes] == [("customer", "o1")]


def test_there_and_back_within_a_batch_is_no_change(store):
    before = store.state["Order"]["o1"]
    text = json.dumps(store.state)
    changes = store.apply(
        [
            edits.Set("Order", "o1", "status", "paid"),
            edits.Unset("Order", "o1", "customer"),
            edits.Set("Order", "o1", "status", "open"),
            edits.Set("Order", "o1", "customer", "c1"),
            edits.Merge("Shipment", "s1", {}),
            edits.Delete("Shipment", "s1"),
        ]
    )
    assert len(changes) == 0
    assert store.state["Order"]["o1"] is before
    assert json.dumps(store.state) == text
    assert store.version == 0


def test_a_field_that_went_and_came_back_changed_keeps_its_place(store):
    store.apply([edits.Unset("Order", "o1", "status"), edits.Set("Order", "o1", "status", "new")])
    assert list(store.state["Order"]["o1"])[:2] == ["id", "status"]


def test_an_entity_that_went_and_came_back_shows_its_fields(store):
    changes = store.apply(
        [edits.Delete("Author", "a1"), edits.Merge("Author", "a1", {"born": 1929})]
    )
    assert list(store.state["Author"]) == ["a1", "a2"]
    assert [(c.kind, c.id, c.field, c.after) for c in changes] == [
        ("Author", "a1", "name", ABSENT),
        ("Author", "a1", "born", 1929),
        ("Book", "b1", "author", None),
        ("Book", "b2", "author", None),
    ]


def test_values_that_stay_equal_stay_the_same_objects(store):
    store.apply([edits.Set("Order", "o1", "tags", ["a"])])
    tags = store.state["Order"]["o1"]["tags"]
    store.apply([edits.Merge("Order", "o1", {"tags": ["a"], "status": "x"})])
    assert store.state["Order"]["o1"]["tags"] is tags
    store.apply([edits.Replace("Order", "o1", {"tags": ["a"], "status": "y"})])
    assert store.state["Order"]["o1"]["tags"] is tags


def test_records_never_change_under_a_reader(store):
    read = store.state["Order"]["o1"]
    before = json.dumps(read)
    store.apply([edits.Set("Order", "o1", "a.b", 1), edits.Push("Order", "o1", "lines", "x")])
    store.apply([edits.Delete("Line", "o1-1")])
    assert json.dumps(read) == before


def test_changes_are_in_the_order_in_which_fields_were_first_written(store):
    changes = store.apply(
        [
            edits.Set("Order", "o1", "status", "a"),
            edits.Set("Customer", "c1", "name", "Bo"),
            edits.Set("Order", "o1", "note", "x"),
            edits.Set("Order", "o1", "status", "b"),
            edits.Merge("Shipment", "s1", {}),
            edits.Set("Customer", "c1", "city", "Rome"),
        ]
    )
    assert [(c.id, c.field, c.after) for c in changes] == [
        ("o1", "status", "b"),
        ("c1", "name", "Bo"),
        ("o1", "note", "x"),
        ("s1", None, {"id": "s1"}),
        ("c1", "city", "Rome"),
    ]


def test_a_failing_batch_leaves_no_trace_and_the_next_one_works(store):
    store.apply([edits.Delete("Shipment", "none"), edits.Delete("Author", "a2")])
    before, version = json.dumps(store.state), store.version
    with pytest.raises(StateError):
        store.apply(
            [
                edits.Delete("Book", "b1"),
                edits.Push("Order", "o1", "lines", {"id": "n", "book": {"id": "b1"}}),
                edits.Delete("Customer", "c1"),
                edits.Set("Order", "o1", "id", "other"),
            ]
        )
    assert json.dumps(store.state) == before
    assert store.version == version
    changes = store.apply([edits.Delete("Book", "b1")])
    assert [(c.kind, c.id, c.field) for c in changes] == [
        ("Book", "b1", None),
        ("Line", "o1-1", "book"),
    ]


def test_an_exception_from_the_source_of_the_edits_leaves_no_trace(store):
    def source():
        yield edits.Delete("Book", "b1")
        raise RuntimeError("lost")

    before = json.dumps(store.state)
    with pytest.raises(RuntimeError, match="lost"):
        store.apply(source())
    assert json.dumps(store.state) == before


def test_a_batch_of_any_size_is_applied_whole(store):
    changes = store.apply([edits.Push("Order", "o1", "log", n) for n in range(1_000)])
    assert store.state["Order"]["o1"]["log"] == list(range(1_000))
    assert len(changes) == 1
    created = store.apply([edits.Merge("Shipment", f"s{n}", {}) for n in range(1_000)])
    assert len(created) == 1_000


@pytest.mark.parametrize("batch", ["merge", None, {"edit": "delete"}, edits.Delete("Order", "o1")])
def test_what_is_no_list_of_edits_is_refused(store, batch):
    with pytest.raises(StateError, match="expected a list of edits"):
        store.apply(batch)


def test_what_is_no_edit_is_refused(store):
    with pytest.raises(StateError, match="is no edit"):
        store.apply([None])
    with pytest.raises(UnknownKind):
        store.apply([edits.Delete("Ordr", "o1")])


def test_reset_makes_the_state_what_it_says(store):
    book = {"id": "b1", "title": "New", "author": {"id": "a9"}}
    changes = store.apply(
        [
            edits.Merge("Shipment", "s1", {}),
            edits.Reset({"Book": {"b1": book, "b2": {"title": "x"}}, "Customer": {}}),
        ]
    )
    assert store.state == {
        "Author": {"a9": {"id": "a9"}},
        "Book": {
            "b1": {"id": "b1", "title": "New", "author": "a9"},
            "b2": {"id": "b2", "title": "x"},
        },
        "Customer": {},
        "Order": {},
        "Line": {},
    }
    assert store.check() == []
    store.apply(changes.inverse())
    assert store.state == SHOP.normalize(order(), kind="Order")


def test_a_table_stays_if_it_was_there_and_goes_if_it_was_not():
    store = Store(SHOP, {"Line": {"l": {"id": "l"}}, "Book": {}})
    store.apply([edits.Delete("Line", "l"), edits.Merge("Shipment", "s", {})])
    store.apply([edits.Merge("Author", "a", {})])
    assert list(store.state) == ["Line", "Book", "Author", "Shipment"]
    store.apply([edits.Delete("Shipment", "s"), edits.Delete("Author", "a")])
    assert store.state == {"Line": {}, "Book": {}}


def test_changes_can_be_followed_in_another_store(store):
    copy = Store(SHOP, store.state)
    changes = store.apply(
        [
            edits.Push("Order", "o1", "lines", {"id": "n", "quantity": 1}),
            edits.Unset("Customer", "c1", "city"),
            edits.Delete("Author", "a1"),
            edits.Set("Order", "o1", "address", {"city": "Rome"}),
        ]
    )
    assert copy.apply(Changes.from_json(json.loads(json.dumps(changes.to_json())))) == changes
    assert copy.state == store.state


def test_changes_that_do_not_fit_are_refused(store):
    for change, message in (
        (Change("Order", "o9", "status", 1, 2), "Order 'o9' does not exist"),
        (Change("Order", "o1", "id", "o1", "o2"), "cannot become 'o2'"),
        (Change("Order", "o9", None, None, {"id": "o8"}), "cannot become 'o8'"),
        (Change("Order", "o1", "customer", None, 1.5), "refers to Customer with 1.5"),
        (Change("Order", "o1", "x", None, {1}), "state holds JSON only"),
    ):
        with pytest.raises(StateError, match=message):
            store.apply([change])
    assert store.version == 0


def test_following_a_change_that_happened_already_changes_nothing(store):
    changes = store.apply([edits.Delete("Line", "o1-1"), edits.Set("Order", "o1", "status", "x")])
    assert len(store.apply(changes)) == 0
    created = Change("Customer", "c1", None, None, {"id": "c1", "name": "Bo"})
    assert [(c.field, c.after) for c in store.apply([created])] == [
        ("name", "Bo"),
        ("city", ABSENT),
    ]


def test_a_change_with_a_nested_record_brings_it_in(store):
    store.apply([Change("Order", "o1", "customer", "c1", {"id": "c2"})])
    assert store.state["Order"]["o1"]["customer"] == "c2"
    assert store.state["Customer"]["c2"] == {"id": "c2"}
