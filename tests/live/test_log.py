"""Where the lines of workflow and activity code go, with a real worker and the real sandbox."""

import io
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowHandle

from sfwnb.runtime.log import LogCapture, LogRecord
from sfwnb.runtime.loop import BackgroundLoop
from sfwnb.runtime.origin import Source
from sfwnb.runtime.server import DevServer
from sfwnb.runtime.worker import SwappingWorker
from tests.live import deliveries

WORKFLOW_LINES = [
    ("PRINT", "before"),
    ("PRINT", "half a line"),
    ("INFO", "logged by the workflow"),
    ("WARNING", "plainly logged"),
    ("PRINT", "after"),
    ("PRINT", "end"),
]
ACTIVITY_LINES = [
    ("PRINT", "price of The Dispossessed"),
    ("STDERR", "warned"),
    ("INFO", "logged The Dispossessed"),
    ("WARNING", "plainly logged The Dispossessed"),
]


@pytest.fixture
def capture() -> Iterator[LogCapture]:
    log = LogCapture()
    log.install()
    yield log
    log.close()


@pytest.fixture
def worker(loop: BackgroundLoop, server: DevServer) -> Iterator[SwappingWorker]:
    async def make() -> SwappingWorker:
        return SwappingWorker(lambda: Client.connect(server.address), f"queue-{uuid4()}")

    swapping = loop.call(make())
    loop.call(swapping.swap([deliveries.Prints], [deliveries.price]))
    yield swapping
    loop.call(swapping.close())


def start(loop: BackgroundLoop, client: Client, worker: SwappingWorker) -> WorkflowHandle:
    return loop.call(
        client.start_workflow("Prints", id=f"prints-{uuid4()}", task_queue=worker.task_queue)
    )


def wait_for(capture: LogCapture, text: str) -> None:
    end = time.monotonic() + 10
    while not any(text in record.text for record in capture.records()):
        assert time.monotonic() < end, f"{text!r} never came: {capture.records()}"
        time.sleep(0.01)


def lines(records: list[LogRecord], source: Source) -> list[tuple[str, str]]:
    return [(each.level, each.text) for each in records if each.source is source]


def run(
    loop: BackgroundLoop, client: Client, worker: SwappingWorker, capture: LogCapture
) -> list[LogRecord]:
    capture.install()  # pytest replaces the streams between a fixture and its test
    handle = start(loop, client, worker)
    wait_for(capture, "after")
    loop.call(handle.signal("end"))
    loop.call(handle.result(), timeout=10)
    return [record for record in capture.records() if record.workflow_id == handle.id]


def test_lines_of_workflows_and_activities_are_recorded_and_not_shown(
    loop: BackgroundLoop,
    client: Client,
    worker: SwappingWorker,
    capsys: pytest.CaptureFixture[str],
):
    capture = LogCapture()
    capture.install()
    records = run(loop, client, worker, capture)
    print("my own line")
    capture.close()
    assert lines(records, Source.WORKFLOW) == WORKFLOW_LINES
    assert lines(records, Source.ACTIVITY) == ACTIVITY_LINES
    assert capsys.readouterr() == ("my own line\n", "")


def test_a_record_says_whose_line_it_is(
    loop: BackgroundLoop, client: Client, worker: SwappingWorker, capture: LogCapture
):
    records = run(loop, client, worker, capture)
    printed = next(record for record in records if record.text == "before")
    priced = next(record for record in records if record.text.startswith("price of"))
    assert (printed.workflow_type, printed.activity_type) == ("Prints", "")
    assert (priced.workflow_type, priced.activity_type) == ("Prints", "price")
    assert printed.run_id == priced.run_id != ""
    assert printed.time.tzinfo is not None


def test_a_replay_repeats_no_line_and_a_query_speaks(
    loop: BackgroundLoop, client: Client, worker: SwappingWorker, capture: LogCapture
):
    capture.install()
    handle = start(loop, client, worker)
    wait_for(capture, "after")
    loop.call(worker.swap([deliveries.Prints], [deliveries.price]))  # nothing is cached now
    assert loop.call(handle.query("ask"), timeout=15) == "answer"
    loop.call(handle.signal("end"))
    loop.call(handle.result(), timeout=15)
    records = [record for record in capture.records() if record.workflow_id == handle.id]
    asked = ("PRINT", "asked")
    assert lines(records, Source.WORKFLOW) == [*WORKFLOW_LINES[:-1], asked, WORKFLOW_LINES[-1]]


def test_a_capture_takes_only_what_its_task_queue_runs(
    loop: BackgroundLoop, client: Client, worker: SwappingWorker, capture: LogCapture
):
    other = LogCapture("another queue")
    other.install()
    records = run(loop, client, worker, capture)
    other.close()
    assert lines(records, Source.WORKFLOW) == WORKFLOW_LINES
    assert not other.records()


def test_two_captures_in_turn_each_get_their_own(
    loop: BackgroundLoop, client: Client, worker: SwappingWorker
):
    streams = (sys.stdout, sys.stderr)
    for _ in range(2):
        capture = LogCapture()
        capture.install()
        records = run(loop, client, worker, capture)
        capture.close()
        assert lines(records, Source.WORKFLOW) == WORKFLOW_LINES
        assert (sys.stdout, sys.stderr) == streams


def test_prints_are_captured_again_after_the_output_was_redirected(
    loop: BackgroundLoop, client: Client, worker: SwappingWorker, capture: LogCapture
):
    with redirect_stdout(io.StringIO()) as redirected:
        print("mine")
    records = run(loop, client, worker, capture)
    assert redirected.getvalue() == "mine\n"
    assert lines(records, Source.WORKFLOW) == WORKFLOW_LINES


def test_a_failing_workflow_task_is_one_short_line_of_the_worker(
    loop: BackgroundLoop, client: Client, worker: SwappingWorker, capture: LogCapture
):
    loop.call(worker.swap([deliveries.Breaks], []))
    handle = loop.call(
        client.start_workflow("Breaks", id=f"breaks-{uuid4()}", task_queue=worker.task_queue)
    )
    wait_for(capture, "the shelf is empty")
    loop.call(handle.terminate())
    said = [record for record in capture.records() if "the shelf is empty" in record.text]
    assert {record.source for record in said} == {Source.WORKER}
    assert {record.workflow_id for record in said} == {handle.id}
    assert said[0].text.endswith("LookupError: the shelf is empty")
    assert "\n" not in said[0].text


def test_the_cores_warnings_are_a_logger_s_and_not_the_cell_s(capture: LogCapture):
    logging.getLogger("temporalio.core").warning("the server is gone")
    record = capture.records()[-1]
    assert (record.source, record.level, record.text) == (
        Source.WORKER,
        "WARNING",
        "the server is gone",
    )
