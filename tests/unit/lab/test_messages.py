"""The functions behind order.signal, order.query and order.action, with a recorder for a server."""

import inspect
from typing import get_type_hints

import pytest

from sfwnb.engine.workflow import describe
from sfwnb.errors import UnknownKind, UnknownMessage, WrongArguments
from sfwnb.lab.messages import Messages, action_functions, query_functions, signal_functions
from tests.unit.engine.workflow.worlds import OrderWorkflow

ORDER = describe(OrderWorkflow)


class Recorder:
    """Stands for the server: keeps what was sent, and answers with the name."""

    def __init__(self):
        self.sent = []

    def __call__(self, name, arguments):
        self.sent.append((name, list(arguments)))
        return name


@pytest.fixture
def server():
    return Recorder()


@pytest.fixture
def action(server):
    return Messages("action", "OrderWorkflow 'Order-o1'", action_functions(ORDER, server))


@pytest.fixture
def signal(server):
    return Messages("signal", "OrderWorkflow 'Order-o1'", signal_functions(ORDER, server))


def test_an_action_is_sent_with_its_arguments_in_order_and_defaults_filled_in(action, server):
    assert action.ship(carrier="dhl") == "ship"
    assert server.sent == [("ship", ["dhl", False])]


def test_arguments_are_converted_as_the_type_hints_say(action, server):
    action.ship("dhl", express="yes")
    assert server.sent == [("ship", ["dhl", True])]


def test_arguments_that_do_not_fit_are_refused_and_nothing_is_sent(action, server):
    with pytest.raises(WrongArguments, match="carrier: Input should be a valid string"):
        action.ship(7)
    with pytest.raises(WrongArguments, match="too many positional arguments"):
        action.ship("dhl", True, 3)
    assert server.sent == []


def test_a_function_has_its_authors_signature_hints_and_words(action):
    assert str(inspect.signature(action.ship)) == "(carrier: str, express: bool = False) -> str"
    assert get_type_hints(action.ship) == {"carrier": str, "express": bool}
    assert action.ship.__doc__ == "Hand the parcel over."


def test_names_are_listed_for_completion_and_for_reading(action):
    assert set(dir(action)) == {"ship", "archive"}
    assert action._ipython_key_completions_() == ["ship", "archive"]
    assert list(action) == ["ship", "archive"]
    assert repr(action).splitlines() == [
        "OrderWorkflow 'Order-o1', its actions:",
        "  .ship(carrier: str, express: bool = False) -> str",
        "  .archive() -> None",
    ]


def test_a_name_that_is_not_there_is_an_attribute_error_with_the_nearest_one(action):
    with pytest.raises(UnknownMessage, match=r"no action 'shop'\. It has: ship, archive\. Did you"):
        action.shop  # noqa: B018  asking is what raises
    assert not hasattr(action, "fly")
    assert "fly" not in action


def test_an_update_takes_the_workflows_own_kind_unless_told_otherwise(signal, server):
    signal.update(data={"id": "o1", "status": "paid"})
    signal.update(data={"id": "b1"}, kind="Book", cause="a new price")
    assert server.sent == [
        ("update", [{"v": 1, "data": {"id": "o1", "status": "paid"}, "kind": "Order"}]),
        ("update", [{"v": 1, "data": {"id": "b1"}, "kind": "Book", "cause": "a new price"}]),
    ]


def test_an_update_that_does_not_fit_the_schema_is_not_sent(signal, server):
    with pytest.raises(UnknownKind):
        signal.update(data={"id": "o1"}, kind="Ordr")
    with pytest.raises(UnknownKind):
        signal.delete(ids={"Ordr": ["o1"]})
    assert server.sent == []


def test_a_state_query_sends_what_it_was_asked_for(server):
    query = Messages("query", "it", query_functions(ORDER, server))
    query.state(kinds=["Book"])
    query.data(depth=1)
    assert server.sent == [("state", [{"kinds": ["Book"]}]), ("data", [1])]


def test_a_workflow_whose_class_is_not_known_takes_any_name(server):
    unknown = Messages("signal", "it", {}, server)
    unknown["anything"](1, "two")
    assert server.sent == [("anything", [1, "two"])]
    assert repr(unknown) == "it has no signal that is known here."
