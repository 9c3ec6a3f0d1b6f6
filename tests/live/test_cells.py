"""Classes of cells and scripts on a real worker, in Temporal's sandbox."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from sfwnb.cells import CellClass
from sfwnb.runtime.loop import BackgroundLoop
from sfwnb.runtime.sandbox import sandboxed_runner
from sfwnb.runtime.server import DevServer
from tests.unit.cells.notebook import Notebook, open_notebook

SHOP = """
    from dataclasses import dataclass

    @dataclass
    class Line:
        price: float

    @dataclass
    class Order:
        id: str
        lines: list[Line]

    @activity.defn
    async def charge(order: Order) -> Line:
        return Line(sum(line.price for line in order.lines))
"""

ORDER = """
    @workflow.defn
    class OrderWorkflow:
        @workflow.run
        async def run(self, order: Order) -> Order:
            if not isinstance(order, Order) or not isinstance(order.lines[0], Line):
                raise ApplicationError(f"{type(order)} is not the notebook's own class")
            total = await workflow.execute_activity(
                charge, order, start_to_close_timeout=timedelta(seconds=5)
            )
            if not isinstance(total, Line):
                raise ApplicationError(f"{type(total)} is not the notebook's own class")
            return Order(order.id, [total, Line(extra())])
"""


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    with open_notebook(tmp_path) as opened:
        opened.run(
            "import asyncio, datetime, random, time\nfrom datetime import timedelta\n"
            "from random import random as roll\nfrom temporalio import workflow, activity\n"
            "from temporalio.exceptions import ApplicationError"
        )
        yield opened


async def run(client: Client, found: CellClass, *arguments: Any) -> Any:
    """What a workflow returns; or the failure of its task, if its code raises."""
    queue = f"cells-{uuid4()}"
    async with Worker(
        client,
        task_queue=queue,
        workflows=[found.cls, *found.workflows],
        activities=list(found.activities),
        workflow_runner=sandboxed_runner(),
    ):
        handle = await client.start_workflow(
            found.original.run,  # type: ignore[attr-defined]  # each class of these tests has it
            args=arguments,
            id=queue,
            task_queue=queue,
        )
        failure = asyncio.create_task(task_failure(handle))
        result = asyncio.create_task(handle.result())
        done, left = await asyncio.wait({failure, result}, return_when=asyncio.FIRST_COMPLETED)
        for task in left:
            task.cancel()
        if failure in done:
            await handle.terminate()
        return await done.pop()


async def task_failure(handle: WorkflowHandle[Any, Any]) -> str:
    async for event in handle.fetch_history_events(wait_new_event=True):
        if event.HasField("workflow_task_failed_event_attributes"):
            failure = event.workflow_task_failed_event_attributes.failure
            return f"{failure.stack_trace}{failure.message}"
    return await asyncio.Event().wait() or ""


@pytest.mark.parametrize("future", ["", "    from __future__ import annotations"])
def test_payloads_are_the_notebooks_own_dataclasses_on_both_sides(
    notebook: Notebook, loop: BackgroundLoop, client: Client, future: str
):
    notebook.run(future + SHOP)
    notebook.run("def extra(): return 0.5")
    notebook.run(ORDER)
    order, line = notebook.names["Order"], notebook.names["Line"]
    answer = loop.call(run(client, notebook.twin("OrderWorkflow"), order("o1", [line(1), line(2)])))
    assert answer == order("o1", [line(3.0), line(0.5)])


@pytest.mark.parametrize(
    "cell",
    [
        "def extra(): return datetime.datetime.now().second",
        "def extra(): return random.random()",
        "def extra(): return roll()",
        "def extra(): return time.time()",
        "extra = lambda: roll()",
        "extra = random.random",
        "from functools import partial\ndef helper(a): return random.choice(a)\n"
        "extra = partial(helper, [1, 2])",
        "class Dice:\n    def throw(self): return random.randint(1, 6)\n"
        "def extra(): return Dice().throw()",
        "def extra(): return open('/etc/hostname').read()",
        "from random import *\ndef extra(): return shuffle([1, 2])",
    ],
)
def test_what_the_sandbox_forbids_is_caught_in_helpers_of_other_cells(
    notebook: Notebook, loop: BackgroundLoop, client: Client, cell: str
):
    notebook.run(SHOP)
    notebook.run(cell)
    notebook.run(ORDER)
    order, line = notebook.names["Order"], notebook.names["Line"]
    answer = loop.call(run(client, notebook.twin("OrderWorkflow"), order("o1", [line(1)])))
    assert "from inside a workflow" in answer
    assert ", line 12, in run\n    return Order(order.id, [total, Line(extra())])\n" in answer


def test_child_workflows_of_cells_run_with_their_parent(
    notebook: Notebook, loop: BackgroundLoop, client: Client
):
    notebook.run(
        """
        @workflow.defn
        class Shipment:
            @workflow.run
            async def run(self, no: int) -> str: return f"shipment {no}"
        """
    )
    notebook.run(
        """
        @workflow.defn
        class Parent:
            @workflow.run
            async def run(self) -> list[str]:
                one = await workflow.execute_child_workflow(Shipment.run, 1)
                two = await workflow.execute_child_workflow("Shipment", 2)
                return [one, two]
        """
    )
    assert loop.call(run(client, notebook.twin("Parent"))) == ["shipment 1", "shipment 2"]


def test_workflows_share_no_state_of_their_module(
    notebook: Notebook, loop: BackgroundLoop, client: Client
):
    notebook.run("count = 0\ndef bump():\n    global count\n    count += 1\n    return count")
    notebook.run(
        """
        @workflow.defn
        class Counter:
            @workflow.run
            async def run(self) -> int: return bump()
        """
    )
    found = notebook.twin("Counter")
    assert [loop.call(run(client, found)), loop.call(run(client, found))] == [1, 1]
    assert notebook.names["count"] == 0


SCRIPT = """
import asyncio, datetime, sys
from dataclasses import dataclass
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker
from sfwnb.cells import Cells

print("the script runs as", __name__)

@dataclass
class Order:
    id: str

def helper(order: Order) -> str:
    return f"{type(order) is Order} {order.id}"

@workflow.defn
class OrderWorkflow:
    @workflow.run
    async def run(self, order: Order) -> str:
        return helper(order)

found = Cells(globals()).importable(OrderWorkflow)
print(found.place.rpartition("/")[2])

async def main():
    client = await Client.connect(sys.argv[1])
    async with Worker(client, task_queue="script", workflows=[found.cls]):
        print(await client.execute_workflow(
            OrderWorkflow.run, Order("o1"), id="script", task_queue="script"
        ))

asyncio.run(main())
"""


def test_a_script_is_not_started_again_by_its_workflows(tmp_path: Path, server: DevServer):
    script = tmp_path / "shop.py"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, script, server.address], capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "the script runs as __main__",
        "shop.py, line 19",
        "True o1",
    ]


def test_a_script_from_standard_input_is_refused_in_words(server: DevServer):
    done = subprocess.run(
        [sys.executable, "-", server.address],
        input=SCRIPT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    told = "DefinitionError: The text of the class 'OrderWorkflow' (<stdin>, line 20) can't be"
    assert told in done.stderr
