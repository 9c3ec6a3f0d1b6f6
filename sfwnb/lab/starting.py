"""Starting a workflow: its checked input, its id, and the one that is running already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from temporalio.api.history.v1 import WorkflowExecutionStartedEventAttributes
from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from sfwnb.engine.workflow import WorkflowDefinition, envelopes
from sfwnb.errors import AlreadyRunning, DefinitionError, LabError, StateError
from sfwnb.lab.messages import checked


@dataclass(frozen=True, slots=True)
class Start:
    """A workflow that is to be started.

    Attributes:
        type: Temporal's workflow type.
        input: The arguments of its ``run``.
        id: Temporal's workflow id.
    """

    type: str
    input: list[Any]
    id: str


def plan_start(
    workflow: type | str,
    definition: WorkflowDefinition | None,
    arguments: Sequence[Any],
    data: Mapping[str, Any] | None,
    id: str | None,
) -> Start:
    """What to send, checked against the class where it is known.

    Raises:
        StateError: The data do not fit the schema, or the arguments do not fit ``run``.
        DefinitionError: ``data=`` for a workflow that is no StatefulWorkflow.
    """
    name = definition.name if definition else str(workflow)
    if definition and definition.schema and definition.kind:
        if data is None or arguments:
            raise StateError(
                f"{name} is a StatefulWorkflow, which starts on a record: "
                f"lab.start({name}, data={{'id': …}})."
            )
        given = envelopes.start(definition.schema, definition.kind, data)
        return Start(name, [given], id or envelopes.workflow_id(definition.kind, given.id))
    if data is not None:
        known = "is not a StatefulWorkflow" if definition else "has no class that is known here"
        raise DefinitionError(
            f"{name} {known}, so it takes no data=: give the arguments of its run."
        )
    if definition:
        arguments = checked(name, definition.arguments, arguments, {})
    return Start(name, list(arguments), id or f"{name}-{uuid4().hex[:8]}")


async def start(
    client: Client, task_queue: str, wanted: Start, *, replace: bool
) -> tuple[WorkflowHandle[Any, Any], str]:
    """Start it, or find the one that runs already on the same input.

    Returns:
        A handle that follows the workflow over its runs, and a word on where it comes from.

    Raises:
        AlreadyRunning: One of this id runs on another class or input.
        StateError: The input cannot be sent.
    """
    policy = WorkflowIDConflictPolicy
    try:
        begun = await client.start_workflow(
            wanted.type,
            args=wanted.input,
            id=wanted.id,
            task_queue=task_queue,
            id_conflict_policy=policy.TERMINATE_EXISTING if replace else policy.FAIL,
        )
        first, note = begun.first_execution_run_id, ""
    except WorkflowAlreadyStartedError:
        since = await _already_running(client, wanted.id, wanted.type, wanted.input)
        first, note = since.run_id, f"already running since {since.time:%Y-%m-%d %H:%M:%S} UTC"
    except TypeError as error:
        raise StateError(
            f"{wanted.type} cannot be started: its input cannot be sent: {error}. Give values that "
            "JSON knows, dataclasses or pydantic models."
        ) from error
    except RPCError as error:
        if error.status is RPCStatusCode.UNAVAILABLE:
            raise
        raise LabError(f"{wanted.type} could not be started: {error}") from error
    return client.get_workflow_handle(wanted.id, first_execution_run_id=first), note


@dataclass(frozen=True, slots=True)
class _Since:
    """A run that was there before: its id, and when it started."""

    run_id: str
    time: datetime


async def _already_running(client: Client, id: str, type: str, given: Sequence[Any]) -> _Since:
    """The running workflow of an id, provided that it has this type and was started on this input.

    Raises:
        AlreadyRunning: It has another type or input.
    """
    started, _ = await _started(client, id, None)
    started, began = await _started(client, id, started.first_execution_run_id)
    converter = client.data_converter
    sent = await converter.decode(await converter.encode(given))
    theirs = await converter.decode(list(started.input.payloads))
    if started.workflow_type.name == type and theirs == sent:
        return _Since(started.first_execution_run_id, began)
    what = "input" if started.workflow_type.name == type else "class"
    raise AlreadyRunning(
        f"A workflow {id!r} ({started.workflow_type.name}) is already running, with another "
        f"{what}. Look at it with lab.open({id!r}), start yours beside it with another id=, or end "
        'it for yours with if_running="replace".'
    )


async def _started(
    client: Client, id: str, run_id: str | None
) -> tuple[WorkflowExecutionStartedEventAttributes, datetime]:
    handle = client.get_workflow_handle(id, run_id=run_id)
    first = await anext(handle.fetch_history_events(page_size=1))
    return first.workflow_execution_started_event_attributes, first.event_time.ToDatetime(UTC)
