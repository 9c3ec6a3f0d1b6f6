from sfwnb.views.history import history_frame
from tests.unit.replay import recorded


def test_a_frame_has_a_row_for_each_event():
    events = recorded.events("order_completed")

    frame = history_frame(events)

    assert frame.index.name == "event_id"
    assert list(frame.index) == list(range(1, len(events) + 1))
    assert list(frame.columns) == ["time", "type", "name", "detail", "attributes"]
    signal = frame[frame["type"] == "WorkflowExecutionSignaled"].iloc[0]
    assert signal["name"] == "pay"
    assert signal["attributes"]["input"] == [{"value": 20, "currency": "EUR"}]
    assert str(frame["time"].dt.tz) == "UTC"
    assert frame["time"].is_monotonic_increasing


def test_no_events_give_an_empty_frame_of_the_same_shape():
    frame = history_frame([])

    assert frame.empty
    assert list(frame.columns) == ["time", "type", "name", "detail", "attributes"]
    assert frame.index.name == "event_id"
