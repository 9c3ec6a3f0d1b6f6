"""Workflows written in the cells of a real kernel: picked up, swapped, and their errors shown."""

import pytest

from tests import kernel as kernels

IMPORTS = "import sfwnb\nfrom temporalio import workflow, activity\nfrom datetime import timedelta"
ORDER = """
SCHEMA = sfwnb.Schema({"Order": {"lines": ["Line"]}, "Line": {}}, name="bookshop")

def shout(text):
    return text.upper()

@sfwnb.chronoforge(schema=SCHEMA, kind="Order")
class OrderWorkflow(sfwnb.StatefulWorkflow):
    @sfwnb.action
    async def greet(self, name: str) -> str:
        return shout(f"hello {name}")
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with kernels.started(tmp_path_factory.mktemp("notebook")) as kernel:
        kernel.run(IMPORTS + "\nlab = sfwnb.Lab()")
        yield kernel


@pytest.fixture
def order(kernel):
    kernel.run(ORDER)
    kernel.run('order = lab.start(OrderWorkflow, data={"id": "o1"}, if_running="replace")')


def test_a_lab_shows_its_card(kernel):
    output = kernel.run("lab = sfwnb.Lab()")
    assert "already running" in output.text
    assert "127.0.0.1:" in output.html
    assert "Web UI" in output.html


@pytest.mark.usefixtures("order")
def test_a_class_is_picked_up_from_its_cell(kernel):
    assert kernel.run('order.action.greet("Ann")').text == "'HELLO ANN'"


@pytest.mark.usefixtures("order")
def test_running_the_cell_again_swaps_the_code_and_running_workflows_go_on(kernel):
    run_id = kernel.run("print(order.handle.first_execution_run_id)").text
    swapped = kernel.run(ORDER.replace("hello", "good morning"))
    assert "OrderWorkflow: new code" in swapped.text
    assert kernel.run('order.action.greet("Ann")').text == "'GOOD MORNING ANN'"
    assert kernel.run("print(lab.open(order.id).caller.handle.id)").text == "Order-o1\n"
    assert kernel.run("print(order.handle.first_execution_run_id)").text == run_id


@pytest.mark.usefixtures("order")
def test_running_the_cell_again_unchanged_swaps_nothing(kernel):
    assert "new code" not in kernel.run(ORDER).text


@pytest.mark.usefixtures("order")
def test_a_helper_that_changes_in_its_own_cell_swaps_the_code(kernel):
    kernel.run("def shout(text):\n    return text + '!'")
    assert kernel.run('order.action.greet("Ann")').text == "'hello Ann!'"


def test_the_sandbox_still_catches_a_clock_in_a_cell(kernel):
    kernel.run(
        """
from datetime import datetime

@workflow.defn
class ClockWorkflow:
    @workflow.run
    async def run(self) -> str:
        return str(datetime.now())
"""
    )
    failed = kernel.run("lab.start(ClockWorkflow).result(timeout=10)", fails=True)
    assert "datetime.datetime.now" in failed.error
    assert "return str(datetime.now())" in failed.error


def test_plain_workflows_and_activities_come_from_cells_too(kernel):
    kernel.run(
        """
@activity.defn
def double(number: int) -> int:
    print("doubling", number)
    return 2 * number

@workflow.defn
class DoubleWorkflow:
    @workflow.run
    async def run(self, number: int) -> int:
        return await workflow.execute_activity(
            double, number, start_to_close_timeout=timedelta(seconds=5)
        )
"""
    )
    assert kernel.run("lab.start(DoubleWorkflow, 21).result(timeout=10)").text == "42"
    assert "doubling 21" in kernel.run("lab.log()").text


def test_a_mistake_in_a_redefinition_is_shown_and_the_old_code_goes_on(kernel, order):
    broken = ORDER.replace('shout(f"hello {name}")', "nowhere_defined(name)").replace(
        'kind="Order"', 'kind="Ordr"'
    )
    output = kernel.run(broken, fails=True)
    assert "kind='Ordr' is not in the schema" in output.error
    assert kernel.run('order.action.greet("Ann")').text == "'HELLO ANN'"


@pytest.mark.usefixtures("order")
def test_a_failing_task_is_shown_with_cell_and_line_and_heals_by_running_the_cell_again(kernel):
    kernel.run(ORDER.replace('shout(f"hello {name}")', "1 / 0"))
    failed = kernel.run('order.action.greet("Ann")', fails=True)
    assert "ZeroDivisionError: division by zero" in failed.error
    assert "Cell In[" in failed.error
    assert "return 1 / 0" in failed.error
    assert "sfwnb/" not in failed.error
    assert "temporalio/" not in failed.error
    assert "ZeroDivisionError" in kernel.run("lab").text
    assert "ZeroDivisionError" in kernel.run("order").text
    whole = kernel.run(
        "import sfwnb.errors\n"
        "try:\n    order.action.greet('Ann')\n"
        "except sfwnb.errors.SfwnbError as error:\n    print(error.full())"
    )
    assert "sfwnb/lab/" in whole.text
    kernel.run(ORDER)
    assert kernel.run('order.action.greet("Ann")').text == "'HELLO ANN'"


def test_an_interrupt_ends_the_waiting_and_not_the_server(kernel):
    kernel.run(
        """
@workflow.defn
class WaitingWorkflow:
    def __init__(self): self.done = False
    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.done)
        return "done"
    @workflow.signal
    def finish(self): self.done = True

waiting = lab.start(WaitingWorkflow)
"""
    )
    failed = kernel.run("print('begun')\nwaiting.result()", fails=True, interrupt_at="begun")
    assert "KeyboardInterrupt" in failed.error
    kernel.run("waiting.signal.finish()")
    assert kernel.run("waiting.result(timeout=10)").text == "'done'"


def completions(kernel, code):
    reply = kernel.client.complete(code, len(code), reply=True, timeout=20)
    return reply["content"]["matches"]


@pytest.mark.usefixtures("order")
@pytest.mark.parametrize("jedi", [True, False])
def test_tab_completion_finds_the_messages_of_a_workflow(kernel, jedi):
    kernel.run(f"get_ipython().Completer.use_jedi = {jedi}")
    assert [name.split(".")[-1] for name in completions(kernel, "order.action.gr")] == ["greet"]
    assert {"update", "delete", "pause"} <= {
        name.split(".")[-1] for name in completions(kernel, "order.signal.")
    }
    assert any("frames" in name for name in completions(kernel, "order.fr"))
    assert any("status" in name for name in completions(kernel, 'order.query["st'))


@pytest.mark.usefixtures("order")
def test_shift_tab_shows_the_signature_that_the_author_wrote(kernel):
    code = "order.action.greet"
    reply = kernel.client.inspect(code, len(code), reply=True, timeout=20)
    assert "(name: str) -> str" in reply["content"]["data"]["text/plain"]


ARGUMENT = "from dataclasses import dataclass\n@dataclass\nclass Parcel:\n    grams: int"
TAKES_IT = """
@sfwnb.chronoforge(schema=SCHEMA, kind="Order")
class ParcelWorkflow(sfwnb.StatefulWorkflow):
    @sfwnb.action
    async def weigh(self, parcel: Parcel) -> int:
        return parcel.grams
"""


@pytest.mark.usefixtures("order")
def test_the_cell_of_an_arguments_type_can_be_run_again(kernel):
    kernel.run(ARGUMENT)
    kernel.run(TAKES_IT + "parcel = lab.start(ParcelWorkflow, data={'id': 'p'})")
    assert kernel.run("parcel.action.weigh(Parcel(1))").text == "1"
    kernel.run(ARGUMENT)
    assert kernel.run("parcel.action.weigh(Parcel(2))").text == "2"
    kernel.run(ARGUMENT + "\n    fragile: bool = False")
    assert kernel.run("parcel.action.weigh(Parcel(3, True))").text == "3"


def test_an_action_that_a_cell_adds_is_there_at_once(kernel, order):
    kernel.run(
        ORDER + "\n    @sfwnb.action\n    async def wave(self) -> str:\n        return 'bye'\n"
    )
    assert kernel.run("order.action.wave()").text == "'bye'"


STEPS = """
@workflow.defn
class StepWorkflow:
    @workflow.run
    async def run(self) -> None:
        await STEP
        await workflow.wait_condition(lambda: False)
    @workflow.query
    def here(self) -> bool:
        return True
"""


def test_code_that_differs_from_the_history_is_said_and_healed_by_the_code_from_before(kernel):
    before = STEPS.replace("STEP", "workflow.sleep(0.01)")
    after = STEPS.replace(
        "STEP", "workflow.execute_activity('zap', start_to_close_timeout=timedelta(seconds=1))"
    )
    kernel.run(before + "step = lab.start(StepWorkflow, id='step')")
    kernel.run(
        "import time\nwhile 'TimerFired' not in set(step.history()['type']): time.sleep(0.02)"
    )
    kernel.run(after)
    failed = kernel.run("step.query.here()", fails=True)
    assert "cannot go on with the code as it is now" in failed.error
    assert "[TMPRL1100] Nondeterminism error: Activity machine does not handle" in failed.error
    assert "TASK FAILING" in kernel.run("step").text
    assert "StepWorkflow 'step' fails: NondeterminismError" in kernel.run("lab").text
    kernel.run(before)
    assert kernel.run("step.query.here()").text == "True"


def test_an_interrupted_wait_shows_the_users_line_only(kernel, order):
    failed = kernel.run("print('begun')\norder.result()", fails=True, interrupt_at="begun")
    assert failed.error.endswith("KeyboardInterrupt: stopped waiting; the workflow goes on.")
    assert "sfwnb/" not in failed.error
