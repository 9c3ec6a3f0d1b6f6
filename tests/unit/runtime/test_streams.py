import io
import sys

import pytest

from sfwnb.runtime import streams
from sfwnb.runtime.origin import Origin, Source
from sfwnb.runtime.streams import ListeningStreams

ORDER = Origin(Source.WORKFLOW, workflow_id="Order-o1")


class Terminal(io.StringIO):
    """A stream that has more than a file's methods, as a notebook's has."""

    parent = "cell 1"


@pytest.fixture
def replace(monkeypatch):
    """To be called in the test: pytest replaces the streams between a fixture and its test."""

    def replace():
        terminal = Terminal()
        monkeypatch.setattr(sys, "stdout", terminal)
        return terminal

    return replace


@pytest.fixture
def origin(monkeypatch):
    """Let the test say whose code runs."""
    whose = {"runs": None}
    monkeypatch.setattr(streams, "current_origin", lambda: whose["runs"])
    return whose


class Listener:
    def __init__(self):
        self.heard = []
        self.streams = ListeningStreams(self.take)

    def take(self, origin, name, text):
        self.heard.append((origin.workflow_id, name, text))
        return True


def test_what_a_workflow_writes_is_heard_and_not_shown(replace, origin):
    real = replace()
    listener = Listener()
    listener.streams.install()
    origin["runs"] = ORDER
    sys.stdout.write("shipped")
    listener.streams.remove()
    assert listener.heard == [("Order-o1", "stdout", "shipped")]
    assert real.getvalue() == ""


def test_what_anything_else_writes_is_shown_and_not_heard(replace, origin):
    real = replace()
    listener = Listener()
    listener.streams.install()
    print("hello")
    sys.stdout.writelines(["a", "b"])
    listener.streams.remove()
    assert listener.heard == []
    assert real.getvalue() == "hello\nab"


def test_attributes_are_the_real_stream_s(replace, origin):
    real = replace()
    listener = Listener()
    listener.streams.install()
    assert sys.stdout.parent == "cell 1"
    sys.stdout.parent = "cell 2"
    listener.streams.remove()
    assert real.parent == "cell 2"


def test_removing_puts_the_real_stream_back(replace, origin):
    real = replace()
    listener = Listener()
    listener.streams.install()
    listener.streams.install()
    assert sys.stdout is not real
    listener.streams.remove()
    assert sys.stdout is real


def test_a_stand_in_that_somebody_kept_passes_on_after_removal(replace, origin):
    real = replace()
    listener = Listener()
    listener.streams.install()
    kept = sys.stdout
    listener.streams.remove()
    origin["runs"] = ORDER
    kept.write("late")
    assert listener.heard == []
    assert real.getvalue() == "late"


def test_two_listeners_may_leave_in_any_order(replace, origin):
    real = replace()
    first, second = Listener(), Listener()
    first.streams.install()
    second.streams.install()
    first.streams.remove()
    origin["runs"] = ORDER
    print("still here")
    second.streams.remove()
    assert [text for _, _, text in second.heard] == ["still here", "\n"]
    assert first.heard == []
    origin["runs"] = None
    print("back")
    assert real.getvalue() == "back\n"
