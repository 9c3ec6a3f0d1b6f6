import inspect

import pytest

import sfwnb
from sfwnb.engine.workflow import StatefulWorkflow, describe
from sfwnb.errors import DefinitionError
from tests.bookshop import BOOKSHOP
from tests.unit.engine.workflow import worlds


def forge(cls, **given):
    return sfwnb.chronoforge(**{"schema": BOOKSHOP, "kind": "Order"} | given)(cls)


def test_a_workflow_is_described_with_its_schema_kind_and_name():
    definition = describe(worlds.OrderWorkflow)
    assert (definition.name, definition.kind) == ("OrderWorkflow", "Order")
    assert "Shipment" in definition.schema.kinds


def test_actions_keep_the_signature_and_words_of_their_author():
    ship = describe(worlds.OrderWorkflow).updates["ship"]
    assert str(ship.signature) == "(carrier: str, express: bool = False) -> str"
    assert ship.doc == "Hand the parcel over."
    assert not ship.builtin


def test_messages_come_built_in_ones_first_then_as_written():
    definition = describe(worlds.OrderWorkflow)
    assert list(definition.updates) == ["ship", "archive"]
    assert list(definition.signals) == ["update", "delete", "pause", "resume", "cancel", "remind"]
    assert list(definition.queries) == ["state", "data", "status", "total"]
    assert definition.signals["update"].builtin


def test_a_subclass_has_the_actions_of_its_base_and_its_own():
    assert set(describe(worlds.GiftWorkflow).updates) == {"ship", "archive", "wrap"}


def test_a_plain_workflow_is_described_too():
    definition = describe(worlds.PlainWorkflow)
    assert definition.name == "plain-one"
    assert definition.schema is None
    assert str(definition.arguments) == "(name: str, times: int = 1) -> str"
    assert list(definition.updates) == ["rename"]


def test_every_mistake_of_a_class_is_reported_at_once_with_its_line():
    with pytest.raises(DefinitionError) as caught:
        forge(worlds.Unforged, kind="Ordr")
    words = str(caught.value)
    for expected in (
        "kind='Ordr' is not in the schema",
        "Did you mean 'Order'?",
        "the parameter 'carrier: str'",
        "the parameter '*parcels: str'",
        "the message 'update' is built in",
        "the message 'sfwnb_state' is built in",
        "the message 'cancel' is built in",
        "__init__ is StatefulWorkflow's own",
        "'store' is StatefulWorkflow's own name",
        "'_sfwnb_run' is StatefulWorkflow's own name",
        "'_query_status' is StatefulWorkflow's own name",
    ):
        assert expected in words
    line = inspect.getsourcelines(worlds.Unforged.ship)[1]
    assert f"worlds.py, line {line}: the action 'ship'" in words


def test_an_override_of_an_action_says_so_too():
    with pytest.raises(DefinitionError, match="'ship' overrides an action"):
        forge(worlds.Silent)


def test_a_class_inside_a_function_is_refused():
    class Inner(StatefulWorkflow):
        pass

    with pytest.raises(DefinitionError, match="Inner stands inside a function"):
        forge(Inner)


def test_a_class_that_is_not_a_stateful_workflow_is_refused():
    with pytest.raises(DefinitionError, match="extends StatefulWorkflow"):
        forge(worlds.NotStateful)


def test_a_class_without_a_decorator_is_not_described():
    with pytest.raises(DefinitionError, match="'NotStateful' is not a workflow"):
        describe(worlds.NotStateful)


def test_annotations_whose_names_are_gone_stay_text():
    total = describe(worlds.PlainWorkflow).queries["report"]
    assert total.signature.return_annotation == "Report"


def test_built_in_messages_answer_to_their_prefixed_names_too():
    found = worlds.OrderWorkflow.__dict__["__temporal_workflow_definition"]
    assert {"sfwnb_update", "sfwnb_cancel"} <= set(found.signals)
    assert {"sfwnb_state", "sfwnb_data", "sfwnb_status"} <= set(found.queries)
