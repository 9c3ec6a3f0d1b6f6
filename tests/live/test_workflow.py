"""Start, signal, query, action: StatefulWorkflows and plain ones, on the real server."""

from uuid import uuid4

import pandas as pd
import pytest

from sfwnb.errors import Refused, WaitTimeout, WorkflowFailed, WorkflowTaskFailed
from tests import bookshop
from tests.live.worlds import (
    FailingWorkflow,
    FaultyWorkflow,
    Greeting,
    GreetingWorkflow,
    OrderWorkflow,
    SleepingWorkflow,
    greet,
)


@pytest.fixture
def order(lab, end):
    name = f"o{uuid4().hex[:6]}"
    order = lab.start(OrderWorkflow, data=bookshop.order(name))
    yield order
    end(order.id)


def own(order):
    return order.state()["Order"][order.id.removeprefix("Order-")]


def test_a_started_workflow_has_its_normalized_state(order):
    state = order.state()
    assert {kind: len(table) for kind, table in state.items() if table} == {
        "Order": 1,
        "Customer": 1,
        "Line": 3,
        "Book": 3,
        "Author": 2,
    }
    assert own(order)["customer"] == "c1"


def test_the_default_id_is_the_kind_and_the_id_of_the_entity(lab):
    order = lab.start(OrderWorkflow, data={"id": "plain", "status": "open"}, if_running="replace")
    assert order.id == "Order-plain"


def test_a_read_after_a_signal_sees_it(order):
    for quantity in range(20):
        line = f"{order.id.removeprefix('Order-')}-1"
        order.signal.update(data={"id": line, "quantity": quantity}, kind="Line")
        assert order.state()["Line"][line]["quantity"] == quantity


def test_a_delete_unlinks_what_referred_to_the_entity(order):
    line = f"{order.id.removeprefix('Order-')}-2"
    order.signal.delete(ids={"Line": [line]})
    assert line not in order.state()["Line"]
    assert line not in own(order)["lines"]


def test_an_action_returns_its_result_after_its_changes(order):
    shipment = order.action.ship("dhl", express=True)
    assert order.state()["Shipment"][shipment] == {
        "id": shipment,
        "carrier": "dhl",
        "express": True,
    }
    assert own(order)["status"] == "shipped"


def test_an_action_without_a_result_returns_the_data(order):
    answer = order.action.archive()
    assert answer["archived"] is True
    assert answer["customer"]["name"] == "Ann"


def test_an_action_that_refuses_says_why_at_the_caller(order):
    with pytest.raises(Refused, match="We never do that"):
        order.action.refuse()
    assert order.action.ship("dhl")


def test_a_paused_workflow_keeps_edits_and_refuses_actions_until_it_resumes(order):
    order.signal.pause()
    order.signal.update(data={"id": own(order)["id"], "status": "paid"})
    assert own(order)["status"] == "open"
    assert order.query.status()["status"] == "paused"
    assert order.query.status()["pending"] == 1
    with pytest.raises(Refused, match="paused"):
        order.action.ship("dhl")
    order.signal.resume()
    assert own(order)["status"] == "paid"
    assert order.query.status()["pending"] == 0


def test_cancel_ends_the_run_as_cancelled(order):
    order.signal.cancel()
    with pytest.raises(WorkflowFailed) as caught:
        order.result(timeout=10)
    assert caught.value.status == "CANCELED"


def test_a_closed_workflow_still_shows_its_state(lab):
    order = lab.start(OrderWorkflow, data={"id": "closed", "status": "open"})
    order.signal.update(data={"id": "closed", "status": "delivered"})
    assert order.result(timeout=10) == "closed delivered"
    assert order.state()["Order"]["closed"]["status"] == "delivered"


def test_the_data_query_takes_a_depth(order):
    assert order.query.data(depth=0)["customer"] == "c1"
    assert order.query.data()["customer"]["city"] == "Lisbon"


def test_an_authors_own_signals_and_queries_are_there(order):
    order.signal.remind(3)
    assert own(order)["reminder"] == 3
    assert order.query.lines() == 3


def test_wait_until_returns_the_state_that_was_waited_for(lab, order):
    name = own(order)["id"]
    lab.ask(
        order.handle.signal(
            "update", {"v": 1, "data": {"id": name, "status": "paid"}, "kind": "Order"}
        )
    )
    state = order.wait_until(lambda state: state["Order"][name]["status"] == "paid")
    assert state["Order"][name]["status"] == "paid"


def test_wait_until_says_when_the_time_is_over(order):
    with pytest.raises(WaitTimeout, match=r"within 0\.2 s"):
        order.wait_until(lambda state: False, timeout=0.2)


def test_a_message_that_cannot_be_carried_out_stands_in_status_and_changes_nothing(lab, order):
    before = order.state()
    for bad in ({"v": 1, "edits": [{"edit": "explode"}]}, {"v": 9}, "hello", None):
        lab.ask(order.handle.signal("update", args=[bad] if bad else []))
        error = order.query.status()["last_error"]
        assert error["cause"] == "signal update"
        assert error["type"] == "StateError"
    assert order.state() == before
    order.signal.remind(1)
    assert "WorkflowTaskFailed" not in set(order.history()["type"])


def test_frames_graph_and_history_show_the_workflow(order):
    frames = order.frames()
    assert frames["Line"].loc[f"{own(order)['id']}-1", "book"] == "b1"
    assert frames["Shipment"].empty
    graph = order.graph()
    assert graph.nodes["Book", "b1"]["record"]["title"] == "The Dispossessed"
    assert graph.has_edge(("Book", "b1"), ("Author", "a1"), key="author")
    assert order.draw()._repr_png_()[0].startswith(b"\x89PNG")
    history = order.history()
    assert isinstance(history, pd.DataFrame)
    assert history["type"].iloc[0] == "WorkflowExecutionStarted"


def test_a_plain_workflow_starts_with_its_arguments_and_activity(lab):
    lab.register(greet)
    assert lab.start(GreetingWorkflow, Greeting("Ann", 2)).result(timeout=10) == (
        "hello Ann hello Ann"
    )


def test_signals_whose_names_are_not_identifiers_go_by_item(lab):
    lab.register(greet)
    greeting = lab.start(GreetingWorkflow, Greeting("Bob"), True)
    assert greeting.query.is_patient() is True
    greeting.signal["speed-up"]()
    assert greeting.result(timeout=10) == "hello Bob"


def test_the_same_start_again_returns_the_running_workflow(lab, order):
    again = lab.start(OrderWorkflow, data=bookshop.order(own(order)["id"]))
    assert again.handle.first_execution_run_id == order.handle.first_execution_run_id
    assert "already running since" in again.note


def test_a_failing_task_names_the_workflow_the_error_and_the_line(lab):
    faulty = lab.start(FaultyWorkflow, id="faulty", if_running="replace")
    with pytest.raises(WorkflowTaskFailed) as caught:
        faulty.result(timeout=10)
    words = str(caught.value)
    assert "FaultyWorkflow 'faulty'" in words
    assert "ZeroDivisionError: in run" in words
    assert 'raise ZeroDivisionError("in run")  # the faulty line' in words
    assert "worlds.py, line" in words
    assert "ZeroDivisionError" in repr(faulty)
    assert "faulty" in repr(lab)
    lab.ask(faulty.handle.terminate())


def test_an_action_whose_code_raises_says_so_instead_of_hanging(order):
    with pytest.raises(WorkflowTaskFailed, match="ZeroDivisionError: in the action"):
        order.action.stumble()


def test_a_failed_workflow_says_how_it_ended(lab):
    with pytest.raises(WorkflowFailed, match="CarrierError: no such carrier") as caught:
        lab.start(FailingWorkflow).result(timeout=10)
    assert caught.value.status == "FAILED"


def test_result_says_when_the_time_is_over(lab):
    sleeping = lab.start(SleepingWorkflow)
    with pytest.raises(WaitTimeout, match=r"0\.2 s"):
        sleeping.result(timeout=0.2)
    lab.ask(sleeping.handle.terminate())


def test_logger_lines_of_workflow_code_are_in_the_log(lab, order):
    order.action.ship("ups")
    name = own(order)["id"]
    texts = [record.text for record in lab.log() if record.workflow_id == order.id]
    assert f"shipped {name}-s1" in texts


def test_a_workflow_can_be_opened_by_its_id(lab, order):
    opened = lab.open(order.id)
    assert opened.type == "OrderWorkflow"
    assert opened.state() == order.state()


def test_the_word_update_explains_its_two_meanings(order):
    assert "order.signal.update(data={…})" in repr(order.update)
    assert "order.action" in repr(order.update)
