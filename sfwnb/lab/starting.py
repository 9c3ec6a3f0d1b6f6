"""Starting a workflow: its checked input, its id, and the one that is running already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from sfwnb.engine.workflow import WorkflowDefinition, envelopes
from sfwnb.errors import DefinitionError, LabError, StateError
from sfwnb.lab.messages import checked
from sfwnb.runtime.calls import already_running


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
        since = await already_running(client, wanted.id, wanted.type, wanted.input)
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
