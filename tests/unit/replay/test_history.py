import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent
from temporalio.converter import DataConverter, PayloadCodec

from sfwnb.replay.history import decode_events
from tests.unit.replay import recorded


class Backwards(PayloadCodec):
    """What order_encrypted was recorded with; refuses what it did not write."""

    def __init__(self) -> None:
        self.calls = 0

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        raise NotImplementedError

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        self.calls += 1
        if any(each.metadata["encoding"] != b"binary/backwards" for each in payloads):
            raise ValueError("not mine")
        return [Payload.FromString(each.data[::-1]) for each in payloads]


def decoded(*messages: HistoryEvent, converter: DataConverter | None = None):
    return asyncio.run(decode_events(messages, converter))


def signaled(payload: Payload, id: int = 1) -> HistoryEvent:
    message = HistoryEvent(event_id=id, event_type="EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED")
    attributes = message.workflow_execution_signaled_event_attributes
    attributes.signal_name = "pay"
    attributes.input.payloads.append(payload)
    return message


def test_events_have_temporals_names_and_the_names_of_what_they_are_about():
    events = recorded.events("order_completed")

    named = {(event.type, event.name) for event in events if event.name}
    assert named == {
        ("WorkflowExecutionStarted", "Order"),
        ("WorkflowExecutionSignaled", "pay"),
        ("WorkflowExecutionUpdateAccepted", "ship"),
        ("WorkflowExecutionUpdateCompleted", "ship"),
        ("ActivityTaskScheduled", "reserve"),
        ("ActivityTaskStarted", "reserve"),
        ("ActivityTaskCompleted", "reserve"),
        ("TimerStarted", "1"),
        ("TimerFired", "1"),
        ("StartChildWorkflowExecutionInitiated", "Shipment"),
        ("ChildWorkflowExecutionStarted", "Shipment"),
        ("ChildWorkflowExecutionCompleted", "Shipment"),
    }


def test_payloads_are_decoded_into_attributes_and_details():
    events = recorded.events("order_completed")

    signal = recorded.first(events, "WorkflowExecutionSignaled")
    assert signal.attributes["input"] == [{"value": 20, "currency": "EUR"}]
    assert signal.detail == '{"currency": "EUR", "value": 20}'
    update = recorded.first(events, "WorkflowExecutionUpdateCompleted")
    assert update.detail == '→ "dhl, express"'
    scheduled = recorded.first(events, "ActivityTaskScheduled")
    assert scheduled.detail == 'keep two back · "b1", 2'
    started = recorded.first(events, "ActivityTaskStarted")
    assert started.detail == "OutOfStock: no stock of b1 · attempt 2"
    child = recorded.first(events, "ChildWorkflowExecutionCompleted")
    assert child.detail == 'Shipment-s1 · → "with dhl"'


def test_ids_count_from_one_and_times_are_in_utc():
    events = recorded.events("order_completed")

    assert [event.id for event in events] == list(range(1, len(events) + 1))
    assert all(event.time.tzinfo is UTC for event in events)
    assert events[0].time >= datetime(2020, 1, 1, tzinfo=UTC)
    assert events == sorted(events, key=lambda event: event.time)


@pytest.mark.parametrize("name", ["order_completed", "order_stuck", "order_encrypted"])
def test_attributes_are_plain_json(name):
    for event in recorded.events(name):
        assert json.loads(json.dumps(event.attributes)) == event.attributes


def test_enums_durations_and_times_are_words_seconds_and_iso_text():
    events = recorded.events("order_completed")

    timer = recorded.first(events, "TimerStarted").attributes
    child = recorded.first(events, "StartChildWorkflowExecutionInitiated").attributes
    assert timer["start_to_fire_timeout"] == 0.01
    assert child["parent_close_policy"] == "TERMINATE"


def test_a_codec_decodes_the_whole_history_in_one_call():
    codec = Backwards()

    events = recorded.events("order_encrypted", replace(DataConverter.default, payload_codec=codec))

    assert codec.calls == 1
    assert events[0].attributes["input"][0]["id"] == "o1"
    failure = recorded.first(events, "WorkflowTaskFailed").attributes["failure"]
    assert failure["message"] == "cannot add up order o1"
    assert "price_of" in failure["cause"]["stack_trace"]


def test_without_its_codec_a_history_is_shown_as_not_decoded():
    started = recorded.events("order_encrypted")[0]

    [shown] = started.attributes["input"]
    assert shown["encoding"] == "binary/backwards"
    assert "binary/backwards" in shown["undecodable"]
    assert started.detail == "(binary/backwards, not decoded)"


def test_a_codec_that_fails_for_one_payload_still_decodes_the_others():
    codec = Backwards()
    encoded = Payload(metadata={"encoding": b"json/plain"}, data=b'{"value": 20}')
    mine = Payload(
        metadata={"encoding": b"binary/backwards"}, data=encoded.SerializeToString()[::-1]
    )
    other = Payload(metadata={"encoding": b"binary/other"}, data=b"?")

    events = decoded(
        signaled(mine, 1),
        signaled(other, 2),
        converter=replace(DataConverter.default, payload_codec=codec),
    )

    assert events[0].attributes["input"] == [{"value": 20}]
    assert events[1].attributes["input"][0]["encoding"] == "binary/other"


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        (Payload(metadata={"encoding": b"binary/null"}), None),
        (
            Payload(metadata={"encoding": b"binary/plain"}, data=b"\x00\xff"),
            {"encoding": "binary/plain", "data": "AP8="},
        ),
        (Payload(metadata={"encoding": b"json/plain"}, data='"Žluťoučký"'.encode()), "Žluťoučký"),
    ],
)
def test_payloads_of_every_encoding_are_shown(payload, shown):
    assert decoded(signaled(payload))[0].attributes["input"] == [shown]


@pytest.mark.parametrize(
    "payload",
    [
        Payload(metadata={"encoding": b"json/plain"}, data=b"{not json"),
        Payload(metadata={"encoding": b"json/protobuf", "messageType": b"no.Such"}, data=b"{}"),
        Payload(data=b"no metadata at all"),
    ],
)
def test_payloads_that_nobody_can_read_raise_nothing(payload):
    [event] = decoded(signaled(payload))

    assert "undecodable" in event.attributes["input"][0]
    assert event.detail.endswith("not decoded)")


def test_details_stay_short_whatever_was_sent():
    payload = Payload(
        metadata={"encoding": b"json/plain"}, data=json.dumps("x\n" * 90_000).encode()
    )

    [event] = decoded(signaled(payload))

    assert len(event.detail) == 160
    assert event.detail.endswith("…")


def test_an_event_of_a_newer_server_is_shown_by_its_number():
    [event] = decoded(HistoryEvent(event_id=7, event_type=9_999))  # type: ignore[arg-type]  # unknown on purpose

    assert (event.id, event.type, event.name, event.detail) == (7, "EventType9999", "", "")


def test_a_history_of_nothing_has_no_events():
    assert decoded() == []


def test_5000_events_are_decoded_in_half_a_second_or_so():
    messages = [
        signaled(Payload(metadata={"encoding": b"json/plain"}, data=b'{"n": %d}' % n), n)
        for n in range(5_000)
    ]

    start = time.process_time()
    events = decoded(*messages)

    assert len(events) == 5_000
    assert time.process_time() - start < 1.5  # a loaded machine; 0.3 s on a quiet one
