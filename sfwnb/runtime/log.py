"""What workflow and activity code prints and logs, kept in memory instead of in some cell.

Workflows run in the worker's threads while the notebook shows some other cell, so their lines would
land there. They are taken at three places, all given back on ``close``:

1. ``sys.stdout`` and ``sys.stderr`` (streams.py);
2. the logger ``temporalio``, where ``workflow.logger``, ``activity.logger``, the worker's own
   warnings and the native core's arrive; it does not propagate meanwhile;
3. every handler of the root logger (and Python's last resort), where other loggers' records of
   workflow and activity code arrive: a filter takes those and lets all else through.

Lines of a replay are dropped. With several captures at a time, each takes what belongs to its task
queue.
"""

import logging
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sfwnb.runtime.origin import Origin, Source, current_origin, origin_of_details
from sfwnb.runtime.streams import ListeningStreams, StreamName

_TEMPORAL = logging.getLogger("temporalio")
_USERS = ("temporalio.workflow", "temporalio.activity")
"""The loggers of workflow.logger and activity.logger."""
_LINE_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One line that workflow or activity code printed or logged, or one warning of the worker.

    Attributes:
        time: When, in UTC.
        level: Logging's name of the level; ``"PRINT"`` and ``"STDERR"`` for what was printed.
        source: Whether workflow, activity or worker.
        workflow_id: Of the workflow, or of the one that the activity works for; else empty.
        run_id: The run of that workflow.
        workflow_type: Its type.
        activity_type: The activity's type; empty in workflow code.
        text: Without the line's end; several lines for a traceback.
    """

    time: datetime
    level: str
    source: Source
    workflow_id: str
    run_id: str
    workflow_type: str
    activity_type: str
    text: str


@dataclass(frozen=True, slots=True)
class _Line:
    """Who writes a line that is not ended yet: ``print`` writes its text and the end apart."""

    origin: Origin
    stream: StreamName
    thread: int


class LogCapture:
    """Takes what workflows and activities print and log; made once for a lab.

    Args:
        task_queue: Take only what runs on this task queue; everything when not given.
        limit: How many records to keep; older ones are dropped.
    """

    def __init__(self, task_queue: str | None = None, limit: int = 10_000) -> None:
        self._task_queue = task_queue
        self._records: deque[LogRecord] = deque(maxlen=limit)
        self._partial: dict[_Line, str] = {}
        self._lock = threading.Lock()
        self._seen = f"_sfwnb_seen_{id(self)}"
        self._streams = ListeningStreams(self._printed)
        self._listening = _TemporalLogger(self)
        self._sieve = _Sieve(self)

    def install(self) -> None:
        """Start to listen; repeat it to catch streams and handlers that were replaced since."""
        self._streams.install()
        self._listening.install()
        self._sieve.install()

    def close(self) -> None:
        """Give everything back; what was recorded stays. Closing twice is fine."""
        self._streams.remove()
        self._listening.remove()
        self._sieve.remove()
        with self._lock:
            for line, text in self._partial.items():
                self._keep(line.origin, _level(line.stream), text)
            self._partial.clear()

    def records(self) -> Sequence[LogRecord]:
        """What was taken, oldest first; a line that is not ended yet comes last."""
        with self._lock:
            open_lines = [
                _record(line.origin, _level(line.stream), text)
                for line, text in self._partial.items()
            ]
            return (*self._records, *open_lines)

    def clear(self) -> None:
        """Forget what was taken."""
        with self._lock:
            self._records.clear()
            self._partial.clear()

    def accepts(self, origin: Origin) -> bool:
        """Whether this capture takes what comes from there; who does not say is taken."""
        return not (self._task_queue and origin.task_queue) or origin.task_queue == self._task_queue

    def logged(self, origin: Origin, record: logging.LogRecord) -> None:
        """Take one record of Python's logging."""
        if origin.replaying or getattr(record, self._seen, False):
            return
        setattr(record, self._seen, True)  # several handlers of the root logger pass it here
        with self._lock:
            self._keep(origin, record.levelname, _text(record, origin.source))

    def _printed(self, origin: Origin, stream: StreamName, text: str) -> bool:
        if not self.accepts(origin):
            return False
        if origin.replaying:
            return True
        line = _Line(origin, stream, threading.get_ident())
        with self._lock:
            *ended, rest = (self._partial.pop(line, "") + text).split("\n")
            for each in ended:
                self._keep(origin, _level(stream), each)
            if len(rest) > _LINE_CHARACTERS:
                self._keep(origin, _level(stream), rest)
            elif rest:
                self._partial[line] = rest
        return True

    def _keep(self, origin: Origin, level: str, text: str) -> None:
        self._records.append(_record(origin, level, text))


class _TemporalLogger(logging.Handler):
    """Listens on the logger ``temporalio``, which stops propagating meanwhile."""

    def __init__(self, capture: LogCapture) -> None:
        super().__init__()
        self._capture = capture
        self._before: tuple[bool, dict[str, int]] | None = None

    def install(self) -> None:
        if self in _TEMPORAL.handlers:
            return
        others = [each for each in _TEMPORAL.handlers if isinstance(each, _TemporalLogger)]
        levels = {name: logging.getLogger(name).level for name in _USERS}
        self._before = others[0]._before if others else (_TEMPORAL.propagate, levels)
        _TEMPORAL.addHandler(self)
        _TEMPORAL.propagate = False
        for name in _USERS:
            if not logging.getLogger(name).level:
                logging.getLogger(name).setLevel(logging.INFO)

    def remove(self) -> None:
        _TEMPORAL.removeHandler(self)
        if self._before is None or any(isinstance(h, _TemporalLogger) for h in _TEMPORAL.handlers):
            return
        propagate, levels = self._before
        _TEMPORAL.propagate = propagate
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)

    def emit(self, record: logging.LogRecord) -> None:
        origin = current_origin() or _origin_of(record)
        if origin.source is Source.WORKER and record.levelno < logging.WARNING:
            return
        if self._capture.accepts(origin):
            self._capture.logged(origin, record)


class _Sieve(logging.Filter):
    """Takes records of workflow and activity code out of the root logger's handlers."""

    def __init__(self, capture: LogCapture) -> None:
        super().__init__()
        self._capture = capture
        self._handlers: list[logging.Handler] = []

    def install(self) -> None:
        handlers = [*logging.getLogger().handlers, logging.lastResort]
        for handler in handlers:
            if handler is not None and self not in handler.filters:
                handler.addFilter(self)
                self._handlers.append(handler)

    def remove(self) -> None:
        for handler in self._handlers:
            handler.removeFilter(self)
        self._handlers.clear()

    def filter(self, record: logging.LogRecord) -> bool:
        origin = current_origin()
        if origin is None or not self._capture.accepts(origin):
            return True
        self._capture.logged(origin, record)
        return False


def _origin_of(record: logging.LogRecord) -> Origin:
    """Of a record that was made outside the code that it is about."""
    for name in ("temporal_workflow", "temporal_activity"):
        if details := getattr(record, name, None):
            return origin_of_details(details, Source.WORKER)
    return Origin(Source.WORKER)


def _text(record: logging.LogRecord, source: Source) -> str:
    """The message without what Temporal adds to it, since that is in the record's other fields."""
    text = record.getMessage()
    for name in ("temporal_workflow", "temporal_activity"):
        text = text.removesuffix(f" ({getattr(record, name, None)})")
    if not record.exc_info or not record.exc_info[1]:
        return text
    if source is Source.WORKER:  # the lab shows the failure with its line; this says that it was
        return f"{text}: {type(record.exc_info[1]).__name__}: {record.exc_info[1]}"
    return f"{text}\n{logging.Formatter().formatException(record.exc_info)}"


def _level(stream: StreamName) -> str:
    return "PRINT" if stream == "stdout" else "STDERR"


def _record(origin: Origin, level: str, text: str) -> LogRecord:
    return LogRecord(
        time=datetime.now(UTC),
        level=level,
        source=origin.source,
        workflow_id=origin.workflow_id,
        run_id=origin.run_id,
        workflow_type=origin.workflow_type,
        activity_type=origin.activity_type,
        text=text,
    )
