"""Workflow tasks that fail, which Temporal retries for ever: the error and the user's own line.

Only the first failure of a task is an event of the history; the server counts the later ones in the
attempt of the WorkflowTaskScheduled that it appends for the reader, and in
``describe().raw_description.pending_workflow_task.attempt``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sfwnb.errors import is_library, place, source_line
from sfwnb.replay.history import Event
from sfwnb.replay.wording import error_type, failure_line

_FRAME = re.compile(r'^\s*File "(?P<file>.+?)", line (?P<line>\d+)(?:, in (?P<function>.+))?$')
_CARET = re.compile(r"[\s~^]+")
# What Temporal itself does to a task that is nobody's mistake.
_HARMLESS = frozenset(
    {"RESET_WORKFLOW", "UNHANDLED_COMMAND", "FORCE_CLOSE_COMMAND", "FAILOVER_CLOSE_COMMAND",
     "RESET_STICKY_TASK_QUEUE", "WORKFLOW_PAUSE_REQUESTED_BEFORE_TASK_STARTED"}
)  # fmt: skip
_CLOSED = frozenset(
    f"WorkflowExecution{word}"
    for word in ("Completed", "Failed", "TimedOut", "Canceled", "Terminated", "ContinuedAsNew")
)


class Frame(NamedTuple):
    """A line of a stack trace."""

    filename: str
    line: int
    function: str
    source: str


@dataclass(frozen=True, slots=True)
class TaskFailure:
    """A failed workflow task.

    Attributes:
        event_id: Of its WorkflowTaskFailed.
        time: When it failed.
        attempt: Which try of the task this was; of the last failure, how often it has been tried.
        cause: Temporal's word, such as ``WORKFLOW_WORKER_UNHANDLED_FAILURE`` or
            ``NON_DETERMINISTIC_ERROR``.
        error_type: The exception's class.
        message: The exception's message.
        stack_trace: As the worker wrote it.
        filename: Where the user's innermost line is; empty when none is known.
        line: Its number, 0 when not known.
        function: What it is in.
        source: Its text; empty when not known.
        causes: The exceptions behind it, ``"KeyError: 'price'"``, nearest first.
    """

    event_id: int
    time: datetime
    attempt: int
    cause: str
    error_type: str
    message: str
    stack_trace: str
    filename: str
    line: int
    function: str
    source: str
    causes: tuple[str, ...]

    @property
    def error(self) -> str:
        """The error in one line: ``ValueError: no stock``."""
        return f"{self.error_type}: {self.message}" if self.error_type else self.message

    @property
    def place(self) -> str:
        """The user's line as a notebook user knows it, ``Cell In[4], line 12``; or nothing."""
        return place(self.filename, self.line) if self.filename else ""


def task_failures(events: Sequence[Event], attempt: int | None = None) -> list[TaskFailure]:
    """The failures of workflow tasks that still stand: no task was completed since.

    A task that a reset, a pause or a late message ended is no failure.

    Args:
        events: As ``decode_events`` gives them.
        attempt: How often the pending task was tried, if the server was asked.

    Returns:
        In the order of the history; empty for a workflow that runs well or is closed.
    """
    standing: list[tuple[Event, int]] = []
    tried = 1
    for event in events:
        if event.type == "WorkflowTaskScheduled":
            tried = event.attributes.get("attempt", 1)
        elif event.type == "WorkflowTaskCompleted" or event.type in _CLOSED:
            standing = []
        elif event.type == "WorkflowTaskFailed" and event.attributes.get("cause") not in _HARMLESS:
            standing.append((event, tried))
    if standing:
        last, before = standing[-1]
        standing[-1] = (last, max(before, tried, attempt or 1))
    return [_failure(event, tried) for event, tried in standing]


def open_task_failure(events: Sequence[Event], attempt: int | None = None) -> TaskFailure | None:
    """Why a workflow is stuck: the last failure that still stands, or None.

    Args:
        events: As ``decode_events`` gives them.
        attempt: As for ``task_failures``.
    """
    return next(reversed(task_failures(events, attempt)), None)


def user_frame(stack_trace: str) -> Frame | None:
    """The innermost line of a stack trace that is the user's: no library's, no plumbing."""
    frames = [frame for frame in frames_of(stack_trace) if not is_library(frame.filename)]
    return frames[-1] if frames else None


def frames_of(stack_trace: str) -> list[Frame]:
    """The lines of a Python stack trace, outermost first."""
    found: list[Frame] = []
    lines = stack_trace.splitlines()
    for number, text in enumerate(lines):
        if match := _FRAME.match(text):
            code = lines[number + 1].strip() if number + 1 < len(lines) else ""
            if _FRAME.match(code) or _CARET.fullmatch(code) or not lines[number + 1 :]:
                code = ""
            found.append(Frame(match["file"], int(match["line"]), match["function"] or "", code))
    return found


def _failure(event: Event, attempt: int) -> TaskFailure:
    failure = event.attributes.get("failure", {})
    chain = _chain(failure)
    found = next(filter(None, (user_frame(each.get("stack_trace", "")) for each in chain)), None)
    frame = found or Frame("", 0, "", "")
    return TaskFailure(
        event_id=event.id,
        time=event.time,
        attempt=attempt,
        cause=str(event.attributes.get("cause", "")),
        error_type=error_type(failure),
        message=str(failure.get("message", "")),
        stack_trace=str(failure.get("stack_trace", "")),
        filename=frame.filename,
        line=frame.line,
        function=frame.function,
        source=frame.source or source_line(frame.filename, frame.line),
        causes=tuple(map(failure_line, chain[1:])),
    )


def _chain(failure: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    chain = [failure]
    while cause := chain[-1].get("cause"):
        chain.append(cause)
    return chain
