import sysconfig
from dataclasses import replace
from pathlib import Path

import pytest
from temporalio.converter import DataConverter

import sfwnb
from sfwnb.replay.failures import frames_of, open_task_failure, task_failures, user_frame
from tests.unit.replay import recorded
from tests.unit.replay.test_history import Backwards


def test_a_stuck_workflow_names_its_error_and_the_users_line():
    failure = open_task_failure(recorded.events("order_stuck"))

    assert failure is not None
    assert failure.error == "ValueError: cannot add up order o1"
    assert failure.filename == "/home/ann/shop/make_histories.py"
    assert failure.function == "total"
    assert failure.source.startswith('raise ValueError(f"cannot add up order')
    assert failure.place == f"/home/ann/shop/make_histories.py, line {failure.line}"
    assert failure.causes == ("KeyError: 'price'",)
    assert failure.cause == "WORKFLOW_WORKER_UNHANDLED_FAILURE"
    assert failure.event_id == 9
    assert "temporalio" in failure.stack_trace


def test_the_attempt_is_the_last_that_is_known():
    events = recorded.events("order_stuck")

    tasks = [event for event in events if event.type == "WorkflowTaskScheduled"]
    seen = tasks[-1].attributes["attempt"]
    assert seen > 1
    assert open_task_failure(events).attempt == seen
    assert open_task_failure(events, attempt=41).attempt == 41
    assert open_task_failure(events, attempt=1).attempt == seen
    assert open_task_failure(events[: tasks[-1].id - 1]).attempt == 1


@pytest.mark.parametrize("name", ["order_completed", "order_mended", "order_terminated"])
def test_a_workflow_that_was_mended_or_is_closed_has_no_open_failure(name):
    assert open_task_failure(recorded.events(name)) is None
    assert task_failures(recorded.events(name)) == []


def test_a_failure_stands_until_a_task_is_completed():
    events = recorded.events("order_mended")
    mended = next(e.id for e in events if e.id > 9 and e.type == "WorkflowTaskCompleted")

    assert [each.event_id for each in task_failures(events[: mended - 1])] == [9]
    assert task_failures(events[:mended]) == []


def test_changed_code_is_told_by_its_cause_and_has_no_line():
    failure = open_task_failure(recorded.events("order_changed"))

    assert failure.cause == "NON_DETERMINISTIC_ERROR"
    assert failure.message.startswith("[TMPRL1100] Nondeterminism error")
    assert (failure.filename, failure.line, failure.place, failure.source) == ("", 0, "", "")


def test_an_encrypted_failure_names_the_line_when_the_codec_is_there():
    converter = replace(DataConverter.default, payload_codec=Backwards())

    failure = open_task_failure(recorded.events("order_encrypted", converter))

    assert failure.error == "ValueError: cannot add up order o1"
    assert failure.function == "total"


def test_an_encrypted_failure_is_shown_without_the_codec_too():
    failure = open_task_failure(recorded.events("order_encrypted"))

    assert failure.error == "ValueError: Encoded failure"
    assert failure.place == ""


@pytest.mark.parametrize("cause", ["RESET_WORKFLOW", "UNHANDLED_COMMAND"])
def test_a_task_that_the_server_itself_ended_is_no_failure(cause):
    events = recorded.events("order_stuck")
    events = [
        replace(e, attributes={**e.attributes, "cause": cause})
        if e.type == "WorkflowTaskFailed"
        else e
        for e in events
    ]

    assert open_task_failure(events) is None


def trace(*files: str) -> str:
    return "\n\n".join(
        f'  File "{file}", line {n}, in f{n}\n    code{n}()' for n, file in enumerate(files, 1)
    )


def test_the_users_innermost_line_is_found_among_libraries():
    plumbing = [
        str(Path(sfwnb.__file__).parent / "engine" / "workflow" / "stateful.py"),
        "/opt/venv/lib/python3.12/site-packages/temporalio/worker/_workflow_instance.py",
        "/usr/lib/python3.11/asyncio/tasks.py",
        f"{sysconfig.get_path('stdlib')}/json/decoder.py",
        "<frozen importlib._bootstrap>",
        "C:\\Python\\Lib\\site-packages\\pandas\\frame.py",
    ]

    frame = user_frame(trace(plumbing[0], "/tmp/ipykernel_7/123.py", *plumbing))

    assert frame == ("/tmp/ipykernel_7/123.py", 2, "f2", "code2()")


def test_a_notebook_in_a_folder_called_sfwnb_is_the_users():
    assert user_frame(trace("/home/ann/sfwnb/shop.py")).line == 1


def test_a_trace_of_libraries_only_has_no_line_of_the_users():
    assert user_frame(trace("/usr/lib/python3.11/asyncio/tasks.py")) is None
    assert user_frame("") is None


def test_frames_without_code_or_function_are_read():
    text = '  File "<string>", line 3\n  File "a b.py", line 4, in <lambda>\n    ^^^^'

    assert frames_of(text) == [("<string>", 3, "", ""), ("a b.py", 4, "<lambda>", "")]


def test_the_code_of_a_line_is_looked_up_where_the_trace_has_none():
    here = Path(__file__)
    line = here.read_text().splitlines().index("import sysconfig") + 1
    events = recorded.events("order_stuck")
    stack = f'  File "{here}", line {line}, in run'
    failed = [
        replace(e, attributes={**e.attributes, "failure": {"message": "m", "stack_trace": stack}})
        if e.type == "WorkflowTaskFailed"
        else e
        for e in events
    ]

    assert open_task_failure(failed).source == "import sysconfig"
