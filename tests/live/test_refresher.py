"""The lab's one refresher: views follow restarts and further runs, and disturb no other."""

import queue
from uuid import uuid4

import pytest
from temporalio import workflow

from tests.live.worlds import OrderWorkflow


@workflow.defn
class RelayWorkflow:
    @workflow.init
    def __init__(self, laps: int) -> None:
        self.go_on = False

    @workflow.run
    async def run(self, laps: int) -> int:
        await workflow.wait_condition(lambda: self.go_on)
        if laps:
            workflow.continue_as_new(laps - 1)
        return 42

    @workflow.signal
    def pass_on(self) -> None:
        self.go_on = True


class Screen:
    """A view that keeps what it is told."""

    def __init__(self):
        self.told = queue.Queue()

    def show(self, state, changes, status):
        self.told.put(("show", state, changes, status))

    def lost(self, reason):
        self.told.put(("lost", reason))

    def ended(self, status, detail=""):
        self.told.put(("ended", status, detail))

    def until(self, condition):
        """The first thing told that fulfils the condition."""
        while not condition(told := self.told.get(timeout=15)):
            pass
        return told


class Broken(Screen):
    def show(self, state, changes, status):
        raise ValueError("a mistake of the view's own")


@pytest.fixture
def order(lab, end):
    order = lab.start(OrderWorkflow, data={"id": f"o{uuid4().hex[:6]}", "status": "open"})
    yield order
    end(order.id)


def status_is(word):
    def holds(told):
        return told[0] == "show" and word in [one["status"] for one in told[1]["Order"].values()]

    return holds


def own_id(order):
    return order.id.removeprefix("Order-")


def test_a_view_is_shown_the_state_and_then_each_change(lab, order):
    screen = Screen()
    stop = lab.refresher.watch(order, screen)
    _, _, changes, status = screen.until(status_is("open"))
    assert (len(changes), status["status"]) == (0, "running")
    order.signal.update(data={"id": own_id(order), "status": "paid"})
    _, _, changes, _ = screen.until(status_is("paid"))
    assert [(change.field, change.before, change.after) for change in changes] == [
        ("status", "open", "paid")
    ]
    stop()


def test_a_view_that_fails_keeps_no_other_from_following(lab, order):
    broken, screen = Broken(), Screen()
    stops = [lab.refresher.watch(order, broken), lab.refresher.watch(order, screen)]
    screen.until(status_is("open"))
    order.signal.update(data={"id": own_id(order), "status": "paid"})
    screen.until(status_is("paid"))
    assert any("a mistake of the view's own" in line.text for line in lab.log())
    for stop in stops:
        stop()


def test_a_workflow_that_was_started_anew_is_followed_anew(lab, order):
    first, second = Screen(), Screen()
    lab.refresher.watch(order, first)
    order.signal.update(data={"id": own_id(order), "status": "delivered"})
    ended = first.until(lambda told: told[0] == "ended")
    assert ended == ("ended", "COMPLETED", f"result: '{own_id(order)} delivered'")
    again = lab.start(OrderWorkflow, data={"id": own_id(order), "status": "open"})
    lab.refresher.watch(again, second)
    second.until(status_is("open"))
    again.signal.update(data={"id": own_id(order), "status": "paid"})
    second.until(status_is("paid"))


def test_runs_that_continue_as_new_are_followed_to_the_end(lab):
    screen = Screen()
    relay = lab.start(RelayWorkflow, 2)
    lab.refresher.watch(relay, screen)
    same = lab.start(RelayWorkflow, 2, id=relay.id)
    assert "already running" in same.note
    for _ in range(3):
        run_id = current_run(lab, relay)
        relay.signal.pass_on()
        told = screen.until(lambda told: told[0] == "ended" or current_run(lab, relay) != run_id)  # noqa: B023  called within the lap
    assert told == ("ended", "COMPLETED", "result: 42")


def current_run(lab, relay):
    return lab.ask(lab.client.get_workflow_handle(relay.id).describe()).run_id
