"""The name of an event and its details in a few words."""

import json
from collections.abc import Mapping
from typing import Any

_LONGEST = 160
_NAMING = (
    "signal_name",
    "activity_type",
    "workflow_type",
    "timer_id",
    "marker_name",
    "operation",
)
_BEFORE = ("scheduled_event_id", "started_event_id", "initiated_event_id", "accepted_event_id")


def name_of(type: str, attributes: Mapping[str, Any], named: Mapping[int, str]) -> str:
    """The name of what an event is about, its own or that of the event that it follows.

    Args:
        type: The event's.
        attributes: As plain JSON.
        named: The names of the events before, by id.
    """
    if type.startswith("WorkflowTask"):
        return ""
    request = attributes.get("accepted_request") or attributes.get("request") or {}
    if update := request.get("input", {}).get("name"):
        return str(update)
    for key in _NAMING:
        value = attributes.get(key)
        if isinstance(value, Mapping):
            value = value.get("name")
        if value:
            return str(value)
    if not type.startswith("WorkflowExecution") or "Update" in type:
        for key in _BEFORE:
            if name := named.get(attributes.get(key, 0)):
                return name
    return ""


def detail_of(type: str, attributes: Mapping[str, Any]) -> str:
    """What else there is to say: arguments, result, failure, reason; cut to one short line."""
    parts = [*_failures(attributes), *_payloads(attributes)]
    if "cause" in attributes and type != "WorkflowExecutionTerminated":
        parts.append(str(attributes["cause"]))
    if "reason" in attributes:
        parts.append(str(attributes["reason"]))
    if seconds := attributes.get("start_to_fire_timeout"):
        parts.insert(0, f"{seconds:g} s")
    if type.startswith(("StartChild", "ChildWorkflow", "SignalExternal", "ExternalWorkflow")):
        parts.insert(0, str(attributes.get("workflow_execution", {}).get("workflow_id", "")))
    if attributes.get("attempt", 1) > 1:
        parts.append(f"attempt {attributes['attempt']}")
    if summary := attributes.get("summary"):
        parts.insert(0, str(summary))
    return _cut(" · ".join(filter(None, parts)))


def failure_line(failure: Mapping[str, Any]) -> str:
    """A failure as Python would say it: ``ValueError: no stock``."""
    kind = error_type(failure)
    message = str(failure.get("message", ""))
    return f"{kind}: {message}" if kind and message else message or kind


def error_type(failure: Mapping[str, Any]) -> str:
    """The class of the exception behind a failure, or Temporal's word for it."""
    if type := failure.get("application_failure_info", {}).get("type"):
        return str(type)
    infos = (key for key in failure if key.endswith("_failure_info"))
    return "".join(word.capitalize() for word in next(infos, "").removesuffix("_info").split("_"))


def _failures(attributes: Mapping[str, Any]) -> list[str]:
    failure = attributes.get("failure") or attributes.get("last_failure")
    failure = failure or attributes.get("outcome", {}).get("failure")
    if not isinstance(failure, Mapping):
        return []
    lines = [failure_line(failure)]
    while isinstance(failure := failure.get("cause", {}), Mapping) and failure:
        lines.append(failure_line(failure))
    return [" ← ".join(filter(None, lines))]


def _payloads(attributes: Mapping[str, Any]) -> list[str]:
    request = attributes.get("accepted_request") or attributes.get("request") or {}
    sent = attributes.get("input", request.get("input", {}).get("args"))
    got = attributes.get("result", attributes.get("outcome", {}).get("success"))
    words = []
    if sent:
        words.append(", ".join(map(_value, sent)))
    if got is not None:
        words.append(f"→ {', '.join(map(_value, got))}")
    return words


def _value(value: Any) -> str:
    if isinstance(value, Mapping) and "undecodable" in value:
        return f"({value.get('encoding') or 'payload'}, not decoded)"
    return json.dumps(value, ensure_ascii=False, default=repr)


def _cut(words: str) -> str:
    words = " ".join(words[: _LONGEST * 4].split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
