"""Replacing the code of a worker while its workflows run, on a real server."""

import time
from collections.abc import Iterator
from uuid import uuid4

import psutil
import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle

from sfwnb.errors import DefinitionError, LabError
from sfwnb.runtime.activities import version
from sfwnb.runtime.loop import BackgroundLoop
from sfwnb.runtime.server import DevServer
from sfwnb.runtime.worker import SwappingWorker
from tests.live import deliveries
from tests.live.deliveries import GATE


@pytest.fixture
def worker(loop: BackgroundLoop, server: DevServer) -> Iterator[SwappingWorker]:
    swapping = new_worker(loop, server)
    yield swapping
    loop.call(swapping.close())


@pytest.fixture(autouse=True)
def _closed_gate() -> None:
    GATE.reached.clear()
    GATE.open.clear()


def new_worker(loop: BackgroundLoop, server: DevServer) -> SwappingWorker:
    async def make() -> SwappingWorker:
        return SwappingWorker(lambda: Client.connect(server.address), f"queue-{uuid4()}")

    return loop.call(make())


def start(
    loop: BackgroundLoop, client: Client, worker: SwappingWorker, cls: type
) -> WorkflowHandle:
    name = getattr(cls, "__temporal_workflow_definition").name
    return loop.call(client.start_workflow(name, id=f"{uuid4()}", task_queue=worker.task_queue))


def task_failure(loop: BackgroundLoop, handle: WorkflowHandle) -> str:
    """What the first failed workflow task says, once there is one."""
    while True:
        for event in loop.call(handle.fetch_history(), timeout=10).events:
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
                return event.workflow_task_failed_event_attributes.failure.message
        time.sleep(0.01)


def test_a_worker_with_nothing_to_serve_polls(
    loop: BackgroundLoop, client: Client, worker: SwappingWorker
):
    loop.call(worker.swap([], []))
    loop.call(worker.wait_polling())
    assert worker.failure is None


def test_a_swap_lets_running_workflows_go_on_with_the_new_code(
    loop: BackgroundLoop, client: Client, worker: SwappingWorker
):
    loop.call(worker.swap([deliveries.Delivery], []))
    handle = start(loop, client, worker, deliveries.Delivery)
    loop.call(handle.signal("parcel"))
    loop.call(worker.swap([deliveries.Delivery2], []))
    loop.call(handle.signal("parcel"))
    assert loop.call(handle.result(), timeout=10) == "new"


def test_what_starts_after_a_swap_never_runs_the_old_code(
    loop: BackgroundLoop, client: Client, worker: SwappingWorker
):
    for number in range(10):
        cls, answer = [(deliveries.Delivery, "old"), (deliveries.Delivery2, "new")][number % 2]
        loop.call(worker.swap([cls], []))
        handle = start(loop, client, worker, cls)
        loop.call(handle.signal("parcel"))
        loop.call(handle.signal("parcel"))
        assert loop.call(handle.result(), timeout=10) == answer


def test_a_swap_lets_activities_in_flight_finish_and_does_not_wait_for_them(
    loop: BackgroundLoop, client: Client, worker: SwappingWorker
):
    loop.call(worker.swap([deliveries.Gated], [deliveries.wait_at_the_gate]))
    handle = start(loop, client, worker, deliveries.Gated)
    assert GATE.reached.wait(10)
    loop.call(worker.swap([deliveries.Gated, deliveries.Delivery], [deliveries.wait_at_the_gate]))
    assert not GATE.open.is_set()
    GATE.open.set()
    assert loop.call(handle.result(), timeout=10) == "through the gate"


def test_a_swap_takes_a_fraction_of_a_second(loop: BackgroundLoop, worker: SwappingWorker):
    loop.call(worker.swap([deliveries.Delivery], []))
    took = []
    for _ in range(5):
        begin = time.perf_counter()
        loop.call(worker.swap([deliveries.Delivery], []))
        took.append(time.perf_counter() - begin)
    print("swaps took", [round(1000 * each) for each in sorted(took)], "ms")
    assert min(took) < 0.3


def test_the_newest_worker_is_the_one_that_is_waited_for(
    loop: BackgroundLoop, client: Client, worker: SwappingWorker
):
    loop.call(worker.swap([deliveries.Delivery], []))
    first = worker.identity
    loop.call(worker.swap([deliveries.Delivery], []))
    assert worker.identity != first
    loop.call(worker.wait_polling())


@pytest.mark.parametrize(
    ("workflows", "activities", "words"),
    [
        ([deliveries.NotAWorkflow], [], "NotAWorkflow"),
        ([], [deliveries.not_an_activity], "not_an_activity"),
        ([deliveries.Delivery, deliveries.Delivery2], [], "More than one workflow named Delivery"),
        ([], [deliveries.price, deliveries.another_price], "More than one activity named price"),
    ],
)
def test_a_refused_definition_is_put_in_words_and_leaves_the_old_worker_running(
    loop: BackgroundLoop,
    client: Client,
    worker: SwappingWorker,
    workflows: list[type],
    activities: list,
    words: str,
):
    loop.call(worker.swap([deliveries.Delivery], []))
    before = worker.identity
    with pytest.raises(DefinitionError, match=words):
        loop.call(worker.swap(workflows, activities))
    assert worker.identity == before
    handle = start(loop, client, worker, deliveries.Delivery)
    loop.call(handle.signal("parcel"))
    loop.call(handle.signal("parcel"))
    assert loop.call(handle.result(), timeout=10) == "old"


@pytest.mark.parametrize(
    ("cls", "words"),
    [
        (deliveries.ReadsTheClock, "datetime.datetime.now"),
        (deliveries.RollsDice, "random.randint"),
        (deliveries.Computes, "TMPRL1101"),
    ],
)
def test_clocks_dice_and_long_computations_in_workflow_code_are_caught(
    loop: BackgroundLoop, client: Client, worker: SwappingWorker, cls: type, words: str
):
    loop.call(worker.swap([cls], []))
    handle = start(loop, client, worker, cls)
    assert words in task_failure(loop, handle)
    loop.call(handle.terminate())


def test_closing_ends_activities_in_flight_without_waiting_for_them(
    loop: BackgroundLoop, server: DevServer, client: Client
):
    worker = new_worker(loop, server)
    loop.call(worker.swap([deliveries.Endless], [deliveries.wait_for_ever]))
    handle = start(loop, client, worker, deliveries.Endless)
    assert GATE.reached.wait(10)
    begin = time.monotonic()
    loop.call(worker.close())
    assert time.monotonic() - begin < 1.5
    loop.call(handle.terminate())


def test_closing_does_not_wait_for_a_thread_that_sleeps(
    loop: BackgroundLoop, server: DevServer, client: Client
):
    worker = new_worker(loop, server)
    loop.call(worker.swap([deliveries.Gated], [deliveries.wait_at_the_gate]))
    handle = start(loop, client, worker, deliveries.Gated)
    assert GATE.reached.wait(10)
    begin = time.monotonic()
    loop.call(worker.close())
    assert time.monotonic() - begin < 1.5
    loop.call(handle.terminate())
    GATE.open.set()


def test_a_closed_worker_refuses_to_swap(loop: BackgroundLoop, server: DevServer):
    worker = new_worker(loop, server)
    loop.call(worker.close())
    with pytest.raises(LabError, match="closed"):
        loop.call(worker.swap([], []))
    loop.call(worker.close())


def test_waiting_before_the_first_swap_is_refused(loop: BackgroundLoop, worker: SwappingWorker):
    with pytest.raises(LabError, match="swap first"):
        loop.call(worker.wait_polling())


def test_a_namespace_that_does_not_exist_is_an_error_of_the_lab(
    loop: BackgroundLoop, server: DevServer
):
    async def make() -> SwappingWorker:
        return SwappingWorker(
            lambda: Client.connect(server.address, namespace="nowhere"), "anything"
        )

    worker = loop.call(make())
    with pytest.raises(LabError, match="nowhere"):
        loop.call(worker.swap([], []))
    assert worker.identity is None
    loop.call(worker.close())


def test_a_worker_closes_in_time_when_its_server_is_gone(loop: BackgroundLoop):
    server = loop.call(DevServer.start())
    worker = new_worker(loop, server)
    loop.call(worker.swap([deliveries.Delivery], [version]))
    loop.call(worker.wait_polling())
    psutil.Process(server.pid).kill()
    begin = time.monotonic()
    loop.call(worker.close())
    assert time.monotonic() - begin < 4
    loop.call(server.stop())


def test_an_activity_that_closing_ended_says_so_to_its_workflow(
    loop: BackgroundLoop, server: DevServer, client: Client
):
    worker = new_worker(loop, server)
    loop.call(worker.swap([deliveries.Endless], [deliveries.wait_for_ever]))
    handle = start(loop, client, worker, deliveries.Endless)
    assert GATE.reached.wait(10)
    loop.call(worker.close())
    description = loop.call(handle.describe())
    pending = description.raw_description.pending_activities[0]
    assert pending.last_failure.application_failure_info.type == "LabClosed"
    loop.call(handle.terminate())
