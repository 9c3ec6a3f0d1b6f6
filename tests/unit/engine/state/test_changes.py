import json

import pytest

from sfwnb.engine.state import ABSENT, Change, Changes, Schema, Selector, Store, edits
from sfwnb.errors import StateError
from tests.bookshop import BOOKSHOP, order

SHOP = Schema(BOOKSHOP, name="bookshop")


@pytest.fixture
def store() -> Store:
    return Store(SHOP, SHOP.normalize(order(), kind="Order"))


@pytest.fixture
def changes(store) -> Changes:
    return store.apply(
        [
            edits.Set("Order", "o1", "status", "paid"),
            edits.Unset("Customer", "c1", "name"),
            edits.Set("Customer", "c1", "phone", None),
            edits.Merge("Shipment", "s1", {"lines": ["o1-1"]}),
            edits.Delete("Line", "o1-2"),
        ]
    )


def test_a_change_says_what_it_is(changes):
    assert [(c.is_creation, c.is_deletion) for c in changes] == [
        (False, False),
        (False, False),
        (False, False),
        (True, False),
        (False, True),
        (False, False),
    ]
    assert str(changes).splitlines() == [
        "Order o1 status: 'open' → 'paid'",
        "Customer c1 name: 'Ann' → ABSENT",
        "Customer c1 phone: ABSENT → None",
        "Shipment s1 created: {'id': 's1', 'lines': ['o1-1']}",
        "Line o1-2 deleted: {'book': 'b2', 'id': 'o1-2', 'quantity': 1}",
        "Order o1 lines: ['o1-1', 'o1-2', 'o1-3'] → ['o1-1', 'o1-3']",
    ]
    assert str(Changes()) == "no changes"


def test_an_absent_field_is_not_a_null_one():
    assert repr(ABSENT) == "ABSENT"
    assert not ABSENT
    assert Change("A", "1", "x", ABSENT, None) != Change("A", "1", "x", None, None)


def test_changes_are_a_sequence_that_never_changes(changes):
    assert len(changes) == 6
    assert changes[0] == next(iter(changes))
    assert changes[-1].field == "lines"
    assert isinstance(changes[1:3], Changes)
    assert [c.field for c in changes[1:3]] == ["name", "phone"]
    assert changes == Changes(list(changes))
    assert hash(changes) == hash(Changes(list(changes)))
    assert changes != list(changes)
    assert eval(repr(changes[:1])) == changes[:1]
    with pytest.raises(TypeError):
        changes[0] = None


def test_changes_survive_json(changes):
    form = json.loads(json.dumps(changes.to_json()))
    assert form[0] == {
        "kind": "Order", "id": "o1", "field": "status", "before": "open", "after": "paid",
    }  # fmt: skip
    assert "after" not in form[1]
    assert form[1]["position"] == 1
    assert Changes.from_json(form) == changes


@pytest.mark.parametrize(
    "form",
    [
        None,
        {},
        {"kind": "A", "id": "1"},
        {"kind": "A", "id": "1", "field": None},
        {"kind": "A", "id": "1", "field": None, "before": None, "after": 5},
    ],
)
def test_what_is_no_change_is_refused(form):
    with pytest.raises(StateError, match="is no change"):
        Changes.from_json([form])


def test_the_summary_names_entities_and_fields_per_kind(changes):
    assert changes.summary() == {
        "Order": {"created": [], "updated": {"o1": ["status", "lines"]}, "deleted": []},
        "Customer": {"created": [], "updated": {"c1": ["name", "phone"]}, "deleted": []},
        "Shipment": {"created": ["s1"], "updated": {}, "deleted": []},
        "Line": {"created": [], "updated": {}, "deleted": ["o1-2"]},
    }


def test_the_inverse_restores_everything_order_included(store, changes):
    after = json.dumps(store.state)
    undone = store.apply(changes.inverse())
    assert json.dumps(store.state) == json.dumps(SHOP.normalize(order(), kind="Order"))
    store.apply(undone.inverse())
    assert json.dumps(store.state) == after


def test_the_inverse_of_the_inverse_is_the_change(changes):
    assert changes.inverse().inverse() == changes


@pytest.mark.parametrize(
    "batch",
    [
        [edits.Unset("U", "u", "b"), edits.Unset("U", "u", "c"), edits.Set("U", "u", "e", 1)],
        [edits.Unset("U", "u", "c"), edits.Unset("U", "u", "b")],
        [edits.Set("U", "u", "e", 1), edits.Unset("U", "u", "a"), edits.Set("U", "u", "d", 9)],
        [edits.Replace("U", "u", {"d": 1, "x": 2})],
        [edits.Unset("U", "u", "a"), edits.Set("U", "u", "a", 5), edits.Unset("U", "u", "d")],
        [edits.Delete("U", "u"), edits.Merge("U", "u", {"c": 9, "x": 1})],
    ],
)
def test_fields_that_went_come_back_to_their_places(batch):
    schema = Schema({"U": {}})
    state = {"U": {"u": {"a": 1, "b": 2, "id": "u", "c": 3, "d": 4}}}
    store = Store(schema, state)
    changes = store.apply(batch)
    after = json.dumps(store.state)
    back = store.apply(changes.inverse())
    assert json.dumps(store.state) == json.dumps(state)
    store.apply(back.inverse())
    assert json.dumps(store.state) == after


def test_an_entity_that_was_written_and_went_and_came_back_is_restored_in_order():
    schema = Schema({"U": {}})
    state = {"U": {"a": {"id": "a", "n": None, "m": None, "best": None}}}
    store = Store(schema, state)
    changes = store.apply(
        [
            edits.Merge("U", "a", {"n": None, "m": None}),
            edits.Delete("U", "a"),
            edits.Merge("U", "b", {}),
            edits.Toggle("U", "a", "n"),
        ]
    )
    store.apply(changes.inverse())
    assert json.dumps(store.state) == json.dumps(state)


def test_between_finds_what_differs(store):
    before = {kind: dict(table) for kind, table in store.state.items()}
    changes = store.apply(
        [
            edits.Delete("Line", "o1-2"),
            edits.Merge("Shipment", "s", {}),
            edits.Unset("Book", "b1", "price"),
        ]
    )
    found = Changes.between(before, store.state)
    assert {(c.kind, c.id, c.field) for c in found} == {(c.kind, c.id, c.field) for c in changes}
    again = Store(SHOP, before)
    again.apply(found)
    assert again.state == store.state
    again.apply(found.inverse())
    assert again.state == before
    assert len(Changes.between(before, before)) == 0
    assert Changes.between({}, {"A": {"1": {"id": "1"}}})[0].is_creation
    assert Changes.between({"A": {"1": {"id": "1"}}}, {})[0].is_deletion


def test_changes_can_be_chosen_by_selector(changes):
    assert [c.field for c in changes.matching("Order.*.*")] == ["status", "lines"]
    assert [c.id for c in changes.matching(Selector("*.*.lines"))] == ["s1", "o1"]


def merged(*parts: Changes) -> Changes:
    total = parts[0]
    for part in parts[1:]:
        total += part
    return total


def test_consecutive_changes_merge_into_their_net_difference():
    schema = Schema({"U": {}})
    store = Store(schema, {"U": {"u": {"id": "u", "a": 1, "b": 1}, "v": {"id": "v", "x": 1}}})
    before = {kind: dict(table) for kind, table in store.state.items()}
    steps = [
        store.apply([edit])
        for edit in (
            edits.Set("U", "u", "a", 2),
            edits.Set("U", "u", "b", 2),
            edits.Set("U", "u", "a", 3),
            edits.Set("U", "u", "b", 1),
            edits.Set("U", "v", "x", 2),
            edits.Delete("U", "v"),
            edits.Merge("U", "w", {"n": 1}),
            edits.Set("U", "w", "n", 2),
            edits.Set("U", "w", "m", 2),
            edits.Unset("U", "w", "m"),
            edits.Merge("U", "t", {}),
            edits.Delete("U", "t"),
        )
    ]
    total = merged(*steps)
    assert list(total) == [
        Change("U", "u", "a", 1, 3),
        Change("U", "v", None, {"id": "v", "x": 1}, None, 1),
        Change("U", "w", None, None, {"id": "w", "n": 2}),
    ]
    store.apply(total.inverse())
    assert store.state == before


def test_merging_an_entity_that_went_and_came_back_gives_its_fields():
    schema = Schema({"U": {}})
    store = Store(schema, {"U": {"u": {"id": "u", "a": 1, "b": 1}}})
    steps = [
        store.apply([edit])
        for edit in (
            edits.Set("U", "u", "a", 5),
            edits.Delete("U", "u"),
            edits.Merge("U", "u", {"b": 2}),
            edits.Set("U", "u", "c", 3),
            edits.Unset("U", "u", "b"),
        )
    ]
    assert [(c.field, c.before, c.after) for c in merged(*steps)] == [
        ("a", 1, ABSENT),
        ("b", 1, ABSENT),
        ("c", ABSENT, 3),
    ]


def test_merging_with_nothing_changes_nothing(changes):
    assert changes + Changes() == changes
    assert Changes() + changes == changes
    assert len(changes + changes.inverse()) == 0
