"""The recorded histories beside this file, which make_histories.py wrote."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter

from sfwnb.replay.history import Event, decode_events


def history(name: str) -> WorkflowHistory:
    path = Path(__file__).parent / f"{name}.json"
    return WorkflowHistory.from_json("Order-o1", path.read_text())


def events(name: str, converter: DataConverter | None = None) -> list[Event]:
    return asyncio.run(decode_events(history(name).events, converter))


def first(events: Sequence[Event], type: str) -> Event:
    return next(event for event in events if event.type == type)
