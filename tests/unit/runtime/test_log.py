import logging

import pytest

from sfwnb.runtime import log, streams
from sfwnb.runtime.log import LogCapture
from sfwnb.runtime.origin import Origin, Source

ORDER = Origin(Source.WORKFLOW, workflow_id="Order-o1", task_queue="books")
TEMPORAL = logging.getLogger("temporalio")


@pytest.fixture
def running(monkeypatch):
    """Let the test say whose code runs."""
    whose = {"origin": None}
    for module in (log, streams):
        monkeypatch.setattr(module, "current_origin", lambda: whose["origin"])
    return whose


@pytest.fixture
def capture(running):
    made = LogCapture(limit=3)
    made.install()
    yield made
    made.close()


def texts(capture):
    return [record.text for record in capture.records()]


def test_only_the_newest_records_are_kept(capture, running):
    capture.install()  # pytest has replaced the streams since
    running["origin"] = ORDER
    for number in range(5):
        print(number)
    assert texts(capture) == ["2", "3", "4"]


def test_a_line_that_is_not_ended_comes_last_and_is_kept_on_close(capture, running):
    capture.install()
    running["origin"] = ORDER
    print("begun", end="")
    assert texts(capture) == ["begun"]
    print(" and ended")
    print("open", end="")
    capture.close()
    assert texts(capture) == ["begun and ended", "open"]


def test_lines_of_a_replay_are_neither_kept_nor_shown(capture, running, capsys):
    capture.install()
    running["origin"] = Origin(Source.WORKFLOW, workflow_id="Order-o1", replaying=True)
    print("again")
    logging.getLogger("users").warning("again")
    assert texts(capture) == []
    assert capsys.readouterr() == ("", "")


def test_other_code_s_records_reach_the_root_handlers_only(capture, running, caplog):
    logging.getLogger("users").warning("mine")
    assert texts(capture) == []
    assert caplog.messages == ["mine"]


def test_a_workflow_s_records_reach_no_root_handler(running, caplog):
    capture = LogCapture()
    capture.install()
    running["origin"] = ORDER
    logging.getLogger("users").warning("its own")
    capture.close()
    assert texts(capture) == ["its own"]
    assert caplog.messages == []


def test_the_worker_s_small_talk_is_dropped_and_its_warnings_kept(capture):
    worker = logging.getLogger("temporalio.worker")
    worker.setLevel(logging.INFO)
    worker.info("beginning shutdown")
    worker.warning("cannot poll")
    worker.setLevel(logging.NOTSET)
    assert [(record.source, record.text) for record in capture.records()] == [
        (Source.WORKER, "cannot poll")
    ]


def test_closing_gives_the_loggers_back_in_any_order(running):
    before = (TEMPORAL.propagate, list(TEMPORAL.handlers))
    levels = [logging.getLogger(name).level for name in log._USERS]
    first, second = LogCapture(), LogCapture()
    first.install()
    second.install()
    first.close()
    assert not TEMPORAL.propagate
    second.close()
    assert (TEMPORAL.propagate, list(TEMPORAL.handlers)) == before
    assert [logging.getLogger(name).level for name in log._USERS] == levels
    assert all(not handler.filters for handler in logging.getLogger().handlers)


def test_a_capture_leaves_other_task_queues_alone(running, capsys):
    capture = LogCapture("games")
    capture.install()
    running["origin"] = ORDER
    print("a book")
    capture.close()
    assert texts(capture) == []
    assert capsys.readouterr().out == "a book\n"


def test_clearing_forgets(capture, running):
    capture.install()
    running["origin"] = ORDER
    print("one")
    print("half", end="")
    capture.clear()
    assert texts(capture) == []
