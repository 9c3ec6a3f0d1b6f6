"""What people get wrong: one clear error each, nothing lost, and the next call works."""

import socket
from uuid import uuid4

import pytest

from sfwnb.errors import (
    AlreadyRunning,
    DefinitionError,
    LabError,
    StateError,
    UnknownKind,
    UnknownMessage,
    WaitTimeout,
    WrongArguments,
)
from tests import bookshop
from tests import kernel as kernels
from tests.live.worlds import Greeting, GreetingWorkflow, OrderWorkflow, SleepingWorkflow


@pytest.fixture
def order(lab, end):
    order = lab.start(OrderWorkflow, data=bookshop.order(f"o{uuid4().hex[:6]}"))
    yield order
    end(order.id)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with kernels.started(tmp_path_factory.mktemp("notebook")) as kernel:
        kernel.run("import os\nimport sfwnb\nfrom temporalio import workflow")
        yield kernel


def test_an_unknown_kind_offers_the_known_one(order):
    with pytest.raises(UnknownKind, match="No kind 'Ordr'.*Did you mean 'Order'"):
        order.signal.update(data={"id": "x"}, kind="Ordr")
    order.signal.update(data={"id": "b1", "price": 3.0}, kind="Book")
    assert order.state()["Book"]["b1"]["price"] == 3.0


def test_a_record_without_an_id_is_refused_before_it_is_sent(lab, order):
    with pytest.raises(StateError, match="id"):
        order.signal.update(data={"status": "paid"})
    with pytest.raises(StateError, match="id"):
        lab.start(OrderWorkflow, data={"status": "open"})
    assert order.query.status()["last_error"] is None


def test_a_start_without_data_says_how_to_give_them(lab, order):
    with pytest.raises(StateError, match="data={'id'"):
        lab.start(OrderWorkflow)
    assert order.query.lines() == 3


def test_an_argument_that_cannot_be_sent_is_named(lab, order):
    with pytest.raises(StateError, match="JSON"):
        order.signal.update(data={"id": "b1", "price": object()}, kind="Book")
    with pytest.raises(StateError, match="JSON"):
        lab.start(OrderWorkflow, data={"id": "o-object", "price": object()})
    assert order.query.lines() == 3


def test_arguments_that_do_not_fit_the_signature_are_named(order):
    with pytest.raises(WrongArguments, match="missing a required argument: 'carrier'"):
        order.action.ship()
    with pytest.raises(WrongArguments, match=r"express: Input should be a valid boolean"):
        order.action.ship("dhl", express="perhaps")
    with pytest.raises(WrongArguments, match="unexpected keyword argument 'date'"):
        order.signal.update(date={"id": "o1"})
    assert order.action.ship("dhl")


def test_a_signal_that_the_workflow_lacks_offers_the_nearest(order):
    with pytest.raises(UnknownMessage, match=r"no signal 'remnd'.*Did you mean 'remind'"):
        order.signal.remnd(3)
    with pytest.raises(UnknownMessage, match="no action 'fly'"):
        order.action["fly"]()
    assert not hasattr(order.query, "nothing")
    order.signal.remind(3)


def test_another_input_for_a_running_id_names_the_ways_out(lab, order):
    name = order.id.removeprefix("Order-")
    with pytest.raises(AlreadyRunning) as caught:
        lab.start(OrderWorkflow, data={"id": name, "status": "another"})
    assert f"lab.open('{order.id}')" in str(caught.value)
    assert 'if_running="replace"' in str(caught.value)
    with pytest.raises(AlreadyRunning, match="another class"):
        lab.start(SleepingWorkflow, id=order.id)
    replaced = lab.start(OrderWorkflow, data={"id": name, "status": "new"}, if_running="replace")
    assert replaced.state()["Order"][name]["status"] == "new"


def test_a_workflow_that_is_not_there_is_said_to_be_missing(lab):
    with pytest.raises(LabError, match="no workflow 'Order-nobody'"):
        lab.open("Order-nobody")
    assert lab.ask(lab.client.count_workflows()).count >= 0


def test_a_signal_to_a_workflow_that_has_ended_says_that_it_came_too_late(lab):
    order = lab.start(OrderWorkflow, data={"id": "late", "status": "delivered"})
    order.result(timeout=10)
    with pytest.raises(LabError, match=r"too late: 'Order-late' has ended \(COMPLETED\)"):
        order.signal.remind(1)
    assert order.state()["Order"]["late"]["status"] == "delivered"


def test_a_query_that_no_worker_can_answer_says_so(lab, order):
    started = lab.ask(
        lab.client.start_workflow("NobodyKnows", id="nobody-knows", task_queue="nobody-polls")
    )
    opened = lab.open(started.id)
    with pytest.raises(WaitTimeout, match="no worker polls its task queue 'nobody-polls'"):
        opened.query["anything"]()
    lab.ask(started.terminate())
    assert order.query.lines() == 3


def test_state_of_a_plain_workflow_says_that_it_has_none(lab):
    greeting = lab.start(GreetingWorkflow, Greeting("Ann"), True)
    with pytest.raises(LabError, match="not a StatefulWorkflow.*is_patient"):
        greeting.state()
    assert greeting.query.is_patient() is True
    lab.ask(greeting.handle.terminate())


def test_something_that_is_no_workflow_is_refused(lab, order):
    with pytest.raises(DefinitionError, match="neither a workflow class nor an activity"):
        lab.register(42)
    with pytest.raises(DefinitionError, match="'dict' is not a workflow"):
        lab.start(dict)
    assert order.query.lines() == 3


def test_no_server_binary_says_how_to_get_one(kernel):
    kernel.run("os.environ['SFWNB_TEMPORAL'] = '/nowhere/temporal'")
    failed = kernel.run("lab = sfwnb.Lab()", fails=True)
    assert "LabError" in failed.error
    assert "/nowhere/temporal" in failed.error
    assert "SFWNB_TEMPORAL" in failed.error
    kernel.run("del os.environ['SFWNB_TEMPORAL']\nlab = sfwnb.Lab()")
    assert kernel.run("lab.is_open").text == "True"


def test_a_taken_port_is_named_with_the_way_out(kernel):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        failed = kernel.run(f"lab = sfwnb.Lab(port={port})", fails=True)
    assert f"Port {port} is already in use" in failed.error
    assert "sfwnb/" not in failed.error
    assert kernel.run("lab = sfwnb.Lab()\nlab.is_open").text.endswith("True")


def test_a_class_inside_a_function_is_refused_at_its_line(kernel):
    kernel.run("lab = sfwnb.Lab()")
    failed = kernel.run(
        "def make():\n"
        "    @sfwnb.chronoforge(schema={'Order': {}}, kind='Order')\n"
        "    class Inner(sfwnb.StatefulWorkflow):\n"
        "        pass\n"
        "    return Inner\n"
        "lab.start(make(), data={'id': 'o1'})",
        fails=True,
    )
    assert "Inner stands inside a function" in failed.error
    assert "Cell In[" in failed.error
    assert kernel.run("lab.is_open").text == "True"


def test_a_cell_with_a_syntax_error_leaves_the_lab_alone(kernel):
    kernel.run(
        "lab = sfwnb.Lab()\n"
        "@sfwnb.chronoforge(schema={'Order': {}}, kind='Order')\n"
        "class OrderWorkflow(sfwnb.StatefulWorkflow):\n"
        "    pass\n"
        "order = lab.start(OrderWorkflow, data={'id': 'o1'}, if_running='replace')"
    )
    failed = kernel.run("class OrderWorkflow(sfwnb.StatefulWorkflow:\n    pass", fails=True)
    assert "SyntaxError" in failed.error
    assert kernel.run("order.query.status()['status']").text == "'running'"


def test_a_server_that_dies_while_in_use_is_reported_and_its_last_card_stays(kernel):
    kernel.run(
        "lab = sfwnb.Lab()\n"
        "@workflow.defn\n"
        "class Waiting:\n"
        "    @workflow.run\n"
        "    async def run(self) -> None:\n"
        "        await workflow.wait_condition(lambda: False)\n"
        "waiting = lab.start(Waiting, id='waiting', if_running='replace')\n"
        "waiting"
    )
    failed = kernel.run(
        "import os, signal\nos.kill(lab.session.server.pid, signal.SIGKILL)\nwaiting.result()",
        fails=True,
    )
    assert "ServerLost" in failed.error
    assert "lab = sfwnb.Lab() starts a new one" in failed.error
    card = kernel.run(
        "import time\nbegan = time.monotonic()\ntext = repr(waiting)\n"
        "print(text, time.monotonic() - began < 1)"
    ).text
    assert "LOST" in card
    assert "as of" in card
    assert card.endswith("True\n")
    assert "lab = sfwnb.Lab()" in kernel.run("lab").text
    assert kernel.run("lab = sfwnb.Lab()\nlab.is_open").text.endswith("True")
