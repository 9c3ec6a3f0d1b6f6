import copy

import pytest

from sfwnb.engine.state import Draft, Schema, Store, draft, undraft
from sfwnb.errors import StateError, UnknownKind
from tests.bookshop import BOOKSHOP, order

SHOP = Schema({**BOOKSHOP, "Shelf": {"books": {"*": "Book"}}}, name="bookshop")


@pytest.fixture
def store() -> Store:
    return Store(SHOP, SHOP.normalize(order(), kind="Order"))


@pytest.fixture
def data(store):
    return draft(store, "Order", "o1")


def test_fields_and_relations_are_read_as_attributes_or_items(data):
    assert data.status == "open"
    assert data["status"] == "open"
    assert data.customer.name == "Ann"
    assert data.lines[0].book.author.name == "Ursula K. Le Guin"
    assert data["lines"][-1]["book"]["title"] == "Invisible Cities"
    assert [line.id for line in data.lines] == ["o1-1", "o1-2", "o1-3"]
    assert [line.quantity for line in data.lines[1:]] == [1, 1]
    assert len(data.lines) == 3


def test_writes_become_edits_at_once(store, data):
    data.status = "paid"
    data["note"] = {"by": ["ann"]}
    data.lines[0].quantity = 3
    data.customer.city = "Rome"
    assert store.version == 4
    assert store.state["Order"]["o1"]["status"] == "paid"
    assert store.state["Order"]["o1"]["note"] == {"by": ["ann"]}
    assert store.state["Line"]["o1-1"]["quantity"] == 3
    assert store.state["Customer"]["c1"]["city"] == "Rome"


def test_nested_values_are_written_in_place(store, data):
    data.address = {"city": "Rome", "tags": [{"a": 1}, 2]}
    data.address.city = "Pisa"
    data.address.tags[0].a = 5
    data.address.tags[1] = "x"
    data.address.tags.append([7])
    data.address["tags"][2].append(8)
    del data.address.tags[0]
    data.address.geo = {"x": 1}
    del data.address.geo["x"]
    assert store.state["Order"]["o1"]["address"] == {
        "city": "Pisa",
        "tags": ["x", [7, 8]],
        "geo": {},
    }


def test_fields_are_deleted(store, data):
    del data.status
    del data["shipments"]
    assert "status" not in store.state["Order"]["o1"]
    assert "shipments" not in store.state["Order"]["o1"]


def test_relation_lists_take_ids_records_and_drafts(store, data):
    data.lines.append({"id": "n1", "book": {"id": "b9", "title": "New"}})
    data.lines.insert(0, "n2")
    data.lines.extend([draft(store, "Line", "o1-1"), 7])
    data.customer = {"id": "c2", "name": "Bo"}
    assert store.state["Order"]["o1"]["lines"] == [
        "n2", "o1-1", "o1-2", "o1-3", "n1", "o1-1", "7",
    ]  # fmt: skip
    assert store.state["Book"]["b9"]["title"] == "New"
    assert data.customer.name == "Bo"


def test_lists_do_what_lists_do(store, data):
    data.tags = ["a", "b", "c"]
    data.tags += ["d"]
    assert data.tags.pop() == "d"
    data.tags.remove("b")
    data.tags[0:1] = ["x", "y"]
    assert data.tags == ["x", "y", "c"]
    del data.tags[1:]
    data.tags.reverse()
    data.tags.extend(["z"])
    assert list(data.tags) == ["x", "z"]
    assert data.tags.index("z") == 1
    assert "z" in data.tags
    data.tags.clear()
    assert data.tags == []
    with pytest.raises(IndexError):
        data.tags[0]
    with pytest.raises(IndexError):
        data.tags[0] = 1


def test_relation_lists_do_what_lists_do(store, data):
    first = data.lines.pop(0)
    assert first == "o1-1"
    data.lines.remove("o1-3")
    data.lines[0] = {"id": "x"}
    data.lines += ["y"]
    assert data.lines == ["x", "y"]
    data.lines = list(reversed(data.lines))
    assert store.state["Order"]["o1"]["lines"] == ["y", "x"]
    assert "x" in data.lines
    assert "o1-1" not in data.lines


def test_a_missing_relation_is_empty_and_can_be_filled(store):
    fresh = draft(store, "Order", "o2")
    fresh.status = "new"
    assert fresh.lines == []
    assert fresh.customer is None
    fresh.lines.append("o1-1")
    fresh.shipments.extend([])
    assert store.state["Order"]["o2"] == {"id": "o2", "status": "new", "lines": ["o1-1"]}


def test_a_map_gives_entities_by_name(store):
    shelf = draft(store, "Shelf", "s")
    shelf.books = {"top": "b1"}
    shelf.books["low"] = {"id": "b7", "title": "Seven"}
    assert shelf.books.top.title == "The Dispossessed"
    assert shelf.books["low"].title == "Seven"
    assert dict.fromkeys(shelf.books) == {"top": None, "low": None}
    shelf.books.low.title = "7"
    del shelf.books.top
    assert store.state["Shelf"]["s"]["books"] == {"low": "b7"}
    assert store.state["Book"]["b7"]["title"] == "7"
    assert not hasattr(shelf.books, "top")
    bare = draft(store, "Shelf", "t")
    bare.name = "x"
    assert not bare.books
    assert len(bare.books) == 0


def test_a_dangling_reference_is_its_id(store, data):
    data.customer = "gone"
    data.lines = ["gone", "o1-1"]
    assert data.customer == "gone"
    assert data.lines[0] == "gone"
    assert data.lines == ["gone", "o1-1"]


def test_drafts_equal_what_they_show(store, data):
    assert data == draft(store, "Order", "o1")
    assert data != draft(store, "Order", "o2")
    assert data == "o1"
    assert data != "o2"
    assert hash(data) == hash("o1")
    assert data.customer == {"id": "c1", "name": "Ann", "city": "Lisbon"}
    assert data.customer != {"id": "c1", "name": "Ann"}
    assert data.customer != {"id": "c1", "name": "Ann", "town": "Lisbon"}
    assert data.lines == ["o1-1", "o1-2", "o1-3"]
    assert data.lines == data.lines
    assert data.lines != ["o1-1"]
    assert data.lines != 5
    assert data != 5
    data.address = {"city": "x"}
    data.other = {"city": "x"}
    assert data.address == data.other
    assert data.address != "o1"


def test_a_draft_has_names_length_and_truth(store, data):
    assert list(data) == ["id", "status", "customer", "lines", "shipments"]
    assert len(data) == 5
    assert "status" in data
    assert "x" not in data
    assert data
    data.address = {}
    assert not data.address
    assert set(dir(data)) >= {"status", "lines", "customer"}
    assert dir(data.customer) == ["city", "id", "name", "orders"]
    assert dir(data.address) == []


def test_the_repr_shows_place_and_value(data):
    assert repr(data.customer) == ("<Customer 'c1': {'id': 'c1', 'name': 'Ann', 'city': 'Lisbon'}>")
    assert repr(data.lines) == "<Order 'o1'.lines: ['o1-1', 'o1-2', 'o1-3']>"


def test_undraft_gives_plain_values_of_ones_own(store, data):
    record = undraft(data)
    assert record == store.state["Order"]["o1"]
    record["lines"].append("x")
    assert store.state["Order"]["o1"]["lines"] == ["o1-1", "o1-2", "o1-3"]
    assert undraft(data.lines) == ["o1-1", "o1-2", "o1-3"]
    assert undraft(5) == 5


def test_a_draft_is_no_value_that_could_be_copied(data):
    for value in (data, data.lines):
        with pytest.raises(TypeError, match=r"is a place in a store: copy undraft"):
            copy.deepcopy(value)
    with pytest.raises(AttributeError):
        _ = Draft.__new__(Draft).status


def test_drafts_inside_a_value_become_plain(store, data):
    data.address = {"city": "x"}
    data.backup = {"who": data.customer, "where": [data.address, (1, data.lines)]}
    assert store.state["Order"]["o1"]["backup"] == {
        "who": "c1",
        "where": [{"city": "x"}, [1, ["o1-1", "o1-2", "o1-3"]]],
    }


def test_a_missing_field_is_an_attribute_or_key_error(data):
    with pytest.raises(AttributeError, match=r"Order 'o1' has no field 'statsu'.*'status'"):
        _ = data.statsu
    with pytest.raises(KeyError):
        data["statsu"]
    with pytest.raises(AttributeError):
        del data.statsu
    with pytest.raises(KeyError):
        del data["statsu"]
    with pytest.raises(AttributeError):
        _ = data._private
    with pytest.raises(AttributeError):
        _ = data.__missing__


def test_a_failed_write_changes_nothing(store, data):
    record = store.state["Order"]["o1"]
    for write in (
        lambda: setattr(data, "id", "other"),
        lambda: setattr(data, "note", {1, 2}),
        lambda: data.lines.append({"name": "no id"}),
        lambda: setattr(data.customer, "orders", "o1"),
    ):
        with pytest.raises(StateError):
            write()
    assert store.state["Order"]["o1"] is record
    assert store.version == 0


def test_what_is_gone_is_said_to_be_gone(store, data):
    customer, lines = data.customer, data.lines
    data.tags = [{"a": 1}]
    tag = data.tags[0]
    data.tags = []
    with pytest.raises(StateError, match=r"There is no Order 'o1'\.tags\.0 any more"):
        _ = tag.a
    data.tags = 5
    with pytest.raises(StateError, match="any more"):
        _ = tag.a
    store.apply([{"edit": "delete", "kind": "Customer", "id": "c1"}])
    with pytest.raises(StateError, match="There is no Customer 'c1'"):
        _ = customer.name
    store.apply([{"edit": "delete", "kind": "Order", "id": "o1"}])
    with pytest.raises(StateError, match="There is no Order 'o1'"):
        len(lines)


def test_the_kind_has_to_be_known(store):
    with pytest.raises(UnknownKind):
        draft(store, "Ordr", "o1")
