"""A workflow's history as events with names, words and decoded payloads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from google.protobuf.message import Message
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.converter import DataConverter

from sfwnb.replay.payloads import decode_payloads, plain
from sfwnb.replay.wording import detail_of, name_of


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a history.

    Attributes:
        id: Its number, from 1.
        time: When it happened, in UTC.
        type: Temporal's name for what happened, such as ``WorkflowExecutionSignaled``.
        name: Of the signal, activity, update, timer or child workflow; empty without one.
        detail: The rest in a few words: arguments, result, failure.
        attributes: All of the event's own fields as plain JSON, payloads decoded. A payload that
            cannot be decoded is ``{"encoding": …, "undecodable": why}``.
    """

    id: int
    time: datetime
    type: str
    name: str
    detail: str
    attributes: Mapping[str, Any] = field(repr=False, hash=False)


async def decode_events(
    events: Iterable[HistoryEvent], converter: DataConverter | None = None
) -> list[Event]:
    """Decode a history: ``decode_events((await handle.fetch_history()).events, …)``.

    Args:
        events: Temporal's own, all of a run or the first of it.
        converter: The client's ``data_converter``, whose codec and converter read the payloads.

    Returns:
        The events, in their order. Nothing raises: what cannot be read is shown as such.
    """
    messages = list(events)
    decoded = await decode_payloads(messages, converter or DataConverter.default)
    named: dict[int, str] = {}
    return [_event(message, decoded, named) for message in messages]


def _event(message: HistoryEvent, decoded: Mapping[bytes, Any], named: dict[int, str]) -> Event:
    type = _type(message)
    own = _attributes(message)
    attributes = plain(own, decoded) if own is not None else {}
    name = name_of(type, attributes, named)
    named[message.event_id] = name
    summary = _summary(message, decoded)
    if summary:
        attributes["summary"] = summary
    return Event(
        id=message.event_id,
        time=message.event_time.ToDatetime(tzinfo=UTC),
        type=type,
        name=name,
        detail=detail_of(type, attributes),
        attributes=attributes,
    )


def _type(message: HistoryEvent) -> str:
    """Temporal's word in camel case, ``ActivityTaskScheduled``; a number when it is news to us."""
    try:
        words: Sequence[str] = EventType.Name(message.event_type).split("_")[2:]
    except ValueError:
        return f"EventType{message.event_type}"
    return "".join(word.capitalize() for word in words)


def _attributes(message: HistoryEvent) -> Message | None:
    which = message.WhichOneof("attributes")
    return getattr(message, which) if which else None


def _summary(message: HistoryEvent, decoded: Mapping[bytes, Any]) -> str:
    """The author's ``summary=`` of a timer, activity or child, which the server keeps aside."""
    if not message.user_metadata.HasField("summary"):
        return ""
    return str(plain(message.user_metadata.summary, decoded))
