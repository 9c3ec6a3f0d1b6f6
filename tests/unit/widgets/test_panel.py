"""A panel follows its workflow, sends, and has a static face."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from sfwnb.widgets.panel import Panel
from tests.fake_workflow import Carrier, FakeWorkflow


@pytest.fixture
def workflow() -> FakeWorkflow:
    return FakeWorkflow()


@pytest.fixture
def panel(workflow: FakeWorkflow) -> Iterator[Panel]:
    opened = Panel(workflow)
    settle(workflow, opened)
    yield opened
    opened.close()


def settle(workflow: FakeWorkflow, panel: Panel) -> None:
    """Until the views were told and the panel has written what it was told."""
    workflow.settle()
    assert panel._newest.settle(5)
    if panel._picture:
        assert panel._picture.settle(5)


def table(panel: Panel, kind: str) -> str:
    assert panel._tables
    return str(panel._tables._bodies[kind].value)


def fill(form: Any, **texts: Any) -> None:
    for field in form.fields:
        if field.name in texts:
            field.widget.value = texts[field.name]


def test_a_panel_shows_the_state_and_a_form_for_every_message(panel: Panel) -> None:
    assert "Ann" in table(panel, "Customer")
    assert {gateway: [*named] for gateway, named in panel.forms.items()} == {
        "signal": ["update", "rename", "pause"],
        "query": ["count", "fail"],
        "action": ["ship"],
    }


def test_tables_follow_what_the_workflow_does(panel: Panel, workflow: FakeWorkflow) -> None:
    workflow.change({"Order": {"o1": {"status": "sent"}}})
    settle(workflow, panel)
    assert 'title="before: open">sent</td>' in table(panel, "Order")


def test_a_form_sends_and_the_table_follows(panel: Panel, workflow: FakeWorkflow) -> None:
    form = panel.forms["action"]["ship"]
    fill(form, carrier="POST", quantity="2", express=True)
    form.button.click()
    settle(workflow, panel)
    assert workflow.sent == [("ship", {"carrier": Carrier.POST, "quantity": 2, "express": True})]
    assert "Done at" in form.answer.value
    assert "s1" in table(panel, "Shipment")


def test_the_status_line_says_paused_waiting_and_the_last_error(
    panel: Panel, workflow: FakeWorkflow
) -> None:
    workflow.status["last_error"] = {"cause": "signal update", "message": "No kind <Bok>"}
    workflow.pause()
    settle(workflow, panel)
    line = panel._header.value
    assert "paused" in line
    assert "2 messages wait" in line
    assert "signal update: No kind &lt;Bok&gt;" in line


def test_a_lost_workflow_keeps_what_was_seen_and_says_so(
    panel: Panel, workflow: FakeWorkflow
) -> None:
    panel.lost("the server is gone")
    settle(workflow, panel)
    assert "the server is gone" in panel._header.value
    assert "Ann" in table(panel, "Customer")
    workflow.change({})
    settle(workflow, panel)
    assert "the server is gone" not in panel._header.value


def test_an_ended_workflow_says_how(panel: Panel, workflow: FakeWorkflow) -> None:
    panel.ended("COMPLETED", "thank you")
    settle(workflow, panel)
    assert "COMPLETED: thank you" in panel._header.value


def test_a_closed_panel_stops_watching_and_keeps_its_face(
    panel: Panel, workflow: FakeWorkflow
) -> None:
    panel.close()
    panel.close()
    assert workflow.watching == []
    assert panel.widget.comm is None
    assert "Ann" in panel.html()


def test_several_panels_follow_one_workflow(panel: Panel, workflow: FakeWorkflow) -> None:
    other = Panel(workflow)
    settle(workflow, other)
    panel.close()
    workflow.change({"Order": {"o1": {"status": "sent"}}})
    settle(workflow, other)
    assert "sent" in table(other, "Order")
    other.close()


def test_the_face_holds_tables_picture_and_what_can_be_sent(panel: Panel) -> None:
    face = panel.html()
    assert "The Dispossessed" in face
    assert 'src="data:image/png;base64,iVBOR' in face
    assert ".action.ship(carrier: Carrier, quantity: int, express: bool = False)" in face
    assert "Run the cell for the live panel." in face


def test_records_with_markup_stay_text_in_both_faces() -> None:
    workflow = FakeWorkflow()
    panel = Panel(workflow)
    workflow.change({"Book": {"b1": {"title": "<script>alert(1)</script>"}}})
    settle(workflow, panel)
    for shown in (panel.html(), table(panel, "Book")):
        assert "<script>" not in shown
        assert "&lt;script&gt;" in shown
    panel.close()


def texts(widget: Any) -> list[str]:
    """Every piece of HTML in a widget."""
    own = [widget.value] if hasattr(widget, "value") and isinstance(widget.value, str) else []
    return own + [text for child in getattr(widget, "children", ()) for text in texts(child)]


def test_a_workflow_without_state_has_forms_and_says_so() -> None:
    workflow = FakeWorkflow()
    workflow.schema = None
    panel = Panel(workflow)
    assert "ship" in panel.forms["action"]
    assert any("It keeps no normalized state" in text for text in texts(panel.widget))
    assert "OrderWorkflow" in panel.html()
    panel.close()


def test_a_workflow_that_nothing_is_known_of_says_so() -> None:
    workflow = FakeWorkflow()
    workflow.signal, workflow.query, workflow.action = {}, {}, {}
    panel = Panel(workflow)
    assert panel.forms == {}
    assert any("No signals, queries or actions" in text for text in texts(panel.widget))
    panel.close()


def test_a_picture_is_drawn_again_only_when_it_would_look_different(
    panel: Panel, workflow: FakeWorkflow
) -> None:
    assert panel._picture
    first = panel._picture.newest
    workflow.change({"Order": {"o1": {"status": "sent"}}})
    settle(workflow, panel)
    assert panel._picture.newest is first
    workflow.delete("Line", "o1-1")
    settle(workflow, panel)
    assert panel._picture.newest is not first


def test_who_tells_a_panel_does_not_wait_for_it(panel: Panel, workflow: FakeWorkflow) -> None:
    big = {"Book": {f"b{n}": {"id": f"b{n}", "n": n} for n in range(2_000)}}
    start = time.perf_counter()
    for n in range(100):
        panel.show({**big, "Order": {"o1": {"id": "o1", "n": n}}}, (), {})  # type: ignore[arg-type] # no changes
    assert time.perf_counter() - start < 0.5
    settle(workflow, panel)
    assert ">99</td>" in table(panel, "Order")


def test_in_a_terminal_a_panel_is_one_line(panel: Panel) -> None:
    assert repr(panel) == (
        "Panel of OrderWorkflow Order-o1: 2 Author, 3 Book, 1 Customer, 1 Order, 3 Line"
    )


def test_the_card_is_asked_for_when_the_status_changes_and_not_for_every_state(
    panel: Panel, workflow: FakeWorkflow
) -> None:
    asked = workflow.cards
    workflow.change({"Order": {"o1": {"status": "sent"}}})
    settle(workflow, panel)
    assert workflow.cards == asked
    workflow.pause()
    settle(workflow, panel)
    assert workflow.cards == asked + 1
