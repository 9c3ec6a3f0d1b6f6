import json

import pytest

from sfwnb.engine.state import Schema, edits
from sfwnb.engine.workflow import envelopes
from sfwnb.errors import StateError, UnknownKind
from tests import bookshop

SCHEMA = Schema(bookshop.BOOKSHOP, name="bookshop")


def test_a_start_carries_the_id_of_its_record():
    sent = envelopes.start(SCHEMA, "Order", bookshop.order("o7"))
    assert (sent.v, sent.id) == (1, "o7")
    assert sent.data == bookshop.order("o7")


def test_a_start_is_read_as_normalized_state():
    state = envelopes.read_start(
        SCHEMA, "Order", envelopes.start(SCHEMA, "Order", bookshop.order())
    )
    assert state["Order"]["o1"]["lines"] == ["o1-1", "o1-2", "o1-3"]
    assert state["Book"]["b3"]["author"] == "a2"


def test_a_start_on_normalized_state_keeps_it():
    state = {"Order": {"o1": {"id": "o1"}}}
    sent = envelopes.StatefulInput(id="o1", state=state)
    assert envelopes.read_start(SCHEMA, "Order", sent) == state


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (envelopes.StatefulInput(id="o1", data={"id": "o1"}, v=2), "'v': 1; this one says 2"),
        (envelopes.StatefulInput(id="o1"), "exactly one of 'data' and 'state'"),
        (envelopes.StatefulInput(id="o1", data={"id": "o2"}), "no Order of id 'o1'"),
    ],
)
def test_a_start_that_is_not_one_is_refused_in_words(sent, words):
    with pytest.raises(StateError, match=words):
        envelopes.read_start(SCHEMA, "Order", sent)


def test_a_workflow_id_keeps_kinds_with_dashes_apart():
    assert envelopes.workflow_id("Order", "o-1") == "Order-o-1"
    assert envelopes.workflow_id("Order-o", "1") == "Order%2Do-1"
    assert envelopes.workflow_id("50%", "1") == "50%25-1"


def test_an_update_is_json_whatever_it_was_built_from():
    asked = envelopes.update(edits=[edits.Merge("Line", "l1", {"quantity": 3})], cause="recount")
    assert json.loads(json.dumps(asked)) == asked
    assert envelopes.read_update(SCHEMA, asked) == [edits.Merge("Line", "l1", {"quantity": 3})]


def test_an_update_with_data_becomes_merges_of_every_entity_in_it():
    asked = envelopes.update(data={"id": "o1", "customer": {"id": "c1"}}, kind="Order")
    read = envelopes.read_update(SCHEMA, asked)
    assert {(edit.kind, edit.id) for edit in read} == {("Order", "o1"), ("Customer", "c1")}


def test_an_update_with_entities_becomes_merges():
    asked = envelopes.update(entities={"Line": {"l1": {"id": "l1", "quantity": 2}}})
    assert envelopes.read_update(SCHEMA, asked) == [
        edits.Merge("Line", "l1", {"id": "l1", "quantity": 2})
    ]


@pytest.mark.parametrize(
    ("envelope", "words"),
    [
        ("update!", "takes an envelope"),
        ({"data": {"id": "o1"}, "kind": "Order"}, "this one says None"),
        ({"v": 2, "edits": []}, "this one says 2"),
        ({"v": True, "edits": []}, "this one says True"),
        ({"v": 1}, "none of them"),
        ({"v": 1, "edits": [], "entities": {}}, "this one has 'edits', 'entities'"),
        ({"v": 1, "data": {"id": "o1"}}, "say their 'kind'|says their 'kind'"),
        ({"v": 1, "edits": "all"}, "are a list"),
        ({"v": 1, "entities": 1}, "records by id, by kind"),
        ({"v": 1, "entities": "all"}, "records by id, by kind"),
        ({"v": 1, "entities": {"Order": ["o1"]}}, "Order entities of an update are records by id"),
        ({"v": 1, "entities": {"Order": {"o1": None}}}, "Order 'o1' of an update is no record"),
        ({"v": 1, "entities": {"Ordr": {}}}, "No kind 'Ordr'"),
        ({"v": 1, "data": 7, "kind": "Order"}, "7"),
    ],
)
def test_an_update_that_is_not_one_is_refused_in_words(envelope, words):
    with pytest.raises(StateError, match=words):
        envelopes.read_update(SCHEMA, envelope)


def test_an_update_ignores_keys_that_it_does_not_know():
    asked = envelopes.update(data={"id": "o1"}, kind="Order") | {"colour": "red"}
    assert len(envelopes.read_update(SCHEMA, asked)) == 1


def test_a_delete_names_its_entities():
    asked = envelopes.delete(ids={"Line": ["l1", "l2"]})
    assert envelopes.read_delete(SCHEMA, asked) == [
        edits.Delete("Line", "l1"),
        edits.Delete("Line", "l2"),
    ]


def test_a_delete_of_an_unknown_kind_offers_the_known_one():
    with pytest.raises(UnknownKind, match="Did you mean 'Line'"):
        envelopes.read_delete(SCHEMA, envelopes.delete(ids={"Lin": ["l1"]}))


def test_a_state_query_answers_the_part_that_was_asked_for():
    state = SCHEMA.normalize(bookshop.order(), kind="Order")
    assert envelopes.read_state(SCHEMA, state, None) is state
    assert list(envelopes.read_state(SCHEMA, state, {"kinds": ["Line"]})) == ["Line"]
    part = envelopes.read_state(SCHEMA, state, envelopes.state(ids={"Book": ["b1", "b9"]}))
    assert {kind: list(table) for kind, table in part.items()} == {"Book": ["b1"]}


@pytest.mark.parametrize("ids", ["l1", ["l1"], {"Line": "l1"}, {"Line": None}, 5])
def test_ids_that_are_no_lists_are_refused_before_anything_is_deleted(ids):
    with pytest.raises(StateError, match="'ids' are a list for each kind"):
        envelopes.delete(ids=ids)
    with pytest.raises(StateError, match="'ids' are a list for each kind"):
        envelopes.read_delete(SCHEMA, {"v": 1, "ids": ids})
    with pytest.raises(StateError, match="'ids' are a list for each kind"):
        envelopes.state(ids=ids)


def test_kinds_and_edits_that_are_no_lists_are_refused():
    with pytest.raises(StateError, match="'kinds' are a list"):
        envelopes.state(kinds="Line")
    with pytest.raises(StateError, match="'kinds' are a list"):
        envelopes.read_state(SCHEMA, {}, {"kinds": 5})
    with pytest.raises(StateError, match="edits= is a list"):
        envelopes.update(edits=5)
    with pytest.raises(StateError, match="'v': 1; this one says 2"):
        envelopes.read_state(SCHEMA, {}, {"v": 2})


@pytest.mark.parametrize("data", [[{"id": "o1"}], "o1", None])
def test_data_of_a_start_that_are_no_record_are_refused(data):
    with pytest.raises(StateError, match="data= is the record of one Order"):
        envelopes.start(SCHEMA, "Order", data)


def test_data_of_a_start_that_are_no_json_are_refused():
    with pytest.raises(StateError, match="JSON"):
        envelopes.start(SCHEMA, "Order", {"id": "o1", "when": object()})


def test_a_state_query_of_an_unknown_kind_is_refused():
    with pytest.raises(UnknownKind, match="Bok"):
        envelopes.read_state(SCHEMA, {}, {"kinds": ["Bok"]})
