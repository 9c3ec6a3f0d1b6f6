"""A look at a lab or a workflow: what their cards show, fetched in a second at most, never raising.

A card must come even when the server is gone, a worker hangs or the workflow's code raises: then it
is the last one that was seen, with its time and the way out.
"""

import platform
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus

from sfwnb.engine.workflow import WorkflowDefinition
from sfwnb.errors import SfwnbError
from sfwnb.replay.failures import TaskFailure
from sfwnb.runtime.calls import Caller
from sfwnb.views.cards import Card, Code, Link, Problem

if TYPE_CHECKING:
    from sfwnb.lab.lab import Lab
    from sfwnb.lab.running import RunningWorkflow

Answer = TypeVar("Answer")

_PATIENCE = 0.8
"""Seconds that a card may take."""

_LONGEST = 500
"""Characters of a result that a card shows."""

_SHOWN = 10
"""Failing workflows that a lab's card lists."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a workflow.

    Attributes:
        time: When.
        description: What the server says of it.
        status: The answer of its ``status`` query; empty for a plain workflow.
        failure: The failure of the workflow task that Temporal is retrying.
        outcome: The result or error of a workflow that has ended.
    """

    time: datetime
    description: WorkflowExecutionDescription
    status: dict[str, Any]
    failure: TaskFailure | None
    outcome: str = ""

    def word(self) -> str:
        """The status in one word: Temporal's, or what the workflow itself says while it runs."""
        if self.failure:
            return "TASK FAILING"
        status = self.description.status
        if status is WorkflowExecutionStatus.RUNNING and self.status:
            return str(self.status["status"]).upper()
        return status.name if status else "UNKNOWN"


async def look_at(caller: Caller, definition: WorkflowDefinition | None) -> Look:
    """Ask the server, and the workflow where it can answer.

    Raises:
        SfwnbError: No answer.
    """
    description = await caller.describe()
    failure = await caller.standing_failure(description)
    status: dict[str, Any] = {}
    if definition and definition.schema and not failure:
        status = await caller.query("status", [])
    outcome = ""
    if description.status is not WorkflowExecutionStatus.RUNNING:
        try:
            outcome = f"result: {await caller.result()!r}"
        except SfwnbError as error:
            outcome = str(error)
    return Look(datetime.now(UTC), description, status, failure, outcome)


def status_for_views(seen: Look) -> dict[str, Any]:
    """What widgets are told of a workflow; see ``sfwnb.widgets.ports.View.show``."""
    told = {
        "status": seen.word().lower(),
        **{k: v for k, v in seen.status.items() if k != "status"},
    }
    if seen.failure:
        told["last_error"] = {
            "cause": f"its code, in {seen.failure.place}",
            "type": seen.failure.error_type,
            "message": f"{seen.failure.message} ({seen.failure.source})",
        }
    return told


def within_patience(lab: "Lab", question: Coroutine[Any, Any, Answer]) -> Answer | str:
    """The answer, or in words why there is none."""
    try:
        return lab.ask(question, _PATIENCE)
    except TimeoutError:
        return f"No answer within {_PATIENCE:g} s: the server is busy, or no worker answers."
    except Exception as error:  # noqa: BLE001  a repr never raises, whatever it was
        return str(error) if isinstance(error, SfwnbError) else f"{type(error).__name__}: {error}"


def workflow_card(running: "RunningWorkflow", seen: Look | None, problem: str | None) -> Card:
    """The card of a workflow: as it was seen now, or when it was seen last."""
    rows: list[tuple[str, Any]] = [("workflow id", Code(running.id))]
    if running.definition and running.definition.kind:
        rows.append(("kind", running.definition.kind))
    if seen:
        description = seen.description
        rows += [
            ("run id", Code(description.run_id)),
            ("started", _time(description.start_time)),
            *([("closed", _time(description.close_time))] if description.close_time else []),
            ("history", f"{description.history_length} events"),
        ]
        if seen.status:
            rows.append(("state", f"version {seen.status['version']}"))
        if seen.status.get("pending"):
            rows.append(("waiting", f"messages until it resumes: {seen.status['pending']}"))
    url = running.ui_url
    if url:
        rows.append(("Web UI", Link(url)))
    return Card(
        title=running.type,
        status=_word(running.lab, seen, problem),
        rows=tuple(rows),
        notes=tuple(filter(None, (running.note, problem, _outcome(seen), _last_error(seen)))),
        error=_problem(seen.failure) if seen and seen.failure else None,
        as_of=seen.time if seen else None,
    )


def lab_card(lab: "Lab", note: str = "") -> Card:
    """The card of a lab: where it is, what it runs, and which workflows' code raises."""
    failing: list[str] = []
    problem = None
    if not lab.is_open:
        why = "is closed" if lab.session.closed else "has lost its server"
        problem = f"This lab {why}. Start again: {lab.settings.again()}"
    else:
        found = within_patience(lab, _failing(lab))
        failing, problem = (found, None) if isinstance(found, list) else ([], found)
    rows: list[tuple[str, Any]] = [
        ("address", Code(lab.address)),
        ("namespace", lab.namespace),
        ("task queue", Code(lab.task_queue)),
        *([("Web UI", Link(lab.ui_url))] if lab.ui_url else []),
        *([("file", Code(str(lab.settings.file)))] if lab.settings.file else []),
        ("versions", _versions(lab)),
        (
            "registered",
            ", ".join(lab.registered) or "nothing yet: lab.start(…) picks up your class",
        ),
    ]
    return Card(
        title="Lab",
        status="RUNNING" if lab.is_open else "CLOSED" if lab.session.closed else "LOST",
        rows=tuple(rows),
        notes=tuple(filter(None, (note, problem, *failing))),
        as_of=datetime.now(UTC),
    )


def note_card(note: str, error: SfwnbError | None = None) -> Card:
    """A word beneath a cell, such as that the worker has its new code."""
    problem = Problem(message=str(error), type=type(error).__name__) if error else None
    return Card(title="Lab", notes=(note,), error=problem)


async def _failing(lab: "Lab") -> list[str]:
    """The workflows of this worker whose code raises, each in a line; always asks the server."""
    await lab.client.service_client.check_health(timeout=timedelta(seconds=_PATIENCE))
    failing = lab.worker.failing
    lines = []
    for run_id, run in islice(failing.all().items(), _SHOWN):
        handle = lab.client.get_workflow_handle(run.workflow_id, run_id=run_id)
        failure = await Caller(lab.client, handle, lab.worker).standing_failure()
        if failure is None:  # it has ended meanwhile
            failing.forget(run_id)
        else:
            where = f", in {failure.place}" if failure.place else ""
            lines.append(f"{run.workflow_type} {run.workflow_id!r} fails: {failure.error}{where}")
    return lines


def _word(lab: "Lab", seen: Look | None, problem: str | None) -> str:
    if problem:
        return "NO ANSWER" if lab.is_open else "LOST"
    return seen.word() if seen else "UNKNOWN"


def _versions(lab: "Lab") -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("sfwnb", "temporalio"))
    server = f", server {lab.server_version}" if lab.server_version else ""
    return f"{packages}{server}, Python {platform.python_version()}"


def _problem(failure: TaskFailure) -> Problem:
    return Problem(
        message=failure.message,
        type=failure.error_type,
        place=failure.place,
        source=failure.source,
    )


def _outcome(seen: Look | None) -> str:
    outcome = seen.outcome if seen else ""
    return outcome if len(outcome) <= _LONGEST else f"{outcome[:_LONGEST]}…"


def _last_error(seen: Look | None) -> str | None:
    error = seen.status.get("last_error") if seen else None
    if not error:
        return None
    return f"{error['cause']} at {error['time'][11:19]}: {error['type']}: {error['message']}"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
